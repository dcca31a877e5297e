"""Dialling with real programs: what they are given, what is said when they fail."""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from sdrdesk.config import CallSettings
from sdrdesk.domain.outcome.phone_events import PhoneEvent
from sdrdesk.domain.outcome.types import Entry
from sdrdesk.services.call.launcher import Launcher, LaunchError
from sdrdesk.services.desk.call_session import CallSession
from sdrdesk.store.database.database import Database
from tests.services.conftest import MakeDesk
from tests.store.filling import NOW, lead_row, put
from tests.support.patience import PATIENCE_S

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs of these tests are scripts")

TELL = "import json, os, sys; json.dump([sys.argv[1:], sorted(os.environ)], open(sys.argv[1], 'w'))"


def command(*rest: str) -> CallSettings:
    return CallSettings("command", (sys.executable, "-c", *rest))


@pytest.fixture
def lead(db: Database) -> str:
    put(
        db, lead_row("512", owner_id="7", phone="+353 1 555 0142", mobile="+353 87 555 0143",
        e164="+353875550143", e164_more="+35315550142"),
    )  # fmt: skip
    return "512"


def test_the_program_gets_the_number_as_one_argument_and_nothing_of_ours(
    make_desk: MakeDesk, lead: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SDRDESK_TOKEN", "secret")
    told = tmp_path / "told"
    desk = make_desk(calls=command(TELL, str(told), "sip:{number}"))
    done = desk.phone.dial(lead, "+353875550143")
    assert (done.how, done.failed) == ("command", False)
    arguments, environment = json.loads(told.read_text())
    assert arguments == [str(told), "sip:+353875550143"]
    assert "PATH" in environment
    assert not [name for name in environment if name.startswith("SDRDESK_")]


def test_an_extension_is_dialled_after_the_number(
    make_desk: MakeDesk, db: Database, tmp_path: Path
) -> None:
    put(db, lead_row("513", owner_id="7", phone="01 555 0142 x12", country="Ireland"))
    told = tmp_path / "told"
    done = make_desk(calls=command(TELL, str(told), "{number}")).phone.dial("513", "+35315550142")
    assert done.said == "Dialling +35315550142, extension 12."
    assert json.loads(told.read_text())[0] == [str(told), "+35315550142,,12"]
    copied = make_desk(calls=CallSettings("clipboard")).phone.dial("513", "+35315550142")
    assert copied.number == "+35315550142,,12"


def test_a_tel_link_names_the_extension(
    make_desk: MakeDesk, db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(db, lead_row("513", owner_id="7", phone="+353 1 555 0142 ext. 12"))
    told, program = tmp_path / "told", tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{told}"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(sys, "platform", "linux")
    assert make_desk(calls=CallSettings("tel")).phone.dial("513", "+35315550142").how == "tel"
    assert told.read_text() == "tel:+35315550142;ext=12"


def test_a_field_without_a_number_is_shown_and_never_the_one_to_dial(
    make_desk: MakeDesk, db: Database
) -> None:
    put(db, lead_row("513", owner_id="7", phone="555-0142", country="United States"))
    desk = make_desk()
    session = CallSession(desk)
    session.take(session.open("513"))
    assert (session.number, session.number_text) == ("", "")
    assert [(n.display, n.usable) for n in desk.leads.view("513").numbers] == [("555-0142", False)]


def test_a_program_that_fails_is_named_with_its_reason(make_desk: MakeDesk, lead: str) -> None:
    fails = "import sys; sys.exit('not registered\\x1b[31m\\nmore')"
    done = make_desk(calls=command(fails, "{number}")).phone.dial(lead, "+353875550143")
    assert done.failed
    assert "ended with code 1: not registered" in done.said
    assert "\x1b" not in done.said
    assert done.said.endswith("The call is on; dial by hand.")


def test_a_program_that_is_not_there_is_named(make_desk: MakeDesk, lead: str) -> None:
    calls = CallSettings("command", ("no-such-phone", "{number}"))
    done = make_desk(calls=calls).phone.dial(lead, "+353875550143")
    assert done.failed
    assert "no-such-phone was not found on this machine" in done.said


def test_a_phone_that_stays_open_is_not_waited_for() -> None:
    outside = Launcher(os.environ, patience_s=0.01)
    outside.run((sys.executable, "-c", "import time; time.sleep(0.2)"))


@pytest.mark.parametrize(("platform", "opener"), [("linux", "xdg-open"), ("darwin", "open")])
def test_tel_links_go_to_the_program_of_the_machine(
    tmp_path: Path, platform: str, opener: str
) -> None:
    told = tmp_path / "told"
    program = tmp_path / opener
    program.write_text(f'#!/bin/sh\nprintf "%s|" "$#" "$@" > "{told}"\n', encoding="utf-8")
    program.chmod(0o755)
    outside = Launcher({"PATH": f"{tmp_path}:{os.environ['PATH']}"}, platform=platform)
    outside.open("tel:+353875550143")
    assert told.read_text() == "1|tel:+353875550143|"


def test_without_such_a_program_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(LaunchError, match="xdg-open was not found on this machine"):
        Launcher({"PATH": str(tmp_path)}, platform="linux").open("tel:+353875550143")


def test_the_clipboard_gets_the_number_and_by_hand_nothing_happens(
    make_desk: MakeDesk, lead: str
) -> None:
    done = make_desk(calls=CallSettings("clipboard")).phone.dial(lead, "+353875550143")
    assert (done.how, done.number) == ("clipboard", "+353875550143")
    assert make_desk().phone.dial(lead, "+353875550143").said == ""


@pytest.mark.parametrize("number", ["", "ask the desk", "0142", "+353875550143; reboot"])
def test_what_is_no_number_is_dialled_by_nobody(
    make_desk: MakeDesk, lead: str, number: str
) -> None:
    done = make_desk(calls=command("raise SystemExit(9)", "{number}")).phone.dial(lead, number)
    assert done.how == "none"
    assert "Nothing was dialled" in done.said


def test_the_demo_never_dials(make_desk: MakeDesk, lead: str) -> None:
    desk = make_desk(calls=command("raise SystemExit(9)", "{number}"), demo=True)
    assert desk.phone.dial(lead, "+353875550143").how == "none"


def test_a_wrong_number_is_not_dialled_again_and_the_other_one_is(
    make_desk: MakeDesk, lead: str, tmp_path: Path
) -> None:
    desk = make_desk(calls=command(TELL, str(tmp_path / "told"), "{number}"))
    mobile, line = (number.e164 for number in desk.leads.view(lead).numbers)
    desk.call.start(lead, mobile)
    desk.outcome.record(lead, Entry("wrong_number", NOW - timedelta(seconds=20), number=mobile))
    refused = desk.phone.dial(lead, mobile)
    assert refused.failed
    assert refused.said.startswith("Do not dial ")
    assert refused.said.endswith(": wrong number.")
    assert desk.phone.dial(lead, line).how == "command"
    desk.call.start(lead, line)
    desk.outcome.record(lead, Entry("no_answer", NOW - timedelta(seconds=9), number=line))
    calls = [item for item in desk.leads.view(lead).timeline if item.kind == "call"]
    assert [item.what for item in calls] == ["No answer", "Wrong number"]
    assert len({item.activity_key for item in calls}) == 2


def test_who_asked_not_to_be_called_is_not_dialled(make_desk: MakeDesk, lead: str) -> None:
    desk = make_desk(calls=command("raise SystemExit(9)", "{number}"))
    desk.outcome.record(lead, Entry("do_not_call", NOW, number="+353875550143"))
    for number in ("+353875550143", "+35315550142"):
        assert "asked not to be called" in desk.phone.dial(lead, number).said


def test_a_link_is_one_argument_of_the_browser_or_shown_where_there_is_none(
    db: Database, make_desk: MakeDesk, tmp_path: Path
) -> None:
    from sdrdesk.services.call.dialer import Dialer

    put(db, lead_row("514", owner_id="7", first_name="Ana", email="ana@acme.example"))
    told = tmp_path / "told"
    program = tmp_path / "xdg-open"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$#" "$1" > {told}\n')
    program.chmod(0o755)
    view, why = make_desk().leads.view, make_desk().queue.why
    environ = {"PATH": f"{tmp_path}:/bin:/usr/bin", "DISPLAY": ":7"}

    def dialer(*, demo: bool = False, **changed: str) -> Dialer:
        return Dialer(
            CallSettings(), Launcher(environ | changed, platform="linux"), view, why, demo=demo
        )

    opened = dialer().open_link("514", "website")
    assert (opened.failed, opened.copy) == (False, "")
    assert told.read_text().splitlines() == ["1", "https://acme.example"]
    told.unlink()
    for shown in (dialer(DISPLAY=""), dialer(demo=True)):
        assert shown.open_link("514", "website").copy == "https://acme.example"
    program.write_text("#!/bin/sh\nexit 3\n")
    failed = dialer().open_link("514", "website")
    assert (failed.failed, failed.copy) == (True, "https://acme.example")
    assert not told.exists()


def test_a_phone_that_stays_tells_of_the_call_and_only_of_that(
    make_desk: MakeDesk, lead: str
) -> None:
    stays = (
        "import sys, time\n"
        "print('Registering ...'); print('[1]'); print('{\"event\": \"ringing\"}', flush=True)\n"
        "print('x' * 100_000); print('{\"event\": \"answered\"}', flush=True)\n"
        'sys.stdin.read(); print(\'{"event": "ended", "cause": 16, "seconds": 5}\')\n'
        "print('{\"event\": \"ended\"}', end='', flush=True)"  # cut off: no line
    )
    told: list[PhoneEvent] = []
    ended = threading.Event()

    def tell(event: PhoneEvent) -> None:
        told.append(event)
        if event.kind == "ended":
            ended.set()

    done = make_desk(calls=command(stays, "{number}")).phone.dial(lead, "+353875550143", tell)
    assert done.how == "command"
    assert ended.wait(PATIENCE_S)
    assert told == [
        PhoneEvent("ringing"), PhoneEvent("answered"), PhoneEvent("ended", "16", 5),
    ]  # fmt: skip
