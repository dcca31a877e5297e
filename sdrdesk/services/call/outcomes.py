"""Outcomes: plan, record, correct."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import chain, repeat
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.block.block import Block
from sdrdesk.domain.calling_hours.retry import next_try
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import ReasonNeeded, SdrDeskError, UsageError
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.correction import correction
from sdrdesk.domain.outcome.entry_json import entry_from, entry_values
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.promises import reversals
from sdrdesk.domain.outcome.touch import touch_words
from sdrdesk.domain.outcome.types import Entry, LeadChange, OutcomePlan
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.date_order import is_day_first
from sdrdesk.services.account.rules import account_rules, must_be_known, need_rep, rep_of
from sdrdesk.services.call.opening_line import Also, carry
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.services.lead.service import LeadService
from sdrdesk.services.queue.next_lead import LookAhead
from sdrdesk.services.queue.service import QueueService
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.views.call import Disposed, Undone
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror.activities import activity_of, last_disposition, uncorrected_outcome
from sdrdesk.store.promises.promises import promises_of, task_items
from sdrdesk.store.record.acts import Act, ActState
from sdrdesk.store.record.blocks import open_block
from sdrdesk.store.record.call_journal import current_calls
from sdrdesk.store.record.opening_lines import first_line
from sdrdesk.store.record.outcome_fields import lead_before, sent_fields, sets_do_not_call
from sdrdesk.store.record.outcomes import count_left, items_of, record, undo
from sdrdesk.store.record.reopened_calls import reopen_in
from sdrdesk.store.reports.lookups import slots_of

_AHEAD = 4
"""Leads chosen ahead: the outcome of one may close its whole company."""
Mark = Callable[[Connection, ActState], None]
"""Writes in an undo's transaction what became of the act."""
Told = Callable[[Disposed, Entry, Disposition], None]
"""Hears of an outcome that was recorded; returns at once."""
Telling = Callable[[Entry, Disposition], Also | None]
"""Returns what notes an outcome for those who hear of it, in its transaction; ``None``: nobody."""

if TYPE_CHECKING:
    from sdrdesk.services.block.service import BlockService
    from sdrdesk.services.call.meetings import Meetings


class OutcomeService:
    """Plans an outcome, records it in one transaction, and undoes or corrects it."""

    def __init__(
        self,
        db: Database,
        leads: LeadService,
        rulebook: Rulebook,
        settings: Settings,
        clock: Clock,
        zone: ZoneInfo,
        desk: str,
        queue: QueueService,
        ahead: LookAhead,
        blocks: Callable[[], BlockService],
        acts: ActLog,
        meetings: Callable[[], Meetings],
        follow_scripts: Callable[[], object],
        follow_cadence: Callable[[Connection, str], None] = lambda _connection, _lead_id: None,
        told: Told = lambda _done, _entry, _disposition: None,
        telling: Telling = lambda _entry, _disposition: None,
    ) -> None:
        self._db = db
        self._leads = leads
        self._rules = rulebook
        self._settings = settings
        self._clock = clock
        self._zone = zone
        self._desk = desk
        self._queue = queue
        self._ahead = ahead
        self._blocks = blocks
        self._acts = acts
        self._meetings = meetings
        self._follow_scripts = follow_scripts
        self._told = told
        self._telling = telling
        self._follow_cadence = follow_cadence
        self.latest = ""
        """The outcome recorded last in this session; undo of another call asks first."""

    def disposition(self, key: str) -> Disposition:
        """Return one outcome.

        Raises:
            UsageError: there is no outcome with that key; names the nearest.
        """
        known = self._rules.dispositions
        if key not in known:
            near = known.nearest(key)
            raise UsageError(
                f"There is no outcome {key!r}.",
                kept="Nothing was recorded.",
                next_step=f"Did you mean {near}?" if near else f"Outcomes: {', '.join(known)}.",
            )
        return known[key]

    def when(self, lead_id: str, text: str, *, past: bool = False) -> datetime:
        """Parse a time as typed, in the lead's zone (the rep's when it is unknown).

        Raises:
            TwoMeanings: it could mean two moments; names both.
            UsageError: not a time ahead (``past``: not one of a call already made).
        """
        # Its patterns take 50 ms to compile, which a start without a typed time need not pay.
        from sdrdesk.domain.times.parse import parse_happened, parse_when

        lead = self._leads.need(lead_id)
        zone = zone_info(lead.rep_time_zone or lead.zone) or self._zone
        read = parse_happened if past else parse_when
        order = is_day_first(self._db, self._settings)
        return read(text, zone, self._clock(), mine=self._zone, day_first=order)

    def plan(self, lead_id: str, entry: Entry) -> OutcomePlan:
        """Return the changes that ``entry`` would make; nothing is written."""
        return self._plan(self._leads.need(lead_id), entry, rep_of(self._db, self._settings))

    def _plan(self, lead: Lead, entry: Entry, me: Owner | None, key: str = "") -> OutcomePlan:
        keys = chain([key] if key else (), (str(uuid.uuid4()) for _ in repeat(None)))
        chosen = self.disposition(entry.disposition)
        owner = must_be_known(me, self._db, self._settings)
        if chosen.note == "handoff" and entry.qualified_before is None:
            entry = replace(entry, qualified_before=slots_of(self._db, lead.lead_id))
        hold = self._clock() + timedelta(seconds=self._settings.sync.grace_s)
        return plan(
            lead,
            chosen,
            entry,
            replace(
                account_rules(self._db, self._settings),
                slots=self._rules.qualification,
                takes_unowned=self._rules.rules.unassigned,
            ),
            owner.owner_id,
            lambda: next(keys),
            self._next_due(lead, chosen, entry),
            hold,
            promises_of(self._db, lead.lead_id),
        )

    def _next_due(self, lead: Lead, chosen: Disposition, entry: Entry) -> datetime | None:
        if not chosen.retry:
            return None
        return next_try(
            # A call that came in is no try of ours.
            max(1, lead.attempts) if entry.incoming else lead.attempts + 1,
            self._rules.retry.rule_for(chosen.retry),
            entry.at,
            lead.rep_time_zone or lead.zone,
            self._rules.windows.of(lead.owner_id),
            (lead.region, lead.region_state),
        )

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        """Return the changes in the CRM and here, line by line."""
        made = self.plan(lead_id, entry)
        advice = self._advice(self._leads.need(lead_id), entry, made.change)
        return (*made.preview, *made.local, *([f"! {advice}"] if advice else ()))

    def record(self, lead_id: str, entry: Entry, key: str = "") -> Disposed:
        """Record an outcome, write the file of a meeting it sets, and choose the next lead.

        One transaction holds the outcome, its items for the CRM, its place in the block, and the
        use of the opening note. ``key`` becomes the key of the activity, ``""`` makes one.
        """
        if not self._acts.in_group:
            self._db.begin_turn()
        with self._db.reading():
            me = rep_of(self._db, self._settings)
            block = open_block(self._db, me.owner_id) if me else None
            also = [self._blocks().note(block, lead_id)] if block else []
            if line := first_line(self._db, lead_id):
                entry, used = carry(self.disposition(entry.disposition), line, entry)
                also += [used] if used else []
            lead = self._leads.need(lead_id)
            also.append(self._noting(entry))
            also.append(lambda within, done: self._follow_cadence(within, done.lead_id))
            if told := self._telling(entry, self.disposition(entry.disposition)):
                also.append(told)
            made = self._plan(lead, entry, me, key)
            advice = self._advice(lead, entry, made.change)
        done = self._record(lead, made, also)._replace(advice=advice)
        self.latest = done.activity_key
        # Settling many leads at once, the rep is not on the way to the next.
        if not self._acts.in_group:
            # Chosen or checked after recording: the outcome may have closed a whole company.
            with self._db.reading():
                after = None if entry.without_call else self._ahead.after(lead_id)
                done = done._replace(next_lead_id=after or self._next_after(block, lead_id))
        if entry.meeting_at is not None:
            done = self._with_file(done)
        self._told(done, entry, self.disposition(entry.disposition))
        return done

    def _noting(self, entry: Entry) -> Also:
        note = self._acts.noting("outcome", self.disposition(entry.disposition).label)

        def also(connection: Connection, activity: Activity) -> None:
            values = entry_values(entry)
            note(connection, activity.lead_id, item_key=activity.activity_key, after=values)

        return also

    def _advice(self, lead: Lead, entry: Entry, change: LeadChange) -> str:
        goes_on = change.next_due_at is not None and change.callback_at is None
        if goes_on and not lead.owner_id and "" not in self._queue.owner_ids():
            return f"no owner, so no queue brings it back. Give it one in {CRM_NAME}"
        voicemail = self.disposition(entry.disposition).is_(Flag.VOICEMAIL)
        return self._leads.voicemail_advice(lead) if voicemail else ""

    def look_ahead(self, lead_id: str) -> str | None:
        """Precompute the next leads, so that the outcome's key need not wait for them.

        Return the first of them, ``None`` when nobody else is callable.
        """
        self._follow_scripts()
        at = self._clock()
        with self._db.reading():
            me = rep_of(self._db, self._settings)
            block = open_block(self._db, me.owner_id) if me else None
            ids = (
                self._blocks().ahead_of(block, lead_id, _AHEAD)
                if block
                else self._queue.ahead_of(lead_id, _AHEAD)
            )
        self._ahead.keep(lead_id, at, ids)
        return next(iter(ids), None)

    def next_after(self, lead_id: str) -> str | None:
        """Return the lead to call after this one, ``None`` when nobody is callable."""
        me = rep_of(self._db, self._settings)
        return self._next_after(open_block(self._db, me.owner_id) if me else None, lead_id)

    def _next_after(self, block: Block | None, lead_id: str) -> str | None:
        if block is not None:
            return self._blocks().next_after(block, lead_id)
        return self._queue.next_after(lead_id)

    def _with_file(self, done: Disposed) -> Disposed:
        try:
            path = self._meetings().write(done.activity_key)
        except SdrDeskError as error:
            said = " ".join(part for part in (done.problem, str(error)) if part)
            return done._replace(problem=said)
        return done._replace(meeting_file=str(path or ""))

    def _record(self, lead: Lead, made: OutcomePlan, also: Sequence[Also]) -> Disposed:

        def within(connection: Connection, activity: Activity) -> None:
            for note in also:
                note(connection, activity)

        done = record(self._db, made, desk=self._desk, now=self._clock(), also=within)
        key = made.activity.disposition
        return Disposed(
            activity_key=done.activity_key,
            lead_id=lead.lead_id,
            lead_name=lead.name,
            disposition=key,
            label=self.disposition(key).label,
            undo_until=self._clock() + timedelta(seconds=self._settings.sync.grace_s),
            outbox=tuple((key, kind, state) for key, kind, state in done.outbox),
            next_lead_id=None,
            problem=". ".join(made.warnings) + "." if made.warnings else "",
            notes=(*made.stays, *made.warnings),
        )

    def recorded(self, activity_key: str) -> Disposed | None:
        """Return an outcome as it was reported when it was recorded, ``None`` for none."""
        found = activity_of(self._db, activity_key)
        if found is None:
            return None
        lead = self._leads.need(found.lead_id)
        until = found.at + timedelta(seconds=self._settings.sync.grace_s)
        items = items_of(self._db, activity_key)
        return Disposed(
            activity_key, lead.lead_id, lead.name, found.disposition, self.label(found), until,
            items, None,
        )  # fmt: skip

    def last(self) -> Activity:
        """Return the last outcome that was not undone.

        Raises:
            UsageError: there is none.
        """
        owner = rep_of(self._db, self._settings)
        last = last_disposition(self._db, owner.owner_id) if owner else None
        if last is None:
            raise UsageError("There is no outcome to undo.", kept="Nothing was changed.")
        return last

    def standing(self, activity_key: str) -> Activity | None:
        """Return an outcome that was neither undone nor corrected, or a touch, else ``None``."""
        outcome = uncorrected_outcome(self._db, activity_key)
        if outcome is None and (touch := activity_of(self._db, activity_key)) is not None:
            return touch if touch.channel and touch.undone_at is None else None
        return outcome

    def count_left(self, activity_keys: Sequence[str]) -> int:
        """Return how many of these outcomes have left this machine, or may have."""
        return count_left(self._db, activity_keys)

    def take_back(
        self, outcome: Activity, mark: Mark, reason: str = "", *, reopen: bool = False
    ) -> Undone:
        """Undo an outcome without a trace while all of it is held, else record a correction.

        Each of the two is one transaction, in which ``mark`` writes what was done. With ``reopen``
        the call of an outcome that left no trace goes on, unless this desk is in another call.

        Raises:
            ReasonNeeded: it is a "do not call" that was sent, and ``reason`` is empty.
            UsageError: a later outcome of the same lead builds on it, or it is a touch that was
                sent.
        """
        label, now = self.label(outcome), self._clock()
        key, reopened = outcome.activity_key, False
        reopen = reopen and not outcome.channel

        def go_on(connection: Connection, lead_id: str) -> None:
            nonlocal reopened
            self._follow_cadence(connection, lead_id)
            if reopen:
                reopened = reopen_in(connection, key, self._desk, os.getpid(), to_ms(now))
            mark(connection, "undone")

        done = undo(self._db, key, now, go_on)
        lead = self._leads.need(outcome.lead_id)
        if not done.done:
            return self._take_back_sent(outcome, lead, label, mark, reason)
        return Undone(
            lead.lead_id,
            lead.name,
            label,
            True,
            f"Undone: {label}, {lead.name}.",
            note=outcome.note,
            qualify=tuple(outcome.qualify.items()),
            activity_key=key,
            reopened=reopened,
        )

    def _take_back_sent(
        self, outcome: Activity, lead: Lead, label: str, mark: Mark, reason: str
    ) -> Undone:
        key = outcome.activity_key
        if outcome.channel:
            raise UsageError(
                f"{label}, {lead.name}: already in {CRM_NAME}.",
                kept="Nothing was changed.",
                next_step=f"Delete it in {CRM_NAME}; the next sync removes nothing on its own.",
            )
        lifted = self.bars(outcome)
        if lifted and not reason.strip():
            raise ReasonNeeded(key, lead.name, label)
        stays = self._correct(outcome, lead, label, reason, mark)
        said = f"Undone: {label}, {lead.name}. Already in {CRM_NAME}. Added a correction note."
        if (key, "call", "undone") in items_of(self._db, key):
            said += " The call was refused and will not be sent."
        said = " ".join([said, *(f"{line}." for line in stays)])
        return Undone(lead.lead_id, lead.name, label, False, said, lifted=lifted, activity_key=key)

    def question(self, outcome: Activity) -> str:
        """Return the question before an undo that reaches a sent outcome or an earlier call."""
        lead = self._leads.need(outcome.lead_id)
        when = local_words(outcome.at, self._zone)
        return f"Undo {self.label(outcome)}, {lead.name}, {when}?"

    def again(self, act: Act) -> Disposed:
        """Record an outcome again that was undone without a trace.

        What was typed since goes with it.

        Raises:
            UsageError: it cannot be read any more, or this desk is in another call.
        """
        lead_id = act.lead_id
        try:
            entry = entry_from(act.after)
        except (TypeError, ValueError) as error:
            raise UsageError("Nothing to redo.", kept="Nothing was changed.") from error
        for call in current_calls(self._db):
            if call.desk == self._desk:
                if to_ms(call.started_at) != to_ms(entry.at):  # not the one that was reopened
                    raise UsageError(
                        "You are in another call.",
                        kept="Nothing was changed.",
                        next_step="Record its outcome first.",
                    )
                entry = replace(entry, note=call.note, qualify=dict(call.qualify))
        return self.record(lead_id, entry)

    def bars(self, outcome: Activity) -> bool:
        """Return whether an outcome bars the lead from being called."""
        known = self._rules.dispositions.get(outcome.disposition)
        if known is not None and known.is_(Flag.DO_NOT_CALL):
            return True
        return "do_not_call" in sent_fields(self._db, outcome.activity_key)

    def _correct(
        self, last: Activity, lead: Lead, label: str, reason: str, mark: Mark
    ) -> list[str]:
        """Record a correction and return a line for each field that stays unchanged."""
        now, key = self._clock(), last.activity_key
        made = correction(
            last,
            lead,
            lead_before(self._db, key) or lead,
            sent_fields(self._db, key),
            label=label,
            at=now,
            owner_id=need_rep(self._db, self._settings).owner_id,
            new_key=lambda: str(uuid.uuid4()),
            hold_until=now,
            account=account_rules(self._db, self._settings),
            reason=reason,
            mark_is_ours=sets_do_not_call(self._db, key),
            tasks=reversals(task_items(self._db, key), lead, now),
            meeting_left=any(
                kind == "meeting" and state != "blocked"
                for _, kind, state in items_of(self._db, key)
            ),
        )

        def also(connection: Connection, activity: Activity) -> None:
            mark(connection, "corrected")
            self._follow_cadence(connection, activity.lead_id)

        record(self._db, made, now=now, also=also)
        return [line for line in made.preview if " stays " in line]

    def label(self, activity: Activity) -> str:
        """Return the label of an outcome, as the team names it now."""
        if activity.channel:
            return touch_words(activity.channel, activity.direction)
        known = self._rules.dispositions.get(activity.disposition)
        return known.label if known else activity.disposition
