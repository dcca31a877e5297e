"""How a day reads: the table of reps, the strip of hours, the timeline. Pure drawing."""

from __future__ import annotations

from collections import Counter

from textual.content import Content

from sdrdesk.screens.lead_text import MUTED, STATES
from sdrdesk.services.views import LogEntry, LogView, RepTotals
from sdrdesk.widgets.ages import stopwatch
from sdrdesk.widgets.cells import fit
from sdrdesk.widgets.line_list import Line

_BARS = "▁▂▃▄▅▆▇█"
NARROW = 76
MOST_REPS = 6
"""Rows of the table; a larger team is summed up in the last one."""


def totals(log: LogView, width: int) -> Content:
    """Return the table of reps, the team's sum and the strip of hours."""
    name_cells = 22 if width >= NARROW else 14
    head = (
        f"{fit('rep', name_cells)}{'dials':>6}{'conn':>6}{'conv':>6}{'met':>5}{'talk':>8}  outcomes"
    )
    lines = [Content.styled(head, MUTED)]
    shown = log.reps[:MOST_REPS]
    lines += [_row(rep, name_cells) for rep in shown]
    if len(log.reps) > 1:
        rest = len(log.reps) - len(shown)
        name = f"Team (and {rest} more)" if rest else "Team"
        lines.append(_row(_sum(log.reps, name), name_cells).stylize("bold"))
    lines.append(_hours(log))
    return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)


def lines(log: LogView, width: int) -> list[Line]:
    """Return the timeline, one line each, oldest first."""
    return [Line(entry.activity_key, _entry(entry, log, width)) for entry in log.activities]


def note(entry: LogEntry | None) -> Content:
    """Return the note of the chosen line."""
    if entry is None:
        return Content("")
    words = " ".join(entry.note.split()) or "no note"
    where = f"CRM id {entry.crm_id}" if entry.crm_id else "not at the CRM yet"
    state = STATES.get(entry.state, ("", ""))[0].strip()
    said = " · ".join(part for part in (state, where) if part)
    return Content.assemble((f"{entry.lead_name}: ", "bold"), words, (f"  ({said})", MUTED))


def _row(rep: RepTotals, name_cells: int) -> Content:
    outcomes = " · ".join(
        f"{key.replace('_', ' ')} {count}" for key, count in Counter(rep.outcomes).most_common(4)
    )
    return Content.assemble(
        fit(rep.name, name_cells),
        f"{rep.dials:>6}{rep.connects:>6}{rep.conversations:>6}{rep.meetings_set:>5}",
        f"{stopwatch(rep.talk_s):>8}",
        (f"  {outcomes}", MUTED),
    )


def _sum(reps: tuple[RepTotals, ...], name: str) -> RepTotals:
    outcomes: Counter[str] = Counter()
    for rep in reps:
        outcomes.update(rep.outcomes)
    return RepTotals(
        "",
        name,
        sum(rep.dials for rep in reps),
        sum(rep.connects for rep in reps),
        sum(rep.conversations for rep in reps),
        sum(rep.meetings_set for rep in reps),
        sum(rep.talk_s for rep in reps),
        sum(rep.disqualified_without_call for rep in reps),
        outcomes,
    )


def _hours(log: LogView) -> Content:
    by_hour = Counter(entry.at.astimezone().hour for entry in log.activities)
    if not by_hour:
        return Content("")
    most = max(by_hour.values())
    pieces = [
        f"{hour} {_BARS[min(7, by_hour[hour] * 7 // most)]}{by_hour[hour]}"
        for hour in range(min(by_hour), max(by_hour) + 1)
    ]
    return Content.assemble(("by hour  ", MUTED), "  ".join(pieces))


def _entry(entry: LogEntry, log: LogView, width: int) -> Content:
    state, color = STATES.get(entry.state, ("", ""))
    mark = state.strip()[:1] or "✓"
    took = stopwatch(entry.duration_s) if entry.duration_s else ""
    words = " ".join(entry.note.split())
    parts: list[str | Content | tuple[str, str]] = [
        (f"{entry.at.astimezone():%H:%M} ", MUTED),
        (f"{mark} ", color or "$text-success"),
    ]
    if len(log.reps) > 1:
        parts.append(fit(entry.owner.split(" ")[0], 9) + " ")
    parts += [
        fit(entry.lead_name, 22 if width >= NARROW else 15) + " ",
        (fit(entry.label or "call", 15), "bold"),
        f"{took:>7}  ",
        (f'"{words}"' if words else "", MUTED),
    ]
    return Content.assemble(*parts)
