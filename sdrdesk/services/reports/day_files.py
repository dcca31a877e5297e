"""Merge of day files that reps saved with ``log --json`` into one log."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias, cast

from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.outcome.catalog import Dispositions, Flag
from sdrdesk.domain.reports.dials import CallTally, Dial, MeetingWord
from sdrdesk.domain.reports.log_merge import COMPARED, Logged, MergedLogs, merge
from sdrdesk.domain.reports.outcome_classifier import CallOutcome, OutcomeClassifier
from sdrdesk.domain.text.plain_text import clean
from sdrdesk.plain_file import read_plain
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.reports.lookups import OtherRecord, other_records

_MOST_BYTES = 64 * 1024 * 1024
"""A day of a very large team takes a few megabytes."""


@dataclass(frozen=True, slots=True)
class MergedLog:
    """One log of several files."""

    files: tuple[str, ...]
    days: tuple[str, ...]
    merged: MergedLogs
    reps: dict[str, CallTally]
    """By owner id, counted again from the union."""
    names: dict[str, str]
    team: CallTally
    """The sum of all reps."""

    def to_json(self) -> dict[str, object]:
        """Return the output of ``log merge --json``."""
        return {
            "files": list(self.files),
            "days": list(self.days),
            "reps": [
                {"owner_id": owner_id, "name": self.names.get(owner_id, ""), **tally.to_json()}
                for owner_id, tally in self.reps.items()
            ],
            "team": self.team.to_json(),
            "activities": [_activity(entry) for entry in self.merged.activities],
            "disagreements": [
                {
                    "activity_key": found.activity_key,
                    "field": found.field,
                    "told": [{"file": file, "value": value} for file, value in found.told],
                }
                for found in self.merged.disagreements
            ],
            "unsent": [entry.activity_key for entry in self.merged.unsent],
            "not_at_crm": [entry.activity_key for entry in self.merged.not_at_crm],
            "not_in_files": [entry.activity_key for entry in self.merged.not_in_files],
            "held_otherwise": [
                {"activity_key": entry.activity_key, "kind": kind}
                for entry, kind in self.merged.held_otherwise
            ],
        }

    @property
    def needs_person(self) -> bool:
        """True if something disagrees."""
        merged = self.merged
        return bool(merged.disagreements or merged.not_at_crm or merged.not_in_files)

    def lines(self) -> Iterator[str]:
        """Yield the log for a terminal."""
        yield f"Merged · {', '.join(self.days)} · {len(self.files)} files"
        yield f"{'rep':<24} dials  conn  conv   met"
        named = [(self.names.get(owner, owner) or NO_OWNER, t) for owner, t in self.reps.items()]
        for name, tally in [*named, ("Team", self.team)] if len(named) > 1 else named:
            yield (
                f"{name[:24]:<24} {tally.dials:>5} {tally.connects:>5} {tally.conversations:>5} "
                f"{tally.meetings_set:>5}"
            )
        yield f"{len(self.merged.unsent)} are not at the CRM yet."
        for found in self.merged.disagreements:
            told = "; ".join(
                f"{file}: {' '.join(value.split())[:80]}" for file, value in found.told
            )
            yield f"! {found.activity_key} {found.field}: {told}"
        for words, some in (
            ("sent, says the rep's file; the CRM does not hold it", self.merged.not_at_crm),
            ("at the CRM, in no file", self.merged.not_in_files),
        ):
            for entry in some:
                yield f"! {entry.activity_key} {entry.values['at']} {words}"
        for entry, kind in self.merged.held_otherwise:
            yield f"{entry.activity_key} {entry.values['at']} is at the CRM as a {kind}"
        if not self.needs_person:
            yield "No file disagrees with another."


CRM = "the CRM"
"""Name of the CRM's side in place of a file."""

FindOthers: TypeAlias = "Callable[[Sequence[Logged]], Mapping[str, str]]"
"""Returns the kind of CRM record by activity key, for those that the CRM holds as another kind."""
AskDay: TypeAlias = "Callable[[date], Mapping[str, object]]"
"""Returns the log of a day for everybody from this machine, as ``log --json`` prints it."""


def read_day_files(
    paths: Sequence[Path],
    dispositions: Dispositions,
    conversation_s: int,
    at_crm: AskDay | None = None,
    find_others: FindOthers = lambda _: {},
) -> MergedLog:
    """Return one log of the files, each activity once.

    With ``at_crm`` the files are reconciled with the CRM for their reps and days; ``find_others``
    looks for what is not among the CRM's calls.

    Raises:
        UsageError: a file cannot be read or is no output of ``log --json``.
    """
    entries: list[Logged] = []
    days: set[str] = set()
    names: dict[str, str] = {}
    for path in paths:
        document = _document(path)
        days.add(_text(document.get("day")))
        for rep in _objects(document.get("reps"), path):
            names.setdefault(_text(rep.get("owner_id")), _text(rep.get("name")))
        entries += [_entry(row, path) for row in _objects(document.get("activities"), path)]
    if at_crm is not None:
        entries += _held(at_crm, days, {entry.values["owner_id"] for entry in entries} | set(names))
    merged = merge(entries, None if at_crm is None else CRM)
    merged = merged.found_as(find_others(merged.not_at_crm))
    called, team = _tallies(merged, dispositions, conversation_s)
    reps = {owner: CallTally(conversation_s) for owner in names} | called
    ordered = sorted(reps.items(), key=lambda pair: (names.get(pair[0], pair[0]), pair[0]))
    return MergedLog(
        tuple(map(str, paths)), tuple(sorted(days)), merged, dict(ordered), names, team
    )


def held_otherwise(db: Database, gone: Sequence[Logged]) -> dict[str, str]:
    """Return the kind of record that the CRM has instead, by activity key.

    An outcome without a call is a note there, a promise a task: known by its id, else by lead, rep
    and time.
    """
    asked = [
        OtherRecord(
            entry.activity_key, entry.crm_id, entry.values["lead_id"], entry.values["owner_id"],
            to_ms(datetime.fromisoformat(entry.values["at"])),
        )
        for entry in gone
    ]  # fmt: skip
    return other_records(db, asked)


def _held(at_crm: AskDay, days: Collection[str], owner_ids: Collection[str]) -> list[Logged]:
    """Return the CRM's activities of these reps on these days."""
    found: list[Logged] = []
    for day in sorted(days):
        try:
            asked = date.fromisoformat(day)
        except ValueError as error:
            raise UsageError(f"A file is of the day {day!r}, which is none.") from error
        rows = cast(list[Mapping[str, object]], at_crm(asked)["activities"])
        found += [
            _entry(row, Path(CRM))
            for row in rows
            if row.get("crm_id") and _text(row.get("owner_id")) in owner_ids
        ]
    return found


def _document(path: Path) -> Mapping[str, object]:
    try:
        found = json.loads(read_plain(path, _MOST_BYTES))
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise _wrong(path, "is not JSON") from error
    if not isinstance(found, dict) or "activities" not in found:
        raise _wrong(path, "holds no day's log")
    return cast(dict[str, object], found)


def _objects(value: object, path: Path) -> list[Mapping[str, object]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise _wrong(path, "holds no day's log")
    return cast(list[Mapping[str, object]], value)


def _entry(row: Mapping[str, object], path: Path) -> Logged:
    values = {name: _text(row.get(name)) for name in (*COMPARED, "outcome")}
    values["kind"] = values["kind"] or "call"
    key = _text(row.get("activity_key"))
    try:
        moment = datetime.fromisoformat(values["at"])
        whole = int(values["duration_s"] or 0)
    except ValueError as error:
        raise _wrong(path, f"has a moment or a duration that is none, at {key!r}") from error
    if not key or moment.tzinfo is None or whole < 0:
        raise _wrong(path, "has an activity without a key, or a moment without a zone")
    counts = row.get("counts_in")
    return Logged(
        str(path),
        key,
        _text(row.get("crm_id")),
        _text(row.get("state")),
        values,
        row.get("corrected") is True,
        tuple(map(_text, counts)) if isinstance(counts, list) else None,
    )


def _tallies(
    merged: MergedLogs, dispositions: Dispositions, conversation_s: int
) -> tuple[dict[str, CallTally], CallTally]:
    """Return the counts of each rep, and of all."""
    classifier = OutcomeClassifier(dispositions)
    found: dict[str, CallTally] = {}
    team = CallTally(conversation_s)
    for entry in merged.activities:
        values = entry.values
        outcome = classifier.of(values["disposition"], values["outcome"], corrected=entry.corrected)
        dial = Dial(
            key=entry.activity_key,
            lead_id=values["lead_id"],
            owner_id=values["owner_id"],
            at=datetime.fromisoformat(values["at"]),
            is_call=values["kind"] == "call",
            outcome=outcome,
            duration_s=int(values["duration_s"] or 0),
            incoming=values["kind"] == "incoming",
            not_made=values["kind"] == "not_made",
            meeting=_meeting(entry, outcome),
        )
        for tally in (found.setdefault(dial.owner_id, CallTally(conversation_s)), team):
            tally.add(dial)
    return found, team


def _meeting(entry: Logged, outcome: CallOutcome) -> MeetingWord:
    counts, kind = entry.counts_in, entry.values["kind"]
    if kind in ("held", "missed"):
        return "held" if kind == "held" else "missed"
    if kind == "meeting":
        return "credited" if counts is not None and "meetings_set" in counts else "alone"
    if outcome.is_(Flag.MEETING) and counts is not None and "meetings_set" not in counts:
        return "cancelled"
    return ""


def _activity(entry: Logged) -> dict[str, object]:
    return {
        "activity_key": entry.activity_key,
        "crm_id": entry.crm_id or None,
        **entry.values,
        "duration_s": int(entry.values["duration_s"] or 0),
        "state": entry.state,
        "corrected": entry.corrected,
    }


def _text(value: object) -> str:
    return "" if value is None else clean(str(value))


def _wrong(path: Path, what: str) -> UsageError:
    return UsageError(
        f"{path} {what}.",
        kept="Nothing was changed.",
        next_step="Reps save their day with `sdrdesk log --json > day.json`.",
    )
