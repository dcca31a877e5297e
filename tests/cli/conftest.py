"""A sandbox CRM for the commands, and a rep on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome, Office, open_always
from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="session")
def _office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    home = tmp_path_factory.mktemp("office") / "home"
    open_always(home)
    with running_sandbox(leads=60, seed=7) as crm:
        with pytest.MonkeyPatch.context() as patch:
            DeskHome(home, crm, patch).ok("sync")
        yield Office(crm, crm.saved(), home)


@pytest.fixture
def crm(_office: Office) -> Sandbox:
    return _office.restored()


@pytest.fixture
def desk(home: Path, crm: Sandbox, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    """A rep whose call windows never close and who has not synced yet."""
    open_always(home)
    return DeskHome(home, crm, monkeypatch)


@pytest.fixture
def synced(desk: DeskHome, _office: Office) -> DeskHome:
    """The same rep after the first sync."""
    _office.copy_home(desk.home)
    return desk
