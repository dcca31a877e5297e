"""HubSpot's official Python client, connected to the sandbox."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3
from hubspot import HubSpot

from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture(scope="module")
def crm() -> Iterator[Sandbox]:
    """Return one account for the module, with some people in it."""
    with running_sandbox(leads=120, seed=11) as sandbox:
        yield sandbox


@pytest.fixture(scope="module")
def client(crm: Sandbox) -> Iterator[Any]:
    """Return the official client. Its models check types and required fields while they parse."""
    official = HubSpot(access_token=crm.token, host=crm.url)
    yield official
    close_pools(official)


def close_pools(official: Any) -> None:
    """Close every connection pool of the client's lazily made APIs."""
    for pool in [item for item in gc.get_objects() if isinstance(item, urllib3.PoolManager)]:
        pool.clear()
