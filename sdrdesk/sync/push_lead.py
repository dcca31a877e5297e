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
from sdrdesk.sync.errors import OutcomeMissing, Rejected
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
    kept: dict[str, str] = field(default_factory=dict)
    """What stays as the CRM has it, by a rule that the rep was told of."""
    overtaken: list[str] = field(default_factory=list)
    """What a later change of ours sets."""


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
        unknown = [name for name in changes if name not in LEAD_FIELDS]
        if unknown:
            raise Rejected(
                f"this version of sdrdesk cannot send the field {', '.join(unknown)}",
                fields=tuple(unknown),
            )
        with self._db.reader() as connection:
            overtaken = outbox.later_fields(connection, item) & set(changes)
        # What an earlier try wrote is done: whoever changed it since is somebody else.
        done = overtaken | outbox.written_before(item)
        mine = {name: value for name, value in changes.items() if name not in done}
        return self._change(item, mine, sorted(overtaken))

    def _put_on_list(self, item: Sending) -> OutboxState:
        target = self._targets.of(item.lead_id)
        list_id = self._crm.add_to_list(str(item.payload.get("list_name", "")), target.lead_id)
        with self._db.writer() as connection:
            outbox.sent(connection, item, list_id, to_ms(self._clock()))
        return OutboxState.SENT

    def _change(self, item: Sending, mine: dict[str, str], overtaken: list[str]) -> OutboxState:
        plan = _Plan(overtaken=overtaken)
        if not mine:
            return self._receipt(item, self._targets.current(item.lead_id), plan, {})
        # Always looked at a moment before: what others set since the rep acted is not overwritten.
        now = self._targets.fields(item.lead_id, tuple(mine))
        self._decide(plan, item, mine, now)
        times: dict[str, int] = {}
        if plan.disputed:
            asked = self._targets.fields(item.lead_id, tuple(plan.disputed), times=True)
            times = asked.changed_ms
        if plan.write:
            refused = self._write(now.lead_id, plan)
            if refused or any(plan.theirs[name] != value for name, value in plan.write.items()):
                return self._not_taken(item, now.lead_id, plan, refused)
        return self._receipt(item, now.lead_id, plan, times)

    def _write(self, lead_id: str, plan: _Plan) -> dict[str, Rejected]:
        """Write the fields and return those that the CRM refused.

        All at once; when that is refused, each for itself, do-not-call first: a value that the
        account does not have must not hold up the others.
        """
        try:
            plan.theirs.update(self._crm.change_lead(lead_id, plan.write).values)
        except Rejected as error:
            if len(plan.write) == 1:
                return dict.fromkeys(plan.write, error)
        else:
            return {}
        refused: dict[str, Rejected] = {}
        for name in sorted(plan.write, key=lambda name: name != "do_not_call"):
            try:
                one = self._crm.change_lead(lead_id, {name: plan.write[name]})
                plan.theirs.update(one.values)
            except Rejected as error:
                refused[name] = error
        return refused

    def _decide(self, plan: _Plan, item: Sending, mine: dict[str, str], now: LeadFields) -> None:
        base = _strings(item.payload.get("base"))
        with self._db.reader() as connection:
            stages = list(mirror.option_labels(connection, "lifecycle"))
            earlier = {name: outbox.earlier_values(connection, item, name) for name in mine}
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
            elif decision is Decision.KEEP:
                plan.kept[name] = theirs

    def _not_taken(
        self, item: Sending, lead_id: str, plan: _Plan, refused: dict[str, Rejected]
    ) -> OutboxState:
        """The CRM refused a field, or said yes and did something else: a person has to know."""
        wrong = {name: v for name, v in plan.write.items() if plan.theirs[name] != v}
        words = [
            refusal_words(name, value, refused[name])
            if name in refused
            else f'the CRM kept {name} at "{plan.theirs[name]}" instead of "{value}"'
            for name, value in wrong.items()
        ]
        with self._db.writer() as connection:
            outbox.note_fate(
                connection,
                item,
                written=[name for name in plan.write if name not in wrong],
                kept=plan.kept,
                overtaken=plan.overtaken,
            )
            settle_fields(connection, lead_id, plan.theirs, to_ms(self._clock()))
        reference = next((e.correlation_id for e in refused.values() if e.correlation_id), "")
        raise Rejected("; ".join(words), fields=tuple(wrong), correlation_id=reference)

    def _receipt(
        self, item: Sending, lead_id: str, plan: _Plan, times: dict[str, int]
    ) -> OutboxState:
        now_ms = to_ms(self._clock())
        base = _strings(item.payload.get("base"))
        changes = _strings(item.payload.get("changes"))
        mine_ms = _moment_ms(item.payload.get("at"), item.created_ms)
        with self._db.writer() as connection:
            outbox.note_fate(
                connection, item, written=plan.write, kept=plan.kept, overtaken=plan.overtaken
            )
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
    """Return why the CRM refused one field of a lead, and what mends it."""
    if name in _MENDING and isinstance(error, OutcomeMissing):
        kind, mend = _MENDING[name]
        return (
            f'the account has no {kind} "{value}". {mend}; then sdrdesk outbox retry. '
            f"(CRM: {error.message})"
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
