"""The leads behind a number of a report, read when they are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import counted
from sdrdesk.domain.reports.promises import WorkedLead, is_given_up
from sdrdesk.domain.reports.speed import Wait, band_of
from sdrdesk.domain.sla.sla import sla_state
from sdrdesk.services.reports.reader import Reader
from sdrdesk.store.record.sla_pauses import pauses_in
from sdrdesk.store.reports.report_rows import leads_of, stage_values


@dataclass(frozen=True, slots=True)
class Behind:
    """One number of a report with its leads."""

    name: str
    lead_ids: tuple[str, ...]
    """Longest waiting first, where leads wait."""


Numbers = Sequence[Behind]


def no_numbers() -> Numbers:
    """Return nothing: the report counts no leads."""
    return ()


def chosen_number(numbers: Numbers, name: str) -> Behind:
    """Return the number of that name; case does not matter.

    Raises:
        UsageError: the report has no such number.
    """
    wanted = name.strip().casefold()
    for number in numbers:
        if number.name.casefold() == wanted:
            return number
    names = [number.name for number in numbers]
    raise UsageError(
        f"The report has no leads behind {name!r}{suggest(name, names)}.",
        next_step=f"Use one of: {', '.join(names)}." if names else "Choose another report.",
    )


def waiting_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind the numbers of ``report speed``."""
    found: dict[str, list[str]] = {
        name: []
        for name in ("never attempted", "attempted", "contacted", "qualified", "called before seen")
    }
    for wait in _by_age(item.wait for item in reader.converted(span)):
        if wait.attempted_at is None:
            found["never attempted"].append(wait.lead_id)
        else:
            found["attempted"].append(wait.lead_id)
            seconds = (wait.attempted_at - wait.converted_at).total_seconds()
            found.setdefault(f"first attempt {band_of(seconds)}", []).append(wait.lead_id)
            if wait.seen_at is not None and wait.attempted_at < wait.seen_at:
                found["called before seen"].append(wait.lead_id)
        if wait.contacted_at is not None:
            found["contacted"].append(wait.lead_id)
        if wait.qualified_at is not None:
            found["qualified"].append(wait.lead_id)
    return numbers(found)


def promised_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind the numbers of ``report sla``."""
    names = {"met": "first attempt in time", "breached": "first attempt late"}
    found: dict[str, list[str]] = {
        name: [] for name in (*names.values(), "promise still runs", "given up too early")
    }
    now, target = reader.clock(), reader.targets.sales
    converted = sorted(reader.converted(span), key=lambda i: (i.wait.converted_at, i.wait.lead_id))
    with reader.db.reader() as connection:
        waits = pauses_in(connection, [item.wait.lead_id for item in converted])
    for item in converted:
        wait, lead = item.wait, WorkedLead(item.wait, item.done)
        pauses = waits.get(wait.lead_id, ())
        state = sla_state(
            wait.converted_at, wait.attempted_at, reader.sla, now, pauses=pauses
        ).state
        if state != "none":
            found[names.get(state, "promise still runs")].append(wait.lead_id)
        if is_given_up(lead, target, now) and item.done.attempts < target.attempts:
            found["given up too early"].append(wait.lead_id)
        if item.done.reason:
            found.setdefault(f"rejected: {item.done.reason}", []).append(wait.lead_id)
    return numbers(found)


def called_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind the numbers of ``report outcomes``, the latest call last."""
    counts = ("dials", "connects", "conversations", "meetings_set", "incoming")
    found: dict[str, dict[str, None]] = {name.replace("_", " "): {} for name in counts}
    talk = reader.targets.conversation_s
    known: dict[tuple[object, ...], list[str]] = {}
    for dial in reader.dials(span.start, span.end):
        kind = (
            dial.outcome, dial.is_call, dial.duration_s >= talk, dial.meeting, dial.incoming,
            dial.not_made,
        )  # fmt: skip
        names = known.get(kind)
        if names is None:
            names = [name.replace("_", " ") for name in counted(dial, talk)]
            if dial.is_call and dial.outcome.label:
                names.append(f"outcome {dial.outcome.label}")
            known[kind] = names
        for name in names:
            found.setdefault(name, {})[dial.lead_id] = None
    return numbers({name: [i for i in ids if i] for name, ids in found.items()})


def staged_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads at each stage now, of those behind ``report funnel``."""
    order = stage_values(reader.db)
    ids = [row.lead_id for row in reader.conversions(span)]
    found: dict[str, list[str]] = {f"there now: {label}": [] for _, label in order}
    labels = dict(order)
    for lead in leads_of(reader.db, ids):
        label = labels.get(lead.lifecycle, lead.lifecycle) or "no stage"
        found.setdefault(f"there now: {label}", []).append(lead.lead_id)
    return numbers(found)


def _by_age(waits: Iterable[Wait]) -> list[Wait]:
    return sorted(waits, key=lambda wait: (wait.converted_at, wait.lead_id))


def numbers(found: Mapping[str, Sequence[str]]) -> list[Behind]:
    """Return the numbers that have leads."""
    return [Behind(name, tuple(ids)) for name, ids in found.items() if ids]
