"""The mark on what an agent recorded."""

from __future__ import annotations

import pytest

from sdrdesk.domain.outcome.agent_mark import agent_name, agent_of, with_mark


@pytest.mark.parametrize(
    ("given", "name"), [("night shift", "night shift"), (" [x]\n] ", "x"), ("[]", "unnamed")]
)
def test_the_name_of_an_agent_cannot_end_the_mark(given: str, name: str) -> None:
    assert agent_name(given) == name
    assert agent_of(with_mark("hello", given)) == name


def test_a_long_name_is_cut() -> None:
    assert len(agent_of(with_mark("hello", "a" * 60))) == 40


def test_a_note_of_a_person_has_no_agent() -> None:
    assert with_mark(" ", "bot") == "[Recorded by an agent: bot]"
    assert with_mark("hello", "bot").endswith("]\nhello")
    assert agent_of("hello [Recorded by an agent: bot]") == ""
