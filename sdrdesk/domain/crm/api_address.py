"""Checks of a CRM's address. The token is sent there, so nothing is guessed."""

from __future__ import annotations

from urllib.parse import urlsplit

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts on this machine, where plain HTTP is allowed."""


def address_problem(url: str) -> str:
    """Return the problem with ``url`` as the end of a sentence, ``""`` for none."""
    if any(ch.isspace() or not ch.isprintable() for ch in url):
        return "must not have a space or a control character in it"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "has a host or a port that cannot be read (a port is 1 to 65535)"
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOOPBACK):
        return "must start with https:// (plain http:// only on this machine's loopback)"
    return _host_problem(host, port) or (
        "must not hold a name, a password, ? or #"
        if "@" in parts.netloc or "?" in url or "#" in url
        else ""
    )


def _host_problem(host: str, port: int | None) -> str:
    if not host:
        return "names no host"
    if not host.isascii():
        return "has letters beyond ASCII in its host (write it as xn--…)"
    if ":" not in host and not all(
        0 < len(label) < 64 and all(ch.isalnum() or ch in "-_" for ch in label)
        for label in host.removesuffix(".").split(".")
    ):
        return "names a host that cannot exist"
    return "has a port that must be 1 to 65535" if port == 0 else ""
