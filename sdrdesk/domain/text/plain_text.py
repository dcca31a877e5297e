"""Plain text from strangers, safe to show in a terminal."""

from __future__ import annotations

import unicodedata

_KEEP = {"\n", "\t"}
JOINERS = frozenset({"\u200c", "\u200d"})
"""Format characters of real scripts: zero-width non-joiner and joiner (Indic, Persian, emoji). All
others of category Cf, such as bidi overrides, are removed."""


def clean(value: str | None, *, limit: int = 65_536) -> str:
    r"""Return ``value`` without control, escape and bidirectional-override characters.

    Line breaks become ``\n``; tabs stay. ``None`` is the empty string. At most ``limit``
    characters are kept (HubSpot's limit for one text property is 65,536).
    """
    if not value:
        return ""
    text = value.replace("\r\n", "\n").replace("\r", "\n")
    # The usual case, in any script.
    if text.isprintable() or text.replace("\n", "").replace("\t", "").isprintable():
        return text[:limit]
    return "".join(ch for ch in text if _is_plain(ch))[:limit]


def clean_all(value: str) -> str:
    """Return ``value`` cleaned, at any length."""
    return value if value.isprintable() else clean(value, limit=len(value))


def one_line(value: str | None, *, limit: int = 500) -> str:
    """Return ``value`` cleaned and on a single line, white space folded."""
    if not value:
        return ""
    if value.isalnum():  # one word: half of all values
        return value[:limit]
    # Printable text needs no cleaning: the usual case, hundreds of thousands in a pull.
    text = value if value.isprintable() else clean(value)
    return " ".join(text.split())[:limit]


def _is_plain(ch: str) -> bool:
    if ch in _KEEP or ch in JOINERS:
        return True
    # Cc control, Cf format, Cs surrogate, Co private use, Cn unassigned; Zl/Zp line separators.
    return unicodedata.category(ch) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
