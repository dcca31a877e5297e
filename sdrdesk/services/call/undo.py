"""Undo and redo of what was done last: one act, or all that were done together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import (
    NotFoundError,
    ReasonNeeded,
    SdrDeskError,
    StorageError,
    UndoQuestion,
    UsageError,
)
from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.text.humanize import plural
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.services.call.outcomes import OutcomeService
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.services.lead.decisions import DecisionService
from sdrdesk.services.lead.touches import TouchService
from sdrdesk.services.lead.undo_text import undone_words
from sdrdesk.services.views.call import Disposed, Redone, Undone
from sdrdesk.services.views.queue import WhyView
from sdrdesk.store.database.database import Database
from sdrdesk.store.record.acts import (
    Act,
    ActKind,
    close_acts,
    last_meeting_result,
    last_step,
    mark_act,
    step_of,
    undone_step,
)

if TYPE_CHECKING:
    from sdrdesk.services.cadence.service import CadenceService

_OUTCOMES = ("outcome", "touch")


class UndoService:
    """Goes back and forth in the one order of acts, each lead in a transaction of its own.

    The order is in the database: a restart keeps it, and a machine that stops halfway leaves every
    lead either changed or restored, and the rest of the step for another undo.
    """

    def __init__(
        self,
        db: Database,
        acts: ActLog,
        deciding: DecisionService,
        calling: OutcomeService,
        touching: Callable[[], TouchService],
        cadences: Callable[[], CadenceService],
        need: Callable[[str], Lead],
        forget_files: Callable[[], object],
        changed: Callable[[], None],
        why: Callable[[str], WhyView],
    ) -> None:
        self._db = db
        self._acts = acts
        self._deciding = deciding
        self._calling = calling
        self._touching = touching
        self._cadences = cadences
        self._need = need
        self._forget_files = forget_files
        self._changed = changed
        self._why = why

    def together(self) -> AbstractContextManager[None]:
        """Group the acts inside into one undo step."""
        return self._acts.together()

    def last(
        self,
        reason: str = "",
        outcome: str = "",
        *,
        ask: bool = False,
        reopen: bool = False,
        only_outcomes: bool = False,
    ) -> Undone:
        """Undo what was done last, with all that was done together with it.

        Args:
            reason: why; required to lift a "do not call" that was sent.
            outcome: only this one, by its activity key; ``""`` for the last act.
            ask: raise a question before an outcome that was sent, and before going back past the
                last call of this session.
            reopen: go on with the call of the outcome.
            only_outcomes: the last outcome or result of a meeting, past decisions made since.

        Raises:
            UndoQuestion: see ``ask``; the answer names the outcome.
            ReasonNeeded: it is a "do not call" that was sent, and ``reason`` is empty.
            UsageError: there is nothing to undo, or ``outcome`` is not the last.
            SdrDeskError: nothing could be undone.
        """
        self._changed()
        if outcome:
            step = self._outcomes(outcome)
        else:
            step = self._outcome_or_result() if only_outcomes else self._step()
        if ask and not outcome:
            self._ask(step)
        undone = self._undo(step, one_line(reason), reopen)
        if not undone.lifted:
            return undone
        blocked = self._why(undone.lead_id).blocked_by
        holds = [block.text for block in blocked if block.rule == "do_not_call"]
        still = f"still may not be called: {', '.join(holds)}" if holds else "may be called again"
        return undone._replace(message=f"{undone.message} {undone.lead_name} {still}.")

    def _step(self) -> list[Act]:
        """Return the last act that was not undone."""
        while step := last_step(self._db, self._acts.owner_id()):
            standing = [act for act in step if self._stands(act)]
            # An outcome that was corrected or undone by other means is past undo.
            if len(standing) < len(step):
                close_acts(self._db, [act for act in step if act not in standing])
            if standing:
                return standing
        return self._outcomes()

    def _stands(self, act: Act) -> bool:
        return act.kind not in _OUTCOMES or self._calling.standing(act.item_key) is not None

    def _outcome_or_result(self) -> list[Act]:
        """Return the last outcome or result of a meeting, with all that was done with it."""
        result = last_meeting_result(self._db, self._acts.owner_id())
        try:
            outcome = self._outcomes()
        except UsageError:
            if not result:
                raise
            return result
        return result if result and result[-1].seq > outcome[-1].seq else outcome

    def _outcomes(self, outcome: str = "") -> list[Act]:
        """Return the last outcome, with all that was done together with it."""
        named = self._calling.standing(outcome) if outcome else None
        if outcome and named is None:
            raise _undone_already()
        sent_touch = named and named.channel and self._calling.count_left([outcome])
        last = named if named and sent_touch else self._calling.last()
        if outcome not in ("", last.activity_key):
            raise UsageError(
                "Another outcome was recorded in the meantime.",
                kept="Nothing was changed.",
                next_step="Undo again to undo that one.",
            )
        step = [act for act in step_of(self._db, last.activity_key) if self._stands(act)]
        label = self._calling.label(last)
        kind: ActKind = "touch" if last.channel else "outcome"
        # Without an act: recorded before there was an order.
        return step or [Act(0, "", last.lead_id, kind, label, last.activity_key, {}, {})]

    def _ask(self, step: Sequence[Act]) -> None:
        outcomes = [act for act in step if act.kind == "outcome"]
        last = self._calling.standing(outcomes[-1].item_key) if outcomes else None
        if last is None:
            return
        key, count = last.activity_key, len(step)
        left = self._calling.count_left([act.item_key for act in outcomes])
        alone = count == 1 and last.kind is ActivityKind.CALL
        if not left and not (alone and key != self._calling.latest):
            return
        if left and count == 1 and self._calling.bars(last):
            return  # the question for the reason is one
        question = self._calling.question(last)
        if count > 1:
            question = f"Undo {self._calling.label(last)} for {count} {plural(count, 'lead')}?"
        raise UndoQuestion(key, f"{question}{_left_words(left, count)}")

    def _undo(self, step: Sequence[Act], reason: str, reopen: bool) -> Undone:
        done: list[Undone] = []
        refused: list[SdrDeskError] = []
        reopen = reopen and len(step) == 1
        for act in reversed(step):
            try:
                done.append(self._put_back(act, reason, reopen))
            except StorageError as error:
                refused.append(error)
                break  # the others would fail too; another undo goes on from here
            except SdrDeskError as error:
                refused.append(error)
                self._let_go(act, error)
        if any(act.kind in _OUTCOMES for act in step):
            self._calling.latest = ""
            self._forget_files()
        if not done:
            raise refused[0]
        if len(done) == 1 and not refused:
            return done[0]
        done.reverse()
        corrected = sum(not undone.clean for undone in done)
        first, names = done[0], [undone.lead_name for undone in done]
        said = undone_words(first.label, names, len(done), corrected, refused)
        clean = not corrected and not refused
        return Undone(first.lead_id, first.lead_name, first.label, clean, said, len(done))

    def _let_go(self, act: Act, why: SdrDeskError) -> None:
        """Leave an act that can never be undone: the next undo goes on with the one before it."""
        if isinstance(why, UsageError | NotFoundError) and not isinstance(why, ReasonNeeded):
            close_acts(self._db, [act])

    def _put_back(self, act: Act, reason: str, reopen: bool) -> Undone:
        if act.kind in _OUTCOMES:
            outcome = self._calling.standing(act.item_key)
            if outcome is None:
                raise _undone_already()
            return self._calling.take_back(
                outcome,
                lambda connection, state: mark_act(connection, act, state),
                reason,
                reopen=reopen,
            )
        deciding = self._cadences() if _is_cadence(act) else self._deciding
        deciding.put_back(act, lambda connection: mark_act(connection, act, "undone"))
        lead = self._need(act.lead_id)
        return Undone(
            lead.lead_id, lead.name, act.label, True, f"Undone: {act.label}, {lead.name}."
        )

    def redo(self) -> Redone:
        """Do again what was undone last, as long as nothing else was done since.

        Raises:
            UsageError: there is nothing to redo, or it had been sent already.
            SdrDeskError: it can no longer be done.
        """
        step = undone_step(self._db, self._acts.owner_id())
        if not step:
            raise UsageError("Nothing to redo.", kept="Nothing was changed.")
        undone = [act for act in step if act.state == "undone"]
        if len(undone) < len(step):
            close_acts(self._db, [act for act in step if act.state == "corrected"])
        if not undone:
            raise UsageError(
                f"{step[0].label}, {self._need(step[0].lead_id).name} was already in {CRM_NAME}.",
                kept="The correction stays.",
                next_step="Record the outcome again, with a call.",
            )
        done: list[Act] = []
        refused: list[SdrDeskError] = []
        recorded: Disposed | None = None
        for act in undone:
            try:
                with self._acts.again(act, in_group=len(step) > 1):
                    recorded = self._again(act)
                done.append(act)
            except StorageError as error:
                refused.append(error)
                break
            except SdrDeskError as error:
                refused.append(error)
        self._changed()
        if not done:
            raise refused[0]
        return self._redone(done, len(step) > 1, refused, recorded)

    def _again(self, act: Act) -> Disposed | None:
        if act.kind == "outcome":
            return self._calling.again(act)
        if act.kind == "touch":
            self._touching().again(act)
        elif _is_cadence(act):
            self._cadences().again(act)
        else:
            self._deciding.again(act)
        return None

    def _redone(
        self,
        done: Sequence[Act],
        in_group: bool,
        refused: Sequence[SdrDeskError],
        recorded: Disposed | None,
    ) -> Redone:
        first = self._need(done[0].lead_id)
        if not in_group:
            said = f"Redone: {done[0].label}, {first.name}."
            return Redone(said, first.lead_id, 1, recorded)
        names = [first.name, *(self._need(act.lead_id).name for act in done[1:2])]
        said = undone_words(done[0].label, names, len(done), 0, refused)
        return Redone(said.replace("Undone", "Redone", 1), first.lead_id, len(done))


def _undone_already() -> UsageError:
    return UsageError("This outcome is already undone.", kept="Nothing was changed.")


def _is_cadence(act: Act) -> bool:
    return act.kind == "decision" and "run" in act.after


def _left_words(left: int, count: int) -> str:
    """Say how many of ``count`` outcomes left this machine, ``""`` for none."""
    if not left:
        return ""
    who = "It is" if count == 1 else "All are" if left == count else f"{left} of them "
    if left < count:
        who += "is" if left == 1 else "are"
    return f" {who} already in {CRM_NAME}."
