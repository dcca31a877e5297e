"""No value a person can type ends a command in anything but words and the right code."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import click
import pytest

from sdrdesk.cli.main import app
from sdrdesk.store.database.database import Database
from sdrdesk.store.tables import OwnerRow
from tests.store.filling import lead_row, put
from tests.support.desk_home import DeskHome, open_always
from tests.support.marks import in_long
from tests.support.sandbox import Sandbox

LEAD = "501"
NASTY = (
    "", "x\x1b[31m\u202e", "\udcff", "9" * 20, "-1", "0", "1e400", "0001-01-01",
    "0001-01-01T00:00:00Z", "9999-12-31", "9999-12-31T23:59:59-14:00", "../../etc/passwd", "/dev",
    "\x00", "'; DROP TABLE lead;--", "%s{}{0}", "[" * 5_000, "=1+1", "NaN", "x" * 20_000,
    "+99999999w", "\u0661\u0662", "--", "@", "2026-02-30", "/nowhere/x/y", "-",
)  # fmt: skip
STARTS_PROGRAMS = {("demo",), ("plain",), ("sandbox", "serve")}


@pytest.fixture
def lonely(home: Path, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    """A rep with one lead whose CRM cannot be reached."""
    open_always(home)
    owner = OwnerRow(owner_id="70001", email="rita@harbourline.example", name="Rita")
    with Database.open(home / "sdrdesk.db") as db:
        put(db, owner, lead_row(LEAD, owner_id="70001"))
    nowhere = Sandbox("http://127.0.0.1:9", "pat", "control", "rita@harbourline.example")
    monkeypatch.chdir(home)  # what is written by a relative name stays here
    return DeskHome(home, nowhere, monkeypatch)


def commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Yield every command that there is, with its name."""
    context = click.Context(app)
    waiting: list[tuple[tuple[str, ...], click.Command]] = [((), app)]
    while waiting:
        name, command = waiting.pop()
        if isinstance(command, click.Group):
            for part in command.list_commands(context):
                below = command.get_command(context, part)
                assert below is not None
                waiting.append(((*name, part), below))
        elif name not in STARTS_PROGRAMS:
            yield name, command


def lines(folder: Path, values: int) -> Iterator[list[str]]:
    """Yield command lines in which one value is nasty and what else must be there is right.

    Each parameter gets ``values`` of the nasty ones, in turn.
    """
    good = {"lead_id": LEAD, "key": "no_answer", "what": "leads", "name": "speed", "when": "+1h",
            "take": "mine", "start": "2026-11-20", "config": str(folder)}  # fmt: skip
    turn = count()
    for name, command in commands():
        takes = [p for p in command.params if not getattr(p, "is_flag", False)]
        for nasty in (parameter for parameter in takes for _ in range(values)):
            value = NASTY[next(turn) % len(NASTY)]
            line = list(name)
            for one in takes:
                if one is not nasty and not one.required:
                    continue
                text = value if one is nasty else good.get(str(one.name), "x")
                line.append(text if one.param_type_name == "argument" else f"{one.opts[-1]}={text}")
            yield line


@pytest.mark.parametrize("values", [1, *in_long(3)])
def test_any_value_of_any_command_ends_in_words(
    lonely: DeskHome, tmp_path: Path, values: int
) -> None:
    for line in lines(tmp_path, values):
        ran = lonely(*line)
        assert ran.code in range(6), line
        assert "unexpected" not in ran.err, (line, ran.err)
        assert ran.code in (0, 5) or ran.err.strip(), line
        assert not set("\x1b\u202e\udcff") & set(ran.out + ran.err), line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--at", "0001-01-01T00:00:00Z"), "not a time"),
        (("--at", "2009-06-01T10:00:00Z"), "before sdrdesk existed"),
        (("--at", "2009-06-01 10:00"), "before sdrdesk existed"),
        (("--at", "2009-06-01"), "at what time"),
        (("--at", "9999-12-31T23:59:59-14:00"), "not a time"),
        (("--at", "2031-01-01T00:00:00Z"), "in the future"),
        (("--callback", "9999-12-31"), "two years"),
        (("--duration-s", "9" * 20), "duration-s"),
        (("--duration-s", "-1"), "duration-s"),
        (("--script", "../../etc/passwd"), "no script"),
        (("--script", "technical-builder/demo-reqest"), "technical-builder/demo-request"),
        (("--number", "+353\x1b[31m1"), "not a telephone number"),
        (("--number", "ask for Bob"), "not a telephone number"),
        (("--number", "12"), "not a telephone number"),
        (("--number", "911"), "not a telephone number"),
        (("--note", "caf\udce9"), "not UTF-8"),
    ],
)
def test_an_outcome_that_cannot_be_is_refused(
    lonely: DeskHome, options: tuple[str, ...], words: str
) -> None:
    ran = lonely("dispose", LEAD, "no_answer", *options)
    assert ran.code == 2, ran.err
    assert words in ran.err
    assert lonely.ok("outbox", "--json").json == []


def test_a_number_as_people_write_it_is_taken(lonely: DeskHome) -> None:
    for number in ("+353 1 555 0142", "(01) 555-0142 ext. 12", "020 7946 0018x5"):
        lonely.ok("dispose", LEAD, "no_answer", "--number", number, "--dry-run")


@pytest.mark.parametrize(
    "words",
    [
        ("queue", "--as-of", "0001-01-01T00:00:00+14:00"),
        ("queue", "--as-of", "9999-12-31"),
        ("queue", "--limit", "9" * 20),
        ("log", "--day", "0001-01-01"),
        ("report", "speed", "--from", "9999-12-30", "--to", "9999-12-31"),
        ("report", "sla", "--from", "2026-11-20", "--to", "2026-11-01"),
    ],
)
def test_days_and_sizes_that_cannot_be_are_usage(lonely: DeskHome, words: tuple[str, ...]) -> None:
    ran = lonely(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.strip()


@pytest.mark.parametrize(
    "place", ["~nobody-of-that-name/x", "odd\udcff", "with space/and=sign", "r"]
)
def test_an_odd_home_works_or_is_named(
    lonely: DeskHome, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = lonely("queue", "--json", SDRDESK_HOME=place)
    assert ran.code in (0, 1), ran.err
    assert "unexpected" not in ran.err
    assert ran.code == 0 or "SDRDESK_HOME" in ran.err


@pytest.mark.parametrize("zone", ["../../etc/passwd", "Mars/Base", "x" * 5_000, ":", "Europe"])
def test_a_time_zone_that_is_none_stops_nothing(lonely: DeskHome, zone: str) -> None:
    lonely.ok("queue", "--json", TZ=zone)
    lonely.ok("log", TZ=zone)
