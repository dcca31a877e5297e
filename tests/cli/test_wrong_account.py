"""The commands of a home whose token or address opens another account."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome
from tests.support.sandbox import Sandbox, running_sandbox


@pytest.fixture
def stranger() -> Iterator[Sandbox]:
    with running_sandbox(leads=60, seed=8) as running:
        yield running


def content(home: Path) -> list[str]:
    with sqlite3.connect(home / "sdrdesk.db") as connection:
        return list(connection.iterdump())


def test_every_way_to_the_crm_refuses_another_account(
    synced: DeskHome, stranger: Sandbox, tmp_path: Path
) -> None:
    lead_id = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead_id, "no_answer", "--note", "for A alone")
    people = tmp_path / "people.csv"
    people.write_text("email,first name\nnew@somebody.example,New\n")
    before, journal = content(synced.home), stranger.journal()
    synced.environ = {**synced.environ, "SDRDESK_API_URL": stranger.url}
    for words in (
        ("sync",),
        ("sync", "--full", "--json"),
        ("sync", "--watch"),
        ("login",),
        ("login", "--owner", stranger.owner),
        ("setup", "--yes"),
        ("setup", "--dry-run"),
        ("import", str(people)),
        ("import", str(people), "--dry-run"),
    ):
        ran = synced(*words)
        assert ran.code == 4, (words, ran)
        assert "belongs to the account HubSpot 48213377" in ran.err, words
        assert "opens HubSpot 48213379" in ran.err, words
        assert "SDRDESK_HOME" in ran.err, words
    assert content(synced.home) == before
    told = synced("doctor", "--json").json
    assert (told["account"], told["account_opened"]) == ("HubSpot 48213377", "HubSpot 48213379")
    assert "nothing is sent or fetched" in synced("doctor").out
    ran = synced("dispose", lead_id, "no_answer", "--push", "now")
    assert ran.code == 4
    assert "recorded" in ran.err or synced.ok("outbox", "--json").json, "the outcome is kept"
    assert stranger.journal() == journal
    synced.environ = {**synced.environ, "SDRDESK_HOME": str(tmp_path / "another")}
    assert synced.ok("sync", "--json").json["exit"] == 0


def test_another_account_at_the_same_address_is_noticed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_sandbox(leads=20, seed=7) as first:
        port = int(first.url.rpartition(":")[2])
        desk = DeskHome(home, first, monkeypatch)
        desk.ok("sync")
    with running_sandbox(leads=20, seed=-3, port=port) as second:
        assert second.url == first.url
        assert desk("sync").code == 4


def test_a_state_file_keeps_its_account(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (11, 7):
        with running_sandbox(leads=20, seed=seed, state=tmp_path / "crm.sqlite3") as running:
            DeskHome(home, running, monkeypatch).ok("sync")
