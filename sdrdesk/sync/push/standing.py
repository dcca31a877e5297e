"""Changes of a lead between an outcome and its way to the CRM, and questions to the rep.

A lead may have moved to a colleague, or have been qualified by somebody, while the rep had no
network. Then nothing of the outcome is written before they said so.
"""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.clock import Clock
from sdrdesk.domain.crm.records import LeadFields
from sdrdesk.domain.lead.activity import OutboxKind, OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.outbox import outbox, questions
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.store.outbox.questions import Reason, Seen
from sdrdesk.store.promises.promises import settle
from sdrdesk.store.reports.away import owners_by_user
from sdrdesk.sync.push.lead_lookup import LeadLookup

BARRED = "the person asked not to be called"
_SHOWN = ("owner_id", "lifecycle", "status")


@dataclass(frozen=True, slots=True)
class AskRules:
    """When to ask the rep. Without it only leads that are gone are asked about."""

    rep_id: str
    """The rep's owner id."""
    past_stages: frozenset[str]
    """Lifecycle stages of leads that were handed to sales."""


class LeadCheck:
    """Compares the lead at the CRM with the one the rep knew."""

    def __init__(
        self, db: Database, lead_lookup: LeadLookup, clock: Clock, rules: AskRules | None
    ) -> None:
        self._db = db
        self._lookup = lead_lookup
        self._clock = clock
        self._rules = rules

    def check(self, item: Sending) -> OutboxState | None:
        """Block an item to ask about it; withdraw a callback to a person who is not to be called.

        Returns its new state, ``None`` when it goes out as it is.

        Raises:
            LeadGone, LeadTaken: the lead was deleted at the CRM, or taken away.
        """
        if self._rules is None:
            return None
        with self._db.reader() as connection:
            seen = questions.seen_lead(connection, item.key)
            asks = seen is not None and questions.may_be_asked(connection, item)
        promises = item.kind is OutboxKind.TASK and "change" not in item.payload
        if seen is None or not (asks or (promises and not item.attempts)):
            return None
        changes = item.payload.get("changes")
        names = tuple(changes) if isinstance(changes, dict) else ()
        now = self._lookup.standing(item.lead_id, names)
        if promises and not item.unknown and is_newly_barred(seen, now):
            self._withdraw(item)
            return OutboxState.UNDONE
        reason = self._reason(seen, now, self._rules) if asks else None
        if reason is None:
            return None
        theirs = {name: now.values.get(name, "") for name in _SHOWN}
        with self._db.writer() as connection:
            questions.ask(connection, item, reason, theirs, to_ms(self._clock()))
            return OutboxState(outbox.state_of(connection, item.key))

    def _reason(self, seen: Seen, now: LeadFields, rules: AskRules) -> Reason | None:
        with self._db.reader() as connection:
            own = {
                name: questions.own_values(connection, now.lead_id, name)
                for name in ("owner_id", "lifecycle")
            }
        owner, stage = now.values.get("owner_id", ""), now.values.get("lifecycle", "")
        was_mine = bool(rules.rep_id) and seen.owner_id in ("", rules.rep_id)
        if was_mine and owner not in {"", rules.rep_id, seen.owner_id, *own["owner_id"]}:
            return "moved"
        past = rules.past_stages
        if stage not in past or seen.lifecycle in past or stage in own["lifecycle"]:
            return None
        return None if self._other_machine(now.lead_id, rules) else "qualified"

    def _other_machine(self, lead_id: str, rules: AskRules) -> bool:
        """Return whether this rep qualified the lead with sdrdesk on another machine."""
        set_by = self._lookup.fields(lead_id, ("lifecycle",), times=True).changed_by
        source, user = set_by.get("lifecycle", ("", ""))
        owner_id = owners_by_user(self._db).get(user, ("", ""))[0]
        return source == "integration" and bool(owner_id) and owner_id == rules.rep_id

    def _withdraw(self, item: Sending) -> None:
        with self._db.writer() as connection:
            questions.withdraw(connection, item.key, f"not sent: {BARRED}")
            settle(connection, [item.lead_id], to_ms(self._clock()))


def is_newly_barred(seen: Seen | None, now: LeadFields) -> bool:
    """Return whether somebody marked the lead "do not call" after the item was recorded."""
    return seen is not None and not seen.do_not_call and now.values.get("do_not_call") == "true"
