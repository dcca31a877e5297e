"""Cadences: who is in which step, starting and stopping, and the check of the files."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from sdrdesk.cadence_files import CadenceFiles
from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.cadence.cadence import Cadence
from sdrdesk.domain.cadence.events import REASONS, EndRules
from sdrdesk.domain.cadence.words import WORDS
from sdrdesk.domain.check.finding import Finding
from sdrdesk.domain.check.mentions import Mention
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.rulebook import Rulebook, shipped_path
from sdrdesk.services.account.rules import need_rep
from sdrdesk.services.check.cadences import CadenceCheck
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.store.cadences import reading
from sdrdesk.store.cadences.reading import NamedRun as NamedRun
from sdrdesk.store.cadences.runs import (
    Following,
    Run,
    reopen,
    reopen_ended_by,
    run_by,
    run_of,
    settle,
    start,
    stop,
)
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import from_ms, to_ms
from sdrdesk.store.mirror.options import options, owner_by
from sdrdesk.store.record.acts import Act
from sdrdesk.store.record.decisions import put_state, state_in

MOST_SHOWN = 500
STARTED, STOPPED = "cadence started", "cadence stopped"
"""Names of the acts, in the words of an undo."""
_NOTHING = "Nothing was changed."
_MEANT = {"owner": "rep", "persona": "persona"}


class StepLine(NamedTuple):
    """One step of a cadence and how many leads are in it."""

    number: int
    """From 1; 0 for the end."""
    what: str
    words: str
    """``call, 1 day after, 08:00-10:30``."""
    leads: int


class CadenceLine(NamedTuple):
    """One cadence."""

    name: str
    title: str
    about: str
    shipped: bool
    steps: tuple[StepLine, ...]

    @property
    def leads(self) -> int:
        """Number of leads in it."""
        return sum(step.leads for step in self.steps)


class CadenceEnd(NamedTuple):
    """A lead that did all steps of its cadence, and how the file says it ends."""

    lead_id: str
    lead_name: str
    cadence: str
    what: str
    """One of ``domain.cadence.cadence.ENDS``."""
    hand_to: str
    """Owner id or e-mail of who gets it back, ``""``: the file names none."""


class CadenceService:
    """Starts, stops and shows cadences of one rep."""

    def __init__(
        self,
        db: Database,
        need: Callable[[str], Lead],
        rules: Rulebook,
        settings: Settings,
        clock: Clock,
        files: CadenceFiles,
        acts: ActLog,
        templates: Callable[[], Collection[str]],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self._db = db
        self._need = need
        self._settings = settings
        self._clock = clock
        self._files = files
        self._acts = acts
        self._templates = templates
        self._changed = changed
        self._rules = rules
        self.following = following(rules, files)
        """The rules that runs are worked out with, also by the sync."""

    def settle(
        self, connection: Connection, *lead_ids: str, change: str = "", undone: str = ""
    ) -> None:
        """Work out the runs of these leads again, in the caller's transaction.

        Args:
            connection: of the transaction.
            lead_ids: the leads.
            change: the activity that changed a field of them, ``""`` for none.
            undone: the change of a field that was undone; what it ended goes on.
        """
        now_ms = to_ms(self._clock())
        if undone:
            for lead_id in lead_ids:
                reopen_ended_by(connection, lead_id, undone, self.following, now_ms)
        settle(connection, lead_ids, self.following, now_ms, change)

    def start(self, lead_id: str, name: str) -> NamedRun:
        """Put a lead into a cadence.

        Raises:
            NotFoundError: the lead is not on this machine.
            UsageError: there is no such cadence, the lead is in one, or must not be called.
        """
        lead, cadence = self._need(lead_id), self._known(name)
        me, now_ms = need_rep(self._db, self._settings), to_ms(self._clock())
        if lead.do_not_call or lead.archived:
            raise UsageError(
                f"{lead.name} {'is not to be called' if lead.do_not_call else 'is archived'}.",
                kept="Nothing was started.",
            )
        run = Run(
            str(uuid.uuid4()), lead.lead_id, cadence.name, lead.owner_id, lead.lifecycle,
            me.owner_id, now_ms, 0, len(cadence.steps), cadence.what(0), now_ms, None,
        )  # fmt: skip
        note = self._acts.noting("decision", STARTED)
        with self._db.writer(durable=True) as connection:
            before = run_of(connection, lead.lead_id)
            if before is not None:
                raise UsageError(
                    f"{lead.name} is in the cadence {before.cadence} already.",
                    kept="Nothing was started.",
                    next_step=f"Stop it first: sdrdesk cadence stop {lead.lead_id}",
                )
            due = to_ms(state_in(connection, lead.lead_id).next_due_at)
            made = start(connection, run, self.following, now_ms)
            after = {"run": made.run_id}
            note(connection, lead.lead_id, before={"next_due_ms": due}, after=after)
        self._changed()
        return NamedRun(made, lead.name, lead.company_name)

    def stop(self, lead_id: str, name: str = "") -> NamedRun:
        """Take a lead out of its cadence; with ``name`` only out of that one.

        Raises:
            UsageError: it is in none, or in another one.
        """
        lead, now_ms = self._need(lead_id), to_ms(self._clock())
        note = self._acts.noting("decision", STOPPED)
        with self._db.writer(durable=True) as connection:
            run = run_of(connection, lead.lead_id)
            if run is None or name not in ("", run.cadence):
                where = f"in {run.cadence}" if run else "in no cadence"
                raise UsageError(f"{lead.name} is {where}.", kept="Nothing was changed.")
            stop(connection, run, "stopped", now_ms)
            note(connection, lead.lead_id, after={"run": run.run_id})
        self._changed()
        return NamedRun(run, lead.name, lead.company_name)

    def put_back(self, act: Act, mark: Callable[[Connection], None]) -> None:
        """Undo a start or a stop; ``mark`` writes more in the same transaction.

        Raises:
            UsageError: something else ended the cadence since, or the lead is in another one.
        """
        with self._db.writer(durable=True) as connection:
            run = self._run_of_act(connection, act)
            if act.label == STARTED:
                self._end(connection, run, "undone", act)
            else:
                self._go_on(connection, run, "stopped")
            mark(connection)
        self._changed()

    def again(self, act: Act) -> None:
        """Start or stop again what was undone. Raises as ``put_back``."""
        note = self._acts.noting("decision", act.label)
        with self._db.writer(durable=True) as connection:
            run = self._run_of_act(connection, act)
            if act.label == STARTED:
                self._go_on(connection, run, "undone")
            else:
                self._end(connection, run, "stopped", act)
            note(connection, run.lead_id, before=act.before, after=act.after)
        self._changed()

    def _run_of_act(self, connection: Connection, act: Act) -> Run:
        run = run_by(connection, str(act.after["run"]))
        if run is None:
            raise UsageError("This cadence is gone.", kept=_NOTHING)
        return run

    def _end(self, connection: Connection, run: Run, reason: str, act: Act) -> None:
        if run.ended_ms is not None:
            raise UsageError(f"{run.cadence} ended already: {REASONS[run.reason]}.", kept=_NOTHING)
        stop(connection, run, reason, to_ms(self._clock()))
        due, state = act.before.get("next_due_ms"), state_in(connection, run.lead_id)
        if isinstance(due, int) and state.next_due_at is None:
            put_state(connection, replace(state, next_due_at=from_ms(due)))

    def _go_on(self, connection: Connection, run: Run, reason: str) -> None:
        other = run_of(connection, run.lead_id)
        if other is not None or run.reason != reason:
            where = f"is in {other.cadence}" if other else f"left {run.cadence} otherwise"
            raise UsageError(f"The lead {where}.", kept=_NOTHING)
        reopen(connection, run, self.following, to_ms(self._clock()))

    def run(self, lead_id: str) -> NamedRun | None:
        """Return the run a lead is in, ``None`` for none."""
        found = reading.open_runs(self._db, "", 1, lead_id=self._need(lead_id).lead_id)
        return found[0] if found else None

    def end_of(self, lead_id: str) -> CadenceEnd | None:
        """Return how the cadence of a lead ends, ``None`` while a step is left or without one."""
        found = self.run(lead_id)
        if found is None or found.run.step < found.run.steps:
            return None
        cadence, run = self._files().get(found.run.cadence), found.run
        hand_to = cadence.hand_to if cadence else ""
        return CadenceEnd(run.lead_id, found.name, run.cadence, run.what, hand_to)

    def mail_template(self, lead_id: str) -> str:
        """Return the script of the e-mail that is a lead's next step, ``""`` for any that fits."""
        found = self.run(lead_id)
        cadence = self._files().get(found.run.cadence) if found else None
        if found is None or cadence is None or found.run.step >= len(cadence.steps):
            return ""
        return cadence.steps[found.run.step].template

    def runs(self, cadence: str = "", *, everybody: bool = False) -> list[NamedRun]:
        """Return the leads in cadences, the one due first on top; at most ``MOST_SHOWN``."""
        return reading.open_runs(self._db, self._mine(everybody), MOST_SHOWN, cadence)

    def names(self) -> Sequence[tuple[str, str]]:
        """Return name and title of each cadence, the team's own first."""
        return [(name, cadence.title) for name, cadence in self._files().items()]

    def lines(self, *, everybody: bool = False) -> list[CadenceLine]:
        """Return each cadence with its steps and the number of leads in each."""
        found = reading.counts(self._db, self._mine(everybody))
        return [
            _line(cadence, found.get(name, {}), shipped=self._is_shipped(name))
            for name, cadence in self._files().items()
        ]

    def line(self, name: str, *, everybody: bool = False) -> CadenceLine:
        """Return one cadence. Raises UsageError."""
        cadence = self._known(name)
        found = reading.counts(self._db, self._mine(everybody)).get(name, {})
        return _line(cadence, found, shipped=self._is_shipped(name))

    def lint(self) -> list[tuple[str, str, str]]:
        """Return level, place and text of each problem of the files."""
        rules = self._rules
        check = CadenceCheck(
            self._files, str, rules.dispositions, rules.retry.max_attempts, self._templates()
        )
        found: list[tuple[str, str, str]] = [
            (f.level, f"{f.places[0].file}:{f.places[0].line}", f.message)
            for f in (*check.findings(), *self._strangers(check.mentions()))
        ]
        known = set(self._files())
        lost = {run.run.cadence for run in reading.open_runs(self._db, "", MOST_SHOWN)} - known
        found += [
            ("warning", name, "leads are in this cadence, which has no file that can be used")
            for name in sorted(lost)
        ]
        return found

    def _strangers(self, mentions: Iterable[Mention]) -> Iterator[Finding]:
        """Yield the personas and reps that the account does not have, as far as is known here."""
        shown = options(self._db, "persona")
        personas = [option.label for option in shown]
        known = {text.casefold() for option in shown for text in (option.label, option.value)}
        for mention in mentions:
            if mention.kind == "owner":
                wrong, near = owner_by(self._db, mention.value) is None, ""
            else:
                wrong = bool(known) and mention.value.casefold() not in known
                near = suggest(mention.value, personas)
            if wrong:
                said = f'the account has no {_MEANT[mention.kind]} "{mention.value}"{near}'
                yield Finding("warning", (mention.kind, mention.value), said, (mention.place,))

    def _mine(self, everybody: bool) -> str:
        return "" if everybody else need_rep(self._db, self._settings).owner_id

    def _known(self, name: str) -> Cadence:
        known = self._files()
        if name not in known:
            raise UsageError(
                f"There is no cadence {one_line(name, limit=60)!r}{suggest(name, list(known))}.",
                kept="Nothing was changed.",
                next_step="List them with: sdrdesk cadence list",
            )
        return known[name]

    def _is_shipped(self, name: str) -> bool:
        return self._files.paths[name].is_relative_to(shipped_path(""))


def following(rules: Rulebook, files: CadenceFiles) -> Following:
    """Return what runs are worked out with; rules that change are followed."""
    known: dict[int, EndRules] = {}

    def ends() -> EndRules:
        outcomes = rules.dispositions
        if id(outcomes) not in known:
            known.clear()
            known[id(outcomes)] = EndRules(outcomes)
        return known[id(outcomes)]

    return Following(files, ends, lambda: rules.windows)


def _line(cadence: Cadence, leads: dict[tuple[int, str], int], *, shipped: bool) -> CadenceLine:
    numbers = {step: number for (step, _), number in leads.items()}
    steps = [
        StepLine(
            at + 1, step.what, _words(step.what, step.after_s, step.between), numbers.get(at, 0)
        )
        for at, step in enumerate(cadence.steps)
    ]
    last = sum(number for step, number in numbers.items() if step >= len(cadence.steps))
    end = StepLine(0, cadence.end, _words(cadence.end, cadence.end_after_s, None), last)
    return CadenceLine(cadence.name, cadence.title, cadence.about, shipped, (*steps, end))


def _words(what: str, after_s: float, between: tuple[int, int] | None) -> str:
    parts = [WORDS[what]]
    if after_s:
        days, rest = divmod(round(after_s), 86_400)
        hours, rest = divmod(rest, 3_600)
        spans = ((days, "d"), (hours, "h"), (rest // 60, "m"))
        parts.append(" ".join(f"{n}{unit}" for n, unit in spans if n) + " after")
    if between:
        low, high = (f"{m // 60:02d}:{m % 60:02d}" for m in between)
        parts.append(f"{low}-{high}")
    return ", ".join(parts)
