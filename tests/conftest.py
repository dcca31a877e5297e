"""Settings for all tests: a clean environment, loopback only, no animations."""

from __future__ import annotations

import os

# Textual reads these when it is imported.
os.environ["TEXTUAL_ANIMATIONS"] = "none"
_ABOUT_TESTS = {"SDRDESK_SOAK", "SDRDESK_SCHEDULES", "SDRDESK_KILLED_SEED"}
for _name in [name for name in os.environ if name.startswith("SDRDESK_")]:
    if _name not in _ABOUT_TESTS:
        del os.environ[_name]
os.environ.pop("NO_COLOR", None)
os.environ["TZ"] = "UTC"
# No keyring by default, neither the developer's nor another test's: see ``support.keyrings``.
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

import ipaddress
import socket
from pathlib import Path
from typing import Any

import hypothesis
import pytest

# A busy machine must not fail a test: no deadline per example.
hypothesis.settings.register_profile("sdrdesk", deadline=None)
hypothesis.settings.load_profile("sdrdesk")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("user")))


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
