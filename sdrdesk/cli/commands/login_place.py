"""Ask where to log in: CRM, address, database and user, by options or by questions."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import NumberOf
from sdrdesk.cli.terminal.output import say_err
from sdrdesk.config_file import change_settings
from sdrdesk.domain.crm.api_address import address_problem
from sdrdesk.sync.registry import Connector, connectors, find_connector

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session

_HUBSPOT = "hubspot"


def asked_place(
    session: Session, given: Mapping[str, str | None], *, may_ask: bool
) -> dict[str, str]:
    """Return settings of ``[crm]`` to change: those given, and those missing that a person says.

    A user may be given as ``""``, for a key that belongs to no login; ``None`` is not given.
    """
    said_by = {name: value.strip() for name, value in given.items() if value is not None}
    place = {name: value for name, value in said_by.items() if value or name == "user"}
    if "api_url" in place:
        place["api_url"] = _without_page(place["api_url"])
    if kind := place.get("kind"):
        place["kind"] = find_connector(kind.casefold()).kind
    crm = session.settings.crm
    asks = may_ask and sys.stdin.isatty()
    is_new = not session.paths.config_file.exists() and not session.environ.get("SDRDESK_CRM")
    if asks and is_new and "kind" not in place and not session.access.given:
        place |= _which()
    connector = find_connector(place.get("kind", crm.kind))
    moved = connector.kind != crm.kind
    if asks and not connector.url:
        if "api_url" not in place and (moved or not crm.api_url):
            place["api_url"] = _address(connector)
        for name in _wanted(connector):
            missing = name not in place and (moved or not getattr(crm, name))
            if missing and (said := _text(name, connector)):
                place[name] = said
    return place


def keep_place(session: Session, place: Mapping[str, str]) -> None:
    """Keep in ``config.toml`` what the login proved."""
    path = session.paths.config_file
    change_settings(path, {("crm", name): value for name, value in place.items()})
    say_err(f"Kept in {path}: {', '.join(sorted(place))}")


def _which() -> dict[str, str]:
    known = [one for one in connectors() if isinstance(one, Connector)]
    for number, one in enumerate(known, 1):
        say_err(f"  {number}  {one.name}")
    kind = NumberOf(1, len(known))
    typed = click.prompt("Which CRM", default=1, type=kind, err=True)
    chosen = known[typed - 1].kind
    return {} if chosen == _HUBSPOT else {"kind": chosen}


def _without_page(url: str) -> str:
    """Return an address copied from a browser without what names a page of it.

    Nor does it end in a slash: settings have none, and the key is kept by this address.
    """
    return re.split("[?#]", url, maxsplit=1)[0].rstrip("/")


def _address(connector: Connector) -> str:
    while True:
        typed = str(click.prompt(f"Address of {connector.name} (https://…)", err=True)).strip()
        typed = _without_page(typed)
        if not (wrong := address_problem(typed)):
            return typed
        say_err(f"The address {wrong}.")


def _wanted(connector: Connector) -> tuple[str, ...]:
    """Return the settings to ask for; a login by an app, or its token, says whose it is."""
    of_nobody = "user" in connector.needs or connector.oauth is not None
    return (*connector.needs, *(() if of_nobody else ("user",)))


def _text(name: str, connector: Connector) -> str:
    words = {"database": "Database", "user": "Your login name (Enter for none)"}
    default = None if name in connector.needs else ""
    asked = click.prompt(words[name], default=default, show_default=False, err=True)
    return str(asked).strip()
