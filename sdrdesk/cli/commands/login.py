"""Commands that open and close the account: ``login`` and ``logout``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import click

from sdrdesk.cli.access import CommandAccess, LoginStore
from sdrdesk.cli.commands.login_place import asked_place, keep_place
from sdrdesk.cli.options import flag, text_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.loopback import Loopback
from sdrdesk.cli.terminal.output import say, say_err
from sdrdesk.credentials import need_keyring
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import CredentialsError, SdrDeskError, UsageError
from sdrdesk.services.account.service import log_in
from sdrdesk.services.call.launcher import Launcher, LaunchError
from sdrdesk.sync.access import FixedAccess
from sdrdesk.sync.oauth.request import PATH, LoginRequest
from sdrdesk.sync.registry import find_connector, need_address

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.sync.access import Access
    from sdrdesk.sync.oauth.request import LoginRequest
    from sdrdesk.sync.oauth.terms import OAuthApp
    from sdrdesk.sync.registry import Connector

_PATIENCE_S: Final = 300.0
"""Longest wait for the browser."""


@click.command
@text_option("--owner", "Your owner id or e-mail in the CRM.")
@text_option("--crm", "CRM: hubspot, odoo, espocrm …", metavar="KIND")
@text_option("--server", "Address of the CRM.", metavar="URL")
@text_option("--database", "Name of the database (Odoo).", metavar="NAME")
@text_option("--user", 'Your login name in the CRM; "" for none.', default=None, metavar="NAME")
@flag("--token-stdin", "Read the token, key or password from standard input.")
@flag("--no-browser", "Print the login page's address; paste the one you arrive at.")
@flag("--in-file", "Without a keyring: keep the login in a file that only you can read.")
def login(
    owner: str,
    crm: str,
    server: str,
    database: str,
    user: str | None,
    token_stdin: bool,
    no_browser: bool,
    in_file: bool,
) -> None:
    """Log in to the CRM with a token, a key, a password or an app; find out which owner you are."""
    given_place = {"kind": crm, "api_url": server, "database": database, "user": user}
    with open_session() as session:
        if place := asked_place(session, given_place, may_ask=not token_stdin):
            session.move_to(place)
        crm_settings = session.settings.crm
        connector = find_connector(crm_settings.kind)
        need_address(connector, crm_settings.api_url)
        if connector.notice:
            say_err(connector.notice)
        given = "" if token_stdin else session.access.given
        if crm_settings.client_id and not token_stdin and not given:
            access, keep = _by_app(session, connector, no_browser=no_browser, in_file=in_file)
        else:
            access, keep = _by_token(session, given, token_stdin=token_stdin, in_file=in_file)
        known = log_in(session.connect(access), session.db, owner or crm_settings.owner)
        if place:  # first: a key that could not be saved is then given in another way
            keep_place(session, place)
        keep()
        email = f" ({known.owner_email})" if known.owner_email else ""
        say(f"Logged in to account {known.account} as {known.owner_name}{email}.")
        say("Next: sdrdesk setup, then sdrdesk sync")


def _by_token(
    session: Session, given: str, *, token_stdin: bool, in_file: bool
) -> tuple[Access, Callable[[], None]]:
    """Return a token, and what keeps it; the environment's and a program's stay where they are."""
    if given:
        return FixedAccess(given), lambda: None
    if session.settings.crm.token_command and not token_stdin:
        return CommandAccess(session.settings.crm.token_command), lambda: None
    token = _ask_token(token_stdin)
    return FixedAccess(token), lambda: session.access.keep_token(token, in_file=in_file)


def _by_app(
    session: Session, connector: Connector, *, no_browser: bool, in_file: bool
) -> tuple[Access, Callable[[], None]]:
    """Return a login by the team's app, and what keeps it."""
    crm, terms = session.settings.crm, connector.oauth
    if not in_file:
        need_keyring()
    app = session.access.app()
    endpoint = session.access.endpoint(connector, app)
    if terms is None:  # ``endpoint`` has refused it
        raise AssertionError
    if terms.needs_secret and not app.secret:
        app = _with_secret(app)
        endpoint = session.access.endpoint(connector, app)
    request = LoginRequest.new(connector.name, crm.api_url, terms, app.client_id, crm.login_port)
    address = _arrived_at(session, request, no_browser=no_browser)
    grant = endpoint.exchange(request.code_in(address), request.redirect_uri, request.verifier)
    access = FixedAccess(grant.token, "OAuth login", grant.user_id, grant.scopes, grant.server)
    return access, lambda: session.access.keep_login(grant, app, in_file=in_file)


def _with_secret(app: OAuthApp) -> OAuthApp:
    if not sys.stdin.isatty():
        raise UsageError(
            "The app's secret is not known here.",
            kept="Nothing was stored.",
            next_step="Set SDRDESK_CLIENT_SECRET, or client_secret_command under [crm] in "
            "config.toml, or run sdrdesk login in a terminal.",
        )
    said = click.prompt("Secret of your team's app (not shown)", hide_input=True, err=True)
    return replace(app, secret=said.strip())


def _arrived_at(session: Session, request: LoginRequest, *, no_browser: bool) -> str:
    """Return the address at which the browser arrived after the login page."""
    outside = Launcher(session.environ)
    remote = bool(session.environ.get("SSH_CONNECTION"))
    by_hand = no_browser or remote or not outside.has_browser
    try:
        server = Loopback(session.settings.crm.login_port, PATH, request.is_answer)
    except OSError:
        server, by_hand = None, True
    try:
        if not by_hand:
            by_hand = not _opened(outside, request)
        if not by_hand:
            if server is not None and (address := server.wait(_PATIENCE_S)):
                return address
            raise CredentialsError(
                "No browser came back from the login page within five minutes.",
                kept="Nothing was stored.",
                next_step="Run sdrdesk login again, or sdrdesk login --no-browser.",
            )
        return _pasted(request) or (server.wait(0.0) if server is not None else "")
    finally:
        if server is not None:
            server.close()


def _opened(outside: Launcher, request: LoginRequest) -> bool:
    """Open the login page; return whether a program was there to do it."""
    try:
        outside.open(request.url)
    except LaunchError:
        return False
    say_err(f"Log in at {request.name} in your browser. If none opens, open this address:")
    say_err(request.url)
    return True


def _pasted(request: LoginRequest) -> str:
    say_err(f"Open this address in a browser and log in at {request.name}:")
    say_err(request.url)
    say_err(
        f"You then arrive at a page that begins with {request.redirect_uri}; it may say that it "
        "cannot be reached."
    )
    if not sys.stdin.isatty():
        return sys.stdin.readline(16_384).strip()
    asked = "Paste its whole address (or Enter, if it says Done)"
    return str(click.prompt(asked, default="", show_default=False, err=True)).strip()


def _ask_token(token_stdin: bool) -> str:
    if token_stdin:
        token = _piped_token()
    elif sys.stdin.isatty():
        token = click.prompt(
            f"{CRM_NAME} {CRM_NAME.key} (not shown)", hide_input=True, err=True
        ).strip()
    else:
        token = ""
    if not token:
        raise click.BadParameter(
            f"no {CRM_NAME.key} was given; type it at the prompt or pipe it in.",
            param_hint="'--token-stdin'",
        )
    return token


def _piped_token() -> str:
    """Return all of standard input: a token broken over two lines must not lose its end."""
    try:
        given = sys.stdin.readline() if sys.stdin.isatty() else sys.stdin.read(65_536)
    except UnicodeDecodeError as error:
        raise click.BadParameter(
            "standard input is not text.", param_hint="'--token-stdin'"
        ) from error
    return given.strip()


@click.command
def logout() -> None:
    """Log out: forget the token, key or password on this machine; local data is kept."""
    with open_session() as session:
        with session.access.alone():
            ended = _end_at_crm(session)
            gone = session.access.place.delete()
        key = CRM_NAME.key
        say(f"Logged out: the {key} was removed." if gone else f"No {key} was stored here.")
        if ended:
            say_err(ended)
        if session.environ.get("SDRDESK_TOKEN"):
            say("SDRDESK_TOKEN is still set and is used instead.")


def _end_at_crm(session: Session) -> str:
    """End a login at the CRM; return what is wrong, ``""`` for nothing."""
    stored = session.access.place.read()
    if stored is None or not stored[0].refresh:
        return ""
    try:
        connector = find_connector(session.settings.crm.kind)
        grant = LoginStore(session.access, in_file=stored[1] == "file").load()
        if grant is not None:
            session.access.endpoint(connector, session.access.app(stored[0])).revoke(grant)
    except SdrDeskError as error:
        return f"The login could not be ended at the CRM; remove the app's access there. {error}"
    return ""
