"""How long a test waits for what must come: never a measure of speed, only an end to hanging.

Tests wait for what they need and not for a time, so a patience that is far too long costs nothing
while they pass.
"""

from __future__ import annotations

import os


def _crowding() -> float:
    """How many programs want each core at this moment, from one to three."""
    if not hasattr(os, "getloadavg"):
        return 1.0
    return min(3.0, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))


PATIENCE_S = 60.0 * _crowding()
"""A minute on a machine that has nothing else to do; more on one that is busy."""
