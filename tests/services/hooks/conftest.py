"""A folder of hooks, and programs to put into it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sdrdesk.services.hooks.files import HookFiles
from tests.support.patience import PATIENCE_S

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)

Write = Callable[[str, str], Path]


@pytest.fixture
def files(tmp_path: Path) -> HookFiles:
    (tmp_path / "hooks").mkdir()
    return HookFiles(tmp_path / "hooks", lambda: None, tmp_path / "results", lambda: NOW)


@pytest.fixture
def write(files: HookFiles) -> Write:
    return lambda name, body: write_hook(files.own, name, body)


def write_hook(folder: Path, name: str, body: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return path


def result(path: Path) -> dict[str, Any]:
    """Wait until a result is there and return it."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if path.exists():
            found: dict[str, Any] = json.loads(path.read_bytes())
            return found
        time.sleep(0.02)
    raise AssertionError(f"{path} was not written")
