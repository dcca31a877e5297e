"""Reads the account's field options and reps."""

from __future__ import annotations

import json

from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.store.database.database import Database


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a field."""

    value: str
    """As the CRM stores it."""
    label: str
    """As the account shows it."""
    hidden: bool = False
    """No longer offered, but some leads may have it."""


def options(db: Database, field: str) -> list[Option]:
    """Return the options of a field (``persona``, ``status`` …) in the account's own order."""
    return options_of(db, field)[field]


def options_of(db: Database, *fields: str) -> dict[str, list[Option]]:
    """Return the options of several fields in one read, by field."""
    found: dict[str, list[Option]] = {field: [] for field in fields}
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT field, value, label, hidden FROM crm_option"
            " WHERE field IN (SELECT value FROM json_each(?)) ORDER BY position, value",
            (json.dumps(fields),),
        ).fetchall()
    for field, value, label, hidden in rows:
        found[field].append(Option(value, label or value, bool(hidden)))
    return found


def labels_of(db: Database, *fields: str) -> dict[str, dict[str, str]]:
    """Return the label of each value by field: two fields may have the same value.

    Of ``owner_id`` the labels are the names of the reps.
    """
    found = options_of(db, *(name for name in fields if name != "owner_id"))
    labels = {name: {x.value: x.label for x in options} for name, options in found.items()}
    if "owner_id" in fields:
        labels["owner_id"] = {o.owner_id: o.name for o in owners(db) if o.name}
    return labels


def owners(db: Database) -> list[Owner]:
    """Return every rep of the account by name, former ones (``archived``) last."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT owner_id, name, email, archived FROM owner ORDER BY archived, name, owner_id"
        ).fetchall()
    return [Owner(owner, name, email, bool(archived)) for owner, name, email, archived in rows]


def lead_owners(db: Database) -> frozenset[str]:
    """Return the ids of owners who have leads that are not archived."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT owner_id FROM owner o WHERE EXISTS"
            " (SELECT 1 FROM lead l WHERE l.archived = 0 AND l.owner_id = o.owner_id)"
        ).fetchall()
    return frozenset(str(owner_id) for (owner_id,) in rows)


def owner_by(db: Database, id_or_email: str) -> Owner | None:
    """Return the rep with this id, user id or e-mail address (case does not matter).

    A present rep comes before a former one with the same address.
    """
    wanted = id_or_email.strip()
    if not wanted:
        return None
    with db.reader() as connection:
        row = connection.execute(
            "SELECT owner_id, name, email, archived FROM owner"
            " WHERE :low IN (lower(owner_id), lower(user_id), lower(email))"
            " ORDER BY archived, owner_id <> :it LIMIT 1",
            {"it": wanted, "low": wanted.lower()},
        ).fetchone()
    return None if row is None else Owner(row[0], row[1], row[2], bool(row[3]))


def email_of(db: Database, owner_id: str) -> str:
    """Return the e-mail address of an owner, ``""`` while it is unknown."""
    found = owner_by(db, owner_id)
    return found.email if found else ""


def owner_name(db: Database, owner_id: str) -> str:
    """Return the name of a rep, else the id; ``nobody`` without one."""
    found = owner_by(db, owner_id)
    return (found.name if found else "") or owner_id or "nobody"
