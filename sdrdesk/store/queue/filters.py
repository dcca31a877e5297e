"""Ids of the leads that match a filter."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

from sdrdesk.domain.lead.properties import holds_any
from sdrdesk.domain.queue.filters import LeadFilter
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms

_Test = tuple[str, str | int]
"""A condition with one placeholder, and its value."""

_IN = "IN (SELECT value FROM json_each(?))"


def ids_that_match(
    db: Database, wanted: LeadFilter, now: datetime, among: Collection[str] | None = None
) -> frozenset[str]:
    """Return the ids of the leads on disk that meet every condition of ``wanted``.

    Personas, owners and countries must be exact (label, owner id, two-letter code); industries are
    words of the industry's name. ``among`` limits the search to these leads, which are read by id:
    the cost does not grow with the account.
    """
    with db.reader() as connection:
        tests = [*_named(connection, wanted), *_counted(wanted), *_dated(wanted, now)]
        if among is not None:
            tests.append((f"l.lead_id {_IN}", json.dumps(list(among))))
        rows = connection.execute(
            "SELECT l.lead_id, l.properties, coalesce(c.properties, '')"  # noqa: S608
            " FROM lead l LEFT JOIN company c ON c.company_id = l.company_id"
            " LEFT JOIN lead_desk d ON d.lead_id = l.lead_id"
            f" WHERE {' AND '.join(sql for sql, _ in tests) or '1'}",
            tuple(value for _, value in tests),
        ).fetchall()
    return frozenset(
        str(lead_id)
        for lead_id, own, of_company in rows
        if all(
            holds_any(of_company if name.startswith("company:") else own, name, values)
            for name, values in wanted.properties
        )
    )


def _named(connection: Connection, wanted: LeadFilter) -> Iterator[_Test]:
    for column, names in (
        ("l.persona", wanted.personas),
        ("l.region", wanted.countries),
        ("l.owner_id", wanted.owners),
        ("l.status", wanted.statuses),
        ("l.lead_id", wanted.leads),
    ):
        if names:
            yield f"{column} {_IN}", json.dumps(names)
    if wanted.industries:
        yield f"c.industry {_IN}", json.dumps(_industries(connection, wanted.industries))


def _counted(wanted: LeadFilter) -> Iterator[_Test]:
    if wanted.fit_min:
        yield "l.fit >= ?", wanted.fit_min
    if wanted.attempts_min:
        yield "l.attempts >= ?", wanted.attempts_min
    if wanted.attempts_max is not None:
        yield "l.attempts <= ?", wanted.attempts_max
    if wanted.zone_unknown:
        yield "coalesce(nullif(d.rep_time_zone, ''), l.zone) = ?", ""


def _dated(wanted: LeadFilter, now: datetime) -> Iterator[_Test]:
    if wanted.converted_within_s is not None:
        yield "l.converted_ms >= ?", to_ms(now - timedelta(seconds=wanted.converted_within_s))
        yield "l.converted_ms <= ?", to_ms(now)
    if wanted.callback_within_s is not None:
        yield "d.callback_ms <= ?", to_ms(now + timedelta(seconds=wanted.callback_within_s))


def known_personas(db: Database) -> list[str]:
    """Return the labels of the personas that leads on disk have, in order."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT DISTINCT persona FROM lead WHERE persona <> '' ORDER BY persona"
        ).fetchall()
    return [str(label) for (label,) in rows]


def _industries(connection: Connection, words: tuple[str, ...]) -> list[str]:
    wanted = [word.casefold().strip() for word in words]
    rows = connection.execute("SELECT DISTINCT industry FROM company WHERE industry <> ''")
    return [
        industry
        for (industry,) in rows.fetchall()
        if any(word in industry.replace("_", " ").casefold() for word in wanted)
    ]
