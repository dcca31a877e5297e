"""A sandbox CRM for the commands, and a rep on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome, open_always
from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture
def crm() -> Iterator[Sandbox]:
    with running_sandbox(leads=60, seed=7) as sandbox:
        yield sandbox


@pytest.fixture
def desk(home: Path, crm: Sandbox, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    """A rep whose call windows never close and who has not synced yet."""
    open_always(home)
    return DeskHome(home, crm, monkeypatch)


@pytest.fixture
def synced(desk: DeskHome) -> DeskHome:
    """The same rep after the first sync."""
    desk.ok("sync")
    return desk
