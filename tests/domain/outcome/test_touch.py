"""Touches without a call: one record, one item, and the lead as it was."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sdrdesk.domain.crm.intent_check import problem_of
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.domain.outcome.touch import (
    LONGEST,
    TOUCH_KINDS,
    Touch,
    TouchKind,
    plan_touch,
    touch_kind,
    touch_words,
)
from sdrdesk.domain.outcome.types import LeadChange, OutcomePlan
from tests.domain.outcome_table import HOLD, LEAD, NOW


def planned(kind: TouchKind, **more: object) -> OutcomePlan:
    touch = Touch(kind, NOW, "hello")._replace(**more)  # type: ignore[arg-type]
    return plan_touch(LEAD, touch, "70001", "key-1", NOW, HOLD)


@pytest.mark.parametrize("kind", TOUCH_KINDS)
def test_every_touch_is_one_item_that_can_be_sent_and_changes_nothing_else(kind: TouchKind) -> None:
    plan = planned(kind)
    (item,) = plan.items
    assert (item.key, item.activity_key) == ("key-1", "key-1")
    assert item.kind.value == plan.activity.kind.value
    assert problem_of(item.kind, item.payload) == ""
    assert plan.change == LeadChange()
    assert (plan.activity.channel, plan.activity.disposition) == (kind, "")
    assert plan.activity.kind is not ActivityKind.CALL


def test_direction_is_kept_where_there_is_one_and_refused_elsewhere() -> None:
    assert planned("email", direction="in").items[0].payload["direction"] == "in"
    assert planned("linkedin", direction="in").items[0].payload["body"] == "They wrote:\nhello"
    assert planned("linkedin").items[0].payload["body"] == "hello"
    for kind in ("note", "meeting"):
        with pytest.raises(UsageError, match="no direction"):
            planned(touch_kind(kind), direction="in")


def test_a_meeting_in_person_took_place_and_has_no_length() -> None:
    payload = planned("meeting").items[0].payload
    assert payload["held"] is True
    assert payload["start_at"] == payload["end_at"]


def test_what_cannot_be_is_refused_with_the_next_step() -> None:
    for more in (
        {"text": ""},
        {"text": "x" * (LONGEST + 1)},
        {"at": NOW + timedelta(minutes=1)},
    ):
        with pytest.raises(UsageError) as refused:
            planned("note", **more)
        assert refused.value.kept == "Nothing was recorded."
        assert refused.value.next_step
    with pytest.raises(UsageError, match="email, linkedin"):
        touch_kind("fax")


@pytest.mark.parametrize(
    ("subject", "text", "shown"),
    [
        ("Hi", "hello\nthere", "Hi"),
        ("", "hello\nthere", "hello"),
        ("", "\nthere", "there"),
        pytest.param("", "x" * 300, "x" * 200, id="long"),
    ],
)
def test_an_e_mail_without_a_subject_takes_its_first_line(
    subject: str, text: str, shown: str
) -> None:
    payload = planned("email", subject=subject, text=text).items[0].payload
    assert payload["subject"] == shown


def test_the_words_name_channel_and_direction() -> None:
    assert touch_words("email", "in") == "E-mail from them"
    assert touch_words("whatsapp", "") == "whatsapp message"
