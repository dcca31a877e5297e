"""Facts that other desks wrote beyond the CRM's fields, put where the reports read them.

Corrections and comments name the record they are about by its key. Pages come in any order, so each
side looks for the other one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Sequence

from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.domain.crm.shared_facts import SharedFacts, answers_in, find_facts
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.connection import Connection

WITH_FACTS = ("call", "note", "meeting")
FIELD = "sdrdesk_facts"
"""Name of the facts in the list of values that could not be kept."""
_NOTHING = SharedFacts()
Fits = Callable[[str, str, bool], str]
"""Takes an outcome, the CRM's own value of it, and whether it is a call; returns why they do not
fit, as the end of a sentence, ``""`` when they do."""


def put_facts(
    connection: Connection, activities: Sequence[RemoteActivity], fits: Fits
) -> list[LeftOut]:
    """Store the facts of a page of pulled records; return those that cannot be true.

    Args:
        connection: within the transaction that stored the records themselves.
        activities: the records; others than calls, notes and meetings have no facts.
        fits: compares an outcome with the CRM's.
    """
    told: list[LeftOut] = []
    page = {f"{a.kind}:{a.crm_id}": a for a in activities if a.kind in WITH_FACTS}
    known = _known(connection, page)
    rows, shared, waits = [], [], []
    for key, activity in page.items():
        sent_key = activity.key or known.get(key, "")
        said = activity.facts
        if sent_key and not activity.key:  # the CRM's field for it was deleted since
            said = said or find_facts(activity.note, sent_key).facts
        facts = said or _NOTHING
        if activity.kind == "meeting":  # an invitation may be a stranger's: only its call counts
            facts = SharedFacts(call=facts.call)
        if facts.outcome:
            is_call = activity.kind == "call"
            why = fits(facts.outcome, activity.outcome, is_call)
            if why:
                told.append(LeftOut(activity.kind, activity.crm_id, FIELD, facts.outcome, why))
                facts = SharedFacts(corrects=facts.corrects)
        if facts == _NOTHING and not activity.key and key not in known:
            continue
        rows.append(_columns(activity, facts, key))
        if facts.waits_ms is not None and activity.kind == "note":
            waits.append((key, facts.waits_ms, facts.reason))
        role = "corrects" if facts.corrects else "comment" if facts.about else ""
        about = facts.corrects or facts.about or facts.call
        shared.append((key, sent_key, role, about, facts.to))
    connection.executemany(_SET, rows)
    connection.executemany(_PUT, shared)
    connection.executemany(_WAIT, waits)
    return told + _link(connection, [row[0] for row in shared], [row[1] for row in shared])


def _known(connection: Connection, keys: Iterable[str]) -> dict[str, str]:
    """Return those that are known, with the key that each was sent with."""
    found: dict[str, str] = {}
    for part in chunks(sorted(keys)):
        rows = connection.execute(
            "SELECT activity_key, sent_key FROM shared_record"  # noqa: S608
            f" WHERE activity_key IN ({marks(part)})",
            part,
        )
        found.update((str(row[0]), str(row[1] or "")) for row in rows)
    return found


def _columns(activity: RemoteActivity, facts: SharedFacts, key: str) -> tuple[object, ...]:
    # An outcome without a call, and a correction, are notes at the CRM.
    is_change = activity.kind == "note" and (facts.outcome or facts.corrects)
    answers = answers_in(activity.note, facts.answered) if facts.answered else {}
    return (
        "change" if is_change else activity.kind,
        facts.outcome,
        facts.reason,
        facts.script,
        facts.callback_ms,
        facts.meeting_ms,
        json.dumps(answers),
        key,
    )


_SET = """
UPDATE activity SET kind = ?, disposition = ?, reason = ?, script_id = ?, callback_ms = ?,
 meeting_ms = ?, qualify_json = ? WHERE activity_key = ? AND local = 0
"""
_PUT = """
INSERT INTO shared_record (activity_key, sent_key, role, about_key, to_owner, told_ms)
SELECT activity_key, ?2, ?3, ?4, ?5, NULL FROM activity WHERE activity_key = ?1 AND local = 0
ON CONFLICT (activity_key) DO UPDATE SET sent_key = excluded.sent_key, role = excluded.role,
 about_key = excluded.about_key, to_owner = excluded.to_owner
"""


_WAIT = """
INSERT INTO sla_pause (lead_id, from_ms, until_ms, reason, owner_id)
SELECT lead_id, at_ms, ?2, ?3, owner_id FROM activity
 WHERE activity_key = ?1 AND local = 0 AND lead_id <> ''
ON CONFLICT (lead_id, from_ms) DO UPDATE SET until_ms = excluded.until_ms, reason = excluded.reason
"""


def _link(connection: Connection, here: Sequence[str], keys: Sequence[str]) -> list[LeftOut]:
    """Tie corrections to their calls, whichever came first; return those of another rep's call."""
    pairs: dict[str, tuple[str, str, bool]] = {}
    for column, values in (("activity_key", here), ("about_key", keys)):
        for part in chunks(sorted({value for value in values if value})):
            rows = connection.execute(
                "SELECT r.activity_key, r.about_key, coalesce(t.activity_key, ''),"  # noqa: S608
                " coalesce(t.owner_id, '') = a.owner_id FROM shared_record r"
                " JOIN activity a ON a.activity_key = r.activity_key"
                " LEFT JOIN activity t ON t.activity_key IN (r.about_key,"
                "  (SELECT s.activity_key FROM shared_record s WHERE s.sent_key = r.about_key"
                "   AND s.sent_key <> '' ORDER BY s.activity_key LIMIT 1))"
                f" WHERE r.role = 'corrects' AND r.{column} IN ({marks(part)})",
                part,
            )
            for key, about, target, own in rows:
                pairs[str(key)] = (str(about), str(target), bool(own))
    told = []
    for key, (about, target, own) in pairs.items():
        if target and not own:
            why = "only the rep who made a call can correct it"
            told.append(LeftOut("note", key.partition(":")[2], FIELD, about, why))
        connection.execute(
            "UPDATE activity SET corrects = ? WHERE activity_key = ? AND corrects <> ?",
            (target if own else "", key, target if own else ""),
        )
    return told


def calls_of_meetings(connection: Connection, keys: Collection[str]) -> dict[str, str]:
    """Return the CRM ids of those of these meetings that any sdrdesk set, with their calls here.

    ``keys`` are activity keys, as are the calls.
    """
    found: dict[str, str] = {}
    for part in chunks(sorted(keys)):
        rows = connection.execute(
            "SELECT m.crm_id, t.activity_key FROM shared_record r"  # noqa: S608  # marks only
            " CROSS JOIN activity m ON m.activity_key = r.activity_key AND m.kind = 'meeting'"
            " CROSS JOIN activity t ON t.activity_key IN (r.about_key,"
            "  (SELECT s.activity_key FROM shared_record s WHERE s.sent_key = r.about_key"
            "   AND s.sent_key <> '' ORDER BY s.activity_key LIMIT 1))"
            " AND t.kind = 'call' AND t.lead_id = m.lead_id"
            f" WHERE r.activity_key IN ({marks(part)}) AND r.role = '' AND r.about_key <> ''",
            part,
        )
        found.update((str(crm_id), str(key)) for crm_id, key in rows)
    return found


def sent_key_of(connection: Connection, activity_key: str) -> str:
    """Return the key by which every desk knows a record; its own one where it was made here."""
    row = connection.execute(
        "SELECT sent_key FROM shared_record WHERE activity_key = ? AND sent_key <> ''",
        (activity_key,),
    ).fetchone()
    return activity_key if row is None else str(row[0])
