"""Other processes, as tests watch them."""

from __future__ import annotations

import os
import time

from tests.support.patience import PATIENCE_S


def is_gone(pid: int, patience_s: float = PATIENCE_S) -> bool:
    """Wait until a process has ended; ``False`` when it is still there after that long."""
    until = time.monotonic() + patience_s
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False
