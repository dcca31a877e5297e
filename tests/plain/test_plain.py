"""The job of the screens, line by line: every outcome, notes, undo, offline, hostile text."""

from __future__ import annotations

import random
import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sdrdesk.domain.outcome.catalog import Flag
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.plain.news import News
from sdrdesk.plain.words import status
from sdrdesk.services.feed.offers import OfferView
from sdrdesk.services.views.call import CallView, Dialled, PracticeView
from sdrdesk.services.views.sync import SyncEvent
from tests.plain.conftest import Converse
from tests.support import fake_leads
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW

UP = "next"
"""Goes from the promised callback to the second lead, which has everything."""


def test_a_no_answer_is_enter_and_one_letter_and_the_next_lead_is_read_out(
    converse: Converse,
) -> None:
    desk = FakeDesk()
    said = converse(desk, "", "a", "")
    assert [entry.disposition for entry in desk.entries] == ["no_answer"]
    assert desk.in_call is not None, "the second Enter called the next lead"
    first, second = said.index("Ada Okafor"), said.index("Recorded: No answer, Ada Okafor")
    assert first < second < said.index("Jun Watanabe")
    assert "The call is kept and open again next time" in said


TOMORROW_AT_10 = datetime(2026, 11, 20, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("letter", "key"),
    [
        ("a", "no_answer"), ("v", "left_voicemail"), ("b", "busy"), ("w", "wrong_number"),
        ("g", "gatekeeper"), ("no answer", "no_answer"),
        ("LEFT VOICEMAIL", "left_voicemail"), ("wrong_number", "wrong_number"),
    ],
)  # fmt: skip
def test_outcomes_of_one_line(converse: Converse, letter: str, key: str) -> None:
    desk = FakeDesk()
    converse(desk, UP, "", letter)
    assert [entry.disposition for entry in desk.entries] == [key]


@pytest.mark.parametrize(
    ("lines", "key", "field", "value"),
    [
        (("c", "thu 10", ""), "callback", "callback_at", datetime(2026, 11, 26, 10, tzinfo=UTC)),
        (("Q", ""), "qualified", "reason", ""),
        (("x", "other", "moved to Peru", ""), "not_interested", "reason", "other: moved to Peru"),
        (("l", "", ""), "nurture", "callback_at", None),
        (("callback tomorrow 10", ""), "callback", "callback_at", TOMORROW_AT_10),
        (("c  tomorrow 10", ""), "callback", "callback_at", TOMORROW_AT_10),
        (("callback someday", "tomorrow 10", ""), "callback", "callback_at", TOMORROW_AT_10),
        (("nurture +2w", ""), "nurture", "callback_at", NOW + timedelta(days=14)),
        (("l", "+2w", ""), "nurture", "callback_at", NOW + timedelta(days=14)),
        (("x", "2", ""), "not_interested", "reason", "no_priority"),
        (("d", "bad fit", ""), "disqualified", "reason", "bad_fit"),
        (("X", "3", ""), "do_not_call", "do_not_call_scope", "company"),
    ],
)
def test_outcomes_that_ask(
    converse: Converse, lines: tuple[str, ...], key: str, field: str, value: object
) -> None:
    desk = FakeDesk()
    converse(desk, UP, "", *lines)
    (entry,) = desk.entries
    assert entry.disposition == key
    assert getattr(entry, field) == value


def test_a_meeting_asks_for_length_people_and_slots(converse: Converse) -> None:
    desk = FakeDesk()
    desk.booking_page = "https://meet.example"
    said = converse(
        desk, UP, "", "slot budget 50k", "note bring prices",
        "m", "tomorrow 14:30", "45", "cfo@kestrel.example", "", "CFO", "", "", "",
    )  # fmt: skip
    (entry,) = desk.entries
    assert entry.meeting_at == datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
    assert (entry.meeting_minutes, entry.attendees) == (45, ("cfo@kestrel.example",))
    assert entry.qualify == {"budget": "50k", "authority": "CFO"}
    assert entry.note == "bring prices"
    assert "Changes: Meeting: Fri 20 Nov 2026 14:30" in said
    assert "Calendar file:" in said
    assert desk.pages_opened == ["102"]


def test_every_outcome_that_ships_is_reached_by_its_letter(converse: Converse) -> None:
    for outcome in FakeDesk().outcomes():
        desk = FakeDesk()
        answers = ["thu 10"] if {"callback_at", "meeting_at"} & set(outcome.requires) else []
        answers += [""] * (1 if outcome.is_(Flag.NURTURE) else 0)
        answers += [""] * (6 if outcome.is_(Flag.MEETING) else 0)
        answers += ["1"] * (1 if outcome.reasons or outcome.is_(Flag.DO_NOT_CALL) else 0)
        converse(desk, UP, "", outcome.hotkey, *answers, "")
        assert [entry.disposition for entry in desk.entries] == [outcome.key]


def test_data_of_an_earlier_start_is_not_called_unsynced() -> None:
    early = FakeDesk().status.view()._replace(connection="never", data_age_s=16, unsent=0)
    assert status(early).startswith("Data 16s old, 0 unsent")
    assert status(early._replace(data_age_s=None)).startswith("Not synced yet, 0 unsent")
    resting = early._replace(connection="unavailable", cause="rate limit")
    assert status(resting).startswith("HubSpot is not available now (rate limit), data")


def test_both_zones_are_said_and_a_bad_time_is_asked_again(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, UP, "", "c", "yesterday", "someday", "sat 10", "")
    assert "Sat 21 Nov 10:00 there, Sat 21 Nov 10:00 for you." in said
    assert "Careful: Saturday there" in said
    assert len(desk.entries) == 1


@pytest.mark.parametrize("lines", [("c", "back"), ("c", "thu 10", "no"), ("x", "9", "back")])
def test_going_back_records_nothing_and_the_call_goes_on(
    converse: Converse, lines: tuple[str, ...]
) -> None:
    desk = FakeDesk()
    said = converse(desk, UP, "", *lines, "a")
    assert "Back. Nothing was recorded." in said
    assert [entry.disposition for entry in desk.entries] == ["no_answer"]


def test_an_outcome_before_the_call_is_refused(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, UP, "a", "v", "callback tomorrow 10")
    assert said.count("Enter starts the call first.") == 3
    assert not desk.entries


def test_what_is_no_command_is_never_an_outcome_and_offers_to_be_a_note(
    converse: Converse,
) -> None:
    desk = FakeDesk()
    said = converse(desk, UP, "", "asked for prices", "note asked for prices", "a")
    assert "To keep it as a note type: note asked for prices" in said
    assert [(e.disposition, e.note) for e in desk.entries] == [("no_answer", "asked for prices")]


def test_notes_and_slots_are_journalled_as_they_come(converse: Converse) -> None:
    desk = FakeDesk()
    converse(desk, UP, "", "note one", "note two", "slots", "50k", "", "faster arms")
    assert desk.in_call is not None
    assert desk.in_call.note == "one two"
    assert desk.in_call.qualify == {"budget": "50k", "need": "faster arms"}


def test_a_call_cut_off_goes_on_without_a_second_dial(converse: Converse) -> None:
    desk = FakeDesk()
    desk.in_call = CallView("103", "+49405550103", NOW - timedelta(seconds=84), "said March")
    said = converse(desk, "time", "a")
    assert "Back in your call; nothing is lost." in said
    assert "Note so far: said March" in said
    assert "1m so far" in said
    assert desk.dialled == []
    assert [(e.duration_s, e.note) for e in desk.entries] == [(84, "said March")]


def test_undo_brings_the_lead_back(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, "", "a", "undo")
    assert desk.records[0].undone
    assert "Ada Okafor" in said.partition("Undone: No answer, Ada Okafor.")[2]


@pytest.mark.parametrize(("answer", "lifted"), [("", False), ("wrong key", True)])
def test_lifting_a_do_not_call_that_was_sent_asks_why(
    converse: Converse, answer: str, lifted: bool
) -> None:
    desk = FakeDesk()
    desk.outcome.record("102", Entry("do_not_call", NOW))
    desk.at += timedelta(hours=1)
    said = converse(desk, "undo", answer)
    assert "be called again" in said
    assert ("Nothing was changed." in said) is not lifted
    assert desk.reasons == ([answer] if lifted else [])
    assert desk.records[0].undone is lifted


def test_quit_in_a_call_keeps_the_call(converse: Converse) -> None:
    desk = FakeDesk()
    converse(desk, "", "note half a", "quit")
    assert desk.in_call is not None
    assert desk.in_call.note == "half a"


def test_leaving_a_call_with_a_note_asks_first(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, "", "note x", "leave", "", "leave", "drop")
    assert "Still in the call." in said
    assert desk.in_call is None
    assert not desk.entries


def test_script_objection_lead_why_preview_and_help_are_read_out(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, UP, "script", "why", "lead", "help", "", "2", "preview Q", "help")
    for words in (
        "Hi Jun, this is Rita", "Why Jun Watanabe is in this place", "Timeline", "fresh: the lead",
        "Good, then you know what you want", "Would change: Status", "m meeting set",
    ):  # fmt: skip
        assert words in said, words
    assert not desk.entries


def test_the_next_number_after_a_wrong_one(converse: Converse) -> None:
    desk = FakeDesk()
    desk.by_id["102"] = replace(desk.by_id["102"], mobile="+353 1 555 0199")
    said = converse(desk, UP, "", "w", "", "a")
    assert "Phone +353 1 555 0199" in said
    assert len({entry.number for entry in desk.entries}) == 2
    assert [entry.disposition for entry in desk.entries] == ["wrong_number", "no_answer"]


def test_find_open_skip_snooze_and_the_end_of_the_queue(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, "find kestrel", "open 102", "skip research", "snooze +3h", "previous")
    assert "102: Jun Watanabe" in said
    assert desk.skipped["102"] == "research"
    assert "They rest until" in said
    assert "That is the end of the queue." in said


def test_a_snooze_may_last_until_they_convert(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, "open 102", "snooze until they convert")
    assert "They rest until they convert again." in said
    assert desk.snoozes["102"][0] is None


def test_dialling_and_the_demo_person_are_told(converse: Converse) -> None:
    desk = FakeDesk(
        phone_answer=Dialled("clipboard", "", "copied"),
        demo=PracticeView(True, 12, "person", "Who?"),
    )
    said = converse(desk, UP, "")
    assert "by hand: there is no clipboard here" in said
    assert "Answered by person: Who?" in said
    assert "\x1b" not in said


def test_offline_is_said_and_the_block_goes_on(converse: Converse) -> None:
    desk = FakeDesk(connection="offline")
    news = News(None)
    news.hear(SyncEvent("offline", "The CRM cannot be reached."))
    said = converse(desk, "", "a", "status", news=news)
    assert said.startswith("sdrdesk, plain mode for Rita. Type help for the commands.\nOffline")
    assert said.count("The CRM cannot be reached.") == 1
    assert len(desk.entries) == 1
    assert "go with the next sync" in said


def test_a_lead_of_round_robin_is_read_out_once_and_taken(converse: Converse) -> None:
    desk = FakeDesk()
    desk.offered = OfferView(desk.leads.view("105").row, desk.at + timedelta(seconds=60))
    said = converse(desk, "status", "fresh", "")
    name = desk.leads.view("105").row.name
    assert said.count(f"Offered to you for 60 seconds: {name}. Type fresh to take them.") == 1
    assert desk.assigned == [("105", "me")]
    assert desk.in_call is not None
    assert desk.in_call.lead_id == "105"
    assert "105" in desk.looked_at, "colleagues see that it is open here"


def test_a_fresh_lead_is_told_once_and_taken_after_the_call(converse: Converse) -> None:
    desk = FakeDesk()
    news = News(None)
    news.hear(SyncEvent("finished", "", changed=True, fresh_lead_ids=("105",)))
    said = converse(desk, "", "fresh", "a", news=news)
    assert said.count("Priya Nair converted just now") == 1
    assert said.rindex("Priya Nair") > said.index("Recorded: No answer, Ada Okafor")


def test_nobody_to_call_is_a_sentence(converse: Converse) -> None:
    assert "No leads left to call now." in converse(FakeDesk([]), "", "a", "next")


def test_an_error_is_said_and_the_conversation_goes_on(converse: Converse) -> None:
    said = converse(FakeDesk(), "open 999", "status")
    assert "There is no lead 999" in said
    assert "unsent" in said


def test_hostile_text_reaches_no_terminal(converse: Converse) -> None:
    said = converse(FakeDesk(fake_leads.hostile()), *["lead", "script", "next"] * 8)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", said)


@pytest.mark.parametrize("seed", range(20))
def test_any_lines_leave_a_consistent_journal(converse: Converse, seed: int) -> None:
    chance = random.Random(seed)
    known = [
        *string.ascii_letters, "", "", "", "note x", "slots", "undo", "leave", "drop", "back",
        "thu 10", "1", "2", "fresh", "number", "preview m", "skip", "snooze", "find a", "\x1b[A",
        "\udcff", "quit now", "next", "previous", "open 102", "save",
    ]  # fmt: skip
    desk = FakeDesk(fake_leads.believable() + fake_leads.plain(20))
    lines = [chance.choice(known) for _ in range(120)]
    lines = [line for line in lines if line != "q"]
    converse(desk, *lines)
    starts = len(desk.dialled)
    stands = [x for x in desk.records if x.activity.number and not x.undone]
    assert len(stands) <= starts
    for entry in desk.entries:
        outcome = desk.dispositions[entry.disposition]
        assert entry.number or outcome.is_(Flag.WITHOUT_CALL), lines
        for name in outcome.requires:
            assert getattr(entry, name), lines


def test_a_block_that_could_end_is_told_once_and_never_in_a_call(converse: Converse) -> None:
    desk = FakeDesk()
    desk.block.start("50m", "1 dials", "callable")
    said = converse(desk, "", "a", "", "a", "")
    told = "Goal reached: 1/1 dials. To end the block: sdrdesk block end."
    assert said.count(told) == 1
    assert said.index("Recorded: No answer") < said.index(told) < said.rindex("Recorded: No answer")


def test_someone_in_a_call_elsewhere_is_left_alone_unless_the_rep_says_anyway(
    converse: Converse,
) -> None:
    desk = FakeDesk(in_call_elsewhere={"101": "in a call with Anna Kovač"})
    said = converse(desk, "open 101", "", "no", "", "anyway")
    assert "Jun Watanabe" in said, "the lead in a call is not the first to be offered"
    assert said.count("Ada Okafor is in a call with Anna Kovač. Nothing was dialled.") == 2
    assert [lead_id for lead_id, _ in desk.dialled] == ["101"]


def test_the_last_call_the_promise_and_a_pin_are_read_out(converse: Converse) -> None:
    desk = FakeDesk()
    said = converse(desk, "", "a", "undo", "previous")
    assert "Callback agreed" in said
    assert "It was promised for" in said
    again = FakeDesk()
    again.decisions.pin(again.queue.snapshot().lead_ids[0], True)
    assert "Pinned for your next block." in converse(again)
