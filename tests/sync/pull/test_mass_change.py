"""A change of many leads at one moment, after which nothing happens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.port import Changed
from tests.conformance.worlds import MemoryWorld, open_desk


@pytest.mark.parametrize("lag_s", [0.0, None])
def test_it_is_read_again_for_ten_minutes_where_no_index_lags(
    tmp_path: Path, lag_s: float | None
) -> None:
    world, read = MemoryWorld(KeyMode.UPSERT, index_lag_s=lag_s), list[Changed]()
    with open_desk(world, tmp_path) as desk:
        real = desk.crm.changed

        def changed(*asked: Any) -> Iterator[tuple[Changed, ...]]:
            for page in real(*asked):
                read.extend(page)
                yield page

        desk.crm.changed = changed  # type: ignore[assignment, method-assign]

        def seen_after(seconds: float) -> int:
            world.forward(seconds)
            desk.sync()
            read.clear()
            desk.sync()
            return len(read)

        for lead in world.leads():
            world.edit(lead, world.status[1])
        assert seen_after(60) >= len(world.leads())
        again = seen_after(660)
        assert again == 0 if lag_s is not None else again > 0
        world.edit(world.leads()[0], world.status[2])
        desk.sync()
        assert desk.lead(world.leads()[0]).status == world.status[2]
