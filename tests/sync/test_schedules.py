"""Random schedules against the sandbox over HTTP; see ``machine``.

The test command plays a fixed set. ``make soak`` plays 10,000 random ones in parts (``SOAK=`` for
another number, ``SEED=`` for the seed of the first part, from which the others count on). A failure
affects its own part only, and prints the part's seed and the shrunken schedule.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.arena import Arena, open_arena
from tests.sync.machine import Story

pytestmark = pytest.mark.long

PARTS = 4
"""Parts that workers may play in parallel, each with its own fixed seed."""

SCHEDULES = int(os.environ.get("SDRDESK_SCHEDULES", "24"))
SOAK = int(os.environ.get("SDRDESK_SOAK", "10000"))
SOAK_PARTS = 16


@pytest.fixture(scope="module")
def arena() -> Iterator[Arena]:
    with open_arena() as opened:
        yield opened


def played(count: int, *, fixed: bool = True, shrink: bool = True) -> settings:
    phases = [Phase.generate, Phase.shrink] if shrink else [Phase.generate]
    return settings(
        max_examples=count,
        stateful_step_count=14,
        deadline=None,
        derandomize=fixed,
        database=None,
        print_blob=True,
        report_multiple_bugs=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )


@pytest.mark.parametrize("part", range(PARTS))
def test_every_schedule_ends_with_both_sides_telling_the_same_story(
    arena: Arena, part: int
) -> None:
    class Sound(Story):
        pass

    Sound.arena = arena
    run_state_machine_as_test(
        seed(20261121 + part)(Sound), settings=played(SCHEDULES // PARTS, fixed=False)
    )


@pytest.mark.soak
@pytest.mark.parametrize("part", range(SOAK_PARTS))
def test_soak(arena: Arena, request: pytest.FixtureRequest, part: int) -> None:
    if "soak" not in str(request.config.getoption("markexpr")):
        pytest.skip("hours long: make soak")
    first = request.config.getoption("--hypothesis-seed")
    chosen = secrets.randbelow(2**32) if first in (None, "random") else int(str(first)) + part
    count = max(1, SOAK // SOAK_PARTS)
    print(f"part {part}: {count} schedules, seed {chosen}")  # noqa: T201

    class Long(Story):
        pass

    Long.arena = arena
    run_state_machine_as_test(seed(chosen)(Long), settings=played(count, fixed=False))
