from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.text.plain_text import clean, one_line

_GONE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_KEPT = "\n\t\u200c\u200d"


def _by_definition(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(ch for ch in text if ch in _KEPT or unicodedata.category(ch) not in _GONE)


_ANY = st.text() | st.text(alphabet="aZ9é م\u200c\u202e\x1b\n\r\t \u00a0\u2028")


@given(_ANY)
def test_only_characters_unsafe_in_a_terminal_are_removed(text: str) -> None:
    """The quick ways through are the definition, whatever the text."""
    assert clean(text) == _by_definition(text)
    assert one_line(text) == " ".join(_by_definition(text).split())[:500]


@pytest.mark.parametrize("text", ["\x1b[31mred\x1b[0m", "a\u202eb", "a\u2066b", "x\x00y", "\ue000"])
def test_escapes_overrides_and_private_characters_never_come_through(text: str) -> None:
    assert clean(text).isprintable()


def test_the_limit_is_respected() -> None:
    assert clean("x" * 10 + "\n" * 10, limit=12) == "x" * 10 + "\n\n"
    assert (one_line("x" * 600), one_line("a b" * 300)[:3]) == ("x" * 500, "a b")
    assert len(one_line("a b" * 300)) == 500
    assert (clean(None), one_line(None), one_line(" \n ")) == ("", "", "")
