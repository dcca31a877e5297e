"""The process of ``sdrdesk relay serve``: what it listens to, put together."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from sdrdesk.cli.terminal.output import say_err
from sdrdesk.credentials import find_feed_key, find_webhook_secret
from sdrdesk.domain.crm.api_address import address_problem
from sdrdesk.domain.errors import CredentialsError, UsageError
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.endpoint import Webhooks
from sdrdesk.sync.feed.link import FeedServer
from sdrdesk.sync.feed.relay import Relay
from sdrdesk.sync.feed.sources import CHECK_S, Poller, Source
from sdrdesk.sync.feed.turns import Turns
from sdrdesk.sync.hubspot.journal import Journal
from sdrdesk.sync.hubspot.webhooks import HubSpotWebhook

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from sdrdesk.cli.session import Session
    from sdrdesk.sync.port import CrmClient


class RelayOptions(NamedTuple):
    """The options of the command."""

    public_url: str
    host: str
    port: int
    journal_app: str
    poll_s: float


def feed_server(session: Session) -> FeedServer:
    """Return the feed's server with this machine's key.

    Raises:
        UsageError: no server is set.
    """
    url = session.settings.feed.url
    if not url:
        raise UsageError(
            "No team feed is set.",
            kept="Nothing was started.",
            next_step="Set url under [feed] in config.toml, or SDRDESK_FEED_URL: "
            "tls://feed.example.com:4222",
        )
    key = find_feed_key(session.environ)
    return FeedServer(url, key.value if key else "")


def webhook_of(session: Session, public_url: str, account_id: str) -> HubSpotWebhook:
    """Return how webhooks of the account are signed.

    Raises:
        UsageError: not HubSpot, or no address that can be signed.
        CredentialsError: the app's secret is missing.
    """
    if session.settings.crm.kind != "hubspot":
        raise UsageError(
            "Webhooks and the journal are HubSpot's.",
            kept="Nothing was started.",
            next_step="Leave these options out: the relay looks for changes itself.",
        )
    if public_url and (problem := address_problem(public_url.split("?")[0])):
        raise UsageError(f"--public-url {problem}.", kept="Nothing was started.")
    found = find_webhook_secret(session.environ)
    if found is None:
        raise CredentialsError(
            "The client secret of the HubSpot app is not set.",
            kept="Nothing was started.",
            next_step="Store it with `sdrdesk relay secret`, or set SDRDESK_WEBHOOK_SECRET.",
        )
    return HubSpotWebhook(found.value, public_url, account_id.removeprefix("HubSpot "))


def run_relay(session: Session, options: RelayOptions) -> None:
    """Relay until SIGINT or SIGTERM."""
    server = feed_server(session)
    crm = session.connect(checked=False)
    account = crm.account_id()
    with ThreadPoolExecutor(max_workers=1) as executor, ThreadPoolExecutor(1) as other:

        def ready(port: int) -> None:
            _tell({"account": account, "feed": server.url, "webhooks_port": port})

        sources = _sources(session, options, crm, account, executor, other, ready)
        names = FeedNames.of(account)
        relay = Relay(crm, executor, names, server, sources, turns=_turns(session, crm, names))
        if not options.public_url:
            _tell({"account": account, "feed": server.url, "by": [s.name for s in sources]})
        asyncio.run(_until_stopped(relay))
    say_err(f"The relay ended; {relay.published} notes were published.")


def _sources(
    session: Session,
    options: RelayOptions,
    crm: CrmClient,
    account: str,
    executor: Executor,
    other: Executor,
    ready: Callable[[int], None],
) -> list[Source]:
    """Return the source of changes, and the look that finds those it missed."""
    sources: list[Source] = []
    if options.public_url:
        webhook = webhook_of(session, options.public_url, account)
        path = "/" + options.public_url.split("?")[0].split("//", 1)[1].partition("/")[2]
        sources.append(
            Webhooks(path, webhook, options.host, options.port, ready, crm_ms(session, crm))
        )
    if options.journal_app:
        webhook_of(session, "", account)
        found = find_webhook_secret(session.environ)
        url, secret = session.settings.crm.api_url, found.value if found else ""
        number = account.removeprefix("HubSpot ")
        sources.append(Journal(url, options.journal_app, secret, number, other))
    every_s = CHECK_S if sources else options.poll_s
    sources.append(Poller(crm, executor, session.clock, every_s))
    return sources


def _turns(session: Session, crm: CrmClient, names: FeedNames) -> Turns | None:
    """Return round robin, ``None`` where the team does not use it."""
    team = session.rulebook.team
    if not team.round_robin:
        return None
    return Turns(names, float(team.pass_after_s), crm_ms(session, crm))


def crm_ms(session: Session, crm: CrmClient) -> Callable[[], int]:
    """Return what tells the time by the CRM's clock; this machine's may be wrong."""
    return lambda: round((session.clock().timestamp() + (crm.clock_offset_s or 0.0)) * 1000)


def _tell(document: object) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


async def _until_stopped(relay: Relay) -> None:
    running = asyncio.ensure_future(relay.run())
    if os.name == "posix":
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, running.cancel)
    with suppress(asyncio.CancelledError):
        await running
