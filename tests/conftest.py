"""Settings for all tests: a clean environment, loopback only, no animations."""

from __future__ import annotations

import gc
import os
import sys

# Each test throws away whole applications and databases; looking for garbage at Python's own pace
# takes a quarter of the time. What is imported stays, see ``pytest_collection_finish``.
gc.set_threshold(20_000, 20, 20)

# Where Python is told to keep no bytecode, each of the many processes of a run would compile
# everything again, and each worker rewrite every test.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Textual reads these when it is imported.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
_ABOUT_TESTS = {"SDRDESK_SOAK", "SDRDESK_SCHEDULES", "SDRDESK_KILLED_SEED"}
for _name in [name for name in os.environ if name.startswith("SDRDESK_")]:
    if _name not in _ABOUT_TESTS and not _name.startswith("SDRDESK_LIVE_"):
        del os.environ[_name]
os.environ.pop("NO_COLOR", None)
os.environ["TZ"] = "UTC"
# No keyring by default, neither the developer's nor another test's: see ``support.keyrings``.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import ipaddress
import itertools
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A busy machine must not fail a test: no deadline per example.
hypothesis.settings.register_profile("sdrdesk", deadline=None, max_examples=40)
hypothesis.settings.register_profile("thorough", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("sdrdesk")

_MEMORY = Path("/dev/shm")
_ROOM = 4 << 30
"""Bytes that must be free before the tests keep their files in memory: a run needs a tenth."""


def _in_memory() -> bool:
    try:
        return os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM
    except OSError:
        return False


if "TMPDIR" not in os.environ and _in_memory():
    # Thousands of databases, and each write waits for the disk.
    os.environ["TMPDIR"] = tempfile.tempdir = str(_MEMORY)


def pytest_collection_finish() -> None:
    """Leave modules and collected tests out of every later search for garbage."""
    gc.collect()
    gc.freeze()


_numbers = itertools.count()


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("users")


@pytest.fixture(autouse=True)
def _own_home(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = _homes / str(next(_numbers))  # pytest's own numbering reads the directory each time
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home directory of its own for a test."""
    return tmp_path / "home"
