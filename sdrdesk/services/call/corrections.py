"""Corrections of earlier outcomes: whose they are, what they change, and the record of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import Settings
from sdrdesk.domain.calling_hours.retry import next_try
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import NotFoundError, ReasonNeeded, UsageError
from sdrdesk.domain.lead.activity import Activity
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.own_words import note_of
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.revision import OutcomeNow, Revision, revise, revise_note, same_entry
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.domain.text.plain_text import clean_all, one_line
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.account.rules import account_rules, need_rep
from sdrdesk.services.rep_zone import local_words
from sdrdesk.services.views.call import Corrected, OutcomeView
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import activity_of, outcomes_of_lead
from sdrdesk.store.mirror.options import owner_by
from sdrdesk.store.record.corrections import correct_outcome
from sdrdesk.store.reports.lookups import slots_of


class CorrectionService:
    """Corrects outcomes of this rep."""

    def __init__(
        self,
        db: Database,
        need: Callable[[str], Lead],
        rulebook: Rulebook,
        settings: Settings,
        clock: Clock,
        zone: ZoneInfo,
        changed: Callable[[str], None],
    ) -> None:
        self._db = db
        self._need = need
        self._rules = rulebook
        self._settings = settings
        self._clock = clock
        self._zone = zone
        self._changed = changed

    def of_lead(self, lead_id: str) -> tuple[OutcomeView, ...]:
        """Return this rep's outcomes of a lead that can be corrected, newest first."""
        me = need_rep(self._db, self._settings)
        lead = self._need(lead_id)
        return tuple(
            self._view(activity, lead)
            for activity in outcomes_of_lead(self._db, lead.lead_id, me.owner_id)
        )

    def outcome(self, activity_key: str) -> OutcomeView:
        """Return one outcome of this rep.

        Raises:
            NotFoundError: there is no such outcome here.
            UsageError: it is somebody else's.
        """
        activity = self._mine(activity_key)
        return self._view(activity, self._need(activity.lead_id))

    def entry(self, activity_key: str, outcome: str = "") -> Entry:
        """Return what was recorded, as the entry for ``outcome`` (``""``: the same one)."""
        activity = self._mine(activity_key)
        same = outcome in ("", activity.disposition)
        return Entry(
            disposition=outcome or activity.disposition,
            at=activity.at,
            note=note_of(activity),
            duration_s=activity.duration_s,
            number=activity.number,
            callback_at=activity.callback_at if same else None,
            meeting_at=activity.meeting_at if same else None,
            reason=activity.reason if same else "",
            qualify=dict(activity.qualify),
            script_id=activity.script_id,
        )

    def preview(self, activity_key: str, entry: Entry, why: str = "") -> Corrected:
        """Return what a correction would change and what would stay; nothing is written.

        Raises:
            ReasonNeeded: it lifts a do-not-call that was sent, and ``why`` is empty.
            UsageError: it is somebody else's, changes nothing, or a required field is missing.
        """
        return self._correct(activity_key, entry, why, dry_run=True)

    def correct(
        self, activity_key: str, entry: Entry, why: str = "", seen: Sequence[str] | None = None
    ) -> Corrected:
        """Record a correction, here and in the CRM. Raises as ``preview`` does.

        ``seen`` is what the rep saw that cannot be taken back. If more was sent meanwhile,
        nothing is changed (``UsageError``).
        """
        done = self._correct(activity_key, entry, why, dry_run=False, seen=seen)
        self._changed(done.lead_id)
        return done

    def _correct(
        self,
        activity_key: str,
        entry: Entry,
        why: str,
        *,
        dry_run: bool,
        seen: Sequence[str] | None = None,
    ) -> Corrected:
        activity = self._mine(activity_key)
        entry, why = replace(entry, note=clean_all(entry.note).strip()), one_line(why)
        same = same_entry(activity, entry)
        if same and entry.note == note_of(activity):
            raise UsageError(
                "This is what was recorded already.",
                kept="Nothing was changed.",
                next_step="Give another outcome or another note.",
            )

        def make(was: OutcomeNow) -> Revision:
            planned = self._note(was, entry.note) if same else self._outcome(was, entry, why)
            if seen is not None and not set(planned.stays) <= set(seen):
                raise UsageError(
                    f"More was sent to {CRM_NAME} in the meantime.",
                    kept="Nothing was changed.",
                    next_step="Look at the preview again, then correct.",
                )
            return planned

        made = correct_outcome(
            self._db, activity_key, make, self._clock(), note_only=same, dry_run=dry_run
        )
        lead = self._need(activity.lead_id)
        before = self._label(activity.disposition) or activity.outcome_label or "call"
        return Corrected(
            activity_key,
            lead.lead_id,
            lead.name,
            before,
            self._label(made.activity.disposition) or before,
            made.preview,
            made.stays,
        )

    def _note(self, was: OutcomeNow, note: str) -> Revision:
        now, me = self._clock(), need_rep(self._db, self._settings)
        old = self._rules.dispositions.get(was.activity.disposition)
        return revise_note(was, old, note, me.owner_id, str(uuid.uuid4()), self._hold(), now)

    def _outcome(self, was: OutcomeNow, entry: Entry, why: str) -> Revision:
        known, activity = self._rules.dispositions, was.activity
        old, new = known.get(activity.disposition), self._disposition(entry.disposition)
        bars = (old is not None and old.is_(Flag.DO_NOT_CALL)) or "do_not_call" in was.sent
        if was.in_crm and bars and not new.is_(Flag.DO_NOT_CALL) and not why:
            label = self._label(activity.disposition)
            raise ReasonNeeded(activity.activity_key, was.lead.name, label, command="correct")
        account = account_rules(self._db, self._settings)
        if new.note == "handoff":
            entry = replace(entry, qualified_before=slots_of(self._db, was.lead.lead_id))
        return revise(
            was,
            old,
            new,
            entry,
            replace(account, slots=self._rules.qualification),
            need_rep(self._db, self._settings).owner_id,
            lambda: str(uuid.uuid4()),
            self._next_due(was, new),
            self._hold(),
            self._clock(),
            why,
        )

    def _next_due(self, was: OutcomeNow, new: Disposition) -> datetime | None:
        if not new.retry:
            return None
        lead = was.before
        return next_try(
            lead.attempts + 1,
            self._rules.retry.rule_for(new.retry),
            was.activity.at,
            lead.rep_time_zone or lead.zone,
            self._rules.windows.of(lead.owner_id),
            (lead.region, lead.region_state),
        )

    def _hold(self) -> datetime:
        return self._clock() + timedelta(seconds=self._settings.sync.grace_s)

    def _disposition(self, key: str) -> Disposition:
        known = self._rules.dispositions
        if key not in known:
            near = known.nearest(key)
            raise UsageError(
                f"There is no outcome {key!r}.",
                kept="Nothing was changed.",
                next_step=f"Did you mean {near}?" if near else f"Outcomes: {', '.join(known)}.",
            )
        return known[key]

    def _mine(self, activity_key: str) -> Activity:
        activity = activity_of(self._db, activity_key)
        if activity is None or (not activity.disposition and activity.local):
            raise NotFoundError(
                f"There is no outcome {one_line(activity_key, limit=80)} on this machine.",
                kept="Nothing was changed.",
                next_step="`sdrdesk log --json` lists the keys of a day's outcomes.",
            )
        me = need_rep(self._db, self._settings)
        if activity.owner_id != me.owner_id:
            owner = owner_by(self._db, activity.owner_id)
            raise UsageError(
                f"This is {owner.name if owner else 'a colleague'}'s call.",
                kept="Nothing was changed.",
                next_step="Only the rep who made it can correct it; a comment is open to you.",
            )
        return activity

    def _view(self, activity: Activity, lead: Lead) -> OutcomeView:
        return OutcomeView(
            activity.activity_key,
            lead.lead_id,
            lead.name,
            activity.disposition,
            self._label(activity.disposition) or activity.outcome_label or "call",
            local_words(activity.at, self._zone),
            note_of(activity),
        )

    def _label(self, key: str) -> str:
        known = self._rules.dispositions.get(key)
        return known.label if known else key
