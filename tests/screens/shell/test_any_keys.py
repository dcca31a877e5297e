"""Random keys leave the journal consistent and record nothing by accident."""

from __future__ import annotations

import os
import random
from datetime import timedelta

import pytest

from sdrdesk.domain.outcome.catalog import Flag
from tests.support import fake_leads
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

pytestmark = pytest.mark.anyio

KEYS = (  # noqa: SIM905 - a keyboard reads better than a list
    "enter escape tab shift+tab up down left right f f2 ctrl+z full_stop y n 1 2 3 9 "
    "a v b w g c m q Q l u x d X j k space backspace delete plus t h question_mark s z p o r slash "
    "R T I"
).split()
STEPS = 60
SEEDS = max(4, int(os.environ.get("SDRDESK_SOAK", "0")) // 100)
"""`SDRDESK_SOAK=10000 pytest tests/screens/shell/test_any_keys.py` plays a hundred."""


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_any_keys_leave_a_consistent_journal(seed: int) -> None:
    chance = random.Random(seed)
    desk = FakeDesk(fake_leads.believable() + fake_leads.plain(20))
    starts = 0
    start_call = desk.call.start

    def counted(lead_id: str, number: str, **more: bool):  # type: ignore[no-untyped-def]
        nonlocal starts
        starts += 1
        return start_call(lead_id, number, **more)

    desk.call.start = counted  # type: ignore[method-assign]
    async with workbench(desk) as bench:
        pressed = []
        for _ in range(STEPS):
            key = chance.choice(KEYS)
            pressed.append(key)
            desk.at += timedelta(seconds=chance.randrange(20))
            await bench.press(key)
            assert not bench.has_failed, pressed
            if desk.in_call is not None:
                names = [type(screen).__name__ for screen in bench.app.screen_stack]
                assert "CallScreen" in names, f"a call nobody sees after {pressed}"
        called = [entry for entry in desk.entries if entry.number]
        assert len(called) <= starts, f"more calls recorded than started after {pressed}"
        for entry in desk.entries:
            outcome = desk.dispositions[entry.disposition]
            assert entry.number or outcome.is_(Flag.WITHOUT_CALL), pressed
            assert entry.duration_s >= 0
            for name in outcome.requires:
                assert getattr(entry, name), pressed
