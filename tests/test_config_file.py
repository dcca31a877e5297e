"""Changing one setting in a person's file: everything else stays as they wrote it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sdrdesk.config import load_settings
from sdrdesk.config_file import change_settings
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.toml_file import TomlFileError

FIELD = {("crm", "do_not_call"): "dnc"}
STAGE = {("crm", "qualified_stage"): "opportunity"}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_a_file_that_is_not_there_is_made_for_the_owner_alone(path: Path) -> None:
    change_settings(path, FIELD | STAGE)
    crm = load_settings(path, {}).crm
    assert (crm.do_not_call, crm.qualified_stage) == ("dnc", "opportunity")
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "text",
    [
        '# mine\n[crm]  # account\nowner = "7"   # me\n\n[rep]\nname = "Ada"  # first\n',
        '[rep]\nname = "Ada"\n# the end\n',
        'crm.owner = "7"\n[rep]\nname = "Ada"\n',
        'crm = { owner = "7" }\n',
        '[crm]\ndo_not_call = "old"  # the field of last year\n',
        '[crm]\r\nowner = "7"\r\n# with the line ends of Windows\r\n',
        "",
    ],
)
def test_comments_order_and_other_settings_stay(path: Path, text: str) -> None:
    path.write_bytes(text.encode())
    before = load_settings(path, {})
    change_settings(path, FIELD)
    after = load_settings(path, {})
    assert after.crm.do_not_call == "dnc"
    assert (after.crm.owner, after.rep) == (before.crm.owner, before.rep)
    kept = path.read_bytes().decode()
    for comment in ("# mine", "# account", "# me", "# first", "# the end", "last year", "Windows"):
        assert (comment in text) == (comment in kept)
    assert ("\r\n" in text) == ("\r\n" in kept)


def test_the_mode_of_the_file_stays(path: Path) -> None:
    path.write_text("[rep]\n", encoding="utf-8")
    path.chmod(0o640)
    change_settings(path, FIELD)
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("text", ["[crm\n", "crm = 1\n", "\xff\xfe", "[[crm]]\nowner='7'\n"])
def test_a_file_that_cannot_be_read_is_not_touched(path: Path, text: str) -> None:
    content = text.encode("latin-1")
    path.write_bytes(content)
    with pytest.raises(SdrDeskError):
        change_settings(path, FIELD)
    assert path.read_bytes() == content
    assert [entry.name for entry in path.parent.iterdir()] == ["config.toml"]


def test_a_link_stays_a_link_and_one_to_nothing_is_an_error(path: Path) -> None:
    real = path.parent / "dotfiles.toml"
    path.symlink_to(real)
    with pytest.raises(TomlFileError, match="broken link"):
        change_settings(path, FIELD)
    real.write_text("# mine\n", encoding="utf-8")
    change_settings(path, FIELD)
    assert path.is_symlink()
    assert "# mine" in real.read_text(encoding="utf-8")
    assert load_settings(path, {}).crm.do_not_call == "dnc"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_takes_nothing_says_what_to_write(path: Path) -> None:
    path.write_text("", encoding="utf-8")
    path.parent.chmod(0o500)
    try:
        with pytest.raises(SdrDeskError, match='do_not_call = "dnc"'):
            change_settings(path, FIELD)
    finally:
        path.parent.chmod(0o700)


def test_a_replacement_that_fails_leaves_the_old_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text("[rep]\n", encoding="utf-8")

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(SdrDeskError, match="No space left"):
        change_settings(path, FIELD)
    assert path.read_text(encoding="utf-8") == "[rep]\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["config.toml"]
