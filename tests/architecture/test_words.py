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
    r"(?:at most|for|with) so many": "this many, a number of",
    r"by\s+(?:itself|themselves)": "on its own, automatically",
    r"told by": "reported by, heard from",
    r"whenever": "each time, when",
    r"let .{1,30} stand": "keep, leave",
    r"stands? (?:in|on|there|at|first)(?! for)": "is in, is at, comes first",
}
"""Each with words that serve instead."""
NOUN_CLAUSE = re.compile(
    r"(?:What|Who|Whose|How|Where|Whether|Which|Whatever|Whenever)\b(?![^.\n]*\?)"
)
"""No beginning of a docstring, a comment or a heading: they name the thing, or say what it does."""
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


def test_no_heading_docstring_or_comment_begins_with_a_noun_clause() -> None:
    begins = {
        ".md": re.compile(r"^#+ (.*)", re.MULTILINE),
        ".py": re.compile(r"(?:\"\"\"|(?:^|  )# )(.*)", re.MULTILINE),
        ".toml": re.compile(r"^# (.*)", re.MULTILINE),
    }
    found = [
        f"{path.relative_to(ROOT)}: {words}"
        for path, text in texts().items()
        for words in begins[path.suffix].findall(text)
        if NOUN_CLAUSE.match(words)
    ]
    assert not found, "begin with a verb, or with the thing itself"


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
