"""Statutory layouts: one TOML file an edition, and the schema that loads them."""
