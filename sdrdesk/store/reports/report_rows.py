"""Rows for the team lead's reports, each read by an index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sdrdesk.domain.lead.own_words import own_words
from sdrdesk.domain.text.plain_text import clean_all
from sdrdesk.store.database.batches import chunks, marks
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import json_object
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activities import state_of
from sdrdesk.store.mirror.activity_sql import CORRECTED_OF_MANY, STATES
from sdrdesk.store.mirror.attempts import took_place
from sdrdesk.store.mirror.lead_ids import display_name
from sdrdesk.store.mirror.mirror import option_labels
from sdrdesk.store.reports.call_facts import BY_TIME, SECONDS, STANDS


def _kind(now_ms: int) -> str:
    """Return SQL: the kind that reports count by."""
    return (
        f"CASE WHEN a.kind = 'call' AND NOT {took_place(now_ms)} THEN 'not_made'"
        " WHEN a.kind = 'call' AND a.direction = 'in' THEN 'incoming' ELSE a.kind END"
    )


def _call(now_ms: int) -> str:
    return (
        f"a.activity_key, a.lead_id, a.owner_id, {_kind(now_ms)}, a.at_ms, a.disposition,"
        f" a.outcome_label, {SECONDS}, a.title, a.reason, a.script_id, a.callback_ms,"
        f" {CORRECTED_OF_MANY}, a.not_made"
    )


class CallRow(NamedTuple):
    """A call, or an outcome without one, not undone."""

    activity_key: str
    lead_id: str
    owner_id: str
    kind: str
    """``call``, ``incoming`` when it came in, ``not_made`` when it never took place or lies ahead,
    ``change`` for an outcome without a call."""
    at_ms: int
    disposition: str
    outcome_label: str
    duration_s: int
    title: str
    reason: str
    script_id: str
    callback_ms: int | None
    corrected: bool
    not_made: str
    """The CRM's word for a call that never took place, else ``""``."""


class DayRow(NamedTuple):
    """One line of a day's log."""

    call: CallRow
    note: str
    crm_id: str
    state: str
    """``crm`` (pulled), or the outbox state of an outcome recorded here."""
    lead_name: str
    """``""`` for a lead that is not on disk."""
    local: bool
    """Recorded here."""


class ReportConversion(NamedTuple):
    """A lead with its latest conversion in a span."""

    lead_id: str
    at_ms: int
    seen_ms: int | None
    """When this desk first saw it; ``None`` for a conversion that a later one replaced."""
    form: str
    source: str
    persona: str
    owner_id: str
    times: int
    """Conversions of this lead in the span."""


class ReportLead(NamedTuple):
    """A lead in the report on lead quality."""

    lead_id: str
    owner_id: str
    fit: int
    lifecycle: str
    status: str
    email: str
    phone: str
    company: str
    job_title: str
    country: str
    do_not_call: bool


def calls_between(
    db: Database, start: datetime, end: datetime, now: datetime, owner_id: str | None = None
) -> Iterator[CallRow]:
    """Yield calls and outcomes with ``start <= at < end``, oldest first; ``None``: all reps."""
    whose = "" if owner_id is None else " AND a.owner_id = ?"
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_call(to_ms(now))} FROM activity a {BY_TIME}"  # noqa: S608  # constants
            f" WHERE a.at_ms >= ? AND a.at_ms < ? AND {STANDS}{whose}"
            " ORDER BY a.at_ms, a.activity_key",
            (to_ms(start), to_ms(end), *(() if owner_id is None else (owner_id,))),
        )
        yield from map(CallRow._make, rows)


def day_rows(
    db: Database, start: datetime, end: datetime, now: datetime, owner_ids: Sequence[str] | None
) -> list[DayRow]:
    """Return the calls and outcomes of ``start <= at < end``, oldest first; ``None``: all reps."""
    whose = "" if owner_ids is None else f" AND a.owner_id IN ({marks(owner_ids)})"
    with db.reader() as connection:
        rows = connection.execute(
            f"SELECT {_call(to_ms(now))}, a.note, a.qualify_json, a.crm_id, a.local, {STATES},"  # noqa: S608
            f" l.first_name, l.last_name, l.email FROM activity a {BY_TIME}"
            " LEFT JOIN lead l ON l.lead_id = a.lead_id"
            f" WHERE a.at_ms >= ? AND a.at_ms < ? AND {STANDS}{whose}"
            " ORDER BY a.at_ms, a.activity_key",
            (to_ms(start), to_ms(end), *(owner_ids or ())),
        ).fetchall()
    width = len(CallRow._fields)
    found = []
    for row in rows:
        note, answers, crm_id, local, states, first, last, email = row[width:]
        name = "" if first is None else display_name(first, last, email, row[1])
        state = "crm" if states is None and not local else state_of(states, None, local)
        call = CallRow._make(row[:width])
        is_call = call.kind != "change"
        if not local and call.disposition and (call.reason or answers != "{}" or not is_call):
            said = {slot: str(answer) for slot, answer in json_object(answers).items()}
            note = own_words(note, call.reason, said, is_call=is_call)
        found.append(DayRow(call, clean_all(note), crm_id, state, name, bool(local)))
    return found


def calls_by_key(db: Database, keys: Collection[str], now: datetime) -> list[CallRow]:
    """Return those of these calls that were not undone."""
    found: list[CallRow] = []
    with db.reader() as connection:
        for part in chunks(sorted(keys)):
            rows = connection.execute(
                f"SELECT {_call(to_ms(now))} FROM activity a"  # noqa: S608  # constants and placeholders
                f" WHERE a.activity_key IN ({marks(part)}) AND {STANDS}",
                part,
            )
            found.extend(CallRow._make(row) for row in rows)
    return found


def conversions_in(db: Database, start: datetime, end: datetime) -> list[ReportConversion]:
    """Return every lead that converted in ``start <= at < end``, with the latest such conversion.

    Known are the latest conversion, the first, and those in between that this desk saw. Leads that
    the CRM deleted are left out; a merged lead counts as the surviving one.
    """
    low, high = to_ms(start), to_ms(end)
    with db.reader() as connection:
        rows = connection.execute(
            "WITH known (lead_id, at_ms, what, latest) AS ("
            " SELECT lead_id, converted_ms, converted_on, 1 FROM lead"
            "  WHERE converted_ms >= :low AND converted_ms < :high"
            " UNION ALL SELECT lead_id, first_converted_ms, first_converted_on, 0 FROM lead"
            "  WHERE first_converted_ms >= :low AND first_converted_ms < :high"
            "  AND first_converted_ms < coalesce(converted_ms, first_converted_ms + 1)"
            " UNION ALL SELECT lead_id, at_ms, what, 0 FROM conversion"
            "  WHERE at_ms >= :low AND at_ms < :high)"
            " SELECT k.lead_id, k.at_ms, max(k.latest), l.seen_ms, max(k.what), l.source,"
            " l.persona, l.owner_id FROM known k JOIN lead l ON l.lead_id = k.lead_id"
            " WHERE l.archived = 0 GROUP BY k.lead_id, k.at_ms ORDER BY k.at_ms, k.lead_id",
            {"low": low, "high": high},
        ).fetchall()
    found: dict[str, ReportConversion] = {}
    for lead_id, at_ms, latest, seen_ms, form, source, persona, owner_id in rows:
        before = found.get(lead_id)
        seen = seen_ms if latest and seen_ms else None
        count = 1 + (before.times if before else 0)
        found[lead_id] = ReportConversion(
            lead_id, at_ms, seen, form, source, persona, owner_id, count
        )
    return list(found.values())


def leads_of(db: Database, lead_ids: Sequence[str]) -> list[ReportLead]:
    """Return these leads as they are now."""
    found: list[ReportLead] = []
    with db.reader() as connection:
        for part in chunks(sorted(lead_ids)):
            rows = connection.execute(
                "SELECT l.lead_id, l.owner_id, max(CAST(l.fit AS INTEGER), 0), l.lifecycle,"  # noqa: S608
                " l.status, l.email,"
                " coalesce(nullif(l.e164, ''), nullif(l.mobile, ''), l.phone),"
                " coalesce(nullif(l.company_text, ''), (SELECT c.name FROM company c"
                "  WHERE c.company_id = l.company_id), ''), l.job_title, l.country, l.do_not_call"
                f" FROM lead l WHERE l.lead_id IN ({marks(part)})",
                part,
            )
            found.extend(ReportLead._make(row) for row in rows)
    return found


def stage_values(db: Database) -> list[tuple[str, str]]:
    """Return value and label of the account's lifecycle stages, in the account's order."""
    with db.reader() as connection:
        return list(option_labels(connection, "lifecycle").items())


def calls_at(
    db: Database, lead_ids: Collection[str], since: datetime, now: datetime
) -> dict[str, list[int]]:
    """Return when each of these leads was called from ``since`` on, milliseconds, in order."""
    found: dict[str, list[int]] = {}
    with db.reader() as connection:
        for part in chunks(sorted(lead_ids)):
            for lead, source in (
                ("a.lead_id", "activity a INDEXED BY ix_activity_lead_at"),
                ("s.lead_id", "call_lead s JOIN activity a ON a.activity_key = s.activity_key"),
            ):
                rows = connection.execute(
                    f"SELECT {lead}, a.at_ms FROM {source}"  # noqa: S608  # constants and marks
                    f" WHERE {lead} IN ({marks(part)}) AND a.at_ms >= ? AND a.kind = 'call'"
                    f" AND a.undone_ms IS NULL AND {took_place(to_ms(now))}",
                    (*part, to_ms(since)),
                )
                for lead_id, at_ms in rows:
                    found.setdefault(str(lead_id), []).append(int(at_ms))
    return {lead_id: sorted(times) for lead_id, times in found.items()}


def promised_between(db: Database, start: datetime, end: datetime) -> list[tuple[str, str, int]]:
    """Return (owner, lead, promised ms) of callbacks that reps promised for a span."""
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.owner_id, a.lead_id, a.callback_ms"  # noqa: S608  # constants
            " FROM activity a INDEXED BY ix_activity_callback"
            " WHERE a.callback_ms >= ? AND a.callback_ms < ?"
            f" AND a.undone_ms IS NULL AND NOT {CORRECTED_OF_MANY} ORDER BY a.callback_ms",
            (to_ms(start), to_ms(end)),
        ).fetchall()
    return [(str(owner), str(lead), int(at)) for owner, lead, at in rows]


def handoff_answers(
    db: Database,
    start: datetime,
    end: datetime,
    dispositions: Sequence[str],
    owner_ids: Collection[str] | None = None,
) -> list[Mapping[str, str]]:
    """Return slot to answer for each outcome among ``dispositions`` of a span.

    ``owner_ids`` are the reps to read, ``None`` for all. The answers are those of that call and of
    the lead's earlier ones, the latest of each slot.
    """
    whose = [] if owner_ids is None else sorted(owner_ids)
    only = "" if owner_ids is None else f" AND a.owner_id IN ({marks(whose)})"
    with db.reader() as connection:
        rows = connection.execute(
            "SELECT a.activity_key, q.qualify_json FROM activity a"  # noqa: S608  # marks only
            " INDEXED BY ix_activity_disposition"
            " LEFT JOIN activity q ON q.lead_id = a.lead_id AND q.at_ms <= a.at_ms"
            "  AND q.qualify_json <> '{}' AND q.undone_ms IS NULL"
            f" WHERE a.at_ms >= ? AND a.at_ms < ? AND a.disposition IN ({marks(dispositions)})"
            " AND a.disposition <> ''"
            f" AND a.undone_ms IS NULL AND a.corrects = '' AND NOT {CORRECTED_OF_MANY}{only}"
            " ORDER BY a.at_ms, a.activity_key, q.at_ms",
            (to_ms(start), to_ms(end), *dispositions, *whose),
        ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for key, text in rows:
        said = {str(slot): str(answer) for slot, answer in json_object(text or "{}").items()}
        found.setdefault(key, {}).update({s: answer for s, answer in said.items() if answer})
    return list(found.values())
