"""A fuzz harness: ``python -m tests.fuzz --seconds N --seed S``. It knows the formats, and nothing of the code."""
