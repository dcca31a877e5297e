"""What is wrong in a person's file is named by file, line and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.rulebook import Rulebook
from sdrdesk.toml_file import TomlFileError, line_of, problem, read_toml

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
        (("nothing", "here"), None),
    ],
)
def test_finds_the_line_of_a_key(file: Path, key: tuple[str, ...], line: int | None) -> None:
    assert line_of(file, key) == line


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
    with pytest.raises(TomlFileError, match=r"qualification.toml, line 5: .*label: is missing"):
        _ = Rulebook(tmp_path).qualification
    own.write_text('use = "spiced"\n')
    assert Rulebook(tmp_path).qualification.chosen.label == "SPICED"
