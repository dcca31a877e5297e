"""Docs, comments and messages avoid words that read as if translated."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
AVOIDED = {
    "whoever": "the rep who, the person who, no matter who",
    "anew": "again",
    "beside": "next to, in addition to",
    r"(?:is|are|was|were) told(?! apart)": "is reported, is shown, sees",
    r"at most so many": "at most this many",
    r"let .{1,30} stand": "keep, leave",
    r"stands? (?:in|on|there|at|first)(?! for)": "is in, is at, comes first",
}
"""Each with words that serve instead."""
MOST_NOBODY = 175
"""It is a good word where a person is missing, and a stiff one where a value is."""
SPOKEN = ("scripting/library", "sandbox/world/data")
"""What people say on the telephone."""


def texts() -> dict[Path, str]:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    pages.remove(ROOT / "docs" / "conformance.md")  # made of the names of tests
    code = [
        path
        for path in (ROOT / "sdrdesk").rglob("*")
        if path.suffix in (".py", ".toml", ".md")
        and "migrations" not in path.parts
        and not any(part in path.as_posix() for part in SPOKEN)
    ]
    assert len(pages) > 20
    assert len(code) > 500
    return {path: path.read_text(encoding="utf-8") for path in (*pages, *code)}


def test_no_stiff_words() -> None:
    found: list[str] = []
    nobody = 0
    every = re.compile("|".join(rf"\b{words}\b" for words in AVOIDED), re.IGNORECASE)
    for path, text in texts().items():
        nobody += len(re.findall(r"\bnobody\b", text, re.IGNORECASE))
        for at in every.finditer(text):
            found.append(f"{path.relative_to(ROOT)}: {at[0]}")
    assert not found, f"{found}; instead: {AVOIDED}"
    assert nobody <= MOST_NOBODY
