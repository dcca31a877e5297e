"""A real database file per test, plain and encrypted, and small ways to fill it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.store.database.database import Database

KEY = "0f" * 32


@pytest.fixture(scope="session", params=["plain", "encrypted"])
def key(request: pytest.FixtureRequest) -> str | None:
    return KEY if request.param == "encrypted" else None


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "sdrdesk.db"


@pytest.fixture
def db(path: Path) -> Iterator[Database]:
    with Database.open(path) as database:
        yield database
