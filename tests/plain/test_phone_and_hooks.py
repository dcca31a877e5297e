"""Plain mode reads out what the phone and the hooks tell."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.plain.desk import PlainDesk
from sdrdesk.plain.news import News
from sdrdesk.plain.talk import Talk
from tests.plain.conftest import Converse
from tests.support.fake_desk import FakeDesk


class Rep(io.StringIO):
    """Types lines; before each of them something else may happen."""

    def __init__(self, *acts: str | Callable[[], object]) -> None:
        super().__init__()
        self._acts = list(acts)

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        while self._acts:
            act = self._acts.pop(0)
            if isinstance(act, str):
                return f"{act}\n"
            act()
        return ""


def talk_with(desk: FakeDesk, *acts: str | Callable[[], object]) -> str:
    sink = io.StringIO()
    PlainDesk(desk, Talk(Rep(*acts), sink), News(None), ZoneInfo("UTC")).run()
    return sink.getvalue()


def test_what_the_phone_says_is_read_out_and_the_prompt_is_asked_again() -> None:
    desk = FakeDesk()

    def phone(event: PhoneEvent) -> Callable[[], object]:
        return lambda: desk.phone_tells and desk.phone_tells(event)

    said = talk_with(
        desk, "", phone(PhoneEvent("ringing")), phone(PhoneEvent("answered")),
        phone(PhoneEvent("ended", "hung up", 63)), "a",
    )  # fmt: skip
    assert "In the call > \nRinging.\nIn the call > \nThey answered.\nIn the call > \n" in said
    assert "The call ended after 1:03, hung up." in said
    (entry,) = desk.entries  # the rep recorded it, with the length of the phone
    assert (entry.disposition, entry.duration_s) == ("no_answer", 63)


def test_a_likely_outcome_is_proposed_and_an_earlier_call_is_not_heard() -> None:
    desk = FakeDesk()
    early: list[Callable[[PhoneEvent], object]] = []
    said = talk_with(
        desk, "", lambda: early.extend(filter(None, [desk.phone_tells])),
        lambda: early[0](PhoneEvent("ended", "486")), "b", "",
        lambda: early[0](PhoneEvent("ringing")), "note hello",
    )  # fmt: skip
    assert "486. Likely outcome: Busy." in said
    assert "Ringing" not in said


def test_a_hook_that_failed_is_told(converse: Converse) -> None:
    class Told(FakeDesk):
        news: Sequence[str] = ("Hook meeting-set failed: it ended with code 3: no channel.",)

        def hook_news(self) -> Sequence[str]:
            told, self.news = self.news, ()
            return told

    said = converse(Told(), "", "note x")
    assert said.count("Hook meeting-set failed: it ended with code 3: no channel.") == 1
