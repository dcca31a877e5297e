"""Options of the account's fields, and its reps."""

from __future__ import annotations

import pytest

from sdrdesk.domain.lead.lead import Owner
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import Option, options, owner_by, owners
from sdrdesk.store.tables import CrmOptionRow, OwnerRow
from tests.store.filling import put


def test_options_keep_the_accounts_order_and_labels(db: Database) -> None:
    put(
        db,
        CrmOptionRow(field="status", value="OPEN", label="Being worked", position=1),
        CrmOptionRow(field="status", value="NEW", label="Fresh", position=0),
        CrmOptionRow(field="status", value="OLD", position=2, hidden=True),
        CrmOptionRow(field="persona", value="p1", label="Builder"),
    )
    assert options(db, "status") == [
        Option("NEW", "Fresh"),
        Option("OPEN", "Being worked"),
        Option("OLD", "OLD", hidden=True),
    ]
    assert options(db, "stage") == []


@pytest.fixture
def reps(db: Database) -> Database:
    put(
        db,
        OwnerRow(owner_id="1", user_id="91", email="Sam@X.example", name="Sam", archived=True),
        OwnerRow(owner_id="2", user_id="92", email="sam@x.example", name="Sam"),
        OwnerRow(owner_id="3", user_id="2", email="bo@x.example", name="Bo"),
        OwnerRow(owner_id="4"),
        OwnerRow(owner_id="005Dn1AAA", user_id="005Dn1AAA", archived=True),
    )
    return db


def test_former_reps_come_last(reps: Database) -> None:
    assert [owner.owner_id for owner in owners(reps)] == ["4", "3", "2", "005Dn1AAA", "1"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("1", "1"),
        ("2", "2"),
        ("91", "1"),
        (" SAM@x.EXAMPLE ", "2"),
        ("bo@x.example", "3"),
        ("005Dn1AAA", "005Dn1AAA"),
        ("005dn1aaa", "005Dn1AAA"),
    ],
)
def test_a_rep_is_known_by_id_user_id_or_address(reps: Database, asked: str, found: str) -> None:
    owner = owner_by(reps, asked)
    assert owner is not None
    assert owner.owner_id == found


@pytest.mark.parametrize("asked", ["", " ", "9", "nobody@x.example"])
def test_nobody_is_nobody(reps: Database, asked: str) -> None:
    assert owner_by(reps, asked) is None


def test_an_owner_is_whole(reps: Database) -> None:
    assert owner_by(reps, "1") == Owner("1", "Sam", "Sam@X.example", archived=True)
