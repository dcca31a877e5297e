"""One connection to the feed's server: opened, never repaired. Who uses it opens the next one."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sdrdesk.domain.errors import SdrDeskError, UnreachableError, UsageError
from sdrdesk.domain.feed.address import feed_problem
from sdrdesk.sync.net.trust import tls_context

if TYPE_CHECKING:
    from nats.aio.client import Client

_log = logging.getLogger(__name__)

CONNECT_S = 5
_CLOSE_S = 2
_PING_S = 5
"""A server that answers no ping for two of these is gone."""
NO_PACKAGE = "The team feed needs packages that are not installed."
INSTALL = "Install them: pip install 'sdrdesk[team]'"


@dataclass(frozen=True, slots=True)
class FeedServer:
    """The address of the feed, and the key that opens it. ``repr`` shows no secret."""

    url: str
    """``tls://host:port``, or ``nats://`` on loopback."""
    seed: str = field(default="", repr=False)
    """The secret half of the user's nkey, ``""`` for a server without users."""


class FeedRefused(UsageError):  # noqa: N818 - as the other refusals
    """The server does not know this key, or the key lacks a right."""


async def open_link(server: FeedServer, name: str, inbox: str) -> Client:
    """Return a connection to the server.

    Args:
        server: the server and the key.
        name: shown in the server's monitoring.
        inbox: first words of the subjects for answers.

    Raises:
        UsageError: the address is wrong, or the packages are missing.
        FeedRefused: the key is refused.
        UnreachableError: no server answers.
    """
    if problem := feed_problem(server.url):
        raise UsageError(
            f"The feed's address cannot be used: it {problem}.",
            kept="Nothing was sent.",
            next_step="Correct url under [feed] in config.toml, or SDRDESK_FEED_URL.",
        )
    try:
        from nats import errors
        from nats.aio.client import Client
    except ImportError as error:
        raise UsageError(NO_PACKAGE, next_step=INSTALL) from error

    told: list[str] = []

    async def note(error: Exception) -> None:
        told.append(str(error))
        _log.info("feed: %s", error)

    client = Client()
    try:
        await asyncio.wait_for(
            client.connect(
                server.url,
                name=name,
                error_cb=note,
                allow_reconnect=False,
                max_reconnect_attempts=1,
                reconnect_time_wait=0,
                connect_timeout=CONNECT_S,
                ping_interval=_PING_S,
                max_outstanding_pings=2,
                inbox_prefix=inbox,
                pending_size=1 << 20,
                **_keys(server),
            ),
            CONNECT_S + 2,
        )
    except (errors.Error, OSError, TimeoutError, ValueError) as error:
        await close_link(client)
        raise _not_opened(error, told) from error
    return client


def _not_opened(error: Exception, told: Sequence[str]) -> SdrDeskError:
    """Return what a failed connection means to a person; ``told``: what the server said."""
    said = " ".join([str(error), *told])
    if "authorization" in said.casefold():
        return FeedRefused(
            "The feed's server does not know this desk's key.",
            kept="Nothing was sent.",
            next_step="Give the line of `sdrdesk relay key` to the person who runs the server.",
        )
    if "certificate_verify_failed" in said.casefold():
        return UnreachableError(
            "The certificate of the feed's server is not trusted.",
            kept="Nothing was sent. Everything works without it; leads come by polling.",
            next_step="Install the authority that issued it, or set SSL_CERT_FILE to its file.",
        )
    return UnreachableError(
        f"The feed's server cannot be reached ({said or type(error).__name__}).",
        kept="Everything works without it; leads come by polling.",
    )


async def close_link(client: Client) -> None:
    """Close a connection in any state; after a failed handshake ``close`` alone never ends."""
    with suppress(Exception):
        await asyncio.wait_for(client.close(), _CLOSE_S)


def _keys(server: FeedServer) -> dict[str, Any]:
    more: dict[str, Any] = {}
    if server.seed:
        more["nkeys_seed_str"] = server.seed
    if server.url.startswith("tls://"):
        more["tls"] = tls_context(os.environ)
    return more
