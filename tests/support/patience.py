"""Time limit for waits in tests.

Tests wait for events, not for a time, so a generous limit costs nothing while they pass.
"""

from __future__ import annotations

import os


def _crowding() -> float:
    """Return the load per core, from one to three."""
    if not hasattr(os, "getloadavg"):
        return 1.0
    return min(3.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


PATIENCE_S = 60.0 * _crowding()
"""A minute on an idle machine, up to three on a busy one."""
