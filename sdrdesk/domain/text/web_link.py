"""Links for a browser: http and https only."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def is_web_link(text: str) -> bool:
    """Return whether ``text`` is a single http or https link with a host."""
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # a bracket that does not close
        return False


def booking_link(template: str, *, email: str, name: str) -> str:
    """Return ``template`` with the lead's e-mail and name, percent-encoded."""
    # Encoding first keeps a name such as "{email}" a name.
    link = template
    for place, value in (("{email}", email), ("{name}", name)):
        link = link.replace(place, quote(value, safe="", errors="replace"))
    return link
