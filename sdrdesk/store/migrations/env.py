"""Alembic's environment: without an ini file, inside the transaction of ``migrate``."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from sdrdesk.store import tables  # noqa: F401  # registers the tables with the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
