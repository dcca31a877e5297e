"""Who set the CRM's value of a conflict: a colleague, an automation, or the rep elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.crm.records import RemoteActivity
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.sync.conflict_source import OTHER_MACHINE
from sdrdesk.store.database.database import Database
from sdrdesk.store.database.timestamps import to_ms
from sdrdesk.store.outbox import conflicts
from sdrdesk.store.tables import CrmOptionRow, LeadRow, OwnerRow
from tests.store.filling import put
from tests.store.sync_rows import put_calls

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("source", "user", "words"),
    [
        ("crm", "99", "Ana Silva in HubSpot"),
        ("crm", "12", "you in HubSpot"),
        ("crm", "444", "in HubSpot"),
        ("automation", "", "by an automation"),
        ("integration", "12", "your other machine"),
        ("integration", "", "by an integration"),
        ("", "", ""),
    ],
)
def test_it_is_named_as_far_as_the_crm_says(
    source: str, user: str, words: str, db: Database, make_desk: Callable[..., LocalDesk]
) -> None:
    put(db, OwnerRow(owner_id="8", name="Ana Silva", user_id="99"))
    put(db, OwnerRow(owner_id="9", name="Me", user_id="12"))
    with db.writer() as connection:
        connection.execute("UPDATE owner SET user_id = '12' WHERE owner_id = '7'")
        connection.execute("DELETE FROM owner WHERE owner_id = '9'")
    put(db, LeadRow(lead_id="1", owner_id="7"), CrmOptionRow(field="status", value="Q", label="Hi"))
    disputed(db, source, user)
    (found,) = make_desk().outbox.conflicts()
    assert found.theirs_by == words
    assert dict(found.labels) == {"Q": "Hi"}


@pytest.mark.parametrize(("minutes", "words"), [(3, OTHER_MACHINE), (20, "by an integration")])
def test_a_call_of_mine_that_was_not_made_here_shows_my_other_machine(
    minutes: int, words: str, db: Database, make_desk: Callable[..., LocalDesk]
) -> None:
    put(db, LeadRow(lead_id="1", owner_id="7"))
    put_calls(
        db,
        RemoteActivity(
            "call", "c1", lead_ids=("1",), owner_id="7",
            at_ms=to_ms(AT - timedelta(minutes=minutes)),
        ),
    )  # fmt: skip
    disputed(db, "integration", "")
    (found,) = make_desk().outbox.conflicts()
    assert found.theirs_by == words


def disputed(db: Database, source: str, user: str) -> None:
    with db.writer() as connection:
        conflicts.add(
            connection, lead_id="1", field="status", base="A", mine="B", theirs="Q",
            mine_ms=to_ms(AT), theirs_ms=to_ms(AT), theirs_by=(source, user),
        )  # fmt: skip
