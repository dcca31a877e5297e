"""Watching other processes."""

from __future__ import annotations

import os
import time

from tests.support.patience import PATIENCE_S


def is_gone(pid: int, patience_s: float = PATIENCE_S) -> bool:
    """Wait until a process has ended; return ``False`` when it still runs after ``patience_s``."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
