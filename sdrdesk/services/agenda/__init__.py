"""Promised callbacks and booked meetings: ``desk.agenda``."""
