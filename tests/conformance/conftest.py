"""Runs every test of this directory once for each CRM and each way to log once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import cast

import pytest

from sdrdesk.sync.port import CrmClient
from tests.conformance.names import USUAL, WORLDS, make_world, played
from tests.conformance.worlds import Failing, World, open_desk
from tests.sync.arena import Arena, open_arena
from tests.sync.desk import Desk


@pytest.fixture(scope="session")
def arena() -> Iterator[Callable[[], Arena]]:
    """Return the sandbox server, started by the first test that needs it."""
    with ExitStack() as stack:
        opened: list[Arena] = []

        def get() -> Arena:
            if not opened:
                opened.append(stack.enter_context(open_arena()))
            return opened[0]

        yield get


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play a module's own ``PLAYED_IN`` worlds, else all; one of each CRM in ``make test``."""
    if "world" in metafunc.fixturenames and "account" not in metafunc.fixturenames:
        names = getattr(metafunc.module, "PLAYED_IN", WORLDS)
        long = set(names) - set(USUAL)
        metafunc.parametrize("world", played(names, long=long), indirect=True)


@pytest.fixture
def world(request: pytest.FixtureRequest, arena: Callable[[], Arena]) -> World:
    """Return a fresh account of one CRM."""
    return make_world(str(request.param), arena)


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Iterator[Desk]:
    """Return a desk that has loaded it; ``desk.crm`` is a ``Failing``."""
    with open_desk(world, tmp_path, lambda crm: cast(CrmClient, Failing(crm))) as opened:
        yield opened
