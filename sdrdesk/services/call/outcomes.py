"""Recording what came out of a call, and taking it back."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.calling_hours.retry import next_try
from sdrdesk.domain.errors import ReasonNeeded, UsageError
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.plan import correction, plan
from sdrdesk.domain.outcome.types import Entry, OutcomePlan
from sdrdesk.domain.place.zone_info import zone_info
from sdrdesk.domain.text.parse_time import parse_happened, parse_when
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import account_rules, need_rep, rep_of
from sdrdesk.services.lead.service import LeadService
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.views.desk import Disposed, Undone
from sdrdesk.store.database.connection import Connection
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import last_disposition, standing
from sdrdesk.store.record.outcomes import before_of, mark_is_ours, record, sent_fields, undo

Also = Callable[[Connection, Activity], None]
"""Something that belongs to an outcome and is written in its transaction."""


class CallingService:
    """Plans an outcome, records it in one transaction, and takes it back."""

    def __init__(
        self,
        db: Database,
        leads: LeadService,
        rulebook: Rulebook,
        settings: Settings,
        clock: Clock,
        zone: ZoneInfo,
        desk: str,
    ) -> None:
        self._db = db
        self._leads = leads
        self._rules = rulebook
        self._settings = settings
        self._clock = clock
        self._zone = zone
        self._desk = desk

    def disposition(self, key: str) -> Disposition:
        """Return one outcome.

        Raises:
            UsageError: there is none of that key; names the nearest.
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
        """Read a person's words for a time in the lead's zone (the rep's when it is unknown)."""
        lead = self._leads.need(lead_id)
        zone = zone_info(lead.rep_time_zone or lead.zone) or self._zone
        read = parse_happened if past else parse_when
        return read(text, zone, self._clock())

    def plan(self, lead_id: str, entry: Entry) -> OutcomePlan:
        """Return what recording ``entry`` would do; nothing is written."""
        lead = self._leads.need(lead_id)
        chosen = self.disposition(entry.disposition)
        owner = need_rep(self._db, self._settings)
        hold = self._clock() + timedelta(seconds=self._settings.sync.grace_s)
        return plan(
            lead,
            chosen,
            entry,
            account_rules(self._db, self._settings),
            owner.owner_id,
            lambda: str(uuid.uuid4()),
            self._next_due(lead, chosen, entry),
            hold,
        )

    def _next_due(self, lead: Lead, chosen: Disposition, entry: Entry) -> datetime | None:
        if not chosen.retry:
            return None
        return next_try(
            lead.attempts + 1,
            self._rules.retry.rule_for(chosen.retry),
            entry.at,
            lead.rep_time_zone or lead.zone,
            self._rules.windows,
            (lead.region, lead.region_state),
        )

    def preview(self, lead_id: str, entry: Entry) -> Sequence[str]:
        """Return what would change upstream and here, line by line."""
        made = self.plan(lead_id, entry)
        return (*made.preview, *made.local)

    def dispose(self, lead_id: str, entry: Entry, *also: Also) -> Disposed:
        """Record an outcome: one transaction for what happened and what must be sent.

        ``also`` is written in the same transaction. The next lead is for the caller to find.
        """
        made = self.plan(lead_id, entry)

        def within(connection: Connection, activity: Activity) -> None:
            for note in also:
                note(connection, activity)

        done = record(self._db, made, desk=self._desk, now=self._clock(), also=within)
        lead = self._leads.need(lead_id)
        return Disposed(
            activity_key=done.activity_key,
            lead_id=lead.lead_id,
            lead_name=lead.name,
            disposition=entry.disposition,
            label=self.disposition(entry.disposition).label,
            undo_until=self._clock() + timedelta(seconds=self._settings.sync.grace_s),
            outbox=tuple((key, kind, state) for key, kind, state in done.outbox),
            next_lead_id=None,
            problem=". ".join(made.warnings) + "." if made.warnings else "",
            notes=(*made.stays, *made.warnings),
        )

    def last(self) -> Activity:
        """Return the last outcome that stands.

        Raises:
            UsageError: there is none to take back.
        """
        owner = rep_of(self._db, self._settings)
        last = last_disposition(self._db, owner.owner_id) if owner else None
        if last is None:
            raise UsageError("There is no outcome to take back.", kept="Nothing was changed.")
        return last

    def standing(self, activity_key: str) -> Activity | None:
        """Return an outcome that was neither taken back nor corrected, else ``None``."""
        return standing(self._db, activity_key)

    def take_back(self, outcome: Activity, reason: str = "") -> Undone:
        """Take back an outcome without a trace while all of it is held, else correct it.

        One transaction; a correction stands on its own and is one too.

        Raises:
            ReasonNeeded: it is a "do not call" that was sent, and ``reason`` is empty.
            UsageError: a later outcome of the same lead builds on it.
        """
        label = self._label(outcome)
        done = undo(self._db, outcome.activity_key, self._clock())
        lead = self._leads.need(outcome.lead_id)
        when = local_words(outcome.at, self._zone)
        if done.done:
            return Undone(
                lead.lead_id,
                lead.name,
                label,
                True,
                f"Taken back: {label} for {lead.name} ({when}). Nothing had been sent.",
                note=outcome.note,
                qualify=tuple(outcome.qualify.items()),
            )
        lifted = self._bars(outcome)
        if lifted and not reason.strip():
            raise ReasonNeeded(outcome.activity_key, lead.name, label)
        stays = self._correct(outcome, lead, label, reason)
        told = f"A correction was recorded: {label} for {lead.name} ({when}) was already on its way"
        told += " to the CRM. It goes with the next sync; the call itself stays on the timeline."
        return Undone(
            lead.lead_id,
            lead.name,
            label,
            False,
            " ".join([told, *(f"{line}." for line in stays)]),
            lifted=lifted,
        )

    def _bars(self, outcome: Activity) -> bool:
        """Return whether an outcome says that somebody must not be called."""
        known = self._rules.dispositions.get(outcome.disposition)
        if known is not None and known.is_(Flag.DO_NOT_CALL):
            return True
        return "do_not_call" in sent_fields(self._db, outcome.activity_key)

    def _correct(self, last: Activity, lead: Lead, label: str, reason: str) -> list[str]:
        """Record a correction and return a line for each field that stays as it is."""
        now, key = self._clock(), last.activity_key
        made = correction(
            last,
            lead,
            before_of(self._db, key) or lead,
            sent_fields(self._db, key),
            label=label,
            at=now,
            owner_id=need_rep(self._db, self._settings).owner_id,
            new_key=lambda: str(uuid.uuid4()),
            hold_until=now,
            account=account_rules(self._db, self._settings),
            reason=reason,
            mark_is_ours=mark_is_ours(self._db, key),
        )
        record(self._db, made, now=now)
        return [line for line in made.preview if " stays " in line]

    def _label(self, activity: Activity) -> str:
        known = self._rules.dispositions.get(activity.disposition)
        return known.label if known else activity.disposition
