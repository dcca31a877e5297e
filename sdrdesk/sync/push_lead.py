"""Sends changes of a lead's fields: only what changed, never over somebody else's newer work."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sdrdesk.clock import Clock, parse_iso
from sdrdesk.domain.activity import OutboxKind, OutboxState
from sdrdesk.domain.remote import LEAD_FIELDS, LeadFields
from sdrdesk.store import conflicts, mirror, outbox
from sdrdesk.store.database import Database
from sdrdesk.store.lead_fields import settle_fields
from sdrdesk.store.moments import to_ms
from sdrdesk.store.outbox import Carried, Sending
from sdrdesk.sync.errors import Rejected
from sdrdesk.sync.merge import Decision, decide, kept_because
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.push_mark import MARK, Marks
from sdrdesk.sync.targets import Targets

OVERTAKEN = "a later change of yours counts"
"""Why a field was not written, for the receipt."""
UNKNOWN = "this version of sdrdesk cannot change it"


@dataclass(slots=True)
class _Plan:
    """What becomes of each field of one change. Every field is in one of the first four."""

    write: dict[str, str] = field(default_factory=dict)
    agreed: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """Fields that are not written, each with the reason: nothing vanishes without a word."""
    theirs: dict[str, str] = field(default_factory=dict)
    """What the CRM shows for every field that was looked at."""
    marked_ms: int = 0

    def carried(self, written: Collection[str]) -> Carried:
        """Return the receipt of the fields."""
        return Carried(tuple(written), tuple(self.agreed), self.left, self.marked_ms)


class LeadPush:
    """Sends contact changes and list memberships; both are harmless to repeat."""

    def __init__(self, db: Database, crm: CrmClient, clock: Clock, targets: Targets) -> None:
        self._db = db
        self._crm = crm
        self._clock = clock
        self._targets = targets
        self._marks = Marks(db, targets)

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
        left = {n: OVERTAKEN for n in changes if n in overtaken}
        left |= {n: UNKNOWN for n in changes if n not in LEAD_FIELDS}
        mine = {name: value for name, value in changes.items() if name not in left}
        return self._change(item, mine, _Plan(left=left))

    def _put_on_list(self, item: Sending) -> OutboxState:
        target = self._targets.of(item.lead_id)
        list_id = self._crm.add_to_list(str(item.payload.get("list_name", "")), target.lead_id)
        with self._db.writer() as connection:
            outbox.sent(connection, item, list_id, to_ms(self._clock()))
        return OutboxState.SENT

    def _change(self, item: Sending, mine: dict[str, str], plan: _Plan) -> OutboxState:
        if not mine:
            return self._receipt(item, self._targets.current(item.lead_id), plan, {})
        # Always looked at a moment before: what others set since the rep acted is not overwritten.
        now = self._targets.fields(item.lead_id, tuple(mine))
        self._decide(item, mine, now, plan)
        times: dict[str, int] = {}
        if plan.disputed:
            asked = self._targets.fields(item.lead_id, tuple(plan.disputed), times=True)
            times = asked.changed_ms
        if plan.write:
            if plan.write.get(MARK) == "true":
                self._marks.begin(item, now)
            answer = self._crm.change_lead(now.lead_id, plan.write)
            not_taken = {n: answer.values.get(n, "") for n in plan.write} != plan.write
            plan.theirs.update(answer.values)
            if not_taken:
                return self._not_taken(item, now.lead_id, plan, answer)
        if plan.write.get(MARK) == "true":
            plan.marked_ms = self._marks.made_ms(now.lead_id)
        return self._receipt(item, now.lead_id, plan, times)

    def _decide(self, item: Sending, mine: dict[str, str], now: LeadFields, plan: _Plan) -> None:
        """Put each field where it belongs in ``plan``."""
        base = _strings(item.payload.get("base"))
        with self._db.reader() as connection:
            stages = list(mirror.option_labels(connection, "lifecycle"))
            earlier = {name: outbox.earlier_values(connection, item, name) for name in mine}
            tried = outbox.later_tries(connection, item)
        for name, value in mine.items():
            theirs = plan.theirs[name] = now.values.get(name, "")
            decision = decide(
                name,
                base.get(name, ""),
                value,
                theirs,
                stages=stages,
                also_base=earlier[name],
                theirs_since=name == MARK and self._marks.is_others(item, value, now),
            )
            if decision is Decision.SAME:
                plan.agreed.append(name)
            elif name != MARK and theirs in tried.get(name, ()):
                plan.left[name] = OVERTAKEN  # it arrived, and its answer got lost
            elif decision is Decision.SEND:
                plan.write[name] = value
            elif decision is Decision.CONFLICT:
                plan.disputed.append(name)
            else:
                plan.left[name] = kept_because(name, theirs)

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
            written = [n for n in plan.write if n not in kept]
            outbox.note_carried(connection, item, plan.carried(written))
            settle_fields(connection, lead_id, plan.theirs, to_ms(self._clock()))
        raise Rejected(words, fields=tuple(kept))

    def _receipt(
        self, item: Sending, lead_id: str, plan: _Plan, times: dict[str, int]
    ) -> OutboxState:
        now_ms = to_ms(self._clock())
        base = _strings(item.payload.get("base"))
        changes = _strings(item.payload.get("changes"))
        mine_ms = _moment_ms(item.payload.get("at"), item.created_ms)
        written = self._written(item, lead_id, plan)
        with self._db.writer() as connection:
            outbox.note_carried(connection, item, plan.carried(written))
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
                chosen_ms = 0 if name in plan.left else mine_ms
                if name not in plan.disputed:
                    conflicts.close_agreed(connection, lead_id, name, value, now_ms, chosen_ms)
            settle_fields(connection, lead_id, plan.theirs, now_ms)
        return OutboxState.SENT

    def _written(self, item: Sending, lead_id: str, plan: _Plan) -> list[str]:
        """Return the fields this item wrote, with a mark that a lost try of it had made."""
        made_ms = None
        if MARK in plan.agreed and plan.theirs[MARK] == "true":
            made_ms = self._marks.made_earlier_ms(item, lead_id)
        if made_ms is None:
            return list(plan.write)
        plan.marked_ms = made_ms
        plan.agreed.remove(MARK)
        return [*plan.write, MARK]


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): str(content) for name, content in value.items()}


def _moment_ms(value: object, otherwise: int) -> int:
    try:
        return to_ms(parse_iso(str(value)))
    except ValueError:
        return otherwise
