"""Settings by command."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from sdrdesk.cli.main import run


@pytest.fixture
def file(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("SDRDESK_HOME", str(home))
    return home / "config.toml"


def editor(tmp_path: Path, text: str) -> str:
    """Return a program that writes a text into the file it is given."""
    script = tmp_path / "editor.py"
    script.write_text(
        f"import pathlib, sys\npathlib.Path(sys.argv[1]).write_text({text!r})\n", encoding="utf-8"
    )
    return f'"{sys.executable}" "{script}"'


def test_each_setting_says_where_it_comes_from(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text('[sync]\ninterval_s = 60\n[rep]\nname = "Ada"\n', encoding="utf-8")
    monkeypatch.setenv("SDRDESK_OWNER", "7")
    assert run(["config", "show"]) == 0
    shown = capsys.readouterr().out.splitlines()
    lines = {line.split()[-3]: line.split() for line in shown if len(line.split()) > 2}
    assert lines["sync.interval_s"] == ["*", "sync.interval_s", "60", "config.toml"]
    assert lines["crm.owner"] == ["*", "crm.owner", '"7"', "SDRDESK_OWNER"]
    assert lines["sync.grace_s"] == ["sync.grace_s", "10", "default"]
    assert run(["config", "show", "nonsense"]) == 2
    assert run(["config", "path"]) == 0
    assert capsys.readouterr().out.strip() == str(file)


def test_a_wrong_file_is_named_by_line(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["config", "check"]) == 0
    file.write_text("[sync]\ninterval_s = 5\n", encoding="utf-8")
    assert run(["config", "check"]) == 1
    assert "line 2" in capsys.readouterr().err


def test_an_edit_counts_only_if_it_can_be_read(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EDITOR", editor(tmp_path, "[sync]\ninterval_s = 5\n"))
    monkeypatch.delenv("VISUAL", raising=False)
    assert run(["config", "edit"]) == 2
    assert not file.exists()
    assert "interval_s" in capsys.readouterr().err
    monkeypatch.setenv("EDITOR", editor(tmp_path, "[sync]\ninterval_s = 50\n"))
    assert run(["config", "edit"]) == 0
    assert file.read_text(encoding="utf-8") == "[sync]\ninterval_s = 50\n"
    assert [one.name for one in file.parent.glob(".config*")] == []


def test_themes_are_checked_by_line_and_contrast(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = file.parent / "themes"
    folder.mkdir()
    (folder / "pale.toml").write_text('base = "desk-light"\nwarning = "#fe8"\n', encoding="utf-8")
    assert run(["config", "check"]) == 0
    assert "pale.toml: warning on surface has a contrast of 1." in capsys.readouterr().out
    (folder / "odd.toml").write_text('# mine\naccent = "red"\n', encoding="utf-8")
    (folder / "desk-dark.toml").write_text("", encoding="utf-8")
    assert run(["config", "check", "--json"]) == 1
    themes = {Path(one["file"]).name: one for one in json.loads(capsys.readouterr().out)["themes"]}
    assert list(themes) == ["desk-dark.toml", "odd.toml", "pale.toml"]
    assert "line 2: accent: 'red' is not a colour" in themes["odd.toml"]["problems"][0]
    assert "rename the file" in themes["desk-dark.toml"]["problems"][0]
    assert themes["pale.toml"]["problems"] == []
