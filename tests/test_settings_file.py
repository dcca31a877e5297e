"""A wrong config.toml never stops a block: the last one that could be read counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from sdrdesk.config import Settings
from sdrdesk.domain.errors import ExitCode
from sdrdesk.paths import Paths
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.desk.rule_follower import RuleFollower
from sdrdesk.settings_file import SettingsFile
from sdrdesk.toml_file import TomlFileError

GOOD = "[sync]\ngrace_s = 20\n"


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path, tmp_path / "data", tmp_path / "logs")


@pytest.fixture
def write(paths: Paths) -> Callable[[str], None]:
    def put(text: str) -> None:
        paths.config_file.write_text(text, encoding="utf-8")

    return put


def read(paths: Paths, **environ: str) -> tuple[Settings, str]:
    file = SettingsFile(paths, environ)
    return file.load(), file.problem


@pytest.mark.parametrize(
    ("wrong", "line"),
    [
        ("[sync\ngrace_s = 5\n", 1),
        ("[sync]\ngrace = 5\n", 2),
        ("[sync]\ngrace_s = 'soon'\n", 2),
        ("[rep]\n<<<<<<< HEAD\n", 2),
    ],
)
def test_the_last_good_settings_count_until_the_file_is_mended(
    paths: Paths, write: Callable[[str], None], wrong: str, line: int
) -> None:
    write(GOOD)
    assert read(paths)[0].sync.grace_s == 20
    write(wrong)
    for _ in range(2):
        settings, problem = read(paths)
        assert settings.sync.grace_s == 20
        assert f"config.toml, line {line}:" in problem
    write("[sync]\ngrace_s = 30\n")
    settings, problem = read(paths)
    assert (settings.sync.grace_s, problem) == (30, "")


def test_a_link_to_nothing_is_a_wrong_file(paths: Paths, write: Callable[[str], None]) -> None:
    write(GOOD)
    read(paths)
    paths.config_file.unlink()
    paths.config_file.symlink_to("nowhere.toml")
    settings, problem = read(paths)
    assert settings.sync.grace_s == 20
    assert "broken link" in problem


def test_a_first_file_that_is_wrong_and_a_wrong_variable_are_errors(
    paths: Paths, write: Callable[[str], None]
) -> None:
    write("[sync\n")
    with pytest.raises(TomlFileError, match="line 1"):
        read(paths)
    write(GOOD)
    read(paths)
    with pytest.raises(TomlFileError, match="SDRDESK_API_URL") as raised:
        read(paths, SDRDESK_API_URL="https://")
    assert raised.value.exit_code is ExitCode.USAGE


def test_the_environment_counts_before_the_last_good_settings_too(
    paths: Paths, write: Callable[[str], None]
) -> None:
    write('[crm]\nowner = "1"\n')
    read(paths)
    write("[crm\n")
    assert read(paths, SDRDESK_OWNER="2")[0].crm.owner == "2"


def test_an_open_workbench_tells_it_once_and_when_it_is_mended(
    paths: Paths, write: Callable[[str], None]
) -> None:
    write(GOOD)
    file = SettingsFile(paths, {})
    file.load()
    follower = RuleFollower(Rulebook(()), lambda: False, lambda: None, file)
    assert follower.follow() is None
    write("[sync]\ngrace_s = 5\nnonsense = 1\n")
    told = follower.follow()
    assert told is not None
    assert told.problem
    assert "config.toml, line 3: sync.nonsense" in told.text
    assert "nothing else stops" in told.text
    assert follower.words() == ("", True)
    assert follower.follow() is None
    write(GOOD)
    told = follower.follow()
    assert told is not None
    assert (told.problem, "is mended" in told.text) == (False, True)
    assert (follower.follow(), follower.words()) == (None, ("", False))
