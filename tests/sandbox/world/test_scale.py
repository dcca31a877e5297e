"""A large world takes as much time and memory per lead as a small one."""

from __future__ import annotations

import time
import tracemalloc
from collections import deque

import pytest

from sdrdesk.sandbox.world import generate
from tests.sandbox.world.made import NOW_MS

pytestmark = pytest.mark.long


def _seconds_per_lead(leads: int) -> float:
    begun = time.process_time()
    made = generate(7, leads, NOW_MS)
    deque(made.records, maxlen=0)
    deque(made.links, maxlen=0)
    return (time.process_time() - begun) / leads


@pytest.mark.long
def test_time_grows_no_faster_than_the_number_of_leads() -> None:
    _seconds_per_lead(300)  # warm the caches
    # Measured in turns, best pair: a busy machine slows some of them, not all.
    assert min(_seconds_per_lead(2500) / _seconds_per_lead(500) for _ in range(4)) < 1.6


def _peak_bytes(leads: int) -> int:
    made = generate(7, leads, NOW_MS, 0.0)
    tracemalloc.start()
    try:
        deque(made.records, maxlen=0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_records_are_streamed() -> None:
    _peak_bytes(100)  # caches do not count as the stream's memory
    grown = _peak_bytes(1200) - _peak_bytes(200)
    assert grown / 1000 < 300  # bytes per further lead: the associations, not the records
