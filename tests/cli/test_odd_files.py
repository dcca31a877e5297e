"""A settings or rules file that cannot be read is named; it never silently does not count."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.desk_home import DeskHome, open_always
from tests.support.sandbox import Sandbox

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX")


def link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parent / "unplugged")


def link_to_itself(path: Path) -> None:
    path.symlink_to(path)


def directory(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


ODD = (link_to_nothing, link_to_itself, directory, pipe, device)


@pytest.fixture
def lonely(home: Path, monkeypatch: pytest.MonkeyPatch) -> DeskHome:
    """A rep whose CRM cannot be reached: these commands need none."""
    open_always(home)
    nowhere = Sandbox("http://127.0.0.1:9", "pat", "control", "rita@harbourline.example")
    return DeskHome(home, nowhere, monkeypatch)


@pytest.mark.parametrize("put_there", ODD)
def test_settings_that_are_no_file_stop_every_command_and_store_nothing(
    lonely: DeskHome, put_there: Callable[[Path], None]
) -> None:
    put_there(lonely.home / "config.toml")
    for words in (("queue",), ("sync",)):
        ran = lonely(*words)
        assert ran.code == 1, words
        assert f"{lonely.home / 'config.toml'} cannot be read" in ran.err
        assert "unexpected" not in ran.err
    assert f"{lonely.home / 'config.toml'} cannot be read" in lonely("doctor").out
    assert not (lonely.home / "sdrdesk.db").exists()


@pytest.mark.parametrize("put_there", ODD)
@pytest.mark.parametrize("name", ["ranking.toml", "fit.toml", "rules.toml"])
def test_rules_that_are_no_file_are_named(
    lonely: DeskHome, put_there: Callable[[Path], None], name: str
) -> None:
    put_there(lonely.home / name)
    ran = lonely("queue")
    assert ran.code == 1
    assert str(lonely.home / name) in ran.err
    assert "unexpected" not in ran.err


@pytest.mark.parametrize("put_there", [link_to_nothing, link_to_itself, pipe])
def test_a_scripts_folder_that_is_none_is_named(
    lonely: DeskHome, put_there: Callable[[Path], None]
) -> None:
    put_there(lonely.home / "scripts")
    ran = lonely("scripts", "list")
    assert ran.code == 1
    assert f"The scripts folder {lonely.home / 'scripts'}" in ran.err


def test_a_script_that_is_no_file_or_nested_without_end_leaves_the_others(
    lonely: DeskHome,
) -> None:
    folder = lonely.home / "scripts"
    folder.mkdir()
    link_to_nothing(folder / "gone.md")
    pipe(folder / "pipe.md")
    (folder / "deep.md").write_text(f"+++\nid = {'[' * 50_000}\n+++\n", encoding="utf-8")
    braces = "{{ " + "(" * 20_000 + "1" + ")" * 20_000 + " }}"
    text = f'+++\nid = "deep/jinja"\n+++\n## Opener\n{braces}\n'
    (folder / "jinja.md").write_text(text, encoding="utf-8")
    ran = lonely("scripts", "lint")
    assert ran.code == 5, ran.err
    for name in ("gone.md", "pipe.md", "deep.md", "jinja.md"):
        assert name in ran.out
    assert "nested too deep" in ran.out
    assert len(lonely.ok("scripts", "list", "--json").json) > 30


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 50_000,
        "a = " + "{b=" * 50_000,
        ".".join("a" * 50_000) + " = 1",
        "[" + ".".join("a" * 50_000) + "]",
        "[x]\n" + " . ".join(["'a'"] * 50_000) + " = 1",
    ],
    ids=["lists", "tables", "key", "heading", "quoted_key"],
)
def test_settings_nested_without_end_are_a_usage_error(lonely: DeskHome, text: str) -> None:
    (lonely.home / "config.toml").write_text(text, encoding="utf-8")
    ran = lonely("queue")
    assert ran.code == 2, ran.err[:300]
    assert "nested" in ran.err


def test_a_byte_order_mark_is_no_part_of_the_settings(lonely: DeskHome) -> None:
    file = lonely.home / "config.toml"
    file.write_bytes(b"\xef\xbb\xbf[rep]\r\nname = 'Ada'\r\n")
    lonely.ok("queue")
    file.write_text("[rep]\nname = 'Ada'\n", encoding="utf-16")
    ran = lonely("queue")
    assert "UTF-16; save it as UTF-8" in ran.err
    assert ran.code == 5, "the last good settings are in force"


def test_a_pipe_is_no_day_file_and_no_list_to_import(lonely: DeskHome, tmp_path: Path) -> None:
    pipe(tmp_path / "p.csv")
    for words in (("log", "merge"), ("import",)):
        ran = lonely(*words, str(tmp_path / "p.csv"))
        assert ran.code == 2, ran.err
        assert "not a regular file" in ran.err


@pytest.mark.parametrize("make", [directory, pipe])
def test_a_database_that_is_no_file_is_a_usage_error(
    lonely: DeskHome, make: Callable[[Path], None]
) -> None:
    make(lonely.home / "sdrdesk.db")
    ran = lonely("queue")
    assert ran.code == 2
    assert "SDRDESK_HOME" in ran.err


@pytest.mark.parametrize("writable", [True, False])
def test_an_unexpected_error_names_the_file_with_its_report(
    lonely: DeskHome, monkeypatch: pytest.MonkeyPatch, writable: bool
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError("made by a test")

    monkeypatch.setattr("sdrdesk.services.call.scripts.ScriptShelf.entries", fail)
    log = lonely.home / "logs" / "sdrdesk.log"
    if not writable:
        log.parent.mkdir(parents=True, mode=0o700)
        pipe(log)
    ran = lonely("scripts", "list")
    assert ran.code == 1
    report = Path(ran.err.split("The report is in ")[1].strip().rstrip("."))
    assert (report == log) is writable
    assert "made by a test" in report.read_text(encoding="utf-8")
    assert "made by a test" not in ran.err
    if not writable:
        report.unlink()
