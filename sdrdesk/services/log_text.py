"""The day's log as lines, Markdown and CSV."""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo

from sdrdesk.clock import iso
from sdrdesk.services.csv_text import csv_text
from sdrdesk.services.views import LogEntry, LogView, RepTotals


def log_lines(view: LogView) -> Iterator[str]:
    """Yield the log for a terminal."""
    zone = ZoneInfo(view.time_zone)
    yield f"Activity · {view.day} · {view.time_zone}"
    yield f"{'rep':<24} dials  conn  conv   met   talk  outcomes"
    for rep in view.reps:
        yield (
            f"{rep.name[:24]:<24} {rep.dials:>5} {rep.connects:>5} {rep.conversations:>5} "
            f"{rep.meetings_set:>5} {clock_words(rep.talk_s):>6}  {outcome_words(rep)}"
        )
    if not view.activities:
        yield "No calls on this day."
    for entry in view.activities:
        note = f' "{" ".join(entry.note.split())[:60]}"' if entry.note else ""
        yield (
            f"{entry.at.astimezone(zone):%H:%M}  {entry.owner}  {entry.lead_name}  {entry.label}"
            f"  {clock_words(entry.duration_s)}{note}  [{entry.state}]"
        )


def log_markdown(view: LogView) -> str:
    """Return the log as Markdown; text from the CRM is escaped."""
    zone = ZoneInfo(view.time_zone)
    lines = [
        f"# Activity {view.day} ({view.time_zone})",
        "",
        "| rep | dials | connects | conversations | meetings set | talk | outcomes |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| {_cell(rep.name)} | {rep.dials} | {rep.connects} | {rep.conversations} | "
        f"{rep.meetings_set} | {clock_words(rep.talk_s)} | {_cell(outcome_words(rep))} |"
        for rep in view.reps
    ]
    lines += ["", "| time | rep | lead | outcome | talk | note | state |", "| --- " * 7 + "|"]
    lines += [
        f"| {entry.at.astimezone(zone):%H:%M} | {_cell(entry.owner)} | {_cell(entry.lead_name)} | "
        f"{_cell(entry.label)} | {clock_words(entry.duration_s)} | {_cell(entry.note)} | "
        f"{entry.state} |"
        for entry in view.activities
    ]
    return "\n".join(lines) + "\n"


def log_csv(view: LogView) -> str:
    """Return the calls of the log as CSV, safe for spreadsheets."""
    return csv_text(_csv_row(entry) for entry in view.activities)


def _csv_row(entry: LogEntry) -> dict[str, object]:
    return {
        "at": iso(entry.at),
        "rep": entry.owner,
        "lead_id": entry.lead_id,
        "lead": entry.lead_name,
        "disposition": entry.disposition,
        "outcome": entry.label,
        "duration_s": entry.duration_s,
        "note": entry.note,
        "state": entry.state,
        "activity_key": entry.activity_key,
        "crm_id": entry.crm_id,
    }


def clock_words(seconds: int) -> str:
    """Return ``3:12`` or ``1:03:12``."""
    hours, rest = divmod(seconds, 3600)
    minutes, secs = divmod(rest, 60)
    return f"{hours}:{minutes:02d}:{secs:02d}" if hours else f"{minutes}:{secs:02d}"


def outcome_words(rep: RepTotals) -> str:
    """Return the outcomes of a rep, most frequent first."""
    ordered = sorted(rep.outcomes.items(), key=lambda pair: (-pair[1], pair[0]))
    return ", ".join(f"{count} {name}" for name, count in ordered)


def _cell(text: str) -> str:
    flat = " ".join(text.split())
    for character in ("\\", "|", "`", "*", "_", "[", "]", "<", ">", "#"):
        flat = flat.replace(character, f"\\{character}")
    return flat
