"""Questions about leads that changed hands, by ear."""

from __future__ import annotations

from sdrdesk.services.sync.questions import QuestionView
from tests.plain.conftest import Converse
from tests.support.fake_desk import FakeDesk
from tests.support.fake_leads import NOW


def asked(number: int) -> QuestionView:
    return QuestionView(
        key=f"k{number}",
        keys=(f"k{number}", f"n{number}"),
        lead_id=str(100 + number),
        lead_name=f"Lead {number}",
        reason="moved",
        became="moved to Ana Lima",
        what=("a call: No answer", "status In progress"),
        facts=1,
        recorded_at=NOW,
    )


def test_they_are_announced_once_read_out_and_answered(converse: Converse) -> None:
    desk = FakeDesk()
    desk.asked = [asked(1), asked(2), asked(3)]
    said = converse(desk, "questions", "status", "answer 2 note", "answer all drop", "questions")
    assert said.count("3 leads changed hands after you recorded something") == 1
    assert "2: Lead 2: moved to Ana Lima. Recorded " in said
    assert "a call: No answer; status In progress" in said
    assert desk.answers == [("k2", "note"), ("k1", "drop"), ("k3", "drop")]
    assert "2 answered, 4 items. 0 left." in said
    assert "Nothing waits for an answer." in said


def test_what_is_no_answer_changes_nothing(converse: Converse) -> None:
    desk = FakeDesk()
    desk.asked = [asked(1)]
    said = converse(desk, "answer", "answer 1", "answer 2 drop", "answer 0 drop", "answer 1 maybe")
    assert desk.answers == []
    assert said.count("Nothing was answered.") == 5
