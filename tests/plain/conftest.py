"""A conversation with a scripted rep."""

from __future__ import annotations

import io
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest

from sdrdesk.plain.desk import PlainDesk
from sdrdesk.plain.news import News
from sdrdesk.plain.talk import Talk
from sdrdesk.services.desk.protocol import Desk

Converse = Callable[..., str]


@pytest.fixture
def converse() -> Converse:
    """Runs a conversation: the lines a rep types; returns everything that was said."""

    def run(desk: Desk, *lines: str, news: News | None = None) -> str:
        sink = io.StringIO()
        source = io.StringIO("".join(f"{line}\n" for line in lines))
        PlainDesk(desk, Talk(source, sink), news or News(None), ZoneInfo("UTC")).run()
        return sink.getvalue()

    return run
