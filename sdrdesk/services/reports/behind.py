"""The leads behind a number of a report, read when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import Dial, counted
from sdrdesk.domain.reports.promises import WorkedLead, is_given_up
from sdrdesk.domain.reports.speed import Wait, band_of
from sdrdesk.domain.sla.sla import sla_state
from sdrdesk.domain.text.humanize import DAY_NAMES
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.rhythm import rep_zones
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
            wait.converted_at,
            wait.attempted_at,
            reader.sla.of(wait.owner_id),
            now,
            pauses=pauses,
        ).state
        if state != "none":
            found[names.get(state, "promise still runs")].append(wait.lead_id)
        if is_given_up(lead, target, now) and item.done.attempts < target.attempts:
            found["given up too early"].append(wait.lead_id)
        if item.done.reason:
            reason = reader.dispositions.reason_label(item.done.reason)
            found.setdefault(f"rejected: {reason}", []).append(wait.lead_id)
    return numbers(found)


_COUNTED = ("dials", "connects", "conversations", "meetings_set", "meetings_held", "incoming")
_Groups: TypeAlias = "Callable[[Dial], Sequence[str]]"
"""Returns what a line is counted under, such as its script; ``""`` for all."""


def called_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind the numbers of ``report outcomes``, the latest call last."""
    first = [name.replace("_", " ") for name in _COUNTED]
    found = _counted_leads(reader, span, lambda _: ("",), outcomes=True)
    return numbers({name: found[name] for name in dict.fromkeys((*first, *found)) if name in found})


def scripted_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind the numbers of each script, by script."""

    def script(dial: Dial) -> Sequence[str]:
        called = dial.is_call or (dial.meeting not in ("", "alone") and not dial.incoming)
        return (f"{dial.script_id or 'no script'}: ",) if called else ()

    return numbers(dict(sorted(_counted_leads(reader, span, script).items())))


def timed_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind each hour and weekday of the rep's clock."""
    zones = rep_zones(reader)

    def when(dial: Dial) -> Sequence[str]:
        if not dial.is_call:
            return ()
        at = dial.at.astimezone(zones.get(dial.owner_id, span.zone))
        return f"{at:%H} h: ", f"{DAY_NAMES[at.weekday()]}: "

    found = _counted_leads(reader, span, when)
    order = [*(f"{hour:02d} h" for hour in range(24)), *DAY_NAMES]
    return numbers(
        {
            name: found[name]
            for name in sorted(found, key=lambda name: order.index(name.partition(":")[0]))
            if name.endswith(("dials", "conversations"))
        }
    )


def aimed_leads(reader: Reader, span: DateRange) -> Numbers:
    """Return the leads behind what each rep did, by name."""
    names = reader.owner_names()
    found = _counted_leads(
        reader, span, lambda dial: (f"{names.get(dial.owner_id, dial.owner_id)}: ",)
    )
    counts = ("dials", "conversations", "meetings set")
    return numbers({name: found[name] for name in sorted(found) if name.endswith(counts)})


def _counted_leads(
    reader: Reader, span: DateRange, groups: _Groups, *, outcomes: bool = False
) -> dict[str, Sequence[str]]:
    """Return the leads of each count of each group, with ``outcomes`` of each outcome too."""
    found: dict[str, dict[str, None]] = {}
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
            if outcomes and dial.is_call and dial.outcome.label:
                names.append(f"outcome {dial.outcome.label}")
            known[kind] = names
        if dial.lead_id:
            for group in groups(dial):
                for name in names:
                    found.setdefault(f"{group}{name}", {})[dial.lead_id] = None
    return {name: tuple(ids) for name, ids in found.items()}


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
