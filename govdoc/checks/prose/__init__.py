"""The narrative reader: figures in Chinese official prose, and what they claim about the tables.

``quantities`` reads numbers, ``scan`` cuts sentences into tokens, ``readings`` turns words into figures of the tables,
``walk`` goes through a paragraph once and says what each number claims, ``judge`` compares and words the findings.
"""
