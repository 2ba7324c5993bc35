"""Measurements of govdoc beside its peers, and the inputs for them."""
