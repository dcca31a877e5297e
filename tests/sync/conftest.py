from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from sdrdesk.store.database.timestamps import to_ms
from tests.support.sandbox import Sandbox, running_sandbox
from tests.sync.desk import AFTERNOON, Desk, desk_over

LOADED_S = 5
"""Seconds after ``AFTERNOON`` at which tests with a loaded desk begin."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """A served account and a database that has loaded it; each test starts from copies."""

    sandbox: Sandbox
    account: bytes
    database: Path


@pytest.fixture(scope="session")
def _loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    path = tmp_path_factory.mktemp("loaded") / "desk.db"
    with running_sandbox(leads=60, now=AFTERNOON) as sandbox:
        with desk_over(sandbox, path) as made:
            made.sync()
        yield Loaded(sandbox, sandbox.saved(), path)


@pytest.fixture
def desk(tmp_path: Path, _loaded: Loaded) -> Iterator[Desk]:
    """Return a loaded desk over a small account of its own."""
    _loaded.sandbox.restore(_loaded.account)
    path = tmp_path / "desk.db"
    shutil.copyfile(_loaded.database, path)
    with desk_over(_loaded.sandbox, path) as made:
        made.clock.forward(LOADED_S)
        # Both clocks agree, however long it took to open the database.
        _loaded.sandbox.account.clock.set(to_ms(made.clock()))
        yield made
