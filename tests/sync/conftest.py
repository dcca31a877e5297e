from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.desk import Desk, fresh_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a loaded desk over a small sandbox of its own."""
    with fresh_desk(tmp_path / "desk.db") as made:
        yield made
