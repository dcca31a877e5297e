"""Rebuilds a table whose constraints change: SQLite cannot alter them in place.

Rows keep their rowid, from which the order of recording is read; indices and triggers are made
again from their own text.
"""
# ruff: noqa: S608  # names of our own tables, no value from outside

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.engine import Connection


def altered(sql: str, changes: Sequence[tuple[str, str]]) -> str:
    """Return the SQL of a table with each (old, new) text replaced.

    Raises:
        LookupError: it does not contain an old text.
    """
    for old, new in changes:
        if old not in sql:
            raise LookupError(f"The table has no {old}")
        sql = sql.replace(old, new)
    return sql


def rebuild(connection: Connection, table: str, changes: Sequence[tuple[str, str]]) -> None:
    """Make a table again with altered SQL.

    Raises:
        LookupError: as ``altered``.
    """
    run = connection.exec_driver_sql
    made = run("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar()
    sql = altered(str(made), changes)
    around = run(
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND type IN ('index', 'trigger')"
        " AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    info = run(f"PRAGMA table_info({table})").fetchall()
    names = [str(row[1]) for row in info]
    if not any(row[5] and row[2] == "INTEGER" for row in info):
        names.insert(0, "rowid")
    columns = ", ".join(f'"{name}"' for name in names)
    # The legacy way leaves the other tables' triggers alone, which mention this one by name.
    run("PRAGMA legacy_alter_table = ON")
    run(f"ALTER TABLE {table} RENAME TO {table}_before")
    run("PRAGMA legacy_alter_table = OFF")
    run(sql)
    run(f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table}_before")
    run(f"DROP TABLE {table}_before")
    for (text,) in around:
        run(text)
