from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sdrdesk.scripting.library import SHIPPED_SCRIPTS, ScriptLibrary
from tests.scripting.write import library, script


def test_the_starter_library_covers_six_personas_and_all_situations() -> None:
    books = ScriptLibrary.load([])
    assert books.problems == ()
    folders = {s.path.parent.name for s in books.scripts}
    assert folders == {
        "general", "technical-builder", "economic-buyer", "operations-leader",
        "marketing-leader", "owner-founder", "people-leader",
    }  # fmt: skip
    assert len(books.scripts) == 39
    for s in books.scripts:
        assert s.script_id == s.path.relative_to(SHIPPED_SCRIPTS).with_suffix("").as_posix()
        assert len(s.path.read_text("utf-8").splitlines()) < 110


def test_shipped_openers_and_voicemails_all_differ() -> None:
    books = ScriptLibrary.load([])
    for kind in ("opener", "reason", "voicemail", "close", "email"):
        texts = [x.text for s in books.scripts for x in s.sections if x.kind == kind]
        assert len(set(texts)) == len(texts), kind


def test_a_changed_added_or_removed_file_is_read_again(tmp_path: Path) -> None:
    path = script(tmp_path, "x", "")
    books = library(tmp_path)
    assert not books.reload_if_changed()
    before = books.scripts[0].version
    path.write_text(path.read_text("utf-8") + "More.\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))  # a coarse clock must not hide the edit
    assert books.reload_if_changed()
    assert books.scripts[0].version != before
    script(tmp_path, "sub/y", "")
    assert books.reload_if_changed()
    assert len(books.scripts) == 2
    path.unlink()
    assert books.reload_if_changed()
    assert [s.script_id for s in books.scripts] == ["sub/y"]
    assert not books.reload_if_changed()


def test_a_bad_file_does_not_affect_the_others(tmp_path: Path) -> None:
    script(tmp_path, "good", "")
    bad = tmp_path / "bad.md"
    bad.write_text("+++\nid = 7\n+++\n", encoding="utf-8")
    books = library(tmp_path)
    assert [s.script_id for s in books.scripts] == ["good"]
    assert [p.path for p in books.problems] == [bad.absolute()]
    assert books.lint()[0].rule == "unreadable"
    script(tmp_path, "bad", "")
    assert books.reload_if_changed()
    assert books.problems == ()


def test_readme_and_hidden_folders_are_ignored(tmp_path: Path) -> None:
    script(tmp_path, "x", "")
    (tmp_path / "README.md").write_text("# Our scripts", encoding="utf-8")
    (tmp_path / "notes.txt").write_text("…", encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.md").write_text("…", encoding="utf-8")
    books = library(tmp_path)
    assert (len(books.scripts), books.problems) == (1, ())


def test_a_missing_folder_is_empty(tmp_path: Path) -> None:
    books = library(tmp_path / "none")
    assert books.scripts == ()
    script(tmp_path / "none", "x", "")
    assert books.reload_if_changed()


def test_matching_a_script_does_not_load_the_template_engine() -> None:
    code = (
        "import sys; from sdrdesk.domain.lead.lead import Lead;"
        "from sdrdesk.scripting.library import ScriptLibrary;"
        "ScriptLibrary.load([]).match(Lead('1')); sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
