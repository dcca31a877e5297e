"""Undo and redo of the last act: one decision or outcome, or all that were made together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import SdrDeskError, StorageError, UndoQuestion, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.call.outcomes import OutcomeService
from sdrdesk.services.lead.decisions import DecisionService
from sdrdesk.services.lead.undo_text import undone_words
from sdrdesk.services.views.desk import Disposed, Redone, Undone, WhyView


@dataclass(frozen=True, slots=True)
class _Again:
    """One undo step that can be done again."""

    undone: Undone
    decisions: tuple[Callable[[], object], ...] = ()
    outcomes: tuple[str, ...] = ()
    """Activity keys, in the order of recording."""


class UndoService:
    """Undoes what belongs together; each lead in a transaction of its own.

    A machine that stops halfway leaves every lead either changed or restored. Groups and redo are
    kept in memory only: after a restart, outcomes are undone one by one.
    """

    def __init__(
        self,
        deciding: DecisionService,
        calling: OutcomeService,
        forget_files: Callable[[], object],
        changed: Callable[[], None],
        why: Callable[[str], WhyView],
    ) -> None:
        self._deciding = deciding
        self._calling = calling
        self._forget_files = forget_files
        self._changed = changed
        self._why = why
        self._bulk: list[str] = []
        """Outcomes last recorded together, in the order of recording."""
        self._open: list[str] | None = None
        self._redo: list[_Again] = []
        """What can be done again, the latest undo last."""
        self._redo_at = (0, 0)
        """Acts made in this session when something was undone or redone last."""

    @contextmanager
    def together(self) -> Iterator[None]:
        """Group the decisions and outcomes inside into one undo step."""
        self._open = []
        try:
            with self._deciding.together():
                yield
        finally:
            self._bulk = self._open or self._bulk
            self._open = None

    def recorded(self, activity_key: str) -> bool:
        """Note an outcome: earlier decisions stay. Return whether it is one of a group."""
        self._deciding.forget()
        if self._open is None:
            return False
        self._open.append(activity_key)
        return True

    def last(
        self, reason: str = "", outcome: str = "", *, ask: bool = False, reopen: bool = False
    ) -> Undone:
        """Undo the last decision, else the last outcome, with all that belongs to it.

        Args:
            reason: why; required to lift a "do not call" that was sent.
            outcome: only this one, by its activity key; ``""`` for the last act.
            ask: raise a question instead of going back past the last outcome of this session.
            reopen: go on with the call of the outcome.

        Raises:
            UndoQuestion: see ``ask``; the answer names the outcome.
            ReasonNeeded: it is a "do not call" that was sent, and ``reason`` is empty.
            UsageError: there is nothing to undo, or ``outcome`` is not the last.
            SdrDeskError: nothing could be undone.
        """
        self._changed()
        undone = self._last(one_line(reason), outcome, ask and not outcome, reopen)
        if not undone.lifted:
            return undone
        blocked = self._why(undone.lead_id).blocked_by
        holds = [block.text for block in blocked if block.rule == "do_not_call"]
        still = f"still may not be called: {', '.join(holds)}" if holds else "may be called again"
        return undone._replace(message=f"{undone.message} {undone.lead_name} {still}.")

    def _last(self, reason: str, outcome: str, ask: bool, reopen: bool) -> Undone:
        undone = None if outcome else self._deciding.take_back()
        if undone is not None:
            self._may_redo(_Again(undone, decisions=self._deciding.undone))
            return undone
        last = self._calling.last()
        if outcome not in ("", last.activity_key):
            raise UsageError(
                "Another outcome was recorded in the meantime.",
                kept="Nothing was changed.",
                next_step="Undo again to undo that one.",
            )
        in_bulk = last.activity_key in self._bulk
        if ask and not in_bulk and last.activity_key != self._calling.latest:
            raise UndoQuestion(last.activity_key, self._calling.question(last))
        if in_bulk:
            undone, keys = self._all_of_bulk(reason)
        else:
            undone = self._calling.take_back(last, reason, reopen=reopen)
            keys = (last.activity_key,)
        self._calling.latest = ""
        self._may_redo(_Again(undone, outcomes=keys))
        self._forget_files()
        return undone

    def redo(self) -> Redone:
        """Do again what was undone last, as long as nothing else was done since.

        Raises:
            UsageError: there is nothing to redo, or it had been sent already.
            SdrDeskError: it can no longer be done.
        """
        if not self._redo or self._acts != self._redo_at:
            raise UsageError("Nothing to redo.", kept="Nothing was changed.")
        again = self._redo[-1]
        if again.outcomes and not again.undone.clean:
            self._redo.pop()
            raise UsageError(
                f"{again.undone.label}, {again.undone.lead_name} was already in {CRM_NAME}.",
                kept="The correction stays.",
                next_step="Record the outcome again, with a call.",
            )
        done = self._again(again)
        self._redo.pop()
        self._redo_at = self._acts
        undone = again.undone
        return Redone(
            undone.message.replace("Undone", "Redone", 1), undone.lead_id, undone.leads, done
        )

    def _again(self, again: _Again) -> Disposed | None:
        if len(again.outcomes) == 1:
            return self._calling.again(again.outcomes[0])
        with self.together():
            for decide in again.decisions:
                decide()
            for key in again.outcomes:
                self._calling.again(key)
        return None

    @property
    def _acts(self) -> tuple[int, int]:
        return self._deciding.acts, self._calling.acts

    def _may_redo(self, again: _Again) -> None:
        if self._acts != self._redo_at:
            self._redo.clear()  # something was done since: what was undone before it is past
        self._redo.append(again)
        self._redo_at = self._acts

    def _all_of_bulk(self, reason: str) -> tuple[Undone, tuple[str, ...]]:
        done: list[Undone] = []
        refused: list[SdrDeskError] = []
        for key in reversed(self._bulk):
            outcome = self._calling.standing(key)
            if outcome is None:
                continue
            try:
                done.append(self._calling.take_back(outcome, reason))
            except StorageError as error:
                refused.append(error)
                break  # the others would fail too; another undo goes on from here
            except SdrDeskError as error:
                refused.append(error)
        if not done:
            raise refused[0]
        if len(done) == 1 and not refused:
            return done[0], (done[0].activity_key,)
        done.reverse()
        corrected = sum(not undone.clean for undone in done)
        names = [undone.lead_name for undone in done]
        first = done[0]
        said = undone_words(first.label, names, len(done), corrected, refused)
        clean = not corrected and not refused
        together = Undone(first.lead_id, first.lead_name, first.label, clean, said, len(done))
        return together, tuple(undone.activity_key for undone in done)
