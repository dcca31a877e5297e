"""What is wrong in a person's file is named by file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.rulebook import Rulebook
from sdrdesk.toml_file import TomlFileError, line_of, problem, read_toml
from sdrdesk.toml_lines import key_lines

TEXT = """\
# settings
[crm]
api_url = "https://example.test"

[sync]
  grace_s = 5
"quoted" = 1

[[rule]]
name = "a"

[[rule]]
name = "b"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(TEXT, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("key", "line"),
    [
        (("crm", "api_url"), 3),
        (("sync", "grace_s"), 6),
        (("sync", "quoted"), 7),
        (("sync", "absent"), 5),
        (("sync",), 5),
        (("rule", "1", "name"), 10),
        (("rule", "2", "name"), 13),
        (("rule", "2", "points"), 12),
        (("nothing", "here"), 1),
    ],
)
def test_finds_the_line_of_a_key(file: Path, key: tuple[str, ...], line: int | None) -> None:
    assert line_of(file, key) == line


@pytest.mark.parametrize(
    ("text", "name", "second", "first"),
    [
        ("a = 1\nb = 2\na = 3", "a", 3, 1),
        ("[t]\na = 1\n[u]\na = 1\n\n[t]\nb = 2\n", "t", 6, 1),
        ("[t]\na = [\n  1,\n]\nb = 1\na = [\n  2,\n]\n", "a", 6, 2),
        ('[t]\na = 1\nc = """\na = 2\n"""\na = """\nc = 1\n"""\n', "a", 6, 2),
        ("[[r]]\na = 1\n[[r]]\na = 1\na = 2\n", "a", 5, 4),
        ("t = 1\n[t]\na = 1\n", "t", 2, 1),
        ('"x = y" = 1\n"x = y" = 2\n', "x = y", 2, 1),
        ("t = {a = 1}\nt.b = 2\n", "t.b", 2, 0),
        ("t = {a = 1, a = 2}\n", "", 1, 0),
    ],
)
def test_what_is_there_twice_is_named_with_both_lines(
    tmp_path: Path, text: str, name: str, second: int, first: int
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TomlFileError) as caught:
        read_toml(path)
    assert caught.value.line == second
    named = f'"{name}" is in the file twice, first in line {first}' if first else "a key or table"
    assert caught.value.said.startswith(named)
    assert "twice" in caught.value.said


def test_bad_toml_names_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text("[crm]\napi_url = \n", encoding="utf-8")
    with pytest.raises(TomlFileError) as caught:
        read_toml(path)
    assert f"{path}, line 2" in caught.value.what
    assert caught.value.kept
    assert caught.value.next_step


def test_not_utf8_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(TomlFileError, match="cannot be read"):
        read_toml(path)


def test_problem_ends_with_one_full_stop(file: Path) -> None:
    assert problem(file, "it is wrong.", key=("crm", "api_url")).what.endswith("it is wrong.")


def test_a_mistake_in_a_slot_is_named_by_file_and_line(tmp_path: Path) -> None:
    own = tmp_path / "qualification.toml"
    own.write_text('use = "own"\n[sets.own]\nlabel = "Own"\n\n[sets.own.slots.arms]\nlabl = "x"\n')
    with pytest.raises(
        TomlFileError,
        match=r"qualification.toml, line 6: .*labl: is not a known setting .did you mean 'label'",
    ):
        _ = Rulebook(tmp_path).qualification
    own.write_text('use = "spiced"\n')
    assert Rulebook(tmp_path).qualification.chosen.label == "SPICED"


def test_every_key_of_a_text_has_its_line() -> None:
    text = """\
a.b."c.d" = '''x
[y]
'''
q = [ 1, # [
 "]", {x=1, y=[
2]} ]
[[r]]
n = 1
[r.s]
z = 'x'
[[r]]
[zones]
"rita@example.com" = "Europe/Dublin"
"""
    lines = key_lines(text)
    assert lines["a", "b", "c.d"] == 1
    assert (lines["q", "1"], lines["q", "3", "y", "1"]) == (4, 6)
    assert (lines["r", "1", "s", "z"], lines["r", "2"]) == (10, 11)
    assert lines["zones", "rita@example.com"] == 13


@pytest.mark.parametrize(
    ("before", "line", "said"),
    [
        ("<<<<<<< HEAD\n", 1, "git left a conflict here"),
        ("\n=======\n", 2, "git left a conflict here"),
        ("\ufeff# joined\n\ufeff", 2, "byte order mark"),
    ],
)
def test_marks_that_editors_hide_are_named(
    tmp_path: Path, before: str, line: int, said: str
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(f"{before}[owner]\n", encoding="utf-8")
    with pytest.raises(TomlFileError) as caught:
        read_toml(path)
    assert f"line {line}: " in caught.value.what
    assert said in caught.value.what


def test_a_file_tells_all_its_mistakes_misspelt_names_first_and_once(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(
        "[owner]\nunasigned = true\n[lifecycle]\npast = []\n[status]\nclosed = 3\n"
        "until_conversion = [1]\n[colleague]\nminutes = 'x'\n",
        encoding="utf-8",
    )
    with pytest.raises(TomlFileError) as caught:
        _ = Rulebook(tmp_path).rules
    found = caught.value
    assert "line 2: owner.unasigned: is not a known setting (did you mean 'unassigned'?)" in str(
        found
    )
    assert [(one.line, ".".join(one.key)) for one in found.others] == [
        (6, "status.closed"),
        (7, "status.until_conversion.1"),
        (9, "colleague.minutes"),
    ]
