"""The size of the house: rooms, the largest of each kind, and imports inside functions.

``python -m bench.house [CHECKOUT]`` measures the package of this checkout or of another one.
"""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the lines and the name of every function."""
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield (node.end_lineno or node.lineno) - node.lineno + 1, node.name


def late_imports(tree: ast.AST, inside: bool = False) -> int:
    """Count the import statements inside functions."""
    found = 0
    for node in ast.iter_child_nodes(tree):
        found += inside and isinstance(node, ast.Import | ast.ImportFrom)
        found += late_imports(node, inside or isinstance(node, Function))
    return found


def main() -> None:
    """Print the tables."""
    root = Path(sys.argv[1] if len(sys.argv) > 1 else ".") / "sdrdesk"
    rooms: dict[str, list[int]] = {}
    folders: Counter[str] = Counter()
    longest: list[tuple[int, str]] = []
    late = 0
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        tree = ast.parse(text := path.read_text(encoding="utf-8"))
        rooms.setdefault(place.parts[0] if place.parts[1:] else "(top)", []).append(
            text.count("\n")
        )
        folders[str(place.parent)] += "versions" not in place.parts  # one file each migration
        longest += [(lines, f"{place} {name}") for lines, name in functions(tree)]
        late += late_imports(tree)
    print("| room | files | lines | largest file |\n| --- | ---: | ---: | ---: |")
    for room, files in sorted(rooms.items()):
        print(f"| {room} | {len(files)} | {sum(files):,} | {max(files)} |")
    every = [count for files in rooms.values() for count in files]
    print(f"| all | {len(every)} | {sum(every):,} | {max(every)} |\n")
    for folder, count in folders.most_common(3):
        print(f"folder {folder}: {count} files")
    for lines, name in sorted(longest, reverse=True)[:5]:
        print(f"function {name}: {lines} lines")
    print(f"functions of more than 60 lines: {sum(lines > 60 for lines, _ in longest)}")
    print(f"imports inside functions: {late}")


if __name__ == "__main__":
    main()
