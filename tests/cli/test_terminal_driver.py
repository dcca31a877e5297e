"""What is asked of which terminal."""

from __future__ import annotations

import pytest

from sdrdesk.cli.terminal.driver import takes_mouse


@pytest.mark.parametrize(
    ("environ", "mouse"),
    [
        ({"TERM": "xterm-256color"}, True),
        ({"TERM": "screen", "STY": "1234.tty.host"}, False),
        ({"TERM": "screen.xterm-256color"}, False),  # screen at the other end of SSH
        ({"TERM": "screen", "TMUX": "/tmp/tmux-0/default,1,0"}, True),
        ({"TERM": "screen-256color"}, True),  # tmux at the other end of SSH
        ({}, True),
    ],
)
def test_gnu_screen_is_not_asked_for_the_mouse_because_it_would_keep_each_escape(
    environ: dict[str, str], mouse: bool
) -> None:
    assert takes_mouse(environ) is mouse
