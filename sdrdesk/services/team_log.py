"""The activity log of one day: totals per rep, then every call."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sdrdesk.domain.activity import Activity, ActivityKind
from sdrdesk.domain.disposition import Dispositions, Flag
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead import Owner
from sdrdesk.services.views import LogEntry, LogView, RepTotals
from sdrdesk.store.activities import day_activities
from sdrdesk.store.database import Database
from sdrdesk.store.lookups import lead_names
from sdrdesk.store.options import owner_by, owners

CONVERSATION_S = 60
"""A connect with the intended person becomes a conversation after a minute."""


class TeamLog:
    """Counts what reps did from what the CRM holds and what is still unsent here."""

    def __init__(self, db: Database, dispositions: Dispositions, zone: ZoneInfo) -> None:
        self._db = db
        self._zone = zone
        self._dispositions = dispositions
        self._by_outcome = _flags_by_outcome(dispositions)

    def day(self, day: date, rep: str, me: Owner | None) -> LogView:
        """Return the log of ``day`` in the rep's zone for ``rep`` (``""`` me, ``all`` everybody).

        Raises:
            UsageError: no owner has that id or e-mail.
        """
        whose = self._whose(rep, me)
        start = datetime.combine(day, time(), self._zone)
        end = datetime.combine(day + timedelta(days=1), time(), self._zone)
        found = [
            (activity, state)
            for activity, state in day_activities(self._db, start, end, whose)
            if state != "undone" and _counts(activity)
        ]
        names = {owner.owner_id: owner.name for owner in owners(self._db)}
        leads = lead_names(self._db, {activity.lead_id for activity, _ in found})
        entries = tuple(self._entry(a, state, names, leads) for a, state in found)
        return LogView(
            day=day.isoformat(),
            time_zone=self._zone.key,
            reps=tuple(self._totals((a for a, _ in found), names, whose)),
            activities=entries,
        )

    def _whose(self, rep: str, me: Owner | None) -> list[str] | None:
        if rep == "all":
            return None
        owner = owner_by(self._db, rep) if rep else me
        if owner is None:
            who = f"No rep is known as {rep!r}." if rep else "Nobody is logged in yet."
            raise UsageError(who, next_step="Use an owner id, an e-mail address or `--rep all`.")
        return [owner.owner_id]

    def _entry(
        self, activity: Activity, state: str, names: dict[str, str], leads: dict[str, str]
    ) -> LogEntry:
        known = self._dispositions.get(activity.disposition)
        return LogEntry(
            activity_key=activity.activity_key,
            crm_id=activity.crm_id,
            owner_id=activity.owner_id,
            owner=names.get(activity.owner_id, activity.owner_id),
            lead_id=activity.lead_id,
            lead_name=leads.get(activity.lead_id, f"lead {activity.lead_id}"),
            at=activity.at,
            disposition=activity.disposition,
            label=known.label if known else activity.outcome_label or "call",
            duration_s=activity.duration_s,
            note=activity.note,
            state=state,
        )

    def _totals(
        self, activities: Iterable[Activity], names: dict[str, str], whose: list[str] | None
    ) -> list[RepTotals]:
        by_rep: dict[str, list[Activity]] = {owner_id: [] for owner_id in whose or []}
        for activity in activities:
            by_rep.setdefault(activity.owner_id, []).append(activity)
        totals = [
            self._rep(owner_id, names.get(owner_id, owner_id), done)
            for owner_id, done in by_rep.items()
        ]
        return sorted(totals, key=lambda rep: (rep.name, rep.owner_id))

    def _rep(self, owner_id: str, name: str, done: list[Activity]) -> RepTotals:
        calls = [activity for activity in done if activity.kind is ActivityKind.CALL]
        connects = [call for call in calls if self._has(call, Flag.REACHED)]
        talks = [
            call
            for call in connects
            if self._has(call, Flag.INTENDED_PERSON) and call.duration_s >= CONVERSATION_S
        ]
        return RepTotals(
            owner_id=owner_id,
            name=name,
            dials=len(calls),
            connects=len(connects),
            conversations=len(talks),
            meetings_set=sum(self._has(call, Flag.MEETING) for call in calls),
            talk_s=sum(call.duration_s for call in calls),
            disqualified_without_call=len(done) - len(calls),
            outcomes=dict(Counter(call.disposition or call.outcome_label for call in calls)),
        )

    def _has(self, call: Activity, flag: Flag) -> bool:
        item = self._dispositions.get(call.disposition)
        if item is not None:
            return item.is_(flag)
        return flag in self._by_outcome.get(call.outcome_label, frozenset())


def _flags_by_outcome(dispositions: Dispositions) -> dict[str, frozenset[Flag]]:
    """Return what a CRM outcome means for certain: the flags all outcomes mapped to it share."""
    found: dict[str, frozenset[Flag]] = {}
    for item in dispositions.values():
        if item.crm_outcome:
            found[item.crm_outcome] = found.get(item.crm_outcome, item.flags) & item.flags
    return found


def _counts(activity: Activity) -> bool:
    if activity.kind is ActivityKind.CALL:
        return True
    # An outcome without a call; a correction is a change too, but not an outcome.
    return bool(activity.disposition) and not activity.corrects
