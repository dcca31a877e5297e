"""Alembic scripts; imported only when a database is new or behind."""
