"""A copy of a shipped file keeps the edition it was copied from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.rulebook import RULE_FILES, shipped_path
from sdrdesk.services.check.versions import edition, marked, outdated


@pytest.mark.parametrize("name", RULE_FILES)
def test_every_shipped_file_carries_its_own_edition(name: str) -> None:
    path = shipped_path(f"{name}.toml")
    text = path.read_text(encoding="utf-8")
    assert text == marked(path.name, text), "run `make docs`: it writes the edition"


def test_a_copy_of_an_older_edition_is_pointed_out_and_a_new_one_is_not(tmp_path: Path) -> None:
    text = shipped_path("sla.toml").read_text(encoding="utf-8")
    (tmp_path / "sla.toml").write_text(text.replace("= 5", "= 7"), encoding="utf-8")
    assert list(outdated(tmp_path)) == []
    now, line = edition(text)
    (tmp_path / "sla.toml").write_text(text.replace(now, "0123456789ab"), encoding="utf-8")
    (found,) = outdated(tmp_path)
    assert (found.level, found.places[0].line) == ("warning", line)
    assert "0123456789ab" in found.message
    assert now in found.fix
