"""Cadences: the planned steps of a lead, and what ends them."""
