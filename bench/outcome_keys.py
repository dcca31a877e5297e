"""Keys from a running call to the recorded outcome, and from lead to lead."""

from __future__ import annotations

import asyncio
import os
import sys

os.environ["TEXTUAL_ANIMATIONS"] = "none"

from bench.table import verdict
from tests.support.bench import workbench
from tests.support.fake_desk import FakeDesk

TRIED: dict[str, tuple[str, ...]] = {
    "no_answer": ("a",),
    "left_voicemail": ("v",),
    "busy": ("b",),
    "gatekeeper": ("g",),
    "wrong_number": ("w",),
    "qualified": ("Q", "enter"),
    "callback": ("c", *"thu", "space", *"10", "enter"),
    "meeting_set": ("m", *"thu", "space", *"10", "enter"),
    "nurture": ("l", "enter"),
    "not_interested": ("x", "2"),
    "disqualified": ("d", "1"),
    "do_not_call": ("X", "1", "enter"),
}
"""The shortest way to each outcome; a callback for a weekday and an hour."""
MOST = {"no_answer": 2, "left_voicemail": 2, "busy": 2, "callback": 8}


async def presses(key: str, keys: tuple[str, ...]) -> tuple[int, int]:
    """Return the keys of the outcome, and with the Enter that starts the next call.

    Raises:
        RuntimeError: these keys do not record the outcome, or fewer of them would.
    """
    desk = FakeDesk()
    async with workbench(desk) as bench:
        await bench.press("j", "enter")
        first = desk.in_call.lead_id if desk.in_call else ""
        pressed = 0
        for name in keys:
            if desk.entries:
                raise RuntimeError(f"{key} was recorded after {pressed} keys of {len(keys)}")
            await bench.press(name)
            pressed += 1
        await bench.until(lambda: desk.entries, key)
        recorded = [(entry.disposition, desk.records[0].activity.lead_id) for entry in desk.entries]
        if recorded != [(key, first)]:
            raise RuntimeError(f"{keys} recorded {recorded}")
        await bench.sees("starts the call")
        await bench.press("enter")
        if desk.in_call is None or desk.in_call.lead_id == first:
            raise RuntimeError(f"no next call after {key}")
    return pressed, pressed + 1


def main() -> int:
    """Print the table."""
    missing = {outcome.key for outcome in FakeDesk().outcomes()} - set(TRIED)
    if missing:
        raise RuntimeError(f"no keys for {missing}")
    found = {key: asyncio.run(presses(key, keys)) for key, keys in TRIED.items()}
    print(f"{'outcome':<18} {'keys':>9} {'with Enter':>11}   pressed")
    for key, (own, whole) in found.items():
        print(f"{key:<18} {own:>9} {whole:>11}   {' '.join(TRIED[key])}")
    for key, most in MOST.items():
        # A callback is counted without Enter.
        own, whole = found[key]
        print(verdict(f"keys of {key}", own if key == "callback" else whole, most))
    return 0


if __name__ == "__main__":
    sys.exit(main())
