"""Outcomes of a call: the catalog, checks, plans and corrections."""
