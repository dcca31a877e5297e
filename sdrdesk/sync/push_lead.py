"""Sends changes of a lead's fields: only what changed, never over somebody else's newer work."""

from __future__ import annotations

from dataclasses import dataclass, field

from sdrdesk.clock import Clock, parse_iso
from sdrdesk.domain.activity import OutboxKind, OutboxState
from sdrdesk.domain.remote import LEAD_FIELDS, LeadFields
from sdrdesk.store import conflicts, mirror, outbox
from sdrdesk.store.database import Database
from sdrdesk.store.lead_fields import settle_fields
from sdrdesk.store.moments import to_ms
from sdrdesk.store.outbox import Sending
from sdrdesk.sync.errors import Rejected
from sdrdesk.sync.merge import Decision, decide
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.targets import Targets


@dataclass(slots=True)
class _Plan:
    """What becomes of each field of one change."""

    write: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    """What the CRM shows for every field that was looked at."""
    disputed: list[str] = field(default_factory=list)


class LeadPush:
    """Sends contact changes and list memberships; both are harmless to repeat."""

    def __init__(self, db: Database, crm: CrmClient, clock: Clock, targets: Targets) -> None:
        self._db = db
        self._crm = crm
        self._clock = clock
        self._targets = targets

    def send(self, item: Sending) -> OutboxState | None:
        """Send one item and return its new state.

        Raises:
            SdrDeskError: it did not work out; ``Pusher`` decides what becomes of the item.
        """
        with self._db.writer() as connection:
            if not outbox.begin(connection, item.key, unknown=False):
                return None
        if item.kind is OutboxKind.LIST:
            return self._put_on_list(item)
        changes = _strings(item.payload.get("changes"))
        with self._db.reader() as connection:
            overtaken = outbox.later_fields(connection, item)
        mine = {n: v for n, v in changes.items() if n in LEAD_FIELDS and n not in overtaken}
        return self._change(item, mine)

    def _put_on_list(self, item: Sending) -> OutboxState:
        target = self._targets.of(item.lead_id)
        list_id = self._crm.add_to_list(str(item.payload.get("list_name", "")), target.lead_id)
        with self._db.writer() as connection:
            outbox.sent(connection, item, list_id, to_ms(self._clock()))
        return OutboxState.SENT

    def _change(self, item: Sending, mine: dict[str, str]) -> OutboxState:
        if not mine:
            lead_id = self._targets.current(item.lead_id)
            return self._receipt(item, lead_id, _Plan(), {})
        # Always looked at a moment before: what others set since the rep acted is not overwritten.
        now = self._targets.fields(item.lead_id, tuple(mine))
        plan = self._plan(item, mine, now)
        times: dict[str, int] = {}
        if plan.disputed:
            asked = self._targets.fields(item.lead_id, tuple(plan.disputed), times=True)
            times = asked.changed_ms
        if plan.write:
            answer = self._crm.change_lead(now.lead_id, plan.write)
            not_taken = {n: answer.values.get(n, "") for n in plan.write} != plan.write
            plan.theirs.update(answer.values)
            if not_taken:
                return self._not_taken(item, now.lead_id, plan, answer)
        return self._receipt(item, now.lead_id, plan, times)

    def _plan(self, item: Sending, mine: dict[str, str], now: LeadFields) -> _Plan:
        base = _strings(item.payload.get("base"))
        with self._db.reader() as connection:
            stages = list(mirror.option_labels(connection, "lifecycle"))
            earlier = {name: outbox.earlier_values(connection, item, name) for name in mine}
        plan = _Plan()
        for name, value in mine.items():
            theirs = now.values.get(name, "")
            plan.theirs[name] = theirs
            decision = decide(
                name,
                base.get(name, ""),
                value,
                theirs,
                stages=stages,
                also_base=earlier[name],
            )
            if decision is Decision.SEND:
                plan.write[name] = value
            elif decision is Decision.CONFLICT:
                plan.disputed.append(name)
        return plan

    def _not_taken(
        self, item: Sending, lead_id: str, plan: _Plan, answer: LeadFields
    ) -> OutboxState:
        """The CRM said yes and did something else: a person has to know."""
        kept = {
            n: answer.values.get(n, "")
            for n, v in plan.write.items()
            if answer.values.get(n, "") != v
        }
        words = "; ".join(
            f'the CRM kept {name} at "{value}" instead of "{plan.write[name]}"'
            for name, value in kept.items()
        )
        with self._db.writer() as connection:
            outbox.note_written(connection, item, [n for n in plan.write if n not in kept])
            settle_fields(connection, lead_id, plan.theirs, to_ms(self._clock()))
        raise Rejected(words, fields=tuple(kept))

    def _receipt(
        self, item: Sending, lead_id: str, plan: _Plan, times: dict[str, int]
    ) -> OutboxState:
        now_ms = to_ms(self._clock())
        base = _strings(item.payload.get("base"))
        changes = _strings(item.payload.get("changes"))
        mine_ms = _moment_ms(item.payload.get("at"), item.created_ms)
        with self._db.writer() as connection:
            outbox.note_written(connection, item, plan.write)
            outbox.sent(connection, item, lead_id, now_ms)
            for name in plan.disputed:
                conflicts.add(
                    connection,
                    lead_id=lead_id,
                    field=name,
                    base=base.get(name, ""),
                    mine=changes[name],
                    theirs=plan.theirs[name],
                    mine_ms=mine_ms,
                    theirs_ms=times.get(name, 0),
                )
            for name, value in plan.theirs.items():
                if name not in plan.disputed:
                    conflicts.close_agreed(connection, lead_id, name, value, now_ms)
            settle_fields(connection, lead_id, plan.theirs, now_ms)
        return OutboxState.SENT


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): str(content) for name, content in value.items()}


def _moment_ms(value: object, otherwise: int) -> int:
    try:
        return to_ms(parse_iso(str(value)))
    except ValueError:
        return otherwise
