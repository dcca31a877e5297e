"""A meeting that was set: its calendar file, what is in it, what is not, and its end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import icalendar
import pytest

from sdrdesk.config import CallSettings
from sdrdesk.domain.errors import NotFoundError, UsageError
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.call.calendar_file import Person, calendar_file, file_name
from sdrdesk.services.desk.local import LocalDesk
from sdrdesk.services.views.call import Disposed
from sdrdesk.store.database.database import Database
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.tables import OwnerRow
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, NOW_MS, call_row, lead_row, put

START = NOW + timedelta(days=3)
HOSTILE = "../../etc/\x1b[31m=cmd|' /C calc'!A1\r\nBEGIN:VALARM\u202e"


@pytest.fixture
def lead(db: Database) -> str:
    row = lead_row(
        "512", owner_id="7", first_name="Jun", last_name="Watanabe", email="jun@kestrel.example"
    )
    put(db, row)
    return "512"


def entry(**more: object) -> Entry:
    base = Entry(
        "meeting_set", NOW, note="bring the price list", duration_s=190, number="+353875550142",
        meeting_at=START, meeting_minutes=45, attendees=("jun@kestrel.example, Tom the CFO",),
        qualify={"budget": "50k, do not tell the CFO"},
    )  # fmt: skip
    return replace(base, **more)  # type: ignore[arg-type]


def set_meeting(desk: LocalDesk, lead: str, **more: object) -> Disposed:
    desk.call.start(lead, "+353875550142")
    return desk.outcome.record(lead, entry(**more))


def event_of(path: str) -> icalendar.Event:
    calendar = icalendar.Calendar.from_ical(Path(path).read_bytes())
    (event,) = calendar.walk("VEVENT")
    assert isinstance(event, icalendar.Event)
    return event


def test_the_file_holds_the_meeting_and_not_the_hand_off(make_desk: MakeDesk, lead: str) -> None:
    done = set_meeting(make_desk(), lead)
    event = event_of(done.meeting_file)
    assert event.decoded("dtstart") == START.replace(microsecond=0)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(minutes=45)
    assert "Jun Watanabe" in str(event["summary"])
    assert str(event["attendee"]) == "mailto:jun@kestrel.example"
    assert str(event["organizer"]) == "mailto:rita@harbour.example"
    text = Path(done.meeting_file).read_text(encoding="utf-8")
    assert "50k" not in text
    assert "price list" not in text
    assert Path(done.meeting_file).stat().st_mode & 0o077 == 0


def test_upstream_hears_length_attendees_and_slots(make_desk: MakeDesk, lead: str) -> None:
    desk = make_desk()
    said = "\n".join(desk.outcome.preview(lead, entry()))
    assert "45 min, with jun@kestrel.example, Tom the CFO" in said
    done = set_meeting(desk, lead)
    assert "meeting" in {kind for _, kind, _ in done.outbox}
    (view,) = desk.meetings.coming()
    assert view.attendees == ("jun@kestrel.example", "Tom the CFO")
    assert (view.minutes, view.start_at) == (45, START)


def test_a_file_that_is_gone_is_written_again_and_stays_the_same_event(
    make_desk: MakeDesk, lead: str
) -> None:
    desk = make_desk()
    path = Path(set_meeting(desk, lead).meeting_file)
    first = path.read_bytes()
    path.unlink()
    (view,) = desk.meetings.coming()
    assert Path(view.file).read_bytes() == first
    assert [item.name for item in path.parent.iterdir()] == [path.name]


def test_taken_back_in_time_the_file_is_gone_too(make_desk: MakeDesk, lead: str) -> None:
    desk = make_desk()
    path = Path(set_meeting(desk, lead).meeting_file)
    assert path.exists()
    assert desk.undo.last().clean
    assert not path.exists()
    assert desk.meetings.coming() == []


def test_a_folder_that_cannot_be_written_costs_the_file_only(
    make_desk: MakeDesk, lead: str, tmp_path: Path
) -> None:
    (tmp_path / "meetings").write_text("in the way", encoding="utf-8")
    desk = make_desk()
    done = set_meeting(desk, lead)
    assert done.meeting_file == ""
    assert "could not be written" in done.problem
    assert "`sdrdesk meetings` writes the file again" in done.problem
    assert desk.call.current() is None
    assert [item.what for item in desk.leads.view(lead).timeline if item.kind == "call"]


def test_hostile_text_breaks_neither_path_nor_calendar(make_desk: MakeDesk, db: Database) -> None:
    put(db, lead_row("666", owner_id="7", first_name=HOSTILE, company_text=HOSTILE, email="x"))
    desk = make_desk()
    done = set_meeting(desk, "666", attendees=(f"{HOSTILE}@x.example", "a@b.example"))
    path = Path(done.meeting_file)
    assert path.name.removesuffix(".ics").replace("-", "").isalnum()
    assert path.resolve().parent == path.parent.resolve()
    raw = path.read_bytes()
    assert b"\x1b" not in raw
    assert b"\nBEGIN:VALARM" not in raw
    event = event_of(done.meeting_file)
    assert event.subcomponents == []
    assert str(event["attendee"]) == "mailto:a@b.example"


def test_a_name_of_another_script_makes_a_plain_file_name() -> None:
    intent = {"start_at": "2026-11-26T10:00:00Z"}
    made = file_name("1b2c-3d4e-5f60", intent, Person("渡辺 純"))  # type: ignore[arg-type]
    assert made == "2026-11-26-1000-meeting-1b2c3d4e5f60.ics"
    made = file_name("1b2c-3d4e-5f60", intent, Person("Jérôme O'Neil"))  # type: ignore[arg-type]
    assert made == "2026-11-26-1000-jerome-o-neil-1b2c3d4e5f60.ics"


def test_equal_meetings_make_equal_files() -> None:
    from sdrdesk.domain.crm.intents import MeetingIntent

    intent = MeetingIntent(
        start_at="2026-11-26T10:00:00Z", end_at="2026-11-26T10:30:00Z", title="T", body="",
        owner_id="7",
    )  # fmt: skip
    one, two = (calendar_file("k", intent, NOW, Person("Jun"), None) for _ in range(2))
    assert one == two


@pytest.mark.parametrize("minutes", [0, 4, 24 * 60 + 1])
def test_a_length_no_meeting_has_is_refused(make_desk: MakeDesk, lead: str, minutes: int) -> None:
    with pytest.raises(UsageError, match="5 minutes to a day"):
        make_desk().outcome.preview(lead, entry(meeting_minutes=minutes))


def test_more_people_than_a_room_holds_are_refused(make_desk: MakeDesk, lead: str) -> None:
    crowd = ", ".join(f"p{n}@x.example" for n in range(51))
    with pytest.raises(UsageError, match="at most 50 attendees"):
        make_desk().outcome.preview(lead, entry(attendees=(crowd,)))


def test_the_booking_page_gets_the_lead_as_values(
    make_desk: MakeDesk, lead: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, program = tmp_path / "told", tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{told}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    calls = CallSettings(booking_url="https://meet.example/rita?email={email}&name={name}")
    desk = make_desk(calls=calls)
    assert desk.has_booking_page()
    assert not desk.phone.open_booking_page(lead).failed
    assert told.read_text() == (
        "https://meet.example/rita?email=jun%40kestrel.example&name=Jun%20Watanabe"
    )


def test_without_a_booking_page_nothing_opens(make_desk: MakeDesk, lead: str) -> None:
    desk = make_desk()
    assert not desk.has_booking_page()
    assert desk.phone.open_booking_page(lead).said == ""


def crm_meeting(db: Database, lead: str, days: int) -> str:
    row = call_row(
        lead, NOW + timedelta(days=days), activity_key="meeting:9", owner_id="7", local=False,
        kind="meeting", crm_id="9", title="Demo", done=False, outcome_label="", disposition="",
    )  # fmt: skip
    put(db, row)
    return "meeting:9"


def test_yesterdays_meeting_is_asked_about_until_somebody_says(
    make_desk: MakeDesk, db: Database, lead: str
) -> None:
    desk, key = make_desk(), crm_meeting(db, lead, -1)
    (asked,) = desk.meetings.past()
    assert (asked.key, asked.ask, asked.result) == (key, True, "")
    assert [item.row.key for item in desk.agenda.view().items if item.ask] == [key]
    assert "Back in the queue" in desk.meetings.say(key, "no-show")
    (told,) = desk.meetings.past()
    assert (told.ask, told.result) == (False, "no-show")
    assert not any(item.ask for item in desk.agenda.view().items)
    assert desk.leads.view(lead).row.callback_note == "No-show: Demo"
    assert "missed meeting" in desk.call.script(lead).title.lower()
    (item,) = [i for i in desk.outbox.items() if i.kind == "meeting"]
    assert item.state == "held"


@pytest.mark.parametrize(
    ("days", "caller", "told"),
    [
        (-1, "7", "Back in the queue."),
        (-1, "8", "Back in the queue of Omar Haddad."),
        (-8, "7", "does not come back"),
    ],
)
def test_a_no_show_says_in_whose_queue_it_is(
    make_desk: MakeDesk, db: Database, lead: str, days: int, caller: str, told: str
) -> None:
    desk, key = make_desk(), crm_meeting(db, lead, days)
    put(db, OwnerRow(owner_id="8", name="Omar Haddad", email="omar@harbour.example"))
    put(db, call_row(lead, NOW - timedelta(days=9), owner_id=caller))
    assert told in desk.meetings.say(key, "no-show")


def test_what_cannot_have_become_of_a_meeting_is_refused(
    make_desk: MakeDesk, db: Database, lead: str
) -> None:
    desk, key = make_desk(), crm_meeting(db, lead, 1)
    with pytest.raises(UsageError, match="not begun"):
        desk.meetings.say(key, "held")
    with pytest.raises(UsageError, match="a new time"):
        desk.meetings.say(key, "moved")
    with pytest.raises(NotFoundError, match="no meeting"):
        desk.meetings.say("meeting:77", "held")
    assert "Cancelled" in desk.meetings.say(key, "cancelled")


def at_the_crm(db: Database, lead: str, key: str = "meeting:9") -> str:
    """Put a meeting of the CRM that began an hour ago."""
    began, crm_id = NOW - timedelta(hours=1), key.partition(":")[2]
    put(db, call_row(lead, began, activity_key=key, kind="meeting", crm_id=crm_id))
    return key


def result_of(db: Database, key: str) -> tuple[str, list[str]]:
    """Return the result that a meeting has here, and the states of what tells the CRM."""
    with db.reader() as connection:
        (result,) = connection.execute(
            "SELECT result FROM activity WHERE activity_key = ?", (key,)
        ).fetchone()
        rows = connection.execute(
            "SELECT state FROM outbox WHERE kind = 'meeting' ORDER BY seq"
        ).fetchall()
    return result, [state for (state,) in rows]


def test_undo_takes_back_what_became_of_a_meeting(
    make_desk: MakeDesk, db: Database, lead: str
) -> None:
    desk, key = make_desk(), at_the_crm(db, lead)
    desk.meetings.say(key, "no-show")
    assert promises_of(db, lead)[0].is_open
    assert "meeting no-show" in desk.undo.last().message
    assert result_of(db, key) == ("", ["undone"])
    assert not promises_of(db, lead)
    desk.undo.redo()
    assert result_of(db, key) == ("no_show", ["undone", "held"])
    # What is at the CRM already is told again; what was moved goes back to its time.
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent', attempts = 1 WHERE state = 'held'")
    desk.undo.last()
    assert result_of(db, key) == ("", ["undone", "sent", "held"])
    desk.meetings.say(key, "moved", NOW + timedelta(days=2))
    desk.undo.last()
    with db.reader() as connection:
        (at_ms,) = connection.execute(
            "SELECT at_ms FROM activity WHERE activity_key = ?", (key,)
        ).fetchone()
    assert at_ms == NOW_MS - 3_600_000


def test_what_the_crm_says_since_is_not_undone(
    make_desk: MakeDesk, db: Database, lead: str
) -> None:
    desk, key = make_desk(), at_the_crm(db, lead)
    desk.meetings.say(key, "no-show")
    with db.writer() as connection:
        connection.execute(
            "UPDATE activity SET result = 'completed' WHERE activity_key = ?", (key,)
        )
    with pytest.raises(UsageError, match="is held since"):
        desk.undo.last()
    assert result_of(db, key) == ("completed", ["held"])


def test_what_undoes_outcomes_undoes_what_became_of_a_meeting(
    make_desk: MakeDesk, db: Database, lead: str
) -> None:
    desk, key = make_desk(), at_the_crm(db, lead)
    desk.meetings.say(key, "held")
    assert "meeting held" in desk.undo.last(only_outcomes=True).message, "without any outcome"
    desk.outcome.record(lead, Entry("no_answer", NOW, number="+353875550142"))
    desk.meetings.say(key, "held")
    with db.writer() as connection:
        connection.execute("UPDATE outbox SET state = 'sent', attempts = 1 WHERE state = 'held'")
    desk.decisions.pin(lead, True)
    assert "meeting held" in desk.undo.last(only_outcomes=True).message
    assert result_of(db, key) == ("", ["undone", "sent", "held"])
    assert desk.undo.last(only_outcomes=True).label == "No answer"
    with pytest.raises(UsageError, match="no outcome to undo"):
        desk.undo.last(only_outcomes=True)
