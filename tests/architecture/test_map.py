"""``docs/architecture.md`` names every room, table and file as it is."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest
from sqlmodel import SQLModel

from sdrdesk.store import tables

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sdrdesk"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PAGES = ("README.md", "CONTRIBUTING.md", "SECURITY.md", *map(str, (ROOT / "docs").glob("*.md")))
LAYERS = ("domain", "store", "services", "screens")
OTHERS = ("sync", "cli", "sandbox")


def section(title: str) -> str:
    return re.split(rf"^#+ {title}$", PAGE, flags=re.MULTILINE)[1].split("\n#")[0]


def rooms(layer: str) -> set[str]:
    return {path.parent.name for path in (PACKAGE / layer).glob("*/__init__.py")}


def named_rooms(layer: str) -> set[str]:
    text = section("Rooms")
    if layer in OTHERS:
        line = re.search(rf"^- `{layer}`:(.*?)(?=^- |\n\n)", text, re.MULTILINE | re.DOTALL)
        assert line, layer
        return set(re.findall(r"`(\w+)`", line[1]))
    rows = [row.split("|")[1:-1] for row in text.splitlines() if row.startswith("| ")]
    column = next(at for at, head in enumerate(rows[0]) if f"`{layer}`" in head)
    return {room for row in rows[2:] for room in re.findall(r"`(\w+)`", row[column])}


@pytest.mark.parametrize("layer", [*LAYERS, *OTHERS])
def test_every_room_is_on_the_map_and_no_other(layer: str) -> None:
    assert named_rooms(layer) == rooms(layer)


def test_every_layer_and_module_is_named() -> None:
    text = section("Layers")
    for path in PACKAGE.iterdir():
        if path.name.startswith("_") or path.name == "defaults":
            continue
        if path.is_dir() or path.suffix == ".py":
            assert f"`{path.name}`" in text, path.name


def imported_by(layer: str) -> tuple[set[str], set[str]]:
    """Return the layers and the packages that modules of ``layer`` import."""
    layers: set[str] = set()
    packages: set[str] = set()
    for path in (PACKAGE / layer).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                first, _, rest = name.partition(".")
                if first == "sdrdesk":
                    layers.add(rest.partition(".")[0])
                elif first not in sys.stdlib_module_names:
                    packages.add(first)
    return {name for name in layers - {layer, ""} if (PACKAGE / name).is_dir()}, packages


@pytest.mark.parametrize("layer", ["domain", "scripting", "store", "sync", "services", "plain",
                                   "widgets", "screens", "sandbox"])  # fmt: skip
def test_a_layer_imports_what_the_table_says(layer: str) -> None:
    row = next(row for row in section("Layers").splitlines() if row.startswith(f"| `{layer}`"))
    may_use = row.split("|")[3]
    layers, packages = imported_by(layer)
    assert layers <= set(re.findall(r"`(\w+)`", may_use))
    named = set(re.findall(r"[a-z][a-z0-9_]*", may_use.lower().replace("-", "_")))
    assert packages - {"httpcore", "certifi"} <= named  # these two are parts of httpx


def test_the_schema_is_drawn_whole() -> None:
    assert tables.LeadRow.__tablename__ == "lead"
    drawn = set(re.findall(r"^  (\w+) \|\|--o[{|] (\w+)", section("The schema"), re.MULTILINE))
    alone = set(re.findall(r"`(\w+)`", section("The schema").rpartition("```")[2]))
    named = {table for pair in drawn for table in pair} | alone
    assert named == set(SQLModel.metadata.tables)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: Path(page).name)
def test_files_named_in_a_page_exist(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for name in re.findall(r"`((?:[a-z_]+/)+[a-z_0-9]+(?:\.py)?)`", text):
        if name.endswith(".py") or name.partition("/")[0] in (*LAYERS, *OTHERS, "tests"):
            assert (ROOT / name).exists() or (PACKAGE / name).exists(), name
