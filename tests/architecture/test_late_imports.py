"""An import inside a function says why it is not at the top of its module.

A package or module whose start is measured says it once, in its docstring. Elsewhere a comment at
the import does, or the ``try`` around it: the module may be missing on this machine.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "sdrdesk"
SAYS_WHEN = re.compile(
    r"\bimport(s|ed)?\b[^.]*\b(when|only|where|late|functions?)\b", re.IGNORECASE
)
FOR_TYPES = re.compile(r"^if TYPE_CHECKING:\n(    .*\n|\n)+", re.MULTILINE)
INDENTED = re.compile(r"^ +(from|import) ", re.MULTILINE)
MOST_LATE = 253
"""It was 436 once. Every measured start loads the same modules with fewer of them."""
MOST_OUTSIDE = 50
"""Outside the packages and modules whose docstring says when they import."""

Import = ast.Import | ast.ImportFrom


@cache
def says_when(path: Path) -> bool:
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return bool(SAYS_WHEN.search(docstring))


def late_imports(
    tree: ast.AST, inside: bool = False, tried: bool = False
) -> Iterator[tuple[list[Import], bool]]:
    """Yield each group of imports inside a function, and whether a ``try`` is around it."""
    for _, body in ast.iter_fields(tree):
        group: list[Import] = []
        for node in body if isinstance(body, list) else [body]:
            if inside and isinstance(node, Import):
                group.append(node)
                continue
            if group:
                yield group, tried
                group = []
            if isinstance(node, ast.AST):
                function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
                yield from late_imports(
                    node, inside or function, tried or isinstance(node, ast.Try)
                )
        if group:
            yield group, tried


def commented(group: list[Import], lines: list[str]) -> bool:
    first, last = group[0].lineno, group[-1].end_lineno or group[-1].lineno
    above = lines[first - 2].strip()
    return above.startswith("#") or any("  # " in line for line in lines[first - 1 : last])


def test_every_import_inside_a_function_says_why() -> None:
    silent: list[str] = []
    late = outside = 0
    for path in sorted(PACKAGE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not INDENTED.search(FOR_TYPES.sub("", text)):
            continue  # to parse every file takes seconds
        rooms = [room / "__init__.py" for room in path.parents if PACKAGE in room.parents]
        told = any(map(says_when, (path, *rooms)))
        for group, tried in late_imports(ast.parse(text)):
            late += len(group)
            outside += 0 if told else len(group)
            if not (told or tried or commented(group, text.splitlines())):
                silent.append(f"{path.relative_to(PACKAGE)}:{group[0].lineno}")
    assert not silent
    assert late > 100, "finds nothing any more"
    assert late <= MOST_LATE
    assert outside <= MOST_OUTSIDE
