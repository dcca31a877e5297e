from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from sdrdesk.domain.feed.subjects import FeedNames
from tests.support.nats import NatsServer, nats_server

_accounts = itertools.count(1)


@pytest.fixture(scope="session")
def nats() -> Iterator[NatsServer]:
    """One server for all tests of the feed; each test has an account of its own on it."""
    with nats_server() as server:
        yield server


@pytest.fixture
def names() -> FeedNames:
    """Return the names of an account that no other test uses."""
    return FeedNames.of(f"HubSpot {next(_accounts)}")
