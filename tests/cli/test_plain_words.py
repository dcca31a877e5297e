"""What leaves for a terminal or a file holds nothing a terminal would obey, however it came in."""

from __future__ import annotations

import json
import stat
import sys
import unicodedata
from pathlib import Path

import pytest
from rich.cells import cell_len

from sdrdesk.cli.terminal.output import answer, print_json, say, table
from sdrdesk.services.reports.csv_text import csv_text
from sdrdesk.store.database.database import Database
from tests.support.desk_home import DeskHome

NOTE = "Said \x1b[31mno\x1b[0m\u202e, budget\u2066 in \x9b2J\u200bMay\x07\nand \u061c=1+1\u2069"
_KEPT = "\n\t\u200c\u200d"


def is_plain(text: str) -> bool:
    """Whether a terminal obeys nothing of this, also where a line break is all that is odd."""
    bad = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
    return not any(ch not in _KEPT and unicodedata.category(ch) in bad for ch in text)


def printed(desk: DeskHome, lead: str, tmp_path: Path) -> dict[str, str]:
    """Return everything a command can print or write about the note, by name."""
    page = tmp_path / "log.html"
    found = {
        " ".join(words): desk.ok(*words).out
        for words in (
            ("log",), ("log", "--md"), ("log", "--csv"), ("log", "--json"), ("lead", lead),
            ("lead", lead, "--json"), ("export", "activities"), ("export", "activities", "--json"),
            ("queue", "--view", "all", "--csv"), ("outbox",), ("why", lead),
        )
    }  # fmt: skip
    desk.ok("log", "--html", str(page))
    return found | {"page": page.read_text(encoding="utf-8")}


def test_a_note_of_the_command_line_is_recorded_and_printed_plainly(
    synced: DeskHome, tmp_path: Path
) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer", "--note", NOTE, "--qualify", f"need={NOTE}")
    for name, text in printed(synced, lead, tmp_path).items():
        assert is_plain(text), name
        assert "\\u202e" not in text, name
    told = synced.ok("log", "--json").json["activities"]
    (entry,) = [entry for entry in told if "Said" in entry["note"]]
    assert entry["note"].count("\n") == 1  # the words and the line break stay
    assert all(word in entry["note"] for word in ("Said", "budget", "May", "=1+1"))


def test_a_note_that_an_older_version_kept_raw_is_printed_plainly(
    synced: DeskHome, tmp_path: Path
) -> None:
    lead = synced.ok("next", "--json").json["lead_id"]
    synced.ok("dispose", lead, "no_answer", "--note", "x")
    with Database.open(synced.home / "sdrdesk.db") as db, db.writer() as connection:
        connection.execute("UPDATE activity SET note = ? WHERE note = 'x'", (NOTE,))
    for name, text in printed(synced, lead, tmp_path).items():
        assert is_plain(text), name
        assert "\\u202e" not in text, name


def test_what_a_person_typed_is_repeated_without_escapes(synced: DeskHome) -> None:
    for words in (
        ("lead", "5\x1b[31m1\u202e"),
        ("frob\x1b[31mnicate",),
        ("queue", "--frob\x1b]0;title\x07"),
        ("log", "--day", "\x1b[2J"),
        ("outbox", "retry", "\u202ekey"),
        ("conflicts", "resolve", "k", "--take", "\x1b[1mmine"),
    ):
        ran = synced(*words)
        assert ran.code in (1, 2), words
        assert ran.err.strip(), words
        assert is_plain(ran.out + ran.err), words


def test_json_holds_any_text_and_is_clean(capsys: pytest.CaptureFixture[str]) -> None:
    print_json([{"a\u202e": NOTE, "n": 1, "path": "\udcff", "ok": 'quote " and \\ and ñ'}])
    text = capsys.readouterr().out
    assert is_plain(text)
    (found,) = json.loads(text)
    assert found["a"].startswith("Said [31mno")
    assert found["ok"] == 'quote " and \\ and ñ'


def test_long_text_is_printed_whole_and_tables_keep_their_columns(
    capsys: pytest.CaptureFixture[str],
) -> None:
    say("x" * 100_000)
    assert len(capsys.readouterr().out) == 100_001
    answer(False, [], table(("a", "b"), [("one\ntwo\u202e", "c")]))
    assert capsys.readouterr().out == "a        b\none two  c\n"


def test_a_terminal_shows_the_number_beyond_a_long_company_and_a_pipe_the_whole_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    headings, row = ("company", "phone"), ("Ωmega 株式会社 " + "long " * 40, "+49 30 901820")
    piped = list(table(headings, [row]))[1]
    assert row[0].strip() in piped
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    shown = list(table(headings, [row]))[1]
    assert shown.startswith("Ωmega 株式会社 long")
    assert shown.endswith("…  +49 30 901820")
    assert cell_len(shown) == 32 + 2 + 13  # one cell for the dots


@pytest.mark.parametrize("sneaky", ["\u200b=1+1", "\x00=1+1", " =1+1", "\u202e@x", "\n+1"])
def test_no_invisible_letter_hides_a_formula(sneaky: str) -> None:
    assert csv_text([{"a": sneaky}]).splitlines()[1].lstrip('"').startswith("'")


def test_a_page_is_its_owners_alone_unless_asked_otherwise(
    synced: DeskHome, tmp_path: Path
) -> None:
    page = tmp_path / "log.html"
    page.touch(mode=0o644)
    synced.ok("log", "--html", str(page))
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    synced.ok("report", "speed", "--html", str(page), "--shared")
    assert stat.S_IMODE(page.stat().st_mode) & 0o044
    ran = synced("log", "--html", str(tmp_path))
    assert (ran.code, "is a directory" in ran.err) == (2, True)
    assert sorted(file.name for file in tmp_path.iterdir() if file.is_file()) == ["log.html"]
