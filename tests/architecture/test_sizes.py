"""A file or a function that no longer fits in a reader's head is split by what it is about."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from bench.house import functions

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 500
MOST_IN_FUNCTION = 60
DEFINED = re.compile(r"^ *(?:async )?def ", re.MULTILINE)


def test_no_python_file_is_longer_than_five_hundred_lines() -> None:
    files = [path for room in ("sdrdesk", "tests", "bench") for path in (ROOT / room).rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(files) > 1000
    assert not [f"{path} {lines}" for path, lines in lengths.items() if lines > MOST_LINES]


def may_be_long(text: str) -> bool:
    """Return whether a definition is so far from the next of its level that it may be too long."""
    lines = text.splitlines()
    ends: dict[int, int] = {}
    for at in reversed(range(len(lines))):
        if DEFINED.match(lines[at]):
            level = len(lines[at]) - len(lines[at].lstrip())
            end = min((e for other, e in ends.items() if other <= level), default=len(lines))
            if end - at > MOST_IN_FUNCTION:
                return True
            ends[level] = at
    return False


def test_no_function_is_longer_than_a_screen() -> None:
    long = []
    for path in (ROOT / "sdrdesk").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if may_be_long(text):  # to parse every file takes seconds
            tree = ast.parse(text)
            long += [f"{path} {n}" for lines, n in functions(tree) if lines > MOST_IN_FUNCTION]
    assert not long
