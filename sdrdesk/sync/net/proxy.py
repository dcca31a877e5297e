"""The proxy to the CRM, from the environment or the operating system.

The settings are curl's: ``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY`` in either case. Errors never
show a proxy's name and password.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit
from urllib.request import getproxies

from sdrdesk.domain.errors import UsageError

_SETTINGS = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True, slots=True)
class Proxy:
    """A valid proxy."""

    setting: str
    """The setting that names it, for messages."""
    scheme: str
    host: str
    port: int
    auth: tuple[bytes, bytes] | None = field(default=None, repr=False)

    @property
    def is_socks(self) -> bool:
        """True if it speaks SOCKS."""
        return self.scheme.startswith("socks")

    def __str__(self) -> str:
        return f"the proxy of {self.setting} ({self.scheme}://{self.host}:{self.port})"


def find_proxy(host: str, port: int, environ: Mapping[str, str]) -> Proxy | None:
    """Return the proxy to ``host``, ``None`` for none.

    Raises:
        UsageError: a setting is invalid, or names a proxy that needs a package.
    """
    setting, value = _named(environ)
    if not value or _is_excepted(host, port, environ):
        return None
    proxy = _parsed(setting, value if "://" in value else f"http://{value}")
    if proxy.is_socks and not _speaks_socks():
        raise UsageError(
            f"{setting} names a SOCKS proxy ({proxy.scheme}://), and this installation does not "
            "speak SOCKS.",
            kept=_KEPT,
            next_step="Install it with `pip install 'sdrdesk[socks]'`, or name another proxy.",
        )
    return proxy


_KEPT = "Nothing was sent; everything recorded here is kept."


def _named(environ: Mapping[str, str]) -> tuple[str, str]:
    for name in _SETTINGS:
        if value := environ.get(name, "").strip():
            return name, value
    if sys.platform in ("darwin", "win32"):  # elsewhere there is only the environment
        system = getproxies()
        value = system.get("https", "") or system.get("all", "")
    else:
        value = ""
    return ("the system's settings" if value else ""), value


def _is_excepted(host: str, port: int, environ: Mapping[str, str]) -> bool:
    listed = environ.get("no_proxy", "") or environ.get("NO_PROXY", "")
    for entry in listed.replace(",", " ").split():
        name = entry.casefold().removeprefix("*").removeprefix(".")
        if entry == "*" or name in (host, f"{host}:{port}"):
            return True
        if name and f"{host}:{port}".endswith((f".{name}:{port}", f".{name}")):
            return True
    return False


def _parsed(setting: str, value: str) -> Proxy:
    problem = ""
    parts = SplitResult("", "", "", "", "")
    port: int | None = None
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        problem = "its port or host cannot be read"
    scheme, host = parts.scheme, parts.hostname or ""
    if not problem:
        problem = _problem(value, scheme, host, port)
    if problem:
        raise UsageError(
            f"{setting} names no usable proxy: {problem}.",
            kept=_KEPT,
            next_step=f"Write {setting} as http://host:port, or unset it.",
        )
    auth = None
    if parts.username is not None:
        auth = (unquote_to_bytes(parts.username), unquote_to_bytes(parts.password or ""))
    return Proxy(setting, scheme, host, port or _PORTS[scheme], auth)


def _problem(value: str, scheme: str, host: str, port: int | None) -> str:
    if any(ch.isspace() or not ch.isprintable() for ch in value):
        return "it contains a space or a control character"
    if scheme not in _PORTS:
        return f"it must begin with {', '.join(f'{name}://' for name in _PORTS)}"
    if not host:
        return "it names no host"
    if not host.isascii():
        return "its host contains non-ASCII letters (write it as xn--…)"
    return "its port must be 1 to 65535" if port == 0 else ""


def _speaks_socks() -> bool:
    try:
        return importlib.util.find_spec("socksio") is not None
    except ValueError:  # marked as missing
        return False
