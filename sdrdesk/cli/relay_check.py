"""The steps of ``sdrdesk relay check``, in their order."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from sdrdesk.cli.relay_host import crm_ms, feed_server, webhook_of
from sdrdesk.credentials import find_webhook_secret
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.feed.claims import TeamClaim
from sdrdesk.domain.feed.rights import RELAY_INBOX, inbox_of
from sdrdesk.domain.feed.subjects import FeedNames, owner_word
from sdrdesk.services.account.rules import rep_of
from sdrdesk.sync.feed.bids import Bids
from sdrdesk.sync.feed.link import FeedServer, open_link
from sdrdesk.sync.feed.relay import BEAT_S
from sdrdesk.sync.hubspot.webhooks import signature

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session

_CLAIM = "check"
"""Stands for a lead without a caller."""
_MANY = 3
"""Webhooks refused one after the other: strangers send one now and then."""


class CheckStep(NamedTuple):
    """One thing that was tried."""

    name: str
    ok: bool
    detail: str


def check_feed(session: Session, public_url: str) -> list[CheckStep]:
    """Try the way from the CRM to this desk; the first thing that fails ends its branch."""
    steps = []
    account = ""
    try:
        crm = session.connect(checked=False)
        account = crm.account_id()
        steps.append(CheckStep("CRM", True, account))
    except SdrDeskError as error:
        return [CheckStep("CRM", False, str(error))]
    try:
        server = feed_server(session)
        rep = rep_of(session.db, session.settings)
        owner_id = rep.owner_id if rep else ""
        steps += asyncio.run(try_feed(server, FeedNames.of(account), owner_id))
    except SdrDeskError as error:
        steps.append(CheckStep("feed server", False, str(error)))
    if public_url:
        try:
            steps += _webhooks(session, public_url, account, crm_ms(session, crm)())
        except SdrDeskError as error:
            steps.append(CheckStep("webhooks", False, str(error)))
    return steps


async def try_feed(server: FeedServer, names: FeedNames, owner_id: str) -> list[CheckStep]:
    """Try the server, its notes, a claim and the relay's sign of life.

    Args:
        server: the server and this machine's key.
        names: of the account.
        owner_id: the rep, ``""`` on a machine where nobody is logged in.
    """
    from nats.js.errors import NotFoundError

    began = time.perf_counter()
    # On the relay's machine nobody is logged in: it gets answers where the relay does.
    client = await open_link(server, "check", inbox_of(owner_id) if owner_id else RELAY_INBOX)
    took = f"{(time.perf_counter() - began) * 1000:.0f} ms"
    steps = [CheckStep("feed server", True, f"{server.url}, connected in {took}")]
    beats: asyncio.Queue[bytes] = asyncio.Queue()

    async def beat(message: Any) -> None:
        beats.put_nowait(message.data)

    try:
        await client.subscribe(names.beat, cb=beat)
        js = client.jetstream(timeout=3)
        try:
            info = await js.stream_info(names.notes_stream)
            steps.append(CheckStep("notes", True, f"{info.state.messages} in the last day"))
        except NotFoundError:
            steps.append(CheckStep("notes", False, "no relay has run on this server yet"))
        steps.append(await _claims(js, names, owner_id))
        steps.append(await _relay(beats))
    finally:
        await client.close()
    return steps


async def _claims(js: Any, names: FeedNames, owner_id: str) -> CheckStep:
    """Claim a lead that does not exist, for which nobody else can be in the way, and let it go."""
    if not owner_id:
        return CheckStep(
            "claims", True, "not tried: not logged in here, and only desks claim leads"
        )
    bids = Bids(js, names, owner_word(owner_id), f"check-{secrets.token_hex(4)}")
    began = time.perf_counter()
    try:
        other: TeamClaim | None = await bids.bid(f"{_CLAIM}-{secrets.token_hex(4)}", "open")
        took = f"{(time.perf_counter() - began) * 1000:.0f} ms"
        for lead_id in list(bids.held):
            await bids.release(lead_id)
    except Exception as error:  # noqa: BLE001 - whatever it is, the step failed
        return CheckStep("claims", False, f"{type(error).__name__}: {error}")
    return CheckStep("claims", other is None, f"made and released, {took}")


async def _relay(beats: asyncio.Queue[bytes]) -> CheckStep:
    try:
        told = json.loads(await asyncio.wait_for(beats.get(), BEAT_S * 2 + 1))
    except TimeoutError:
        return CheckStep("relay", False, "none is running: sdrdesk relay serve")
    except ValueError:
        return CheckStep("relay", False, "what it says cannot be read")
    by = ", ".join(str(name) for name in told.get("by", ()))
    well = told.get("ok") is True
    if not well:
        return CheckStep("relay", False, f"running, but it does not hear the CRM ({by})")
    refused = told.get("refused", 0)
    if isinstance(refused, int) and refused >= _MANY:
        return CheckStep(
            "relay",
            False,
            f"running, by {by}, but it refused the last {refused} webhooks: compare the app's "
            "client secret (sdrdesk relay secret) and its target URL (--public-url)",
        )
    return CheckStep("relay", True, f"running, by {by}")


def _webhooks(session: Session, public_url: str, account: str, now_ms: int) -> list[CheckStep]:
    """Send an empty batch, signed and unsigned; nothing is published by it.

    ``now_ms`` is by the CRM's clock, as a request of the CRM is dated.
    """
    webhook_of(session, public_url, account)
    found = find_webhook_secret(session.environ)
    secret, body, stamp = found.value if found else "", b"[]", str(now_ms)
    signed = {
        "x-hubspot-signature-v3": signature(secret, "POST", public_url, body, stamp),
        "x-hubspot-request-timestamp": stamp,
    }
    steps = []
    for name, headers, wanted in (
        ("webhooks, signed", signed, 200),
        ("webhooks, unsigned", {}, 401),
    ):
        try:
            status = httpx.post(public_url, content=body, headers=headers, timeout=10).status_code
            detail = f"answered {status}" + ("" if status == wanted else f", not {wanted}")
            steps.append(CheckStep(name, status == wanted, detail))
        except httpx.HTTPError as error:
            steps.append(CheckStep(name, False, f"{type(error).__name__}: {error}"))
    return steps
