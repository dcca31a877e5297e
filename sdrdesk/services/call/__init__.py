"""A call from dial to outcome: dialer, notes, scripts, meetings, undo."""
