"""The team feed: the relay that a team runs once, and the keys of those on it."""

from __future__ import annotations

import secrets
import sys
from typing import Any

import click

from sdrdesk.cli.options import CommandGroup, flag, integer_option, json_option, list_option
from sdrdesk.cli.options import text_option as text
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, say, say_err
from sdrdesk.credentials import (
    find_feed_key,
    save_feed_key,
    save_webhook_secret,
)
from sdrdesk.domain.errors import CredentialsError, UsageError
from sdrdesk.domain.feed.rights import desk_rights, relay_rights, server_users
from sdrdesk.domain.feed.subjects import FeedNames
from sdrdesk.sync.feed.link import INSTALL, NO_PACKAGE

_PUBLIC = "The address HubSpot calls, as set in the app; takes its webhooks."


@click.group(cls=CommandGroup, no_args_is_help=True)
def relay() -> None:
    """The team feed: tells every desk within seconds which leads changed."""


@relay.command()
@text("--public-url", _PUBLIC, metavar="URL")
@text("--host", "Address to listen on for webhooks.", default="127.0.0.1")
@integer_option("--port", "Port to listen on; 0 chooses a free one.", default=8686, low=0)
@text("--journal-app", "Client id of a HubSpot app whose webhooks journal is read.", metavar="ID")
@integer_option(
    "--poll-s", "Seconds between two looks at the CRM when no webhook calls.", default=2, low=1
)
def serve(public_url: str, host: str, port: int, journal_app: str, poll_s: int) -> None:
    """Learn of changes in the CRM and tell the desks, until stopped.

    Without options it looks for changes itself, once for the whole team.
    """
    from sdrdesk.cli.relay_host import RelayOptions, run_relay

    options = RelayOptions(public_url, host, port, journal_app, float(poll_s))
    with open_session() as session:
        run_relay(session, options)


@relay.command()
@text("--public-url", "Also send a signed and an unsigned request there.", metavar="URL")
@json_option
def check(public_url: str, as_json: bool) -> None:
    """Try the whole chain: CRM, feed server, rights, a test message, a running relay."""
    from sdrdesk.cli.relay_check import check_feed

    with open_session() as session:
        steps = check_feed(session, public_url)
    lines = [f"{'✓' if s.ok else '✗'} {s.name}: {s.detail}" for s in steps]
    answer(as_json, [s._asdict() for s in steps], lines)
    if failed := [step.name for step in steps if not step.ok]:
        say_err(f"The feed does not work yet: {', '.join(failed)}.")
        raise click.exceptions.Exit(1)


@relay.command("key")
@flag("--new", "Make a new key; the old one stops working once the server has the new one.")
@json_option
def key(new: bool, as_json: bool) -> None:
    """Make this machine's key for the feed and print the public half.

    The secret half stays in the keyring, or is printed once where there is none.
    """
    with open_session() as session:
        known = None if new else find_feed_key(session.environ)
        seed = known.value if known else _new_seed()
        public = _public(seed)
        stored = known is not None or save_feed_key(seed)
        told: dict[str, object] = {"public_key": public, "stored": stored}
        if not stored:
            told["seed"] = seed
        answer(as_json, told, [public])
        if not stored:
            say_err("There is no keyring on this machine. Set SDRDESK_FEED_KEY to this secret:")
            say_err(seed)
        if not as_json:
            say_err("Give this line to the person who runs the feed's server: sdrdesk relay rights")


@relay.command("secret")
@json_option
def secret(as_json: bool) -> None:
    """Store the client secret of the HubSpot app, read from standard input."""
    value = sys.stdin.readline().strip()
    if not value:
        raise UsageError("There is no secret on standard input.", kept="Nothing was stored.")
    if not save_webhook_secret(value):
        raise CredentialsError(
            "The secret was not stored: there is no keyring on this machine.",
            kept="Nothing was changed.",
            next_step="Set SDRDESK_WEBHOOK_SECRET for the relay instead.",
        )
    answer(as_json, {"stored": True}, ["The secret is stored."])


@relay.command("rights")
@click.argument("desks", nargs=-1, metavar="[OWNER=KEY]...")
@text("--relay", "Public key of the relay.", metavar="KEY")
@list_option("--sees-all", "Owner whose desk has everybody's leads.", metavar="OWNER")
@text("--account", "The account, such as 'HubSpot 123'; default: the token's.", metavar="NAME")
def rights(desks: tuple[str, ...], relay: str, sees_all: tuple[str, ...], account: str) -> None:
    """Print the users of a NATS server: each desk may write claims in its own name only."""
    users = []
    pairs = [desk.partition("=") for desk in desks]
    for owner, _, public in pairs:
        _check_public(owner, public)
    if relay:
        _check_public("--relay", relay)
    with open_session() as session:
        names = FeedNames.of(account or session.connect(checked=False).account_id())
    if relay:
        users.append((relay, relay_rights(names)))
    for owner, _, public in pairs:
        users.append((public, desk_rights(names, owner, everybody=owner in sees_all)))
    say(server_users(users))


def _check_public(name: str, public: str) -> None:
    if not (len(public) == 56 and public.startswith("U") and public.isalnum() and name):
        raise UsageError(
            f"{name or 'A desk'} needs a public key of 56 letters that begins with U.",
            kept="Nothing was printed.",
            next_step="Write OWNER=KEY with the line of `sdrdesk relay key`.",
        )


def _new_seed() -> str:
    nkeys = _nkeys()
    return str(nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode())


def _public(seed: str) -> str:
    nkeys = _nkeys()
    try:
        return str(nkeys.from_seed(bytearray(seed, "ascii")).public_key.decode())
    except (nkeys.NkeysError, ValueError) as error:
        raise CredentialsError(
            "The key for the team feed cannot be read.",
            kept="Nothing was changed.",
            next_step="Correct SDRDESK_FEED_KEY, or run: sdrdesk relay key --new",
        ) from error


def _nkeys() -> Any:
    try:
        import nkeys
    except ImportError as error:
        raise UsageError(NO_PACKAGE, next_step=INSTALL) from error
    return nkeys
