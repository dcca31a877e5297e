from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.notice.terminal import has_title, notice, notice_way, title

ITERM = {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}
FOOT = {"TERM": "foot"}
PLACES = [ITERM, FOOT, {**ITERM, "TMUX": "/tmp/x,1,0"}, {**FOOT, "STY": "1.x"}]


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        (ITERM, "osc9"),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, "osc9"),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, "osc9"),
        ({"TERM": "xterm-kitty"}, "osc9"),
        ({"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "KITTY_WINDOW_ID": "1"}, "osc9"),
        ({"TERM": "screen-256color", "LC_TERMINAL": "iTerm2"}, "osc9"),
        ({"TERM": "foot-extra"}, "osc777"),
        ({"TERM": "rxvt-unicode-256color"}, "osc777"),
        ({"TERM": "xterm-256color", "VTE_VERSION": "7600"}, "osc777"),
        ({"TERM": "xterm-256color"}, ""),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "Apple_Terminal"}, ""),
        ({"TERM": "linux"}, ""),
        ({"TERM": "dumb", "TERM_PROGRAM": "WezTerm"}, ""),
        ({}, ""),
    ],
)
def test_only_known_terminals_get_a_notice(environ: dict[str, str], way: str) -> None:
    assert notice_way(environ) == way
    assert bool(notice("Callback due: Jun", environ)) == bool(way)


def test_the_sequences() -> None:
    assert notice("Callback due: Jun", ITERM) == "\x1b]9;sdrdesk: Callback due: Jun\x1b\\"
    assert notice("New lead: Ana", FOOT) == "\x1b]777;notify;sdrdesk;New lead: Ana\x1b\\"
    inside = notice("x", {**ITERM, "TMUX": "/tmp/x,1,0"})
    assert inside == "\x1bPtmux;\x1b\x1b]9;sdrdesk: x\x1b\x1b\\\x1b\\"
    assert notice("x", {**FOOT, "STY": "1.x"}) == "\x1bP\x1b]777;notify;sdrdesk;x\a\x1b\\"
    assert title("☎ 1 due · sdrdesk") == "\x1b]2;☎ 1 due · sdrdesk\x1b\\"


@given(st.text())
def test_a_stranger_s_name_ends_no_sequence(name: str) -> None:
    for environ in PLACES:
        harmless = notice("x", environ)
        made = notice(f"x{name}", environ)
        assert made.count("\x1b") == harmless.count("\x1b")
        assert made.count("\a") == harmless.count("\a")
        assert made.count(";") == harmless.count(";")
        assert "\n" not in made
        assert "\x9c" not in made
    assert title(name).count("\x1b") == 2
    assert len(title(name)) < 140


@pytest.mark.parametrize("term", ["", "dumb", "linux", "vt100"])
def test_terminals_without_a_title_are_left_alone(term: str) -> None:
    assert not has_title({"TERM": term})
    assert has_title({"TERM": "xterm-256color"})
