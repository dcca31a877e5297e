"""A rep's desk over a sandbox CRM for tests: database, engine, and a movable clock."""

from __future__ import annotations

import json
import tomllib
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sdrdesk.clock import iso
from sdrdesk.config import load_settings
from sdrdesk.domain.crm.meaning import Remap, as_recorded
from sdrdesk.domain.crm.records import ACTIVITY_KINDS
from sdrdesk.domain.lead.enrichment import Derived
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.catalog import parse_dispositions
from sdrdesk.domain.outcome.correction import correction
from sdrdesk.domain.outcome.plan import plan
from sdrdesk.domain.outcome.promises import reversals
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.services.lead.acts import ActLog
from sdrdesk.services.lead.field_changes import FieldChanges
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import uncorrected_outcome
from sdrdesk.store.mirror.leads import get_lead
from sdrdesk.store.promises.promises import promises_of, task_items
from sdrdesk.store.record import outcome_fields, outcomes
from sdrdesk.sync.engine import SyncEngine, SyncProgress, SyncReport, Tuning
from sdrdesk.sync.errors import AuthExpired
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.hubspot.transport import Timing
from sdrdesk.sync.port import CrmClient, KeyMode
from sdrdesk.sync.pull.full_pass import EnricherFactory
from sdrdesk.sync.push.key_modes import set_mode
from sdrdesk.sync.push.standing import AskRules
from tests.support.sandbox import Sandbox, running_sandbox

DO_NOT_CALL = "do_not_call_phone"
OWNER = "70001"
"""The rep of a desk, owner of about half of the leads."""
DEFAULTS = Path(__file__).parents[2] / "sdrdesk" / "defaults" / "dispositions.toml"
OUTCOMES = parse_dispositions(tomllib.loads(DEFAULTS.read_text(encoding="utf-8")))
BODIES = {
    "calls": "hs_call_body",
    "tasks": "hs_task_body",
    "notes": "hs_note_body",
    "meetings": "hs_meeting_body",
    "emails": "hs_email_text",
    "communications": "hs_communication_body",
}


AFTERNOON = "2026-11-18T15:00:00Z"
"""The time of these tests, a Wednesday: the leads of a generated account depend on the hour."""


class MovableClock:
    """Runs like the account's clock from ``AFTERNOON``, plus an offset set by a test."""

    def __init__(self) -> None:
        self.offset = datetime.fromisoformat(AFTERNOON) - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def forward(self, seconds: float) -> None:
        self.offset += timedelta(seconds=seconds)


def quick(**more: Any) -> Timing:
    """Return a timing without pauses or limits."""
    given: dict[str, Any] = {
        "sleep": lambda _: None,
        "backoff_s": 0.0,
        "searches_per_s": 1e9,
        "share": 1e6,
    }
    return Timing(**(given | more))


def derive(lead: Lead) -> Derived:
    """Derive a lead like the rules of fit and persona; shows the company it was derived with."""
    return Derived(
        fit=50, persona=lead.persona, region=lead.company.country if lead.company else ""
    )


class Desk:
    """One rep's sdrdesk installation."""

    def __init__(
        self,
        sandbox: Sandbox,
        path: Path,
        *,
        clock: MovableClock | None = None,
        tuning: Tuning | None = None,
        timing: Timing | None = None,
        do_not_call: str | None = DO_NOT_CALL,
        wrap: Callable[[CrmClient], CrmClient] = lambda crm: crm,
        client: CrmClient | None = None,
    ) -> None:
        self.sandbox = sandbox
        self.clock = clock or MovableClock()
        self.db = Database.open(path)
        self._connect: Callable[[], CrmClient] = lambda: (
            hubspot_client(  # another CRM has no sandbox
                sandbox.url,
                sandbox.token,
                do_not_call=do_not_call,
                clock=self.clock,
                timing=timing or quick(),
            )
        )
        self._wrap = wrap
        self._may_connect = client is None
        self.raw_crm = client or self._connect()
        self.crm = wrap(self.raw_crm)
        self.tuning = tuning or Tuning()
        self.stop: Callable[[], bool] = lambda: False
        self.progress: list[SyncProgress] = []
        self.owner_id = ""
        self.make_enricher: EnricherFactory | None = None
        self.reads: str | None = None
        self.remap: Remap = as_recorded
        self.ask: AskRules | None = None

    def close(self) -> None:
        self.raw_crm.close()
        self.db.close()

    def connect_again(self) -> None:
        """Take a new client, as every round after a failed one does."""
        self.raw_crm.close()
        self.raw_crm = self._connect()
        self.crm = self._wrap(self.raw_crm)

    @property
    def engine(self) -> SyncEngine:
        return SyncEngine(
            self.db,
            self.crm,
            derive,
            self.clock,
            on_progress=self.progress.append,
            should_stop=lambda: self.stop(),
            owner_id=self.owner_id,
            tuning=self.tuning,
            make_enricher=self.make_enricher,
            reads=self.reads,
            remap=self.remap,
            dispositions=OUTCOMES,
            ask=self.ask,
        )

    def sync(self, **how: Any) -> SyncReport:
        try:
            return self.engine.run(**({"release_held": True} | how))
        except AuthExpired:
            if self._may_connect:
                self.connect_again()  # as the next round does: a client tries such a key once
            raise

    def sql(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.db.reader() as connection:
            return [tuple(row) for row in connection.execute(statement, values).fetchall()]

    def one(self, statement: str, *values: Any) -> Any:
        row = self.sql(statement, *values)
        return row[0][0] if row else None

    def lead(self, lead_id: str) -> Lead:
        found = get_lead(self.db, lead_id)
        assert found is not None, lead_id
        return found

    def pick(self, status: str = "NEW", skip: int = 0) -> str:
        """Return the id of a lead with this status that is not marked do-not-call."""
        rows = self.sql(
            "SELECT lead_id FROM lead WHERE archived = 0 AND do_not_call = 0 AND status = ?"
            " AND lifecycle IN ('lead', 'marketingqualifiedlead') ORDER BY lead_id",
            status,
        )
        return str(rows[skip][0])

    def dispose(self, lead_id: str, outcome: str, rep: str = "", **more: Any) -> str:
        """Record an outcome as the rep would and return its key."""
        now = self.clock()
        extra: dict[str, Any] = {}
        if outcome == "callback":
            extra["callback_at"] = now + timedelta(days=1)
        if outcome == "meeting_set":
            extra["meeting_at"] = now + timedelta(days=2)
        chosen = OUTCOMES.get(outcome)
        assert chosen is not None, outcome
        if outcome in ("not_interested", "disqualified"):
            extra["reason"] = chosen.reasons[0][0]
        made = plan(
            self.lead(lead_id),
            chosen,
            Entry(outcome, more.pop("at", now), **({"number": "+15550100"} | extra | more)),
            AccountRules(do_not_call_mapped=True),
            rep or (self.ask.rep_id if self.ask else ""),
            lambda: str(uuid.uuid4()),
            None,
            now + timedelta(seconds=10),
            promises_of(self.db, lead_id),
        )
        return outcomes.record(self.db, made, now=now).activity_key

    def edit_person(self, lead_id: str, **fields: str) -> str:
        """Correct a person's own data, as the rep would, and return the activity's key."""
        changes = FieldChanges(
            self.db,
            lambda: derive,
            lambda: "",
            load_settings(Path("none.toml"), {"SDRDESK_OWNER": OWNER}),
            self.clock,
            ActLog(lambda: OWNER, self.clock),
        )
        lead = self.lead(lead_id)
        base = {name: str(getattr(lead, name)) for name in fields}
        return changes.record(lead, fields, base, "edited")

    def correct(self, activity_key: str, rep: str = "") -> None:
        """Undo an outcome that was sent, as the rep would."""
        outcome = uncorrected_outcome(self.db, activity_key)
        assert outcome is not None
        lead, now = self.lead(outcome.lead_id), self.clock()
        made = correction(
            outcome,
            lead,
            outcome_fields.lead_before(self.db, activity_key) or lead,
            outcome_fields.sent_fields(self.db, activity_key),
            label=outcome.disposition,
            at=now,
            owner_id=rep,
            new_key=lambda: str(uuid.uuid4()),
            hold_until=now,
            account=AccountRules(),
            reason="a mistake",
            tasks=reversals(task_items(self.db, activity_key), lead, now),
        )
        outcomes.record(self.db, made, now=now)

    def change(self, lead_id: str, **fields: str) -> str:
        """Put a change of fields in the outbox, like a rep's edit."""
        lead = self.lead(lead_id)
        held = {
            "status": lead.status,
            "lifecycle": lead.lifecycle,
            "do_not_call": "true" if lead.do_not_call else "false",
            "persona": lead.extra.get("persona_value", ""),
            "time_zone": lead.time_zone,
            "owner_id": lead.owner_id,
        }
        base = {name: held[name] for name in fields}
        payload = {"changes": fields, "base": base, "at": iso(self.clock())}
        from sdrdesk.store.mirror.pending_fields import show_value

        with self.db.writer() as connection:
            for name, value in fields.items():
                show_value(connection, lead_id, name, value)
        return self.put_item("contact", lead_id, payload)

    def put_item(self, kind: str, lead_id: str, payload: dict[str, Any], **more: Any) -> str:
        values: dict[str, Any] = {
            "key": str(uuid.uuid4()),
            "kind": kind,
            "lead_id": lead_id,
            "activity_key": "",
            "payload_json": json.dumps(payload),
            "state": "queued",
            "priority": 50,
            "attempts": 0,
            "unknown": 0,
            "looks": 0,
            "last_error": "",
            "correlation_id": "",
            "crm_id": "",
            "created_ms": round(self.clock().timestamp() * 1000),
        } | more
        with self.db.writer() as connection:
            connection.execute(
                f"INSERT INTO outbox ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})",
                tuple(values.values()),
            )
        return str(values["key"])

    def note(self, lead_id: str, body: str = "called back", **more: Any) -> str:
        payload = {"at": iso(self.clock()), "body": body, "owner_id": ""}
        return self.put_item("note", lead_id, payload, **more)

    def states(self) -> dict[str, str]:
        return {str(key): str(state) for key, state in self.sql("SELECT key, state FROM outbox")}

    def item(self, key: str) -> dict[str, Any]:
        names = "state, last_error, correlation_id, crm_id, attempts, unknown, looks, next_try_ms"
        row = self.sql(f"SELECT {names} FROM outbox WHERE key = ?", key)[0]
        return dict(zip(names.split(", "), row, strict=True))

    # The CRM's side, read without our client.

    def contact(self, lead_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.sandbox.control(f"record/contacts/{lead_id}")
        properties: dict[str, Any] = found["properties"]
        return properties

    def remote(self, plural: str, key: str) -> list[dict[str, Any]]:
        """Return the CRM's records of a type with one of our keys."""
        found = []
        after = ""
        while True:
            path = (
                f"/crm/objects/2026-09/{plural}?limit=100&associations=contacts,companies"
                f"&properties={BODIES[plural]},sdrdesk_key,hs_call_disposition{after}"
            )
            page = self.sandbox.get(path).json
            for record in page["results"]:
                values = record["properties"]
                if values.get("sdrdesk_key") == key or key in (values.get(BODIES[plural]) or ""):
                    found.append(record)
            if "paging" not in page:
                return found
            after = f"&after={page['paging']['next']['after']}"

    def contacts_of(self, record: dict[str, Any]) -> set[str]:
        linked = record.get("associations", {}).get("contacts", {"results": []})
        return {item["id"] for item in linked["results"]}

    def edit(self, lead_id: str, **properties: str) -> None:
        """Edit a lead as another user."""
        body = {"type": "contacts", "id": lead_id, "properties": properties}
        self.sandbox.control("edit", body)

    def fault(self, **rule: Any) -> None:
        self.sandbox.control("faults", rule)

    def heal(self) -> None:
        self.sandbox.control("faults", method="DELETE")


def use_keys(desk: Desk) -> dict[str, KeyMode]:
    """Set up the key fields as ``setup`` does; return how each kind is found again."""
    desk.crm.create_key_field(dry_run=False)
    modes: dict[str, KeyMode] = {kind: desk.crm.probe(kind) for kind in ACTIVITY_KINDS}
    for kind, mode in modes.items():
        set_mode(desk.db, kind, mode, desk.clock())
    return modes


@contextmanager
def desk_over(sandbox: Sandbox, path: Path, **how: Any) -> Iterator[Desk]:
    desk = Desk(sandbox, path, **how)
    try:
        yield desk
    finally:
        desk.close()


@contextmanager
def fresh_desk(
    path: Path, *, leads: int = 60, how: dict[str, Any] | None = None, **sandbox: Any
) -> Iterator[Desk]:
    """Return a loaded desk over a sandbox of its own."""
    with (
        running_sandbox(leads=leads, now=AFTERNOON, **sandbox) as running,
        desk_over(running, path, **(how or {})) as desk,
    ):
        desk.sync()
        yield desk
