from __future__ import annotations

import pytest

from bench.simulated import World


def test_time_passes_only_while_everybody_sleeps() -> None:
    world = World(100.0)
    seen: list[tuple[str, float]] = []

    def tick(name: str, every_s: float) -> None:
        while True:
            seen.append((name, world.now()))
            world.sleep(every_s)

    world.spawn(lambda: tick("slow", 5.0))
    world.spawn(lambda: tick("fast", 2.0), after_s=1.0)
    world.run(106.0)
    assert seen == [
        ("slow", 100.0),
        ("fast", 101.0),
        ("fast", 103.0),
        ("slow", 105.0),
        ("fast", 105.0),
    ]


def test_the_failure_of_a_process_ends_the_run_and_is_told() -> None:
    world = World()
    reached: list[float] = []

    def fail() -> None:
        world.sleep(3.0)
        raise ValueError("broken")

    def go_on() -> None:
        while True:
            reached.append(world.now())
            world.sleep(1.0)

    world.spawn(fail)
    world.spawn(go_on)
    with pytest.raises(ValueError, match="broken"):
        world.run(60.0)
    assert reached[-1] <= 3.0


def test_an_ended_run_unwinds_every_process() -> None:
    world = World()
    closed: list[str] = []

    def hold() -> None:
        try:
            world.sleep(1e9)
        finally:
            closed.append("closed")

    world.spawn(hold)
    world.spawn(hold)
    world.run(10.0)
    assert closed == ["closed", "closed"]
