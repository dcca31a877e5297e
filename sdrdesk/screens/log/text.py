"""How a day reads: the numbers of reps, the strip of hours, the timeline, a note. Pure drawing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from textual.content import Content

from sdrdesk.screens.shell.lead_text import MUTED, STATES
from sdrdesk.services.log.text import hour_strip, team_totals
from sdrdesk.services.views.desk import LogEntry, LogView, RepTotals
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import fit
from sdrdesk.widgets.number_table import Column, NumberRow

NARROW, WIDE = 76, 100
COLUMNS = (
    Column("dials", "dials", 6),
    Column("connects", "conn", 6),
    Column("conversations", "conv", 6),
    Column("meetings_set", "met", 5),
    Column("disqualified_without_call", "aside", 6),
)
NUMBERS = {
    "dials": "dials",
    "connects": "connects",
    "conversations": "conversations",
    "meetings_set": "meetings set",
    "disqualified_without_call": "given up without a call",
}
TAIL = f"{'talk':>8}  cb   outcomes"
TEAM_KEY = ""


def rows(log: LogView, *, by_meetings: bool) -> list[NumberRow]:
    """Return the reps by name, or by meetings set when that was asked for; the team comes first."""
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
    return 22 if width >= WIDE else 16 if width >= NARROW else 12


def hours(log: LogView) -> Content:
    """Return dials by hour, each rep's hours on their own clock."""
    strip = hour_strip(log)
    return Content.assemble(("by hour  ", MUTED), strip) if strip else Content("")


def zones(log: LogView) -> dict[str, ZoneInfo]:
    """Return the clock of each rep by owner id; ``""`` is that of the log."""
    found = {rep.owner_id: ZoneInfo(rep.time_zone or log.time_zone) for rep in log.reps}
    return {**found, "": ZoneInfo(log.time_zone)}


def line(entry: LogEntry, clocks: Mapping[str, ZoneInfo], width: int) -> Content:
    """Return one line of the timeline."""
    state, color = STATES.get(entry.state, ("", ""))
    mark = state.strip()[:1] or "✓"
    took = stopwatch(entry.duration_s) if entry.duration_s else ""
    words = " ".join(entry.note.split())
    zone = clocks.get(entry.owner_id, clocks[""])
    parts: list[str | Content | tuple[str, str]] = [
        (f"{entry.at.astimezone(zone):%H:%M} ", MUTED),
        (f"{mark} ", color or "$text-success"),
    ]
    if len(clocks) > 2:  # more than one rep: the log's own clock is among them
        parts.append(fit(entry.owner.split(" ")[0], 9) + " ")
    parts += [
        fit(entry.lead_name, 22 if width >= NARROW else 15) + " ",
        (fit(entry.label or "call", 15), "bold"),
        f"{took:>7}  ",
        (f'"{words}"' if words else "", MUTED),
    ]
    return Content.assemble(*parts)


def whereabouts(entry: LogEntry) -> str:
    """Return whether a line is at the CRM or still here, in words."""
    where = f"CRM id {entry.crm_id}" if entry.crm_id else "not at the CRM yet"
    state = STATES.get(entry.state, ("", ""))[0].strip() or "from the CRM"
    return f"{state} · {where}"


def note(entry: LogEntry | None) -> Content:
    """Return the note of the chosen line."""
    if entry is None:
        return Content("")
    words = " ".join(entry.note.split()) or "no note"
    return Content.assemble(
        (f"{entry.lead_name}: ", "bold"), words, (f"  ({whereabouts(entry)})", MUTED)
    )


def whole(entry: LogEntry, clocks: Mapping[str, ZoneInfo]) -> Content:
    """Return everything known of one line, the note last and whole."""
    zone = clocks.get(entry.owner_id, clocks[""])
    counts = ", ".join(NUMBERS[name] for name in entry.counted) or "nothing"
    facts = [
        ("when", f"{entry.at.astimezone(zone):%a %d %b %Y %H:%M:%S} · {zone.key}"),
        ("rep", entry.owner),
        ("lead", entry.lead_name),
        ("outcome", entry.label or "none recorded"),
        ("talk", stopwatch(entry.duration_s)),
        ("counts in", "a corrected outcome: a dial only" if entry.corrected else counts),
        ("state", whereabouts(entry)),
    ]
    lines = [Content.assemble((fit(name, 11), MUTED), said) for name, said in facts]
    text = entry.note.strip() or "no note"
    return Content("\n").join([*lines, Content(""), Content.styled("Note", "bold"), Content(text)])


def _row(rep: RepTotals, row_key: str, *, strong: bool = False) -> NumberRow:
    outcomes = " · ".join(
        f"{name.replace('_', ' ')} {count}" for name, count in Counter(rep.outcomes).most_common(4)
    )
    promised = rep.callbacks_kept + rep.callbacks_missed
    kept = f"{rep.callbacks_kept}/{promised}" if promised else "–"
    numbers = tuple(str(getattr(rep, column.key)) for column in COLUMNS)
    tail = f"{stopwatch(rep.talk_s):>8}  {kept:<4} {outcomes}"
    return NumberRow(row_key, rep.name, numbers, tail, strong)
