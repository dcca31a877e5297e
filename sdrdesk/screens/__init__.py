"""Screens: one place per file. They ask services, show answers and never do I/O themselves."""
