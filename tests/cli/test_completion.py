"""Completion in real shells, from files that the wheel carries."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from sdrdesk.cli.main import run
from sdrdesk.cli.terminal.values import values
from sdrdesk.store.database.database import Database
from tests.support.made_shell import SHELL, powershell
from tests.support.patience import PATIENCE_S

TYPED = {
    "sdrdesk que": {"queue"},
    "sdrdesk queue --li": {"--limit"},
    "sdrdesk report sp": {"speed"},
    "sdrdesk block ": {"start", "pause", "resume", "end", "status"},
    "sdrdesk queue --view ho": {"hot"},
    "sdrdesk dispose --note x 77 no_": {"no_answer"},
    "sdrdesk lead 7": {"77", "78"},
}
DRIVERS = {
    "bash": (
        'source "{file}"; try() {{ COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); COMPREPLY=(); _sdrdesk;'
        ' echo "${{COMPREPLY[@]}}"; }}',
        "--norc",
    ),
    "zsh": (
        'compdef() {{ :; }}; compadd() {{ print -r -- "${{(@P)argv[-1]}}"; }}; source "{file}";'
        ' try() {{ words=("$@"); CURRENT=$#; _sdrdesk; print; }}',
        "-f",
    ),
    "fish": ('source "{file}"; function try; complete -C "$argv" | cut -f1 | string join " "; end',
             "--no-config"),
}  # fmt: skip
FILES = {"bash": "sdrdesk.bash", "zsh": "_sdrdesk", "fish": "sdrdesk.fish"}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with two leads, one with a name that a shell must not read."""
    home = tmp_path_factory.mktemp("completion")
    with Database.open(home / "sdrdesk.db") as db, db.writer() as connection:
        for lead_id, name in (("77", "$(touch gotcha) `id`"), ("78", "Ada"), ("9;id", "Eve")):
            put_lead(connection, lead_id, name)
    return home


def put_lead(connection: object, lead_id: str, last_name: str) -> None:
    """Store a lead of which nothing but the name matters."""
    assert hasattr(connection, "execute")
    columns = connection.execute("PRAGMA table_info(lead)").fetchall()
    needed = {name: 0 if kind != "VARCHAR" else "" for _, name, kind, must, _, _ in columns if must}
    row = {**needed, "lead_id": lead_id, "last_name": last_name}
    connection.execute(
        f"INSERT INTO lead ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        tuple(row.values()),
    )


@pytest.mark.parametrize("shell", sorted(DRIVERS))
def test_a_real_shell_completes(shell: str, office: Path, tmp_path: Path) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"there is no {shell} here")
    binaries = tmp_path / "bin"
    binaries.mkdir()
    command = binaries / "sdrdesk"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sdrdesk "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    define, bare = DRIVERS[shell]
    lines = [define.format(file=SHELL / FILES[shell])]
    for typed in TYPED:
        words = [*typed.split(), *([""] if typed.endswith(" ") else [])]
        if shell == "fish":
            lines.append(f"try '{typed}'")
        else:
            lines.append("try " + " ".join(f"'{word}'" for word in words))
    done = subprocess.run(
        [program, bare, "-c", "\n".join(lines)],
        env={
            **os.environ,
            "PATH": f"{binaries}{os.pathsep}{os.environ['PATH']}",
            "SDRDESK_HOME": str(office),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
        cwd=tmp_path,
    )
    offered = [set(line.split()) for line in done.stdout.splitlines() if line.strip()]
    assert len(offered) == len(TYPED), done.stdout + done.stderr
    for typed, line in zip(TYPED, offered, strict=True):
        assert line >= TYPED[typed], typed
    if shell == "bash":  # the others narrow the list themselves
        assert offered == list(TYPED.values())
    assert not (tmp_path / "gotcha").exists()


def test_a_stranger_brings_nothing_into_a_shell(office: Path) -> None:
    environ = {"SDRDESK_HOME": str(office)}
    assert list(values("lead", "", environ)) == ["77\ttouch gotcha id", "78\tAda"]
    assert list(values("lead", "ad", environ)) == ["78\tAda"]


def test_nothing_completes_without_a_database(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(values("lead", "", {"SDRDESK_HOME": str(tmp_path)}))
    assert list(values("backup", "", {"SDRDESK_HOME": str(tmp_path)})) == []


def test_a_database_that_is_being_written_completes_at_once(office: Path) -> None:
    with sqlite3.connect(office / "sdrdesk.db", isolation_level=None) as busy:
        busy.execute("BEGIN IMMEDIATE")
        assert list(values("lead", "78", {"SDRDESK_HOME": str(office)})) == ["78\tAda"]
    busy.close()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "powershell", "man"])
def test_the_file_of_a_shell_is_printed(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completions", shell]) == 0
    assert "sdrdesk" in capsys.readouterr().out


def test_each_command_has_three_plain_lists_for_powershell() -> None:
    """A comma before a list is an operator there: it wraps the list in one more."""
    lines = [line for line in powershell().splitlines() if line.startswith("    '")]
    assert len(lines) > 60
    assert not [line for line in lines if " = @(@(" not in line or ",@(" in line]


def test_an_unknown_shell_is_refused() -> None:
    assert run(["completions", "tcsh"]) == 2
