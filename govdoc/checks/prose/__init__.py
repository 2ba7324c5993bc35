"""The narrative reader: figures in Chinese official prose, and what they claim about the tables.

``quantities`` reads numbers, ``scan`` cuts sentences into tokens, ``readings`` turns words into figures of the tables.
``walk`` goes through a paragraph once and says what each number claims: ``course`` keeps where it stands, ``placing``
finds the readings of a figure, ``changes`` growth and shares, ``claims`` is what comes out. ``judge`` compares that
with the tables and words the findings of ``rules``, with ``rates``, ``enumerations`` and ``weighing``; ``names`` are
the organ's own.
"""
