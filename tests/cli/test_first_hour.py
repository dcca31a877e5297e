"""The first start without an account."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sdrdesk.cli import first_hour
from sdrdesk.cli.session import open_session


def typed(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


@pytest.mark.parametrize(
    ("lines", "choice"),
    [
        ([""], "demo"),
        (["2"], "login"),
        (["9", "import"], "import"),
        (["q"], "leave"),
        ([], "leave"),
    ],
)
def test_a_new_person_is_asked_until_it_is_clear(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lines: list[str],
    choice: str,
) -> None:
    typed(monkeypatch, *lines)
    assert first_hour.choose() == choice
    told = capsys.readouterr().err
    assert all(word in told for word in ("demo", "Connect your CRM", "import a list"))


def test_only_a_new_person_is_asked(home: Path) -> None:
    environ = {"SDRDESK_HOME": str(home)}
    with open_session(environ) as session:
        assert first_hour.is_new(session)
    with open_session({**environ, "SDRDESK_TOKEN": "pat-1"}) as session:
        assert not first_hour.is_new(session)
    with open_session(environ) as session:
        assert session.db.schema
    with open_session(environ) as session:
        assert not first_hour.is_new(session)


@pytest.mark.parametrize(
    ("choice", "codes", "ran", "code"),
    [
        ("demo", {}, ["demo"], 0),
        ("login", {}, ["login", "setup", "sync"], 0),
        ("login", {"login": 4}, ["login"], 4),
        ("import", {"setup": 5, "sync": 5}, ["login", "setup", "import people.csv", "sync"], 0),
        ("login", {"setup": 1, "sync": 3}, ["login", "setup", "sync"], 3),
    ],
)
def test_the_steps_end_with_leads(
    monkeypatch: pytest.MonkeyPatch, choice: str, codes: dict[str, int], ran: list[str], code: int
) -> None:
    typed(monkeypatch, "people.csv")
    steps: list[str] = []

    def run(*arguments: str) -> int:
        steps.append(" ".join(arguments))
        return codes.get(arguments[0], 0)

    monkeypatch.setattr(first_hour, "_run", run)
    assert first_hour.lead_through(choice) == code
    assert steps == ran
