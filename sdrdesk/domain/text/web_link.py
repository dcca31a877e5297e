"""Links a browser may be given: http and https, and what goes into them is only ever a value."""

from __future__ import annotations

from urllib.parse import quote, urlsplit


def is_web_link(text: str) -> bool:
    """Return whether ``text`` is one http or https link with a host and no odd characters."""
    if not text.isascii() or not text.isprintable() or " " in text:
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname)
    except ValueError:  # a bracket that does not close
        return False


def booking_link(template: str, *, email: str, name: str) -> str:
    """Return ``template`` with the lead's e-mail and name put in, percent-encoded whole."""
    # One pass each, on encoded text: a name that is "{email}" stays a name.
    link = template
    for place, value in (("{email}", email), ("{name}", name)):
        link = link.replace(place, quote(value, safe="", errors="replace"))
    return link
