"""No field change disappears without a message, in every combination.

The combinations are of the base, the rep's value, the CRM's value, and the rep's own later change.
Afterwards the CRM shows the rep's value, or a conflict is open, or the receipt says why not.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from sdrdesk.clock import system_clock
from sdrdesk.domain.crm.records import LeadFields, RemoteLead, RemoteOption
from sdrdesk.services.sync.outbox import OutboxService
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror import mirror
from sdrdesk.store.outbox import outbox
from sdrdesk.sync.capabilities import Capabilities
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.push.lead import LeadPush
from sdrdesk.sync.push.lead_lookup import LeadLookup
from tests.store.sync_rows import item, put
from tests.sync.desk import OUTCOMES

STAGES = ("lead", "salesqualifiedlead", "customer")
VALUES: dict[str, Sequence[str]] = {
    "status": ("NEW", "ATTEMPTED_TO_CONTACT", "CONNECTED"),
    "persona": ("", "persona_1", "persona_2"),
    "lifecycle": (*STAGES[:2], "a_stage_without_a_place"),
    "do_not_call": ("false", "true"),
}
LATER: dict[str, dict[str, Any] | None] = {
    "nothing later": None,
    "waits": {"state": "queued"},
    "was tried": {"state": "queued", "attempts": 1},
    "was written": {"state": "sent", "attempts": 1, "how": {"written": ["FIELD"]}},
    "kept theirs": {"state": "sent", "attempts": 1, "how": {"left": {"FIELD": "it stays"}}},
    "was taken back": {"state": "undone"},
}


class OneLead:
    """A CRM with one lead that accepts everything; other tests use a real one."""

    capabilities = Capabilities()

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:
        values = {name: self.values.get(name, "") for name in names}
        return LeadFields(lead_id, values, dict.fromkeys(names, 9) if times else {})

    def change_lead(
        self, lead_id: str, changes: dict[str, str], *, seen_version: str = ""
    ) -> LeadFields:
        assert not seen_version
        self.values |= changes
        return LeadFields(lead_id, changes)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path: Path = tmp_path_factory.mktemp("vanish") / "desk.db"
    with Database.open(path) as opened:
        with opened.writer() as connection:
            options = [RemoteOption("lifecycle", s, s, i) for i, s in enumerate(STAGES)]
            mirror.put_options(connection, options)
        put(opened, *(RemoteLead(str(number)) for number in range(1, 1_000)))
        yield opened


NUMBERS = itertools.count(1)


def sent(db: Database, field: str, base: str, mine: str, theirs: str, later: str) -> dict[str, Any]:
    """Send one change and return its result."""
    lead_id = str(next(NUMBERS))
    key = item(db, f"{lead_id}-a", "contact", lead_id, payload=change(field, base, mine))
    after = LATER[later]
    if after is not None:
        how = {n: v for n, v in after.items() if n != "how"}
        other = change(field, mine, VALUES[field][0])
        for name, value in after.get("how", {}).items():
            other[name] = [field] if isinstance(value, list) else {field: value["FIELD"]}
        item(db, f"{lead_id}-b", "contact", lead_id, payload=other, **how)
    crm = cast(CrmClient, OneLead({field: theirs}))
    with db.reader() as connection:
        waiting = outbox.next_item(connection, 0)
    assert waiting is not None
    assert waiting.key == key
    LeadPush(
        db, crm, system_clock, LeadLookup(db, crm, system_clock), attempts=OUTCOMES.attempts
    ).send(waiting)
    with db.writer() as connection:  # the next case's item is the only one waiting
        connection.execute("UPDATE outbox SET state = 'undone' WHERE state = 'queued'")
    with db.reader() as connection:
        found = connection.execute(
            "SELECT state, payload_json, (SELECT count(*) FROM conflict c"
            " WHERE c.lead_id = o.lead_id AND taken = '') FROM outbox o WHERE key = ?",
            (key,),
        ).fetchone()
    state, payload, conflicts = found
    said = field in json.loads(payload).get("left", {})
    shows = cast(Any, crm).values[field]
    return {"shows": shows, "conflict": conflicts, "said": said, "state": state}


def change(field: str, base: str, mine: str) -> dict[str, Any]:
    return {"changes": {field: mine}, "base": {field: base}, "at": "2026-11-20T09:00:00Z"}


@pytest.mark.parametrize("later", LATER)
@pytest.mark.parametrize("field", VALUES)
def test_it_arrives_or_is_reported(db: Database, field: str, later: str) -> None:
    for base, mine, theirs in itertools.product(VALUES[field], repeat=3):
        case = (field, base, mine, theirs, later)
        done = sent(db, *case)
        assert done["state"] == "sent", case
        arrived = done["shows"] == mine
        if not arrived:
            assert done["conflict"] + done["said"] == 1, case
            assert done["shows"] == theirs, case
        if theirs not in (base, mine) and field in ("persona", "status"):
            # Others' changes are never overwritten.
            overwritten = arrived and not (mine == "ATTEMPTED_TO_CONTACT" and theirs == "NEW")
            assert not overwritten, case
        if later == "was written":
            assert done["said"] or theirs == mine, case


def test_a_person_reads_why_a_field_was_not_written(db: Database) -> None:
    sent(db, "status", "NEW", "ATTEMPTED_TO_CONTACT", "CONNECTED", "nothing later")
    receipts = OutboxService(db, system_clock).items(sent=True)
    words = "status was not written: somebody set it to CONNECTED, and an attempt never lowers"
    assert words in receipts[0].what


def test_the_mark_is_written_whatever_comes_later(db: Database) -> None:
    for later in ("nothing later", "waits", "was tried", "kept theirs", "was taken back"):
        assert sent(db, "do_not_call", "false", "true", "false", later)["shows"] == "true"
