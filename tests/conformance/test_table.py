"""The table of behaviours names tests that exist, and leaves out none of the common ones."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
COMMON = ("test_account.py", "test_behaviours.py", "test_pull.py", "test_push.py")


def names_in(file: Path) -> set[str]:
    return set(re.findall(r"^def (test_\w+)", file.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_table_and_the_tests_agree() -> None:
    page = HERE.parents[1] / "docs" / "conformance.md"
    told = set(re.findall(r"`(test_\w+)`", page.read_text(encoding="utf-8")))
    there = {name for file in HERE.glob("test_*.py") for name in names_in(file)}
    files = {file.stem for file in HERE.glob("test_*.py")}
    assert told <= there | files
    common = {name for file in COMMON for name in names_in(HERE / file)}
    assert common - told == {"test_a_new_lead_comes"}
