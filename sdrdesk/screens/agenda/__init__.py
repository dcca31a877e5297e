"""The agenda: promised callbacks and booked meetings."""
