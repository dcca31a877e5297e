"""The local SQLite database: the rep's own record, and a mirror of what the CRM holds.

Rows never leave this room: functions take and return frozen dataclasses. The models in ``tables``
say what the schema is and Alembic makes it; a person at the keyboard is served through the DB-API
(``database.Database.reader`` and ``writer``), because SQLModel alone takes longer to import than an
empty Textual application takes to start.
"""
