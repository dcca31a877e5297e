"""Plain text to the HTML that HubSpot's bodies want, and back.

Out: text is escaped, so nothing a rep or a stranger typed becomes markup. In: tags go, line breaks
stay, control characters go. HubSpot may change markup, so bodies are never compared.
"""

from __future__ import annotations

import re
from html import escape, unescape

from sdrdesk.domain.text.plain_text import clean

LIMIT = 65_536
"""Characters of a HubSpot text property (property limits of its documentation, 2026-11-21)."""

_BREAKS = {"br", "p", "div", "li", "tr", "h1", "h2", "h3", "h4", "blockquote"}
_SILENT = {"script", "style", "head", "title"}


def to_html(text: str, marker: str = "") -> str:
    """Return plain text as HTML: escaped, a paragraph per block, ``<br>`` per line break.

    ``marker`` is put at the end as a paragraph of its own; the text is shortened rather than the
    marker lost.
    """
    tail = f"<p>{escape(marker)}</p>" if marker else ""
    kept = clean(text).strip()
    while True:
        blocks = [block for block in re.split(r"\n{2,}", kept) if block.strip()]
        html = "".join(f"<p>{escape(b.strip()).replace(chr(10), '<br>')}</p>" for b in blocks)
        over = len(html) + len(tail) - LIMIT
        if over <= 0:
            return html + tail
        kept = kept[: max(0, len(kept) - over - 8)] + "…"


_PARAGRAPH = re.compile(r"<p>([^<&\n\r]*)</p>")
"""One paragraph and nothing in it that means anything to a reader of HTML."""


_TAG = re.compile(
    r"""<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>|<[!?/][^<>]*+>"""
)
"""A tag, or the beginning of a comment. No part of it passes the next ``<``, so however hostile the
text is, reading it takes as long as it is. (The parser of the standard library needs minutes for
one note of nothing but ``<!--``.)"""


def to_text(html: str | None) -> str:
    """Return the text of an HTML body, without markup; plain text passes through."""
    if not html:
        return ""
    if "<" not in html:
        return clean(unescape(html)).strip()
    whole = _PARAGRAPH.fullmatch(html)
    if whole:  # what most bodies are
        return clean(" ".join(whole[1].split())).strip()
    lines = [" ".join(line.split()) for line in "".join(_parts(html)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", clean("\n".join(lines))).strip()


def _parts(html: str) -> list[str]:
    """Return the texts between the tags, and the line breaks that tags stand for."""
    parts: list[str] = []
    at, silent, last_end = 0, "", html.rfind("-->")
    while tag := _TAG.search(html, at):
        if not silent:
            parts.append(unescape(html[at : tag.start()]))
        at = tag.end()
        ends, name = tag[1] == "/", (tag[2] or "").lower()
        if silent:
            silent = "" if ends and name == silent else silent
        elif tag[0] == "<!--":
            at = html.find("-->", at) + 3 if at <= last_end else at
        elif name in _SILENT:
            silent = "" if ends else name
        elif name == "br" or (name in _BREAKS and (ends or parts)):
            parts.append("\n")
    if not silent:
        parts.append(unescape(html[at:]))
    return parts
