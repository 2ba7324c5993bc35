"""The rules: pure functions from a Report to findings, one module a family, and their catalogue."""
