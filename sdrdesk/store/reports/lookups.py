"""Look-ups for lists and export: names of leads, qualification slots, whole tables."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.activities import day_activities
from sdrdesk.store.mirror.activity_sql import CORRECTED
from sdrdesk.store.mirror.leads import display_name, lead_in, resolve


def lead_names(db: Database, lead_ids: Collection[str]) -> dict[str, str]:
    """Return the names of these leads by id; missing ones are left out."""
    found: dict[str, str] = {}
    with db.reader() as connection:
        for part in chunks(list(lead_ids)):
            rows = connection.execute(
                "SELECT lead_id, first_name, last_name, email FROM lead"  # noqa: S608  # marks only
                f" WHERE lead_id IN ({marks(part)})",
                part,
            )
            found.update((row[0], display_name(row[1], row[2], row[3], row[0])) for row in rows)
    return found


class OtherRecord(NamedTuple):
    """Something recorded elsewhere, to be found among the CRM's records here."""

    activity_key: str
    crm_id: str
    lead_id: str
    owner_id: str
    at_ms: int


_NEAR_MS = 120_000


def other_records(db: Database, asked: Collection[OtherRecord]) -> dict[str, str]:
    """Return the kind of each that the CRM holds as something else than a call, by activity key."""
    found: dict[str, str] = {}
    with db.reader() as connection:
        for item in asked:
            row = connection.execute(
                "SELECT kind FROM activity WHERE lead_id = ? AND kind NOT IN ('call', 'change')"
                " AND undone_ms IS NULL AND crm_id <> ''"
                " AND (crm_id = ? OR owner_id = ? AND at_ms BETWEEN ? AND ?)"
                " ORDER BY crm_id = ? DESC LIMIT 1",
                (
                    resolve(connection, item.lead_id), item.crm_id, item.owner_id,
                    item.at_ms - _NEAR_MS, item.at_ms + _NEAR_MS, item.crm_id,
                ),
            ).fetchone()  # fmt: skip
            if row is not None:
                found[item.activity_key] = str(row[0])
    return found


def slots_of(db: Database, lead_id: str) -> dict[str, str]:
    """Return the qualification slots filled in earlier calls, the latest value of each."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT qualify_json FROM activity WHERE lead_id = ? AND qualify_json <> '{}'"
            " AND undone_ms IS NULL ORDER BY at_ms",
            (resolve(connection, lead_id),),
        ).fetchall()
    slots: dict[str, str] = {}
    for (text,) in rows:
        slots.update({str(key): str(value) for key, value in json_object(text).items() if value})
    return slots


def outcomes_since(
    db: Database, lead: Lead, dispositions: Collection[str], labels: Collection[str]
) -> int:
    """Return the number of calls since the lead's latest conversion with one of these outcomes.

    ``labels``: the CRM's names of the outcomes, for calls logged elsewhere.
    """
    known, named = list(dispositions), list(labels)
    with db.reader() as connection:
        row = connection.execute(
            "SELECT count(*) FROM activity a WHERE a.lead_id = ? AND a.kind = 'call'"  # noqa: S608
            f" AND a.at_ms >= ? AND a.undone_ms IS NULL AND NOT {CORRECTED}"
            f" AND (a.disposition IN ({marks(known)})"
            f"  OR a.disposition = '' AND a.outcome_label IN ({marks(named)}))",
            (lead.lead_id, to_ms(lead.converted_at) or 0, *known, *named),
        ).fetchone()
    return int(row[0])


def every_lead(db: Database) -> Iterator[Lead]:
    """Yield every lead that is not archived, by id."""
    with db.reader() as connection:
        ids = connection.execute("SELECT lead_id FROM lead WHERE archived = 0 ORDER BY lead_id")
        for (lead_id,) in ids.fetchall():
            lead = lead_in(connection, lead_id)
            if lead is not None:
                yield lead


def every_activity(db: Database) -> Iterator[tuple[Activity, str]]:
    """Yield every activity with its state, oldest first."""
    with db.reader() as connection:
        row = connection.execute(
            "SELECT min(at_ms), max(at_ms) FROM activity WHERE typeof(at_ms) = 'integer'"
        ).fetchone()
    if row[0] is not None:
        yield from day_activities(db, from_ms(row[0]), from_ms(row[1] + 1), None)
