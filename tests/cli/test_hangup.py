"""The thread that waits for the end of the terminal sleeps until the system tells of it."""

from __future__ import annotations

import os
import pty
import sys
import threading

import pytest

from sdrdesk.cli import hangup
from tests.support.patience import PATIENCE_S


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it looks each second")
def test_it_sleeps_until_the_terminal_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hangup, "_REST_MS", -1)  # for ever
    ours, theirs = pty.openpty()
    rests = threading.Thread(target=hangup._rest, args=(theirs,), daemon=True)
    rests.start()
    assert not hangup._is_gone(theirs)
    os.close(ours)
    rests.join(PATIENCE_S)
    assert not rests.is_alive()
    assert hangup._is_gone(theirs)
    os.close(theirs)
