"""Bringing the mirror up to date."""
