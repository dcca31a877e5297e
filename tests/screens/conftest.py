"""Pilot tests run on asyncio, the loop Textual needs."""

from __future__ import annotations

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
