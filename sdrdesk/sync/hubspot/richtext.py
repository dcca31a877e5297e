"""Plain text to the HTML that HubSpot's bodies want, and back.

Out: text is escaped, so nothing a rep or a stranger typed becomes markup. In: tags go, line breaks
stay, control characters go. HubSpot may change markup, so bodies are never compared.
"""

from __future__ import annotations

import re
from html import escape, unescape
from html.parser import HTMLParser

from sdrdesk.domain.text import clean

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


def to_text(html: str | None) -> str:
    """Return the text of an HTML body, without markup; plain text passes through."""
    if not html:
        return ""
    if "<" not in html:
        return clean(unescape(html)).strip()
    whole = _PARAGRAPH.fullmatch(html)
    if whole:  # what most bodies are
        return clean(" ".join(whole[1].split())).strip()
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", clean("\n".join(lines))).strip()


class _Reader(HTMLParser):
    """Collects text and line breaks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in _SILENT:
            self._silent += 1
        elif tag == "br" or (tag in _BREAKS and self.parts):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BREAKS and tag != "br":
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)
