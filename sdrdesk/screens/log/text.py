"""The activity log as text: numbers per rep, hours, calls, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from zoneinfo import ZoneInfo

from textual.content import Content

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.screens.shell.lead_text import STATES
from sdrdesk.services.feed.steps import StepView
from sdrdesk.services.log.text import outcome_counts, team_totals
from sdrdesk.services.views.log import LogEntry, LogView, RepTotals
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import MUTED, fit
from sdrdesk.widgets.number_table import Column, NumberRow

_NARROW, _WIDE = 76, 100
_BARS = "▁▂▃▄▅▆▇█"
COLUMNS = (
    Column("dials", "dials", 6),
    Column("connects", "conn", 6),
    Column("conversations", "conv", 6),
    Column("meetings_set", "mtgs", 6),
    Column("meetings_held", "held", 6),
    Column("disqualified_without_call", "no call", 8),
)
NUMBERS = {
    "dials": "dials",
    "connects": "connects",
    "conversations": "conversations",
    "meetings_set": "meetings set",
    "disqualified_without_call": "closed without a call",
    "incoming": "incoming calls",
    "not_made": "calls not made",
    "meetings_without_call": "meetings without a call",
    "meetings_held": "meetings held",
    "meetings_missed": "no-shows",
}
TAIL = f"{'talk':>7}  kept  outcomes"
TEAM_KEY: Final = "team"
"""Row of the team; ``""`` is that of calls without an owner."""
STEP: Final = "offer"
"""``kind`` of an entry that is a step of round robin."""


def rows(log: LogView, *, by_meetings: bool) -> list[NumberRow]:
    """Return the team, then the reps by name or by meetings set."""
    reps = list(log.reps)
    if by_meetings:
        reps.sort(key=lambda rep: -rep.meetings_set)
    found = [_row(rep, rep.owner_id) for rep in reps]
    if len(reps) > 1:
        team = team_totals(log)._replace(name=f"Team of {len(reps)}")
        found.insert(0, _row(team, TEAM_KEY, strong=True))
    return found


def name_cells(width: int) -> int:
    """Return how many cells a rep's name gets."""
    return 22 if width >= _WIDE else 16 if width >= _NARROW else 12


def hours(log: LogView) -> Content:
    """Return the dials of each hour above a row of the hours, in each rep's local time."""
    counts = team_totals(log).hours
    busy = [hour for hour, count in enumerate(counts) if count]
    if not busy:
        return Content("")
    shown, most = range(busy[0], busy[-1] + 1), max(counts)
    cells = len(str(most)) + 2
    dials = "".join(f"{_bar(counts[hour], most)}{counts[hour]}".ljust(cells) for hour in shown)
    below = "".join(f"{hour:02d}".ljust(cells) for hour in shown)
    return Content.assemble(("dials  ", MUTED), dials, ("\nhour   ", MUTED), (below, MUTED))


def _bar(count: int, most: int) -> str:
    return _BARS[(count * (len(_BARS) - 1) + most - 1) // most] if count else " "


def zones(log: LogView) -> dict[str, ZoneInfo]:
    """Return each rep's time zone by owner id; ``""`` is that of the log."""
    found = {rep.owner_id: ZoneInfo(rep.time_zone or log.time_zone) for rep in log.reps}
    return {**found, "": ZoneInfo(log.time_zone)}


def step_entries(steps: Sequence[StepView]) -> tuple[LogEntry, ...]:
    """Return steps of round robin as lines of the timeline; no number counts them."""
    return tuple(
        LogEntry(
            f"{STEP} {at} {step.lead_id} {step.owner_id}", "", step.owner_id, step.owner,
            step.lead_id, step.lead_name, step.at, "", step.what, 0, "", "", kind=STEP,
        )
        for at, step in enumerate(steps)
    )  # fmt: skip


def with_steps(calls: Sequence[LogEntry], steps: Sequence[LogEntry]) -> Sequence[LogEntry]:
    """Return calls and steps in the order in which they happened."""
    return sorted([*calls, *steps], key=lambda entry: entry.at) if steps else calls


def line(entry: LogEntry, clocks: Mapping[str, ZoneInfo], width: int) -> Content:
    """Return one line of the timeline."""
    state, color = STATES.get(entry.state, ("", ""))
    mark = state.strip()[:1] or "✓"
    took = stopwatch(entry.duration_s) if entry.duration_s else ""
    words = " ".join(entry.note.split())
    reason = f"{entry.reason}  " if entry.reason else ""
    zone = clocks.get(entry.owner_id, clocks[""])
    parts: list[str | Content | tuple[str, str]] = [
        (f"{entry.at.astimezone(zone):%H:%M} {_zone_cell(entry, clocks)}", MUTED),
        ("↻ ", MUTED) if entry.kind == STEP else (f"{mark} ", color or "$text-success"),
    ]
    if len(clocks) > 2:  # more than one rep: the log's own clock is among them
        parts.append(fit(_first_name(entry), 9) + " ")
    parts.append(fit(entry.lead_name, 22 if width >= _NARROW else 15) + " ")
    if entry.kind == STEP:
        said = entry.label if len(clocks) > 2 else f"{entry.label} · {entry.owner}"
        return Content.assemble(*parts, (said, MUTED))
    parts += [
        (fit(entry.label, 15), "bold"),
        f"{took:>7}  {reason}",
        (f'"{words}"' if words else "", MUTED),
    ]
    return Content.assemble(*parts)


def _zone_cell(entry: LogEntry, clocks: Mapping[str, ZoneInfo]) -> str:
    """Return the zone of the rep's clock where it is not the log's, ``""`` if all have one."""
    own = clocks[""].key
    if all(zone.key == own for zone in clocks.values()):
        return ""
    zone = clocks.get(entry.owner_id, clocks[""])
    return fit("" if zone.key == own else f"{entry.at.astimezone(zone):%Z}", 5)


def _first_name(entry: LogEntry) -> str:
    return entry.owner.split(" ")[0] if entry.owner_id else entry.owner


def _whereabouts(entry: LogEntry) -> str:
    state = STATES.get(entry.state, ("", ""))[0].strip() or f"from {CRM_NAME}"
    return f"{state} · in {CRM_NAME}" if entry.crm_id else f"{state} · not in {CRM_NAME} yet"


def note(entry: LogEntry | None) -> Content:
    """Return the note of the chosen line."""
    if entry is None:
        return Content("")
    if entry.kind == STEP:
        return Content.assemble((f"{entry.lead_name}: ", "bold"), f"{entry.label}, {entry.owner}")
    words = " ".join(entry.note.split()) or entry.reason or "no note"
    return Content.assemble(
        (f"{entry.lead_name}: ", "bold"), words, (f"  ({_whereabouts(entry)})", MUTED)
    )


def whole(entry: LogEntry, clocks: Mapping[str, ZoneInfo]) -> Content:
    """Return all facts of one call, then its whole note."""
    zone = clocks.get(entry.owner_id, clocks[""])
    counts = ", ".join(NUMBERS[name] for name in entry.counted) or "nothing"
    facts = [
        ("when", f"{entry.at.astimezone(zone):%a %d %b %Y %H:%M:%S} · {zone.key}"),
        ("rep", entry.owner),
        ("lead", entry.lead_name),
        ("outcome", entry.label or "none recorded"),
        *([("reason", entry.reason)] if entry.reason else []),
        ("talk", stopwatch(entry.duration_s)),
        ("counts in", "a corrected outcome: a dial only" if entry.corrected else counts),
        ("state", _whereabouts(entry)),
    ]
    lines = [Content.assemble((fit(name, 11), MUTED), said) for name, said in facts]
    text = entry.note.strip() or "no note"
    return Content("\n").join([*lines, Content(""), Content.styled("Note", "bold"), Content(text)])


def _row(rep: RepTotals, row_key: str, *, strong: bool = False) -> NumberRow:
    outcomes = " · ".join(f"{label} {count}" for label, count in outcome_counts(rep)[:4])
    promised = rep.callbacks_kept + rep.callbacks_missed
    kept = f"{rep.callbacks_kept}/{promised}" if promised else "–"
    numbers = tuple(str(getattr(rep, column.key)) for column in COLUMNS)
    tail = f"{stopwatch(rep.talk_s):>7}  {kept:<4}  {outcomes}"
    return NumberRow(row_key, rep.name, numbers, tail, strong)
