"""Practice calls: repeatable, shaped like the day, and in natural words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from sdrdesk.sandbox.world.data.hostile_text import LONG, SHORT
from sdrdesk.sandbox.world.practice import PracticeAnswer, answer
from tests.sandbox.world.made import HOUR_MS, NOW_MS, ms_of, records

KEYS = {
    "no_answer", "left_voicemail", "busy", "gatekeeper", "wrong_number", "callback", "nurture",
    "not_interested", "disqualified", "qualified", "meeting_set", "do_not_call",
}  # fmt: skip


def _contact(number: int, **more: str) -> dict[str, str | None]:
    return {"hs_object_id": str(number), "phone": "+1 617 555 0134", **more}


def _answers(hour: int = 10, attempts: int = 0, **more: str) -> list[PracticeAnswer]:
    return [answer(7, _contact(n, **more), attempts, NOW_MS, hour) for n in range(2000)]


def _reached(answers: list[PracticeAnswer]) -> float:
    return sum(a.by == "person" for a in answers) / len(answers)


def test_the_same_call_has_the_same_answer() -> None:
    assert _answers() == _answers()
    assert _answers() != _answers(attempts=1)
    assert answer(1, _contact(1), 0, NOW_MS, 10) == answer(1, _contact(1), 0, NOW_MS, 10)


def test_odds_follow_hour_attempts_and_persona() -> None:
    assert _reached(_answers(hour=17)) > 1.4 * _reached(_answers(hour=12))
    assert _reached(_answers(hour=3)) < 0.03
    assert _reached(_answers(attempts=0)) > 1.3 * _reached(_answers(attempts=5))
    owners, buyers = _answers(hs_persona="persona_5"), _answers(hs_persona="persona_2")
    assert _reached(owners) > 1.2 * _reached(buyers)
    assert 0.1 <= _reached(_answers()) <= 0.3


def test_who_was_on_the_site_just_now_picks_up() -> None:
    fresh = _answers(recent_conversion_date="2026-11-19T14:03:10Z")
    old = _answers(recent_conversion_date="2026-10-01T09:00:00.12Z")
    assert _reached(fresh) > 2.5 * _reached(old)
    in_ms = _answers(recent_conversion_date=str(NOW_MS - 120_000))
    assert _reached(in_ms) == _reached(fresh)


def test_who_asked_for_a_demo_is_warmer_than_who_took_an_e_book() -> None:
    def met(event: str) -> float:
        people = [a for a in _answers(recent_conversion_event_name=event) if a.by == "person"]
        return sum(a.suggested_outcomes[0] == "meeting_set" for a in people) / len(people)

    assert met("Pricing: Request a demo") > 2 * met("The overtime iceberg: E-book download")


def test_reactions_are_many_and_sound_like_people() -> None:
    contacts = [r for r in records(400, hostile=0.0)["contacts"] for _ in range(1)]
    said = Counter(
        answer(7, {**r.properties, "hs_object_id": r.id}, n, NOW_MS, 16).reaction
        for r in contacts
        for n in range(6)
    )
    assert len(said) >= 180
    assert all(line[0].isupper() and line[-1] in ".?!" for line in said)


def test_every_answer_is_well_formed() -> None:
    seen = set()
    for hour in (8, 12, 17):
        for given in _answers(hour=hour, recent_conversion_event_name="Request a demo"):
            seen.add(given.by)
            assert given.answered == (given.by in {"person", "gatekeeper", "wrong_number"})
            assert 0 <= given.ring_s <= 60
            assert given.reaction
            assert given.suggested_outcomes
            assert set(given.suggested_outcomes) <= KEYS
    assert seen == {"person", "gatekeeper", "voicemail", "nobody", "wrong_number"}


def test_a_wrong_number_stays_wrong() -> None:
    wrong = [n for n in range(2000) if answer(7, _contact(n), 0, NOW_MS, 10).by == "wrong_number"]
    assert 30 <= len(wrong) <= 95
    again = (answer(7, _contact(n), 3, NOW_MS + HOUR_MS, 17).by for n in wrong)
    assert set(again) == {"wrong_number"}


def test_who_must_not_be_called_says_so() -> None:
    people = [a for a in _answers(hour=17, do_not_call_phone="true") if a.by == "person"]
    assert people
    assert {a.suggested_outcomes for a in people} == {("do_not_call",)}


@pytest.mark.parametrize("number", [None, "", "n/a", "12345", "0000000000", "call me"])
def test_no_number_no_call(number: str | None) -> None:
    contact: Mapping[str, str | None] = {"hs_object_id": "1", "phone": number}
    given = answer(7, contact, 0, NOW_MS, 10)
    assert not given.answered
    assert given.ring_s == 0
    assert given.suggested_outcomes == ("wrong_number",)


@pytest.mark.parametrize("text", [text for _, text in (*SHORT, *LONG)])
def test_hostile_fields_are_neither_repeated_nor_fatal(text: str) -> None:
    for number in range(12):
        contact = {
            "hs_object_id": str(number),
            "phone": "+1 617 555 0134",
            "firstname": text,
            "jobtitle": text,
            "message": text,
            "hs_persona": text,
            "recent_conversion_date": text,
            "recent_conversion_event_name": text,
        }
        given = answer(7, contact, 0, NOW_MS, 16)
        assert len(given.reaction) < 400
        assert given.reaction.isprintable()
        assert len(text.strip()) < 8 or text not in given.reaction


def test_every_contact_of_a_world_can_be_called() -> None:
    for record in records(600, hostile=100.0)["contacts"]:
        given = answer(7, {**record.properties, "hs_object_id": record.id}, 0, NOW_MS, 15)
        assert given.reaction


def test_a_date_without_zone_is_read_as_utc() -> None:
    naive = _answers(recent_conversion_date="2026-11-19T14:03:10")
    aware = _answers(recent_conversion_date="2026-11-19T14:03:10Z")
    assert ms_of("2026-11-19T14:03:10Z") < NOW_MS
    assert naive == aware
