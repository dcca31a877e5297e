"""Ends the workbench when its terminal is gone: a closed window, a lost SSH connection.

Textual's writer dies on the first write to a terminal that hung up, and the next ones wait for it
for ever: the process would stay, take a whole core and keep its call and its sync to itself. What
the rep did is on the disk already, so leaving at once loses nothing.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import suppress

LOG = logging.getLogger(__name__)

LOOK_EVERY_S = 1.0
GRACE_S = 2.0
"""For leaving in good order, where that still works: the CRM client is told, the log is closed."""
EXIT_CODE = 129
"""What a shell reports of a program that SIGHUP ended."""


def watch_terminal() -> None:
    """Leave the process once its terminal has hung up. Does nothing where there is none."""
    try:
        import termios
    except ImportError:  # Windows ends the process itself
        return
    fd = sys.stdin.fileno()

    def is_gone() -> bool:
        try:
            termios.tcgetattr(fd)
        except (termios.error, OSError):
            return True
        return False

    def watch() -> None:
        while not is_gone():
            time.sleep(LOOK_EVERY_S)
        with suppress(OSError):
            LOG.warning("the terminal is gone; leaving")
        time.sleep(GRACE_S)
        os._exit(EXIT_CODE)

    if not is_gone():
        threading.Thread(target=watch, name="hangup", daemon=True).start()
