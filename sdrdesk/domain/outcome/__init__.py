"""Outcomes of a call: the catalog, what each changes, corrections."""
