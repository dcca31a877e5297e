"""The CRMs that this installation can speak to.

Those that ship are named here. A team installs its own as a package with an entry point in the
group ``sdrdesk.connectors``: the kind to a ``Connector``. Connectors are imported when they are
asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NoReturn

from sdrdesk.clock import Clock
from sdrdesk.domain.errors import SdrDeskError, UsageError
from sdrdesk.domain.lead.properties import NO_PROPERTIES, WantedProperties
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.access import Access
from sdrdesk.sync.capabilities import Capabilities, KeyMode
from sdrdesk.sync.oauth.terms import OAuthTerms
from sdrdesk.sync.port import CrmClient

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "sdrdesk.connectors"
"""Entry points of connectors."""

BUILT_IN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "hubspot": "sdrdesk.sync.hubspot.connector:CONNECTOR",
        "odoo": "sdrdesk.sync.odoo.connector:CONNECTOR",
        "espocrm": "sdrdesk.sync.espocrm.connector:CONNECTOR",
        "salesforce": "sdrdesk.sync.salesforce.connector:CONNECTOR",
    }
)
"""Kind to module and name."""


@dataclass(frozen=True, slots=True)
class Target:
    """An account to connect to. ``repr`` shows no secret."""

    url: str
    secret: str | Access = field(repr=False)
    """A token, or what gives one and renews it."""
    clock: Clock = field(repr=False)
    user: str = ""
    database: str = ""
    do_not_call: str | None = None
    """The account's own do-not-call field, in the form of ``[crm] do_not_call``; ``""``: there is
    none; ``None``: nothing was said."""
    mapping: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """The tables of ``crm.toml``."""
    wanted: WantedProperties = NO_PROPERTIES
    """Properties that the team's rules name; a connector fills ``RemoteLead.properties`` and
    ``RemoteCompany.properties`` with them."""

    @property
    def token(self) -> str:
        """The token of now, for a connector whose keys do not change."""
        return self.secret if isinstance(self.secret, str) else self.secret.token()


@dataclass(frozen=True, slots=True)
class Connector:
    """A kind of CRM."""

    kind: str
    """The value of ``[crm] kind``, such as ``hubspot``."""
    name: str
    """Its name for reps, such as ``HubSpot``."""
    key_name: str = field(default="key", kw_only=True)
    """Its word for what logs a rep in, such as ``API key``."""
    password_name: str = field(default="", kw_only=True)
    """The same for a login with a user's name, ``""`` where it needs the key too."""
    rights_name: str = field(default="rights", kw_only=True)
    """Its word for what that allows."""
    connect: Callable[[Target], CrmClient] = field(repr=False)
    """Returns a client; nothing is sent yet."""
    versions: str
    """The versions it was made for."""
    modes: tuple[KeyMode, ...]
    """Ways to log activities once, the best first."""
    capabilities: Capabilities = field(default_factory=Capabilities)
    """The traits of an ordinary account; the client's own may differ."""
    url: str = ""
    """The address for everybody; ``""``: each account has its own."""
    needs: tuple[str, ...] = ()
    """Settings that it needs in addition to the address, of ``user`` and ``database``."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """The statuses of the rules that ship, in this CRM's words; empty where they are its own."""
    doubtful: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """A status of those rules with a name that it should not have here, and why."""
    do_not_call: str = ""
    """The field that says so in every account, ``""`` when a team chooses its own."""
    qualified_stage: str = ""
    """The lifecycle stage of a qualified lead, ``""`` where leads have a status only."""
    oauth: OAuthTerms | None = None
    """The login with the team's app; ``None``: by a key only."""
    notice: str = ""
    """A warning to read before relying on it, ``""`` none."""


@dataclass(frozen=True, slots=True)
class Unusable:
    """An installed connector that cannot be loaded."""

    kind: str
    problem: str


def with_wanted(target: Target) -> Mapping[str, Mapping[str, object]]:
    """Return the mapping, with the properties that rules name as ``lead`` of the table ``also``."""
    return {**target.mapping, "also": {"lead": target.wanted.lead}}


def find_connector(kind: str) -> Connector:
    """Return the connector of a kind.

    Raises:
        UsageError: none is installed, or it cannot be loaded.
    """
    found = _load(kind)
    if isinstance(found, Connector):
        return found
    if found is not None:
        raise _unfit(kind, found.problem)
    near = get_close_matches(kind, list(_kinds()), n=1)
    guess = f', did you mean "{near[0]}"?' if near else "."
    raise UsageError(
        f'No connector for "{one_line(kind, limit=40)}" is installed{guess}',
        next_step="Set kind under [crm] in config.toml: sdrdesk connectors lists what is there.",
    )


def connectors() -> list[Connector | Unusable]:
    """Return every installed connector, those that ship first."""
    return [found for kind in _kinds() if (found := _load(kind)) is not None]


def need_address(connector: Connector, url: str) -> None:
    """Check that the settings have an address.

    Raises:
        UsageError: they have none, and this CRM has none for everybody.
    """
    if not url:
        _need(connector, "api_url", "SDRDESK_API_URL")


def open_client(connector: Connector, target: Target) -> CrmClient:
    """Return a client of an account; nothing is sent yet.

    Raises:
        UsageError: names the setting that is missing, or what an installed connector lacks.
    """
    need_address(connector, target.url)
    for name in connector.needs:
        if not getattr(target, name):
            _need(connector, name, f"SDRDESK_CRM_{name.upper()}")
    if connector.kind in BUILT_IN:
        return connector.connect(target)
    try:
        client = connector.connect(target)
    except SdrDeskError:
        raise
    except Exception as error:  # somebody else's code
        said = one_line(str(error), limit=200) or type(error).__name__
        raise _unfit(connector.kind, f"it fails ({said})") from error
    there = {*dir(type(client)), *getattr(client, "__dict__", ())}
    if lacks := sorted(_PORT - there):
        raise _unfit(connector.kind, f"it lacks {', '.join(lacks)}")
    return client


_PORT: Final = frozenset(
    name for part in CrmClient.__mro__ for name in vars(part) if not name.startswith("_")
)
"""Names of the port: every client has them."""


def _unfit(kind: str, problem: str) -> UsageError:
    return UsageError(
        f"The connector {kind} cannot be used: {problem}.",
        kept="Everything recorded here is kept.",
        next_step="Install a version of it that fits this one: sdrdesk connectors",
    )


def _need(connector: Connector, key: str, variable: str) -> NoReturn:
    raise UsageError(
        f"{connector.name} needs {key} under [crm] in config.toml.",
        next_step=f"Set it there, or set {variable}.",
    )


def _kinds() -> tuple[str, ...]:
    return tuple(dict.fromkeys((*BUILT_IN, *(point.name for point in _installed()))))


def _installed() -> Iterable[EntryPoint]:
    from importlib.metadata import entry_points  # 15 ms, and most desks have no others

    return sorted(entry_points(group=GROUP), key=lambda point: point.name)


def _load(kind: str) -> Connector | Unusable | None:
    if kind in BUILT_IN:  # never replaced: a package must not get between a rep and HubSpot
        module, name = BUILT_IN[kind].split(":")
        found = getattr(importlib.import_module(module), name)
        return found if isinstance(found, Connector) else None
    point = next((point for point in _installed() if point.name == kind), None)
    if point is None:
        return None
    try:
        loaded = point.load()
    except Exception as error:  # noqa: BLE001 - somebody else's code
        said = one_line(str(error), limit=200) or type(error).__name__
        return Unusable(kind, f"{point.value} fails ({said})")
    if not isinstance(loaded, Connector) or loaded.kind != kind:
        return Unusable(kind, f"{point.value} is no connector of this kind")
    return loaded
