"""Telephone numbers, countries and their zones, wall time."""
