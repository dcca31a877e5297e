"""Undo of the last act: one decision or outcome, or all that were made together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sdrdesk.domain.errors import SdrDeskError, StorageError, UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.call.outcomes import OutcomeService
from sdrdesk.services.lead.decisions import DecisionService
from sdrdesk.services.lead.undo_text import undone_words
from sdrdesk.services.views.desk import Undone, WhyView


class UndoService:
    """Undoes what belongs together; each lead in a transaction of its own.

    A machine that stops halfway leaves every lead either changed or restored. Groups are kept in
    memory only: after a restart, outcomes are undone one by one.
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

    def last(self, reason: str = "", outcome: str = "") -> Undone:
        """Undo the last decision, else the last outcome, with all that belongs to it.

        Args:
            reason: why; required to lift a "do not call" that was sent.
            outcome: only this one, by its activity key; ``""`` for the last act.

        Raises:
            ReasonNeeded: it is a "do not call" that was sent, and ``reason`` is empty.
            UsageError: there is nothing to undo, or ``outcome`` is not the last.
            SdrDeskError: nothing could be undone.
        """
        self._changed()
        undone = self._last(one_line(reason), outcome)
        if not undone.lifted:
            return undone
        blocked = self._why(undone.lead_id).blocked_by
        holds = [block.text for block in blocked if block.rule == "do_not_call"]
        still = f"still may not be called: {', '.join(holds)}" if holds else "may be called again"
        return undone._replace(message=f"{undone.message} {undone.lead_name} {still}.")

    def _last(self, reason: str, outcome: str) -> Undone:
        undone = None if outcome else self._deciding.take_back()
        if undone is not None:
            return undone
        last = self._calling.last()
        if outcome not in ("", last.activity_key):
            raise UsageError(
                "Another outcome was recorded in the meantime.",
                kept="Nothing was changed.",
                next_step="Undo again to undo that one.",
            )
        in_bulk = last.activity_key in self._bulk
        undone = self._all_of_bulk(reason) if in_bulk else self._calling.take_back(last, reason)
        self._forget_files()
        return undone

    def _all_of_bulk(self, reason: str) -> Undone:
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
            return done[0]
        done.reverse()
        corrected = sum(not undone.clean for undone in done)
        names = [undone.lead_name for undone in done]
        first = done[0]
        said = undone_words(first.label, names, len(done), corrected, refused)
        return Undone(
            first.lead_id,
            first.lead_name,
            first.label,
            not corrected and not refused,
            said,
            len(done),
        )
