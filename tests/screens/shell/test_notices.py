"""What the terminal is sent when something cannot wait."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import tests.support.bench  # noqa: F401 - how the pilot waits
from sdrdesk.app import SdrDeskApp
from sdrdesk.config import NoticeSettings
from sdrdesk.domain.notice.terminal import RESTORE_TITLE, SAVE_TITLE
from sdrdesk.screens.shell.notices import Notices
from sdrdesk.services.notice.attention import Attention, Waiting
from tests.support.fake_desk import FakeDesk

NOW = datetime(2026, 11, 20, 14, 5, tzinfo=UTC)
JUN = Waiting("callback", "512", "Jun\x1b]0;x\a Watanabe", NOW)
ANA = Waiting("fresh", "7", "Ana", NOW)
RISK = Waiting("sla", "7", "Ana", NOW + timedelta(minutes=2))
KITTY = {"TERM": "xterm-kitty"}


def notices(
    desk: FakeDesk, environ: dict[str, str] | None = None, **settings: bool
) -> tuple[Notices, list[str]]:
    sent: list[str] = []
    app = SdrDeskApp(desk, None, theme="")
    made = Notices(app, desk, NoticeSettings(**settings), environ or KITTY, sent.append)
    return made, sent


def test_bell_notice_and_title() -> None:
    made, sent = notices(FakeDesk())
    made.tell(Attention((JUN, ANA)))
    assert sent == [
        SAVE_TITLE,
        "\x1b]2;☎ 1 due · 1 new · sdrdesk\x1b\\",
        "\a",
        "\x1b]9;sdrdesk: Callback due: Jun]0,x Watanabe and 1 more\x1b\\",
    ]
    made.tell(Attention((JUN, ANA)))
    assert len(sent) == 4  # nothing new
    made.end()
    made.end()
    assert sent[4:] == [RESTORE_TITLE]


def test_nothing_rings_in_a_call_and_the_title_still_says_it() -> None:
    made, sent = notices(FakeDesk())
    made.tell(Attention((JUN,), in_call=True))
    assert "\a" not in sent
    assert sent[-1] == "\x1b]2;☎ 1 due · sdrdesk\x1b\\"
    made.tell(Attention((JUN,)))
    assert "\a" in sent


def test_each_can_be_switched_off() -> None:
    made, sent = notices(FakeDesk(), bell=False, title=False)
    made.tell(Attention((ANA,)))
    assert sent == ["\x1b]9;sdrdesk: New lead: Ana\x1b\\"]
    made, sent = notices(FakeDesk(), desktop=False, title=False, callback=False)
    made.tell(Attention((JUN,)))
    assert sent == []
    made.tell(Attention((JUN, RISK)))
    assert sent == ["\a"]
    made, sent = notices(FakeDesk(), {"TERM": "linux"})
    made.tell(Attention((ANA,)))
    assert sent == ["\a"]


def test_during_a_call_it_looks_less_often_but_soon_after_the_outcome() -> None:
    app, looks = SdrDeskApp(FakeDesk(), None, theme=""), list[int]()
    made = Notices(app, FakeDesk(), NoticeSettings(), KITTY, lambda _: None)
    made.look = lambda: looks.append(1)  # type: ignore[method-assign]
    made._beat(app.place)
    made._beat(app.place)
    assert len(looks) == 2
    made.tell(Attention((), in_call=True))
    for _ in range(3):
        made._beat(app.place)
    assert len(looks) == 3
    app.place.settled_at = NOW
    made._beat(app.place)
    assert len(looks) == 4


def test_the_workbench_looks_and_restores_the_title_when_it_ends() -> None:
    asyncio.run(_run_once())


async def _run_once() -> None:
    desk, sent = FakeDesk(), list[str]()
    desk.cannot_wait = Attention((JUN,))
    app = SdrDeskApp(desk, None, theme="", notices=NoticeSettings(desktop=False))
    assert app._notices is not None
    app._notices = Notices(app, desk, NoticeSettings(desktop=False), KITTY, sent.append)
    async with app.run_test() as pilot:
        for _ in range(100):
            await pilot.pause(0.05)
            if "\a" in sent:
                break
        assert sent[-1] == "\a"
    assert sent[-1] == RESTORE_TITLE
