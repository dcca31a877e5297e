"""Sanitised HTML of notes and call bodies, as the CRM stores it."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser

_KEPT = frozenset(
    [
        "p",
        "br",
        "b",
        "i",
        "strong",
        "em",
        "u",
        "s",
        "a",
        "ul",
        "ol",
        "li",
        "div",
        "span",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "pre",
        "code",
        "hr",
    ]
)
_DROPPED_WITH_TEXT = frozenset(
    ["script", "style", "head", "title", "template", "noscript", "iframe", "object"]
)
_VOID = frozenset(("br", "hr"))


class _Cleaner(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.html: list[str] = []
        self.text: list[str] = []
        self._muted: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _DROPPED_WITH_TEXT:
            self._muted.append(tag)
        elif tag in _KEPT and not self._muted:
            self.html.append(f"<{tag}{_link(attrs) if tag == 'a' else ''}>")
            if tag in {"br", "p", "div", "li"}:
                self.text.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if self._muted:
            if tag == self._muted[-1]:
                self._muted.pop()
        elif tag in _KEPT and tag not in _VOID:
            self.html.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._muted:
            return
        flat = re.sub(r"[\r\n]+", " ", data)
        self.html.append(escape(flat, quote=False))
        self.text.append(flat)


def _link(attrs: list[tuple[str, str | None]]) -> str:
    for name, value in attrs:
        if name == "href" and value and re.match(r"https?://|mailto:|tel:", value):
            return f' href="{escape(value)}"'
    return ""


def sanitise(html: str) -> str:
    """Return the stored form: no scripts, styles, comments or unknown tags; newlines are blanks."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return "".join(cleaner.html)


def preview(html: str, longest: int = 512) -> str:
    """Return the plain text of ``hs_body_preview``."""
    cleaner = _Cleaner()
    cleaner.feed(html)
    cleaner.close()
    return " ".join("".join(cleaner.text).split())[:longest]
