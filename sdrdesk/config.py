"""The rep's settings: ``config.toml`` plus the environment, which wins.

Each setting is described where it is defined; ``docs/configuration.md`` is made from here. They
are read by the same reader as the team's rule files: pydantic would do it too, but takes as long
to import as the queue takes to rank, and the first screen waits for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.crm.api_address import address_problem
from sdrdesk.domain.errors import ExitCode
from sdrdesk.toml_file import TomlFileError, find_toml, problem

HUBSPOT_API = "https://api.hubapi.com"
"""HubSpot's public API."""

ENVIRONMENT: Mapping[str, tuple[str, str]] = {
    "SDRDESK_API_URL": ("crm", "api_url"),
    "SDRDESK_OWNER": ("crm", "owner"),
    "SDRDESK_DO_NOT_CALL": ("crm", "do_not_call"),
}
"""Environment variable to the setting it overrides."""

NO_FIELD = "none"
"""Value of ``do_not_call`` for an account without such a field."""

Encryption = Literal["auto", "required", "off"]
_ENCRYPTION: tuple[Encryption, ...] = ("auto", "required", "off")
DialWay = Literal["none", "tel", "command", "clipboard"]
_DIAL_WAYS: tuple[DialWay, ...] = ("none", "tel", "command", "clipboard")


@dataclass(frozen=True, slots=True)
class CrmSettings:
    """Which CRM account, and who the rep is in it."""

    api_url: str = HUBSPOT_API
    """Base URL of the CRM API."""
    owner: str = ""
    """Owner id or e-mail of the rep; ``sdrdesk login --owner`` chooses one."""
    do_not_call: str = ""
    """The account's own "do not call" field on contacts: ``property`` or ``property=value``;
    ``none`` says that it has no such field. ``sdrdesk setup`` chooses it."""
    qualified_stage: str = "salesqualifiedlead"
    """Lifecycle stage of a qualified lead; teams that dropped SQL set ``opportunity``.
    ``sdrdesk setup`` offers the account's own stages."""
    default_country: str = ""
    """Two-letter code of the country, such as ``IE``, in which numbers without a country are read
    when the lead has none either; empty: such numbers are not dialled."""

    @property
    def no_do_not_call_field(self) -> bool:
        """Whether somebody said that the account has no "do not call" field."""
        return self.do_not_call.strip().casefold() == NO_FIELD

    @property
    def do_not_call_field(self) -> str:
        """The field as the client of the CRM takes it, ``""`` for none."""
        return "" if self.no_do_not_call_field else self.do_not_call.strip()


@dataclass(frozen=True, slots=True)
class RepSettings:
    """About the person at the keys."""

    name: str = ""
    """How scripts introduce the rep; empty: the owner's first name."""
    company: str = ""
    """The rep's own company, for scripts."""
    offer: str = ""
    """What the company does, as the end of "we help ...", for scripts."""
    number: str = ""
    """The number to call back, for scripts."""
    time_zone: str = ""
    """IANA name; empty: this machine's zone."""


@dataclass(frozen=True, slots=True)
class StorageSettings:
    """The local database."""

    encryption: Encryption = "auto"
    """``auto`` encrypts when a keyring or SDRDESK_DB_KEY holds the key and says so when it cannot;
    ``required`` refuses to store anything unencrypted; ``off`` never encrypts."""


@dataclass(frozen=True, slots=True)
class SyncSettings:
    """How often to talk to the CRM."""

    interval_s: int = 45
    """Seconds between rounds while the workbench is open (15 to 3600); each is jittered by a
    quarter."""
    grace_s: int = 10
    """Seconds an outcome is held back so that undo leaves no trace upstream (0 to 3600)."""


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Whose leads are in the queue."""

    owners: Literal["mine", "all"] = "mine"
    """``mine``: only leads I own; ``all``: everybody's (small teams that share one pool)."""


@dataclass(frozen=True, slots=True)
class CallSettings:
    """How a call reaches the phone, and what a meeting needs."""

    dial: DialWay = "none"
    """What Enter does beside starting the clock: ``none`` (you dial by hand), ``tel`` (this
    machine's program for ``tel:`` links), ``command`` (``dial_command``) or ``clipboard`` (copies
    the number, also over SSH). The demo never dials."""
    dial_command: tuple[str, ...] = ()
    """Program and arguments for ``dial = "command"``, such as
    ``["linphonecsh", "dial", "{number}"]``; ``{number}`` becomes the number with its country code,
    followed by a pause and the extension, unless ``{extension}`` has a place of its own. No shell
    reads it."""
    booking_url: str = ""
    """Page opened when a meeting is set, http:// or https://; ``{email}`` and ``{name}`` in it
    become the lead's."""
    auto_start_s: int = 0
    """Seconds from an outcome until the next call begins by itself (and is dialled, as ``dial``
    says), 1 to 60; 0: Enter begins every call. It never begins while something is open, a block is
    paused or could end; space lets the calls wait, + and - change it for this run."""


@dataclass(frozen=True, slots=True)
class UiSettings:
    """How the workbench looks."""

    theme: str = "desk-dark"
    """Colour theme; unknown names fall back to the default."""
    keymap: Mapping[str, str] = field(default_factory=dict)
    """Binding id to key, such as ``"queue.snooze" = "S"``; see docs/keys.md or ``sdrdesk keys``."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything in ``config.toml``."""

    crm: CrmSettings = CrmSettings()
    rep: RepSettings = RepSettings()
    storage: StorageSettings = StorageSettings()
    sync: SyncSettings = SyncSettings()
    queue: QueueSettings = QueueSettings()
    calls: CallSettings = CallSettings()
    ui: UiSettings = field(default_factory=UiSettings)


def load_settings(path: Path, environ: Mapping[str, str], *, with_address: bool = True) -> Settings:
    """Return the settings of ``path`` (defaults where it is silent or absent) and ``environ``.

    Args:
        path: ``config.toml``.
        environ: the environment, which wins.
        with_address: read the CRM's address, too; ``doctor`` goes on without a wrong one.

    Raises:
        TomlFileError: names file, line and key, or the environment variable, of what is wrong.
    """
    raw = find_toml(path) or {}
    overridden: dict[tuple[str, ...], str] = {}
    for variable, (section, key) in ENVIRONMENT.items():
        if value := environ.get(variable, "").strip():
            table = raw.setdefault(section, {})
            if isinstance(table, dict):
                table[key] = value
                overridden[(section, key)] = variable
    crm = raw.get("crm")
    if not with_address and isinstance(crm, dict):
        crm.pop("api_url", None)
    try:
        return _parse(TableReader(raw))
    except ConfigProblem as error:
        if variable_name := overridden.get(error.key_path):
            said = error.message.rstrip(".")
            wrong = TomlFileError(
                f"{variable_name}: {said}.",
                kept="Nothing was changed.",
                next_step=f"Correct or unset {variable_name}.",
            )
            wrong.exit_code = ExitCode.USAGE  # a bad value, as in an option
            raise wrong from error
        raise problem(path, error.message, key=error.key_path) from error


def _parse(top: TableReader) -> Settings:
    crm, rep = top.table("crm", optional=True), top.table("rep", optional=True)
    storage, sync = top.table("storage", optional=True), top.table("sync", optional=True)
    queue, ui = top.table("queue", optional=True), top.table("ui", optional=True)
    calls = top.table("calls", optional=True)
    top.done()
    keymap = ui.table("keymap", optional=True)
    settings = Settings(
        crm=CrmSettings(
            api_url=_url(crm),
            owner=crm.text("owner", ""),
            do_not_call=crm.text("do_not_call", ""),
            qualified_stage=crm.text("qualified_stage", CrmSettings().qualified_stage),
            default_country=_country(crm),
        ),
        rep=RepSettings(
            name=rep.text("name", ""),
            company=rep.text("company", ""),
            offer=rep.text("offer", ""),
            number=rep.text("number", ""),
            time_zone=_zone(rep),
        ),
        storage=StorageSettings(
            cast(Encryption, storage.choice("encryption", _ENCRYPTION, "auto"))
        ),
        sync=SyncSettings(
            sync.integer("interval_s", SyncSettings().interval_s, low=15, high=3600),
            sync.integer("grace_s", SyncSettings().grace_s, low=0, high=3600),
        ),
        queue=QueueSettings(
            cast(Literal["mine", "all"], queue.choice("owners", ("mine", "all"), "mine"))
        ),
        calls=_calls(calls) if calls.keys() else CallSettings(),
        ui=UiSettings(
            ui.text("theme", UiSettings().theme),
            {key: keymap.text(key) for key in sorted(keymap.keys())},
        ),
    )
    for table in (crm, rep, storage, sync, queue, calls, ui, keymap):
        table.done()
    return settings


def _calls(calls: TableReader) -> CallSettings:
    # Only here: the first screen waits for every module that is loaded before it.
    from sdrdesk.domain.place.dial_command import template_problem
    from sdrdesk.domain.text.web_link import is_web_link

    way = cast(DialWay, calls.choice("dial", _DIAL_WAYS, "none"))
    command = calls.texts("dial_command", ())
    if (way == "command" or command) and (wrong := template_problem(command)):
        raise calls.problem("dial_command", wrong)
    url = calls.text("booking_url", "")
    if url and not is_web_link(url):
        raise calls.problem("booking_url", "must be a whole link that starts with https://")
    auto_start_s = calls.integer("auto_start_s", CallSettings().auto_start_s, low=0, high=60)
    return CallSettings(way, command, url, auto_start_s)


def _url(crm: TableReader) -> str:
    url = crm.text("api_url", HUBSPOT_API)
    if wrong := address_problem(url):
        raise crm.problem("api_url", wrong)
    return url.rstrip("/")


def _country(crm: TableReader) -> str:
    name = crm.text("default_country", "").strip()
    if not name:
        return ""
    from sdrdesk.domain.place.regions import find_country  # a table, for the few who set it

    found = find_country(name) if len(name) == 2 else None  # ISO 3166 alpha-2
    if found is None:
        said = f"unknown country {name!r}; use a two-letter code such as IE, GB or US"
        raise crm.problem("default_country", said)
    return found.code


def _zone(rep: TableReader) -> str:
    name = rep.text("time_zone", "")
    if name:
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            said = f"unknown time zone {name!r}; use an IANA name such as Europe/Dublin"
            raise rep.problem("time_zone", said) from error
    return name
