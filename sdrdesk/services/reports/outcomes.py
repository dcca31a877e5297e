"""``report outcomes`` and ``report scripts``: outcomes by rep and by script."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sdrdesk.domain.lead.owner import NO_OWNER
from sdrdesk.domain.reports.date_range import DateRange
from sdrdesk.domain.reports.dials import CallTally, ordered
from sdrdesk.domain.reports.doubts import Doubt, unknown_script
from sdrdesk.domain.reports.kept import Kept, added
from sdrdesk.domain.reports.outcome_classifier import NO_OUTCOME
from sdrdesk.domain.reports.scripts import ScriptResult, script_results
from sdrdesk.domain.reports.statistics import THIN, Proportion
from sdrdesk.services.reports.definitions import chosen
from sdrdesk.services.reports.reader import Reader
from sdrdesk.services.reports.tables import Cell, Sheet, Table, duration
from sdrdesk.services.reports.tallies import take_in

_DEFINED = (
    "dial", "connect", "conversation", "meeting set", "corrected", "talk",
    "meeting kept", "disqualified without a call", "incoming", "interval", "day",
)  # fmt: skip


class SlotCount(NamedTuple):
    """Number of hand-offs that answer one slot."""

    key: str
    label: str
    answered: int


@dataclass(frozen=True, slots=True)
class SlotCounts:
    """Answers in the hand-offs of a span."""

    used: str
    """Label of the set in use."""
    handoffs: int
    slots: tuple[SlotCount, ...]
    """The slots in use, then those of other sets that were answered."""

    def to_json(self) -> dict[str, object]:
        """Return its part of ``report outcomes --json``."""
        slots = [{"slot": s.key, "label": s.label, "answered": s.answered} for s in self.slots]
        return {"used": self.used, "handoffs": self.handoffs, "slots": slots}


@dataclass(frozen=True, slots=True)
class OutcomeReport:
    """Number of times that each outcome was recorded."""

    span: DateRange
    team: CallTally
    reps: dict[str, CallTally]
    """By owner id."""
    slots: SlotCounts
    kept: dict[str, Kept]
    """Results of the meetings made in the span, by owner id."""

    @property
    def team_kept(self) -> Kept:
        """Results of all of them."""
        return added(self.kept.values())

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report outcomes --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            **self.team.to_json(),
            "reasons": ordered(self.team.reasons),
            "qualification": self.slots.to_json(),
            "meetings": self.team_kept.to_json(),
            "reps": [
                {
                    "owner_id": owner_id,
                    **tally.to_json(),
                    "meetings": self.kept.get(owner_id, Kept()).to_json(),
                }
                for owner_id, tally in self.reps.items()
            ],
        }


@dataclass(frozen=True, slots=True)
class ScriptReport:
    """Results of each version of a script."""

    span: DateRange
    results: tuple[ScriptResult, ...]
    doubts: tuple[Doubt, ...] = ()
    """Scripts that calls name and this machine does not have."""

    def to_json(self) -> dict[str, object]:
        """Return the output of ``report scripts --json``."""
        return {
            "from": self.span.first.isoformat(),
            "to": self.span.last.isoformat(),
            "time_zone": self.span.zone.key,
            "enough_connects": THIN,
            "scripts": [result.to_json() for result in self.results],
            "doubts": [doubt.to_json() for doubt in self.doubts],
        }


def outcome_report(reader: Reader, span: DateRange) -> OutcomeReport:
    """Count the outcomes of ``span``."""
    told = reader.credits(span.start)
    talk = reader.targets.conversation_s
    team = CallTally(talk)
    reps = {owner_id: CallTally(talk) for owner_id in reader.callers()}
    for _, group in reader.groups((span.start, span.end)):
        for counted in (team, reps.setdefault(group.owner_id, CallTally(talk))):
            counted.add_group(group)
    for dial in reader.meetings(span.start, span.end, told):
        for counted in (team, reps.setdefault(dial.owner_id, CallTally(talk))):
            take_in(counted, dial)
    kept = reader.kept(span, told)
    for owner_id in kept:
        reps.setdefault(owner_id, CallTally(talk))
    names = reader.owner_names()
    return OutcomeReport(
        span,
        team,
        dict(sorted(reps.items(), key=lambda p: (names.get(p[0], p[0]), p[0]))),
        _slot_counts(reader, span),
        kept,
    )


def _slot_counts(reader: Reader, span: DateRange) -> SlotCounts:
    slots, found = reader.slots(), reader.handed_over(span)
    counted = Counter(key for answers in found for key in slots.answers(answers))
    keys = dict.fromkeys([key for key, _ in slots.pairs] + sorted(counted))
    counts = tuple(SlotCount(key, slots.label(key), counted[key]) for key in keys)
    return SlotCounts(slots.chosen.label, len(found), counts)


def script_report(reader: Reader, span: DateRange) -> ScriptReport:
    """Count the results of calls with each version of a script."""
    found: dict[str, CallTally] = {}
    for _, group in reader.groups((span.start, span.end)):
        if group.is_call:
            tally = found.setdefault(group.script_id, CallTally(reader.targets.conversation_s))
            tally.add_group(group)
    for dial in reader.meetings(span.start, span.end):
        if not dial.incoming and dial.meeting != "alone":
            tally = found.setdefault(dial.script_id, CallTally(reader.targets.conversation_s))
            take_in(tally, dial)
    known = frozenset(reader.scripts())
    doubts = [
        unknown_script(reference, tally.dials)
        for reference, tally in sorted(found.items())
        if known and reference and reference.partition("@")[0] not in known
    ]
    return ScriptReport(span, tuple(script_results(found)), tuple(doubts))


def outcome_sheet(reader: Reader, report: OutcomeReport) -> Sheet:
    """Return the report as tables."""
    names = reader.owner_names()

    def name(owner_id: str) -> str:
        return names.get(owner_id, owner_id) or NO_OWNER

    return Sheet(
        "Outcomes",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        (
            _by_rep(report, name),
            _rates(report, name),
            _meetings(report, name),
            _by_outcome(reader, report.team),
            _of_all_dials(report.team),
            _handoffs(report.slots),
        ),
        chosen(reader.targets, _DEFINED),
    )


def script_sheet(reader: Reader, report: ScriptReport) -> Sheet:
    """Return the report as tables; small samples are shown but not compared."""
    thin = sum(result.meetings.is_thin for result in report.results)
    notes = [
        "Sorted by dials, not by success. A script is ahead of another only when their intervals "
        "do not touch."
    ]
    if thin:
        notes.append(f"{thin} of them have fewer than {THIN} connects: too few to compare.")
    notes += [doubt.text for doubt in report.doubts]
    return Sheet(
        "Scripts",
        f"{report.span.first} to {report.span.last} · {report.span.zone.key} · {reader.who}",
        (
            Table(
                "",
                ("script", "dials", "connects", "talks", "meetings per connect", "ahead of"),
                tuple(
                    (
                        result.script_id or "no script", result.tally.dials,
                        result.tally.connects, result.tally.conversations,
                        result.meetings,
                        "too few to tell" if result.meetings.is_thin
                        else ", ".join(o or "no script" for o in result.ahead_of) or "none",
                    )
                    for result in report.results
                ),
            ),
        ),
        chosen(reader.targets, _DEFINED),
        tuple(notes),
    )  # fmt: skip


def _by_rep(report: OutcomeReport, name: Callable[[str], str]) -> Table:
    rows = [_rep_row(name(key), tally) for key, tally in report.reps.items()]
    if len(rows) > 1:
        rows.append(_rep_row("Team", report.team))
    headings = (
        "rep", "dials", "connects", "conversations", "meetings set", "talk", "without a call",
        "incoming",
    )  # fmt: skip
    return Table("By rep", headings, tuple(rows))


def _rep_row(name: str, tally: CallTally) -> tuple[Cell, ...]:
    return (
        name, tally.dials, tally.connects, tally.conversations, tally.meetings_set,
        duration(tally.talk_s), tally.disqualified_without_call, tally.incoming,
    )  # fmt: skip


def _rates(report: OutcomeReport, name: Callable[[str], str]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for key, tally in report.reps.items():
        counts = (tally.connects, tally.conversations, tally.meetings_set)
        rows.append((name(key), *(Proportion(count, tally.dials) for count in counts)))
    headings = ("rep", "connects", "conversations", "meetings set")
    return Table("Rates by rep, of the dials", headings, tuple(rows))


def _meetings(report: OutcomeReport, name: Callable[[str], str]) -> Table:
    kept = [(name(key), report.kept[key]) for key in report.reps if key in report.kept]
    if len(kept) > 1:
        kept.append(("Team", report.team_kept))
    return Table(
        "Meetings made, and what became of them",
        ("rep", "made", "held", "no-show", "cancelled", "moved", "open", "of those due"),
        tuple(
            (rep, k.made, k.held, k.no_show, k.cancelled, k.moved, k.open, k.share)
            for rep, k in kept
        ),
        empty="No meeting was made in the CRM in these days.",
    )


def _by_outcome(reader: Reader, team: CallTally) -> Table:
    def label(name: str) -> str:
        known = reader.dispositions.get(name)
        return known.label if known else name or NO_OUTCOME

    rows = (
        (label(name), count, Proportion(count, team.dials))
        for name, count in ordered(team.outcomes).items()
    )
    return Table("By outcome", ("outcome", "calls", "share and interval"), tuple(rows))


def _of_all_dials(team: CallTally) -> Table:
    rows = (
        ("connects", Proportion(team.connects, team.dials)),
        ("conversations", Proportion(team.conversations, team.dials)),
        ("meetings set", Proportion(team.meetings_set, team.dials)),
    )
    return Table("Of all dials", ("became", "share and interval"), rows)


def _handoffs(slots: SlotCounts) -> Table:
    counted = slots.slots if slots.handoffs else ()
    return Table(
        f"Answered at the hand-off ({slots.used or 'no slots'})",
        ("slot", "hand-offs", "share and interval"),
        tuple((s.label, s.answered, Proportion(s.answered, slots.handoffs)) for s in counted),
    )
