"""Sending of changes to a lead's fields, without overwriting newer changes at the CRM."""

from __future__ import annotations

from dataclasses import dataclass, field

from sdrdesk.clock import Clock, parse_iso
from sdrdesk.domain.crm.field_merge import (
    NO_ATTEMPTS,
    Attempts,
    Decision,
    decide,
    kept_because,
    same_value,
)
from sdrdesk.domain.crm.records import LEAD_FIELDS, LeadFields
from sdrdesk.domain.lead.activity import OutboxKind, OutboxState
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.json_values import arrived
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.mirror import former_names, mirror
from sdrdesk.store.mirror.pending_fields import OVERTAKEN, settle_fields
from sdrdesk.store.outbox import conflicts, outbox, questions
from sdrdesk.store.outbox.outbox import Sending
from sdrdesk.store.outbox.receipts import Receipt, keep_receipt
from sdrdesk.sync.errors import ChangedSince, Locked, OutcomeMissing, Rejected
from sdrdesk.sync.port import CrmClient, ListIdPort
from sdrdesk.sync.push.do_not_call_mark import MARK, Marks
from sdrdesk.sync.push.lead_lookup import LeadLookup
from sdrdesk.sync.push.standing import BARRED, is_newly_barred

_WORK = ("status", "lifecycle")
"""Fields that say how the work goes on; "do not call" ends it, whatever somebody else recorded."""

_TRIES = 3
"""Times that a change is decided again because somebody changed the lead in between."""


@dataclass(slots=True)
class _Plan:
    """The decision on each field of one change: in ``refused`` or in one of the others."""

    write: dict[str, str] = field(default_factory=dict)
    agreed: list[str] = field(default_factory=list)
    disputed: list[str] = field(default_factory=list)
    left: dict[str, str] = field(default_factory=dict)
    """Fields that are not written, each with the reason."""
    refused: dict[str, str] = field(default_factory=dict)
    """Fields that need a person, each with the problem and its fix."""
    reference: str = ""
    """The CRM's correlation id of the refusal."""
    theirs: dict[str, str] = field(default_factory=dict)
    """The CRM's value of every field that was read."""
    marked_ms: int = 0
    version: str = ""
    """The state of the lead that the decisions are about, where the CRM can compare and set."""

    def refuse(self, name: str, value: str, error: Rejected) -> None:
        """Note that a field needs a person."""
        self.refused[name] = refusal_words(name, value, error)
        self.reference = self.reference or error.correlation_id

    def carried(self) -> Receipt:
        """Return the receipt of the fields."""
        written = [name for name in self.write if name not in self.refused]
        return Receipt(written, tuple(self.agreed), self.left, self.marked_ms)


class LeadPush:
    """Sends field changes and list memberships; both are safe to repeat."""

    def __init__(
        self,
        db: Database,
        crm: CrmClient,
        clock: Clock,
        lead_lookup: LeadLookup,
        attempts: Attempts = NO_ATTEMPTS,
    ) -> None:
        self._attempts = attempts
        self._db = db
        self._crm = crm
        self._clock = clock
        self._lookup = lead_lookup
        self._marks = Marks(db, lead_lookup)

    def send(self, item: Sending) -> OutboxState | None:
        """Send one item and return its new state.

        Raises:
            SdrDeskError: the item was not sent; ``Pusher`` decides what happens to it.
        """
        with self._db.writer() as connection:
            if not outbox.begin_sending(connection, item.key, unknown=False):
                return None
        if item.kind is OutboxKind.LIST:
            return self._put_on_list(item)
        with self._db.reader() as connection:
            overtaken = outbox.later_fields(connection, item)
        # Fields an earlier try wrote are done; a later change there is not ours.
        done = arrived(item.payload)
        changes = _strings(item.payload.get("changes"))
        mine, left, refused = {}, {}, {}
        for name in [name for name in changes if name not in done]:
            if name not in LEAD_FIELDS:
                refused[name] = f"this version of sdrdesk cannot send the field {name}"
            elif name in overtaken:
                left[name] = OVERTAKEN
            else:
                mine[name] = changes[name]
        for _ in range(_TRIES):
            try:
                return self._change(item, mine, _Plan(left=dict(left), refused=dict(refused)))
            except ChangedSince:
                continue  # nothing was written: decide again by what is there now
        raise Locked

    def _put_on_list(self, item: Sending) -> OutboxState:
        target = self._lookup.of(item.lead_id)
        name = str(item.payload.get("list_name", ""))
        try:
            list_id = self._crm.add_to_list(name, target.lead_id)
        except OutcomeMissing:
            list_id = self._put_on_renamed(name, target.lead_id)
            if not list_id:
                raise
        with self._db.writer() as connection:
            if isinstance(self._crm, ListIdPort):
                former_names.remember(connection, former_names.LIST, {name: list_id})
            outbox.sent(connection, item, list_id, to_ms(self._clock()))
        return OutboxState.SENT

    def _put_on_renamed(self, name: str, lead_id: str) -> str:
        """Put a lead on the list that had this name before an admin renamed it.

        Return its id, ``""`` when no such list is known.
        """
        if not isinstance(self._crm, ListIdPort):
            return ""
        with self._db.reader() as connection:
            known = former_names.former(connection, former_names.LIST)
        list_id = known.get(former_names.folded(name), "")
        there = bool(list_id) and self._crm.add_to_list_by_id(list_id, lead_id)
        return list_id if there else ""

    def _change(self, item: Sending, mine: dict[str, str], plan: _Plan) -> OutboxState:
        asked: LeadFields | None = None
        if not mine:
            lead_id = self._lookup.current(item.lead_id)
        else:
            # Read immediately before writing, so that others' changes are not overwritten.
            now = self._lookup.fields(item.lead_id, tuple(mine))
            lead_id = now.lead_id
            self._decide(item, mine, now, plan)
            if plan.disputed:
                asked = self._lookup.fields(item.lead_id, tuple(plan.disputed), times=True)
            if plan.write:
                self._write(item, now, plan)
            self._own_mark(item, lead_id, plan)
        if plan.refused:
            return self._not_taken(item, lead_id, plan)
        return self._receipt(item, lead_id, plan, asked)

    def _decide(self, item: Sending, mine: dict[str, str], now: LeadFields, plan: _Plan) -> None:
        """Decide on each field and note it in ``plan``."""
        base = _strings(item.payload.get("base"))
        plan.version = now.version
        changes = _strings(item.payload.get("changes"))
        barred = item.payload.get("barred") is True
        with self._db.reader() as connection:
            stages = list(mirror.option_labels(connection, "lifecycle"))
            earlier = {name: outbox.earlier_values(connection, item, name) for name in mine}
            tried = outbox.later_tries(connection, item)
            accepted = questions.values_accepted(connection, item.key)
            seen = questions.seen_lead(connection, item.key)
        bars = MARK in mine or item.payload.get("barred") is True
        barred_since = not bars and is_newly_barred(seen, now)
        for name, value in mine.items():
            theirs = plan.theirs[name] = now.values.get(name, "")
            decision = decide(
                name,
                base.get(name, ""),
                value,
                theirs,
                stages=stages,
                attempts=self._attempts,
                forward_only=self._crm.capabilities.stages_only_forward,
                # The rep knew this value when they said: write it anyway.
                also_base=(*earlier[name], *([accepted[name]] if name in accepted else [])),
                theirs_since=name == MARK and self._marks.is_others(item, value, now),
                barred=barred and (MARK not in changes or theirs in self._attempts),
            )
            if decision is Decision.SAME:
                plan.agreed.append(name)
            elif name != MARK and any(same_value(name, theirs, t) for t in tried.get(name, ())):
                plan.left[name] = OVERTAKEN  # it arrived; its response got lost
            elif barred_since and name in _WORK and decision is not Decision.KEEP:
                plan.left[name] = BARRED
            elif decision is Decision.SEND:
                plan.write[name] = value
            elif decision is Decision.CONFLICT:
                plan.disputed.append(name)
            else:
                plan.left[name] = kept_because(name, theirs)

    def _write(self, item: Sending, now: LeadFields, plan: _Plan) -> None:
        """Write the fields; note those that the CRM refused or set to another value."""
        if plan.write.get(MARK) == "true":
            self._marks.begin(item, now)
        self._write_fields(now.lead_id, plan)
        for name, value in plan.write.items():
            if name not in plan.refused and not same_value(name, plan.theirs[name], value):
                kept = plan.theirs[name]
                plan.refused[name] = f'the CRM kept {name} at "{kept}" instead of "{value}"'

    def _write_fields(self, lead_id: str, plan: _Plan) -> None:
        """Write all fields at once; when that is refused, one by one, do-not-call first.

        One invalid value must not hold up the others.
        """
        try:
            answer = self._crm.change_lead(lead_id, plan.write, seen_version=plan.version)
            plan.theirs.update(answer.values)
        except Rejected as error:
            if len(plan.write) == 1:
                plan.refuse(*next(iter(plan.write.items())), error)
                return
        else:
            return
        for name in sorted(plan.write, key=lambda name: name != MARK):
            try:
                one = self._crm.change_lead(lead_id, {name: plan.write[name]})
                plan.theirs.update(one.values)
            except Rejected as error:
                plan.refuse(name, plan.write[name], error)

    def _own_mark(self, item: Sending, lead_id: str, plan: _Plan) -> None:
        """Note when the CRM set our do-not-call mark, in this try or in one without a response."""
        if plan.theirs.get(MARK) != "true":
            return
        if plan.write.get(MARK) == "true" and MARK not in plan.refused:
            plan.marked_ms = self._marks.set_ms(lead_id)
        elif MARK in plan.agreed:
            made_ms = self._marks.made_earlier_ms(item, lead_id)
            if made_ms is not None:
                plan.marked_ms = made_ms
                plan.agreed.remove(MARK)
                plan.write[MARK] = "true"

    def _not_taken(self, item: Sending, lead_id: str, plan: _Plan) -> OutboxState:
        with self._db.writer() as connection:
            keep_receipt(connection, item, plan.carried())
            settle_fields(connection, lead_id, plan.theirs, to_ms(self._clock()))
        raise Rejected(
            "; ".join(plan.refused.values()),
            fields=tuple(plan.refused),
            correlation_id=plan.reference,
        )

    def _receipt(
        self, item: Sending, lead_id: str, plan: _Plan, asked: LeadFields | None
    ) -> OutboxState:
        times = asked.changed_ms if asked else {}
        by = asked.changed_by if asked else {}
        now_ms = to_ms(self._clock())
        base = _strings(item.payload.get("base"))
        changes = _strings(item.payload.get("changes"))
        mine_ms = _moment_ms(item.payload.get("at"), item.created_ms)
        with self._db.writer() as connection:
            keep_receipt(connection, item, plan.carried())
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
                    theirs_by=by.get(name, ("", "")),
                )
            for name, value in plan.theirs.items():
                chosen_ms = 0 if name in plan.left else mine_ms
                if name not in plan.disputed:
                    conflicts.close_agreed(connection, lead_id, name, value, now_ms, chosen_ms)
            settle_fields(connection, lead_id, plan.theirs, now_ms)
        return OutboxState.SENT


_MENDING = {
    "lifecycle": (
        "lifecycle stage",
        "Choose the stage of qualified leads: sdrdesk setup, or qualified_stage under [crm] in "
        "config.toml",
    ),
    "status": ("lead status", "Correct lead_status in dispositions.toml, or add it at the CRM"),
    "persona": ("persona", "Add it at the CRM, or choose another one: sdrdesk persona"),
}


def refusal_words(name: str, value: str, error: Rejected) -> str:
    """Return why the CRM refused one field of a lead, and how to fix it."""
    if isinstance(error, OutcomeMissing) and error.names_the_file:
        return f"{error.message}; then sdrdesk outbox retry."
    if name in _MENDING and isinstance(error, OutcomeMissing):
        kind, mend = _MENDING[name]
        return (
            f'the account has no {kind} "{value}". {mend}; then sdrdesk outbox retry. '
            f"(CRM: {error.message})"
        )
    if name == "email" and "email" in error.fields:
        return (
            f"another person in the CRM has the e-mail address {value}. Find both with sdrdesk "
            f"dupes, merge them or drop this change. (CRM: {error.message})"
        )
    if name == "do_not_call":
        return (
            f"{error.message.rstrip('.')}. Choose the account's do-not-call field and its value: "
            "sdrdesk setup, or do_not_call under [crm] in config.toml; then sdrdesk outbox retry."
        )
    return f"{name} {value}: {error.message}"


def _strings(value: object) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): str(content) for name, content in value.items()}


def _moment_ms(value: object, otherwise: int) -> int:
    try:
        return to_ms(parse_iso(str(value)))
    except ValueError:
        return otherwise
