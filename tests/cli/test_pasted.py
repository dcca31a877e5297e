"""Escapes in a pasted text press no keys."""

from __future__ import annotations

import pytest
from textual import events
from textual._xterm_parser import XTermParser

from sdrdesk.cli.terminal.pasted import PasteFilter

PASTED = "One\x1b[31m red\x1b\x1ba and\x1b[20 more \x1b"
SENT = f"j\x1b[A\x1b[200~{PASTED}\x1b[201~k\x1b[200~two\x1b[201~\x1b"


def events_of(pieces: list[str]) -> list[str]:
    """Return what Textual makes of the pieces: names of keys, and pasted texts."""
    parser, pastes, found = XTermParser(), PasteFilter(), list[str]()
    for piece in pieces:
        if passed := pastes.passed(piece):
            for event in parser.feed(passed):
                found += [event.key] if isinstance(event, events.Key) else []
                found += [f"<{event.text}>"] if isinstance(event, events.Paste) else []
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 1000])
def test_a_pasted_escape_is_dropped_and_presses_nothing(size: int) -> None:
    pieces = [SENT[at : at + size] for at in range(0, len(SENT), size)]
    assert events_of(pieces) == ["j", "up", "<One[31m reda and[20 more >", "k", "<two>"]


def test_escape_itself_passes_at_once() -> None:
    pastes = PasteFilter()
    assert [pastes.passed(key) for key in ("\x1b", "\x1b[", "200", "x")] == [
        "\x1b", "\x1b[", "200", "x"
    ]  # fmt: skip
