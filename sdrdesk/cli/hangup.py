"""Exit of the workbench when its terminal is gone: a closed window, a lost SSH connection.

Textual's writer dies on the first write to a lost terminal, and later writes wait for it forever:
the process would stay, use a whole core and block its call and its sync. All the rep did is on
disk, so exiting at once loses nothing.
"""

from __future__ import annotations

import logging
import os
import select
import sys
import threading
import time
from contextlib import suppress

_log = logging.getLogger(__name__)

_LOOK_EVERY_S = 1.0
_REST_MS = 60_000
_SOON_S = 0.1
_GRACE_S = 2.0
"""Time for a clean exit where it still works: closing the CRM client and the log."""
_EXIT_CODE = 129
"""Exit code after SIGHUP, as in shells."""


def watch_terminal() -> None:
    """Exit the process when its terminal hangs up. Do nothing without a terminal."""
    fd = sys.stdin.fileno()
    # Windows ends the process itself.
    if sys.platform != "win32" and not _is_gone(fd):
        threading.Thread(target=_watch, args=(fd,), name="hangup", daemon=True).start()


def _watch(fd: int) -> None:
    while not _is_gone(fd):
        _rest(fd)
    with suppress(OSError):
        _log.warning("the terminal is gone; leaving")
    time.sleep(_GRACE_S)
    os._exit(_EXIT_CODE)


def _rest(fd: int) -> None:
    """Wait until it is worth another look: on Linux the system says when."""
    if sys.platform == "linux":
        hung_up = select.poll()
        hung_up.register(fd, 0)  # a hang-up always comes
        if hung_up.poll(_REST_MS):
            time.sleep(_SOON_S)  # not in a circle, should the terminal be there after all
    else:
        time.sleep(_LOOK_EVERY_S)


def _is_gone(fd: int) -> bool:
    if sys.platform != "win32":
        import termios  # not on Windows

        try:
            termios.tcgetattr(fd)
        except (termios.error, OSError):
            return True
    return False
