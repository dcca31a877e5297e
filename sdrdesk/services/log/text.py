"""The day's log as lines, Markdown, CSV and a sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from sdrdesk.clock import iso
from sdrdesk.domain.reports.outcome_classifier import NO_OUTCOME
from sdrdesk.domain.sla.targets import SlaTargets
from sdrdesk.domain.text.humanize import call_length, clock_error, plural
from sdrdesk.services.reports.cells import At
from sdrdesk.services.reports.csv_text import csv_text
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.picture import Picture, Series
from sdrdesk.services.reports.tables import Cell, Sheet, Table, duration, markdown_cell
from sdrdesk.services.views.log import LogEntry, LogView, RepTotals

_DEFINED = (
    "day", "dial", "connect", "conversation", "meeting set", "corrected", "talk",
    "disqualified without a call", "incoming", "not made", "meeting without a call",
    "meeting held", "callback kept",
)  # fmt: skip
_BARS = "▁▂▃▄▅▆▇█"


def log_lines(view: LogView, targets: SlaTargets | None = None) -> Iterator[str]:
    """Yield the log for a terminal, with the definitions when ``targets`` are given."""
    clocks = _clocks(view)
    yield f"Activity · {view.day} · {view.time_zone}"
    yield f"{'rep':<24} dials  conn  conv   set  held    talk  outcomes"
    for rep in view.reps:
        yield (
            f"{rep.name[:24]:<24} {rep.dials:>5} {rep.connects:>5} {rep.conversations:>5} "
            f"{rep.meetings_set:>5} {rep.meetings_held:>5} {call_length(rep.talk_s):>7}  "
            f"{outcome_words(rep)}"
        )
        yield from _promises(rep)
    if len(view.reps) > 1:
        team = team_totals(view)
        yield (
            f"{'Team':<24} {team.dials:>5} {team.connects:>5} {team.conversations:>5} "
            f"{team.meetings_set:>5} {team.meetings_held:>5} {call_length(team.talk_s):>7}"
        )
    strip = hour_strip(view)
    if strip:
        yield f"by hour  {strip}"
    if not view.activities:
        yield "No calls on this day."
    for entry in view.activities:
        note = f' "{" ".join(entry.note.split())[:60]}"' if entry.note else ""
        yield (
            f"{_at(entry, clocks)}  {entry.owner}  {entry.lead_name}  {_outcome(entry)}"
            f"  {call_length(entry.duration_s)}{note}  [{_state(entry)}]"
        )
    for doubt in view.doubts:
        yield f"? {doubt.text}"
    for name, meaning in chosen(targets, _DEFINED) if targets else ():
        yield f"{name}: {meaning}"


def _clocks(view: LogView) -> dict[str, ZoneInfo]:
    """Return each rep's zone by owner id, ``""`` that of the log."""
    found = {rep.owner_id: ZoneInfo(rep.time_zone or view.time_zone) for rep in view.reps}
    return {**found, "": ZoneInfo(view.time_zone)}


def _at(entry: LogEntry, clocks: Mapping[str, ZoneInfo]) -> At:
    """Return the time on the rep's clock, as in the totals; with its zone where that differs."""
    zone = clocks.get(entry.owner_id, clocks[""])
    form = "%H:%M" if zone.key == clocks[""].key else f"%H:%M ({zone.key})"
    return At(entry.at.astimezone(zone), form)


def team_totals(view: LogView) -> RepTotals:
    """Return the sum of all reps of a log."""
    outcomes: Counter[str] = Counter()
    for rep in view.reps:
        outcomes.update(rep.outcomes)
    return RepTotals(
        owner_id="",
        name="Team",
        dials=sum(rep.dials for rep in view.reps),
        connects=sum(rep.connects for rep in view.reps),
        conversations=sum(rep.conversations for rep in view.reps),
        meetings_set=sum(rep.meetings_set for rep in view.reps),
        talk_s=sum(rep.talk_s for rep in view.reps),
        disqualified_without_call=sum(rep.disqualified_without_call for rep in view.reps),
        outcomes=dict(outcomes),
        callbacks_kept=sum(rep.callbacks_kept for rep in view.reps),
        callbacks_missed=sum(rep.callbacks_missed for rep in view.reps),
        time_zone=view.time_zone,
        incoming=sum(rep.incoming for rep in view.reps),
        not_made=sum(rep.not_made for rep in view.reps),
        meetings_without_call=sum(rep.meetings_without_call for rep in view.reps),
        meetings_held=sum(rep.meetings_held for rep in view.reps),
        meetings_missed=sum(rep.meetings_missed for rep in view.reps),
        labels={key: label for rep in view.reps for key, label in rep.labels.items()},
        hours=tuple(map(sum, zip(*(rep.hours or (0,) * 24 for rep in view.reps), strict=True))),
    )


def hour_strip(view: LogView) -> str:
    """Return dials per hour with a bar each, ``8▂3 9▆12``, from the first hour to the last.

    Each rep's hours are in their own zone. ``""`` without a dial.
    """
    hours = team_totals(view).hours
    busy = [hour for hour, count in enumerate(hours) if count]
    if not busy:
        return ""
    most = max(hours)
    return " ".join(
        f"{hour}{_BARS[(count * (len(_BARS) - 1) + most - 1) // most] if count else ' '}{count}"
        for hour, count in enumerate(hours)
        if busy[0] <= hour <= busy[-1]
    )


def _with_team(view: LogView) -> Sequence[RepTotals]:
    """Return the reps, with the team's totals below when there are several."""
    return [*view.reps, team_totals(view)] if len(view.reps) > 1 else view.reps


def log_sheet(view: LogView, targets: SlaTargets) -> Sheet:
    """Return the log as tables for a standalone page."""
    clocks = _clocks(view)
    reps = _with_team(view)
    hours = team_totals(view).hours
    return Sheet(
        "Activity log",
        f"{view.day} · {view.time_zone}",
        (
            Table("Totals", _TOTALS, tuple(map(_totals, reps))),
            Table("Meetings and callbacks", _MORE, tuple(map(_more, reps))),
            Table("Outcomes", ("rep", "outcomes"), tuple(map(_outcomes, reps))),
            Table(
                "Dials by hour",
                ("hour", "dials"),
                tuple((f"{hour:02d}", count) for hour, count in enumerate(hours) if count),
            ),
            Table(
                "Timeline",
                ("time", "rep", "lead", "outcome", "talk", "note", "state"),
                tuple(
                    (
                        _at(entry, clocks), entry.owner, entry.lead_name,
                        _outcome(entry), duration(entry.duration_s), entry.note, _state(entry),
                    )
                    for entry in view.activities
                ),
                empty="No calls on this day.",
                loose=("outcome", "note", "state"),
            ),
        ),
        chosen(targets, _DEFINED),
        tuple(doubt.text for doubt in view.doubts),
    )  # fmt: skip


def log_pictures(view: LogView) -> tuple[Picture, ...]:
    """Return the dials of each hour as bars, from the first busy hour to the last."""
    hours = team_totals(view).hours if view.reps else ()
    busy = [hour for hour, count in enumerate(hours) if count]
    if not busy:
        return ()
    shown = range(busy[0], busy[-1] + 1)
    dials = Series("dials", tuple(hours[hour] for hour in shown))
    return (
        Picture("Dials by hour of the rep's clock", tuple(f"{h:02d}" for h in shown), (dials,)),
    )


_CSV_COLUMNS = (
    "at", "rep_time", "rep_time_zone", "rep", "lead_id", "lead", "disposition", "outcome",
    "duration_s", "note", "state", "activity_key", "crm_id",
    "reason",
)  # fmt: skip
_TOTALS = (
    "rep", "dials", "connects", "conversations", "meetings set", "talk", "incoming", "not made",
)  # fmt: skip
_MORE = (
    "rep", "meetings held", "meetings missed", "meetings without a call", "callbacks kept",
    "callbacks missed", "disqualified without a call",
)  # fmt: skip


def _totals(rep: RepTotals) -> tuple[Cell, ...]:
    return (
        rep.name, rep.dials, rep.connects, rep.conversations, rep.meetings_set,
        duration(rep.talk_s), rep.incoming, rep.not_made,
    )  # fmt: skip


def _more(rep: RepTotals) -> tuple[Cell, ...]:
    return (
        rep.name, rep.meetings_held, rep.meetings_missed, rep.meetings_without_call,
        rep.callbacks_kept, rep.callbacks_missed, rep.disqualified_without_call,
    )  # fmt: skip


def _outcomes(rep: RepTotals) -> tuple[Cell, ...]:
    return rep.name, outcome_words(rep)


def _promises(rep: RepTotals) -> Iterator[str]:
    said = []
    if rep.callbacks_kept or rep.callbacks_missed:
        said.append(f"callbacks {rep.callbacks_kept} kept, {rep.callbacks_missed} missed")
    if rep.incoming:
        said.append(f"{rep.incoming} incoming")
    if rep.disqualified_without_call:
        said.append(f"{rep.disqualified_without_call} disqualified without a call")
    if rep.not_made:
        said.append(f"{rep.not_made} not made")
    if rep.meetings_without_call:
        meetings = plural(rep.meetings_without_call, "meeting")
        said.append(f"{rep.meetings_without_call} {meetings} without a call")
    if rep.meetings_missed:
        said.append(f"{rep.meetings_missed} {plural(rep.meetings_missed, 'no-show')}")
    if said:
        yield f"{'':<24} {' · '.join(said)}"


def log_markdown(view: LogView, targets: SlaTargets) -> str:
    """Return the log as Markdown with its definitions; text from the CRM is escaped."""
    clocks = _clocks(view)
    lines = [
        f"# Activity {view.day} ({view.time_zone})",
        "",
        "| rep | dials | connects | conversations | meetings set | held | talk | outcomes |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| {markdown_cell(rep.name)} | {rep.dials} | {rep.connects} | {rep.conversations} | "
        f"{rep.meetings_set} | {rep.meetings_held} | {call_length(rep.talk_s)} | "
        f"{markdown_cell(outcome_words(rep))} |"
        for rep in _with_team(view)
    ]
    lines += ["", "| time | rep | lead | outcome | talk | note | state |", "| --- " * 7 + "|"]
    lines += [_timeline_row(entry, clocks) for entry in view.activities]
    if view.doubts:
        lines += ["", "## To look at", ""]
        lines += [f"- {markdown_cell(doubt.text)}" for doubt in view.doubts]
    lines += ["", "## Definitions", ""]
    lines += [f"- **{name}**: {meaning}" for name, meaning in chosen(targets, _DEFINED)]
    return "\n".join(lines) + "\n"


def _timeline_row(entry: LogEntry, clocks: Mapping[str, ZoneInfo]) -> str:
    cells = (
        _at(entry, clocks), entry.owner, entry.lead_name, _outcome(entry),
        call_length(entry.duration_s), entry.note, _state(entry),
    )  # fmt: skip
    return "| " + " | ".join(markdown_cell(cell) for cell in cells) + " |"


def _outcome(entry: LogEntry) -> str:
    return f"{entry.label} ({entry.reason})" if entry.reason else entry.label


def _state(entry: LogEntry) -> str:
    if not entry.clock_shift_s:
        return entry.state
    return f"{entry.state}; time put right: the clock was {clock_error(entry.clock_shift_s)}"


def log_csv(view: LogView) -> str:
    """Return the calls of the log as CSV, safe for spreadsheets."""
    clocks = _clocks(view)
    return csv_text((_csv_row(entry, clocks) for entry in view.activities), _CSV_COLUMNS)


def _csv_row(entry: LogEntry, clocks: Mapping[str, ZoneInfo]) -> dict[str, object]:
    zone = clocks.get(entry.owner_id, clocks[""])
    values = (
        iso(entry.at),
        f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
        zone.key,
        entry.owner,
        entry.lead_id,
        entry.lead_name,
        entry.disposition,
        entry.label,
        entry.duration_s,
        entry.note,
        entry.state,
        entry.activity_key,
        entry.crm_id,
        entry.reason,
    )
    return dict(zip(_CSV_COLUMNS, values, strict=True))


def outcome_words(rep: RepTotals) -> str:
    """Return the outcomes of a rep, most frequent first."""
    return ", ".join(f"{count} {label}" for label, count in outcome_counts(rep))


def outcome_counts(rep: RepTotals) -> list[tuple[str, int]]:
    """Return the calls of a rep by label of the outcome, most frequent first."""
    counts: Counter[str] = Counter()
    for key, count in rep.outcomes.items():
        counts[rep.labels.get(key, key) or NO_OUTCOME] += count
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
