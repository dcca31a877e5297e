"""The local SQLite database: the rep's own record, and a mirror of what the CRM holds.

Rows never leave this room: functions take and return the frozen dataclasses of ``domain``.
Writes go through SQLModel (``database.Database.write``). The few hot reads of a screen go through
the DB-API (``database.Database.reader``), because SQLModel alone takes longer to import than an
empty Textual application takes to start.
"""
