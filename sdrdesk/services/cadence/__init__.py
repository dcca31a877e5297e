"""Cadences: ``desk.cadences``."""
