"""A file that no longer fits in a reader's head is split by what it is about."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 500


def test_no_python_file_is_longer_than_five_hundred_lines() -> None:
    files = [path for room in ("sdrdesk", "tests", "bench") for path in (ROOT / room).rglob("*.py")]
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in files}
    assert len(files) > 1000
    assert not [f"{path} {lines}" for path, lines in lengths.items() if lines > MOST_LINES]
