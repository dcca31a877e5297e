"""Where things live, and that only the rep can read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.paths import find_paths


def test_home_holds_everything(home: Path) -> None:
    paths = find_paths({"SDRDESK_HOME": str(home)})
    for path in (paths.config_file, paths.database, paths.log_file, paths.scripts_dir):
        assert path.is_relative_to(home)


def test_without_home_the_platform_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    paths = find_paths({})
    assert paths.data_dir.name == "sdrdesk" or "sdrdesk" in paths.data_dir.parts
    assert paths.data_dir.is_relative_to(Path.home())


@pytest.mark.skipif(os.name == "nt", reason="Windows has no mode bits")
def test_directories_are_the_reps_alone(home: Path) -> None:
    home.mkdir(mode=0o755)
    paths = find_paths({"SDRDESK_HOME": str(home)})
    paths.ensure()
    for directory in (paths.config_dir, paths.data_dir, paths.log_dir):
        assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_a_home_that_is_a_file_is_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("x", encoding="utf-8")
    with pytest.raises(SdrDeskError, match="cannot be used: a file has this name") as caught:
        find_paths({"SDRDESK_HOME": str(file)}).ensure()
    assert "SDRDESK_HOME" in caught.value.next_step
    assert file.read_text(encoding="utf-8") == "x"
