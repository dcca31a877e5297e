"""Errors for failed connections, with the actual cause.

A failure before the request left is harmless; after that it is unknown whether it arrived.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import httpx

from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import Unknown, Unreachable
from sdrdesk.sync.net.proxy import Proxy
from sdrdesk.sync.net.wire import TooSlow

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)

_NO_REASON = "no reason stated"
_MEANS = {
    500: "an error inside it",
    502: "the server behind its gateway does not answer",
    503: "it is being restarted, in maintenance or overloaded",
    504: "the server behind its gateway takes too long",
    521: "the server behind its edge is down",
    522: "the server behind its edge does not answer",
    523: "its edge finds no way to the server behind it",
    524: "the server behind its edge takes too long",
    525: "its edge has no TLS with the server behind it",
    526: "its edge does not trust the server behind it",
}
"""Codes of answers that state no reason; 521 to 526 are those of an edge network."""


def failure(error: httpx.HTTPError, host: str, proxy: Proxy | None) -> Unreachable:
    """Return the error for a failed request to ``host``."""
    peer = str(proxy) if proxy else host
    if isinstance(error, _NOT_SENT):
        return _not_sent(error, host, peer, proxy)
    causes = tuple(_causes(error))
    if any(isinstance(cause, TooSlow) for cause in causes):
        return Unknown("the answer came too slowly", again=False)
    if isinstance(error, httpx.TimeoutException):
        return Unknown("no answer in time")
    if isinstance(error, httpx.RemoteProtocolError):
        return Unknown("the answer is not HTTP, or broke off")
    return Unknown("the connection broke before the answer arrived")


def unavailable(status: int, reason: str = "") -> str:
    """Return an answer of 500 or more in words: its code, and the reason it states if any."""
    return f"HTTP {status}, {reason.rstrip('.') or _MEANS.get(status, _NO_REASON)}"


def _not_sent(error: httpx.HTTPError, host: str, peer: str, proxy: Proxy | None) -> Unreachable:
    if isinstance(error, httpx.ProxyError):
        return Unreachable(
            f"{peer} refuses to connect to {host} ({one_line(str(error), limit=80)})",
            next_step="Check the proxy's address, name and password, then try again.",
        )
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Unreachable(
                f"the certificate of {host} is not trusted ({_reason(cause)})",
                next_step="If your company's network shows its own certificate, install it in the "
                "system's store or name it in SSL_CERT_FILE; if not, do not use this network.",
            )
        if isinstance(cause, ssl.SSLError):
            return Unreachable(
                f"the TLS connection to {peer} failed ({_reason(cause)})",
                next_step="Open a browser to see whether the network asks for a login; check the "
                "CRM's address and the proxy.",
            )
        if isinstance(cause, socket.gaierror | UnicodeError):
            name = proxy.host if proxy else host
            return Unreachable(
                f"the name {name} cannot be resolved",
                next_step="Check the connection and the CRM's address, then try again.",
            )
        if isinstance(cause, ConnectionRefusedError):
            return Unreachable(
                f"{peer} refuses the connection",
                next_step="Check the CRM's address and the proxy, then try again.",
            )
    if isinstance(error, httpx.ConnectTimeout):
        return Unreachable(f"{peer} does not answer")
    return Unreachable(f"there is no route to {peer}")


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _reason(error: ssl.SSLError) -> str:
    said = getattr(error, "verify_message", "") or (error.reason or "").replace("_", " ").lower()
    return one_line(said, limit=120) or "no reason stated"
