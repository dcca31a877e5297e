"""The local SQLite database: the rep's own record, and a mirror of the CRM.

Functions take and return frozen dataclasses; rows stay in this package. All reads and writes are
plain SQL over the DB-API (``Database.reader`` and ``writer``). The SQLModel classes in ``tables``
describe the schema for migrations and tests; importing them takes longer than starting an empty
Textual application. So Alembic and SQLAlchemy are imported inside functions, for an upgrade only,
like phonenumbers (``record.number_format``) and secrets (``database.encryption``).
"""
