"""A comment on a call is kept, goes to the CRM only if asked, and changes no number."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sdrdesk.config import Settings
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.services.log.comments import CommentService
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.activities import timeline
from sdrdesk.store.outbox.outbox import outbox_items
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import call_row, lead_row, put

NOW = datetime(2026, 11, 12, 15, 0, tzinfo=UTC)


@pytest.fixture
def service(tmp_path: Path) -> tuple[Database, CommentService]:
    db = Database.open(tmp_path / "sdrdesk.db")
    at = NOW - timedelta(hours=4)
    put(
        db,
        OwnerRow(owner_id="7", name="Tess Lead", email="tess@harbour.example"),
        OwnerRow(owner_id="8", name="Omar Haddad", email="omar@harbour.example"),
        lead_row("501"),
        call_row("501", at, activity_key="call:9", owner_id="8", local=False, crm_id="9"),
    )
    base = Settings()
    settings = dataclasses.replace(base, crm=dataclasses.replace(base.crm, owner="7"))
    return db, CommentService(db, settings, lambda: NOW)


def test_it_goes_upstream_only_if_asked(service: tuple[Database, CommentService]) -> None:
    db, commenting = service
    with db:
        assert "this machine only" in commenting.add("call:9", " ask for budget ", upstream=False)
        assert outbox_items(db) == []
        assert "to the CRM" in commenting.add("call:9", "well done", upstream=True)
        (item,) = outbox_items(db)
        assert (item.kind, item.lead_id, item.payload["owner_id"]) == ("note", "501", "7")
        assert item.payload["body"] == (
            "Comment on Omar Haddad's call of Thu 12 Nov 2026 11:00 (UTC): well done"
        )
        found = {entry.note.rsplit(": ")[-1]: entry.state for entry in timeline(db, "501")}
        assert found["ask for budget"] == "kept"
        assert found["well done"] == "held"


def test_it_counts_as_nothing(service: tuple[Database, CommentService]) -> None:
    from sdrdesk.services.log.service import TeamLog
    from tests.services.reports.test_recomputed import HERE, OUTCOMES

    db, commenting = service
    with db:
        log = TeamLog(db, OUTCOMES, HERE, clock=lambda: NOW)
        before = log.day(NOW.date(), "all")
        commenting.add("call:9", "well done", upstream=True)
        assert log.day(NOW.date(), "all") == before


def test_what_cannot_be_kept_is_said(service: tuple[Database, CommentService]) -> None:
    db, commenting = service
    with db:
        for words in ("", "  ", "x" * 2_001):
            with pytest.raises(UsageError, match="1 to 2000 letters"):
                commenting.add("call:9", words, upstream=True)
        with pytest.raises(NotFoundError, match="no call nope"):
            commenting.add("nope", "hm", upstream=True)
        assert outbox_items(db) == []
