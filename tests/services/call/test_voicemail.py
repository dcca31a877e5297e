"""What is said against one voicemail too many, over a real database."""

from __future__ import annotations

from datetime import timedelta

from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import ActivityRow
from tests.services.block.test_service import MIN, person
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, put


def call(desk: LocalDesk, disposition: str, minutes: int) -> str:
    entry = Entry(disposition, NOW + timedelta(minutes=minutes), number="+15550141010")
    return desk.outcome.record("101", entry).advice


def test_each_message_is_advised_on_before_and_after(db: Database, make_desk: MakeDesk) -> None:
    put(
        db,
        person("101", 0, 60),  # type: ignore[arg-type]  # a row
        # Before the latest conversion: another story.
        ActivityRow(activity_key="old", lead_id="101", kind="call", at_ms=NOW_MS - 90 * MIN,
                    disposition="left_voicemail"),
    )  # fmt: skip
    desk = make_desk()
    assert call(desk, "no_answer", 0) == ""
    assert call(desk, "left_voicemail", 1) == ""
    early = "The 2nd voicemail not before call 4 (this is 3)"
    assert desk.leads.view("101").voicemail == early
    entry = Entry("left_voicemail", NOW, number="+15550141010")
    assert f"! {early}" in desk.outcome.preview("101", entry)
    assert call(desk, "no_answer", 2) == ""  # said only of messages
    assert call(desk, "left_voicemail", 3) == ""
    many = "2 voicemails left already: hang up without a message"
    assert call(desk, "left_voicemail", 4) == many  # and recorded all the same
    assert desk.leads.view("101").row.attempts == 5
    desk.undo.last()
    assert desk.leads.view("101").voicemail == many


def test_a_message_that_a_colleague_logged_counts(db: Database, make_desk: MakeDesk) -> None:
    put(
        db,
        person("101", 0, 60),  # type: ignore[arg-type]  # a row
        ActivityRow(activity_key="c", lead_id="101", kind="call", at_ms=NOW_MS - 9 * MIN,
                    outcome_label="Left voicemail", owner_id="9", local=False),
    )  # fmt: skip
    assert "not before call 4" in make_desk().leads.view("101").voicemail
