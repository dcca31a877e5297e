"""Conversion between plain text and the HTML of a CRM's bodies.

Outgoing text is escaped, so that nothing typed becomes markup. Incoming bodies lose tags and
control characters and keep line breaks. A CRM may change markup: bodies are never compared.
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

    ``marker`` becomes the last paragraph; when too long, the text is shortened, not the marker.
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
"""One paragraph without any markup in it."""


_BLOCK = re.compile(r"<(?:br|p|div)\b", re.IGNORECASE)
"""Markup that makes lines: a body without it may be plain text with a tag in it."""


_TAG = re.compile(
    r"""<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*+)(?:[^<>"']|"[^"<]*+"|'[^'<]*+')*+>|<[!?/][^<>]*+>"""
)
"""A tag, or the start of a comment. No part matches beyond the next ``<``, so hostile text takes
linear time. (The standard library's parser needs minutes for one note of only ``<!--``.)"""


def to_text(html: str | None) -> str:
    """Return the text of an HTML body; plain text stays as it is."""
    if not html:
        return ""
    if "<" not in html:
        return clean(unescape(html)).strip()
    whole = _PARAGRAPH.fullmatch(html)
    if whole:  # most bodies
        return clean(" ".join(whole[1].split())).strip()
    if _BLOCK.search(html):  # then a line break of the source is a space
        html = html.replace("\r", " ").replace("\n", " ")
    lines = [" ".join(line.split()) for line in "".join(_parts(html)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", clean("\n".join(lines))).strip()


def _parts(html: str) -> list[str]:
    """Return the texts between the tags, and the line breaks for tags."""
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
