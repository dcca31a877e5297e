"""Pages made from code are fresh; links between pages lead somewhere; versions agree."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

import sdrdesk
from tests.support.made_docs import DOCS, PAGES
from tests.support.made_shell import FILES, SHELL

ROOT = DOCS.parent


@pytest.mark.parametrize("name", sorted(PAGES))
def test_pages_made_from_code_are_fresh(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == PAGES[name](), f"docs/{name} is stale: run `make docs`"


@pytest.mark.parametrize("name", sorted(FILES))
def test_completion_files_and_the_manual_page_are_fresh(name: str) -> None:
    written = (SHELL / name).read_text(encoding="utf-8")
    assert written == FILES[name](), f"sdrdesk/shell/{name} is stale: run `make docs`"


def pages() -> list[Path]:
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
        if "://" not in target and not target.startswith("mailto:"):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_version_is_said_once_and_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == sdrdesk.__version__
