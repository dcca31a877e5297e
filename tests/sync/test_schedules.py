"""Random schedules against the sandbox over HTTP; see ``machine``.

The test command plays a fixed set. ``make soak`` plays 10,000 random ones (``SOAK=`` for another
number, ``--hypothesis-seed=N`` to repeat a run); a failure prints the shrunken schedule.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.sync.arena import Arena, open_arena
from tests.sync.machine import Story

PARTS = 4
"""Parts that workers may play side by side, each with its own fixed seed."""

SCHEDULES = int(os.environ.get("SDRDESK_SCHEDULES", "300"))
SOAK = int(os.environ.get("SDRDESK_SOAK", "10000"))


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
def test_soak(arena: Arena, request: pytest.FixtureRequest) -> None:
    if "soak" not in str(request.config.getoption("markexpr")):
        pytest.skip("hours long: make soak")

    class Long(Story):
        pass

    Long.arena = arena
    run_state_machine_as_test(Long, settings=played(SOAK, fixed=False))
