"""Backtest: compare another ranking configuration with the calls the rep made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sdrdesk.domain.calling_hours.retry import next_try
from sdrdesk.domain.config.reader import nearest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.queue.backtest import Ranking, Replay, replay
from sdrdesk.domain.queue.time_travel import LeadPast, PastCall
from sdrdesk.domain.ranking.candidate import Candidate
from sdrdesk.domain.ranking.fit import fit_of
from sdrdesk.rulebook import RULE_FILES, Rulebook
from sdrdesk.store.database.database import Database
from sdrdesk.store.queue import history
from sdrdesk.store.queue.candidates import candidates, facts
from sdrdesk.store.reports.lookups import every_lead

_FILES = ("ranking.toml", "fit.toml")
"""Only the order may differ. Who is callable stays the same."""


class Backtest:
    """Compares two rankings over past calls."""

    def __init__(
        self, db: Database, rulebook: Rulebook, mine: frozenset[str] | None, zone: ZoneInfo
    ) -> None:
        self._db = db
        self._rules = rulebook
        self._mine = mine
        self._zone = zone

    def compare(
        self,
        folder: Path,
        start: date,
        end: date,
        on_progress: Callable[[int, int], None] | None = None,
    ) -> Replay:
        """Compare the ranking in ``folder`` with the present one over days, both included.

        Args:
            folder: holds another ``ranking.toml``, another ``fit.toml``, or both.
            start: first day, in the rep's zone.
            end: last day.
            on_progress: called with calls done and calls in all.

        Raises:
            UsageError: the folder holds neither file, or the days are in the wrong order.
            TomlFileError: a file in it is wrong; names file, line and key.
        """
        if end < start:
            raise UsageError(f"{end} is before {start}.", next_step="Swap --from and --to.")
        mine = None if self._mine is None else sorted(self._mine)
        return replay(
            self._pasts(mine),
            Ranking(self._rules.ranking),
            self._other(folder),
            rules=self._rules.rules,
            windows=self._rules.windows,
            facts=facts(self._db, mine),
            start=datetime.combine(start, time(), self._zone),
            end=datetime.combine(end + timedelta(days=1), time(), self._zone),
            counts=lambda call: self._mine is None or call.owner_id in self._mine,
            on_progress=on_progress,
        )

    def _other(self, folder: Path) -> Ranking:
        there = files_used(folder)
        if not there:
            aside = [f"{name} ({why})" for name, why in files_not_used(folder).items()]
            raise UsageError(
                f"{folder} holds neither {' nor '.join(_FILES)}.",
                kept=f"It holds {', '.join(aside)}." if aside else "",
                next_step="Copy yours there and change it.",
            )
        other = Rulebook(folder)
        config = other.ranking if _FILES[0] in there else self._rules.ranking
        fits = None
        if _FILES[1] in there:
            fits = {lead.lead_id: fit_of(lead, other.fit).points for lead in every_lead(self._db)}
        return Ranking(config, fits)

    def _pasts(self, mine: list[str] | None) -> Iterator[LeadPast]:
        made: dict[str, list[history.LoggedCall]] = {}
        for call in history.calls(self._db):
            made.setdefault(call.lead_id, []).append(call)
        stood, beginnings = history.fields_before_outcomes(self._db), history.first_dates(self._db)
        for item in candidates(self._db, mine):
            first, created = beginnings.get(item.lead_id, (None, None))
            yield LeadPast(
                item,
                first,
                created,
                tuple(self._calls(item, made.get(item.lead_id, []), first)),
                tuple(stood.get(item.lead_id, [])),
            )

    def _calls(
        self, item: Candidate, rows: list[history.LoggedCall], first: datetime | None
    ) -> Iterator[PastCall]:
        attempts, since = 0, None
        for row in rows:
            converted = item.converted_at
            if converted is None or converted > row.at:
                converted = first if first is not None and first <= row.at else None
            attempts = attempts + 1 if converted == since else 1
            since = converted
            yield self._call(item, row, attempts)

    def _call(self, item: Candidate, row: history.LoggedCall, attempts: int) -> PastCall:
        outcome = self._outcome(row)
        if outcome is None:
            return PastCall(row.at, row.owner_id)
        rests = None
        if outcome.retry:
            rule = self._rules.retry.rule_for(outcome.retry)
            place = (item.country, item.state)
            windows = self._rules.windows.of(item.owner_id)
            rests = next_try(attempts, rule, row.at, item.zone, windows, place)
        won = outcome.is_(Flag.MEETING) or outcome.is_(Flag.QUALIFIED)
        # An outcome with no next step ends the work; a wrong number only ends the number.
        ends = not (outcome.retry or row.callback_at or outcome.is_(Flag.WRONG_NUMBER))
        return PastCall(row.at, row.owner_id, rests, row.callback_at, ends, won)

    def _outcome(self, row: history.LoggedCall) -> Disposition | None:
        """Return a call's outcome; of another tool's call only if exactly one outcome fits."""
        known = self._rules.dispositions
        if row.disposition:
            return known.get(row.disposition)
        named = [item for item in known.values() if item.crm_outcome == row.outcome_label]
        return named[0] if len(named) == 1 else None


def files_used(folder: Path) -> tuple[str, ...]:
    """Return the files of a folder that a replay compares."""
    return tuple(name for name in _FILES if (folder / name).is_file())


def files_not_used(folder: Path) -> dict[str, str]:
    """Return every other file and folder in it, and why a replay does not use it."""
    rules = [f"{name}.toml" for name in RULE_FILES]
    found: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        name = path.name
        if name in _FILES or name.startswith("."):
            continue
        near = nearest(name, _FILES, 0.75)
        if name in rules:
            found[name] = "only the order is compared; who may be called stays the same"
        elif near:
            found[name] = f"no file of this name is read; did you mean {near}?"
        else:
            found[name] = "it does not change the order"
    return found


def replay_words(found: Replay, start: date, end: date) -> Iterator[str]:
    """Yield the comparison line by line, the verdict last."""
    count = len(found.dials)
    yield f"{start} to {end}: {count} calls to leads in the queue, {found.outside} to others"
    if not count:
        yield "Nothing to compare."
        return
    yield "                            present    other"
    for words, mine, theirs in (
        ("called lead was on top", found.present.top_1, found.other.top_1),
        ("called lead in the top 5", found.present.top_5, found.other.top_5),
        ("called lead in the top 10", found.present.top_10, found.other.top_10),
    ):
        yield f"{words:<26}{_of(mine, count):>9}{_of(theirs, count):>9}"
    present, other = found.present, found.other
    yield f"{'average rank':<26}{present.mean_rank or 0:>9.1f}{other.mean_rank or 0:>9.1f}"
    yield f"{'median rank':<26}{present.median_rank or 0:>9.1f}{other.median_rank or 0:>9.1f}"
    yield (
        f"Meetings and qualified leads: {found.won}. On top earlier with the other ranking: "
        f"{found.earlier}, later: {found.later}, same: {found.same}"
    )
    yield verdict_words(found)
    yield (
        "Bias: you chose calls from the present ranking, which favours it. Fit and "
        "page views are today's; past snoozes and pins are unknown."
    )


def verdict_words(found: Replay) -> str:
    """Return what may be concluded, in one sentence."""
    split = f"{found.earlier} earlier, {found.later} later"
    if found.verdict == "too_few":
        return f"Too few to conclude: {found.won} won leads ({split})."
    if found.verdict == "no_difference":
        return f"No difference beyond chance ({split}, p = {found.by_chance:.2f})."
    return (
        f"The other ranking would have had the won leads on top {found.verdict} "
        f"({split}; by chance alone p = {found.by_chance:.3f})."
    )


def _of(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %"
