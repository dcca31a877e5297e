"""The examples in the docs are files that sdrdesk reads."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from sdrdesk.config import load_settings
from sdrdesk.crm_file import read_crm_file
from sdrdesk.domain.cadence.cadence import parse_cadence
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.theme import parse_theme
from sdrdesk.rulebook import RULE_FILES, Rulebook
from sdrdesk.toml_file import TomlFileError

DOCS = Path(__file__).parents[3] / "docs"
ELSEWHERE = ("scripts.md", "connectors.md")
"""Pages with TOML of other files too."""


def examples() -> Iterator[tuple[str, str]]:
    for page in sorted(DOCS.glob("*.md")):
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text("utf-8"), re.M | re.S):
            yield page.name, block


def read_as(folder: Path, text: str) -> str:
    """Return the file that the text can be, ``""`` for none."""
    for name in ("config", "crm", *RULE_FILES):
        path = folder / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        try:
            if name == "config":
                load_settings(path, {})
            elif name == "crm":
                read_crm_file([folder])
            else:
                getattr(Rulebook(folder), name)
        except TomlFileError:
            continue
        else:
            return path.name
        finally:
            path.unlink()
    try:
        parse_theme("example", tomllib.loads(text), ("desk-dark", "desk-light"))
    except ConfigProblem:
        pass
    else:
        return "theme"
    try:
        parse_cadence("example", tomllib.loads(text))
    except ConfigProblem:
        return ""
    return "cadence"


@pytest.mark.parametrize(("page", "text"), list(examples()), ids=lambda part: part[:24])
def test_an_example_is_a_file_that_can_be_used(tmp_path: Path, page: str, text: str) -> None:
    assert tomllib.loads(text) or not text.strip()
    assert read_as(tmp_path, text) or page in ELSEWHERE, text
