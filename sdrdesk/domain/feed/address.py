"""Checks of the feed's address. Claims and notes are sent there, so nothing is guessed."""

from __future__ import annotations

from urllib.parse import urlsplit

from sdrdesk.domain.crm.api_address import LOOPBACK


def feed_problem(url: str) -> str:
    """Return the problem with the feed's address as the end of a sentence, ``""`` for none."""
    if any(ch.isspace() or not ch.isprintable() for ch in url) or not url.isascii():
        return "must not have a space or a letter beyond ASCII in it"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "has a host or a port that cannot be read"
    if parts.scheme != "tls" and not (parts.scheme == "nats" and host in LOOPBACK):
        return "must start with tls:// (plain nats:// only on this machine's loopback)"
    if not host:
        return "names no host"
    if "@" in parts.netloc or parts.path.strip("/") or "?" in url or "#" in url:
        return "must be a host and a port only, such as tls://feed.example.com:4222"
    return ""
