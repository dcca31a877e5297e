"""Pages made from code are fresh; links and command lines of all pages lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import click
import pytest

import sdrdesk
from sdrdesk.cli.main import app
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
    folders = (ROOT.glob("*.md"), DOCS.rglob("*.md"), (ROOT / "contrib").rglob("*.md"))
    return sorted(page for folder in folders for page in folder)


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)


@cache
def anchors(page: Path) -> set[str]:
    """Return the names under which the headings of a page can be linked to."""
    counts: Counter[str] = Counter()
    found = set()
    for heading in re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.add(f"{name}-{counts[name]}" if counts[name] else name)
        counts[name] += 1
    return found


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)[^)]*\)", prose(page)):
        if "://" in link or link.startswith("mailto:"):
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), f"{page.name} links to {link}"
        assert not anchor or anchor in anchors(target), f"{page.name} links to {link}"


def test_the_index_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\(([^)#\s]+)", prose(DOCS / "index.md")))
    missing = {page.name for page in DOCS.glob("*.md")} - linked - {"index.md"}
    assert not missing


def test_the_site_has_every_page_once() -> None:
    text = (ROOT / "contrib" / "site" / "zensical.toml").read_text(encoding="utf-8")
    listed = re.findall(r'"([\w-]+\.md)"', text)
    beside = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]
    assert sorted(listed) == sorted([*(page.name for page in DOCS.glob("*.md")), *beside])


def test_pictures_load_nothing_from_another_host() -> None:
    for picture in (DOCS / "images").glob("*.svg"):
        assert "url(" not in picture.read_text(encoding="utf-8").replace("url(#", ""), picture.name


def command_lines(page: Path) -> Iterator[str]:
    """Give what a page says to type after ``sdrdesk``: in shell blocks, and in guides anywhere."""
    text = page.read_text(encoding="utf-8")
    for block in re.findall(r"^ *```sh\n(.*?)^ *```", text, re.M | re.S):
        yield from re.findall(r"(?:^|\| )sdrdesk +(\S.*)", block, re.MULTILINE)
    if page.name.startswith(("guide-", "tutorial")):
        yield from re.findall(r"`sdrdesk ([^`…]+ [^`…]+)`", prose(page))


def parse(line: str) -> None:
    """Read a command line as the program would, without running it."""
    words = shlex.split(line, comments=True)
    words = words[: next((at for at, word in enumerate(words) if word in ("|", ">")), None)]
    command: click.Command | None = app
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        command, words = command.get_command(click.Context(command), words[0]), words[1:]
    assert command is not None
    with suppress(click.exceptions.Exit):  # --version
        command.make_context(command.name or "sdrdesk", words)


def test_command_lines_of_the_docs_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules").mkdir()
    for name in ("FILE", "account.json", "fair.csv", "fair.xlsx", "list.csv"):
        (tmp_path / name).touch()
    lines = [(page.name, line) for page in pages() for line in command_lines(page)]
    assert len(lines) > 50
    wrong = []
    for page, line in lines:
        try:
            parse(line)
        except (click.UsageError, AssertionError) as error:
            wrong.append(f"{page}: sdrdesk {line}: {error}")
    assert not wrong


def test_version_is_said_once_and_the_same() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == sdrdesk.__version__
