"""The rep's settings: ``config.toml`` and the environment, which overrides it.

Each setting is described where it is defined; ``docs/configuration.md`` is generated from here.
Named tuples, because the first screen waits for this module and dataclasses take eight times as
long to define.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Literal, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.crm.api_address import address_problem
from sdrdesk.domain.errors import ExitCode
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.place.dial_command import template_problem
from sdrdesk.domain.place.regions import find_country
from sdrdesk.toml_file import TomlFileError, find_toml, wrong_setting

HUBSPOT = "hubspot"
HUBSPOT_API = "https://api.hubapi.com"
"""HubSpot's public API."""

ENVIRONMENT: Mapping[str, tuple[str, str]] = {
    "SDRDESK_API_URL": ("crm", "api_url"),
    "SDRDESK_CRM": ("crm", "kind"),
    "SDRDESK_CRM_DATABASE": ("crm", "database"),
    "SDRDESK_CRM_USER": ("crm", "user"),
    "SDRDESK_OWNER": ("crm", "owner"),
    "SDRDESK_DO_NOT_CALL": ("crm", "do_not_call"),
    "SDRDESK_FEED_URL": ("feed", "url"),
}
"""Environment variable to the setting it overrides."""

NO_FIELD = "none"
"""Value of ``do_not_call`` for an account without such a field."""

Encryption = Literal["auto", "required", "off"]
_DialMode = Literal["none", "tel", "command", "clipboard"]
_MailMode = Literal["mailto", "command", "eml", "clipboard"]
_MAIL_MODES: tuple[str, ...] = get_args(_MailMode)


class CrmSettings(NamedTuple):
    """The CRM account and the rep in it."""

    kind: str = HUBSPOT
    """The CRM: ``hubspot``, or another one of ``sdrdesk connectors``."""
    api_url: str = HUBSPOT_API
    """Base URL of the CRM API; other CRMs than HubSpot need it."""
    database: str = ""
    """Name of the database, for a CRM that has several at one address."""
    user: str = ""
    """Login name, for a CRM whose keys belong to one."""
    client_id: str = ""
    """Id of the app that your team registered at the CRM: ``sdrdesk login`` then opens the CRM's
    own login page, and each rep has their own rights. See docs/login.md."""
    client_secret_command: tuple[str, ...] = ()
    """Program and arguments that print the app's secret; empty: ``sdrdesk login`` asks for it and
    keeps it with the login (SDRDESK_CLIENT_SECRET wins). It does not run in a shell."""
    login_port: int = 8421
    """The app's redirect URL is ``http://localhost:8421/sdrdesk``, with this port (1024 to
    65535)."""
    token_command: tuple[str, ...] = ()
    """Program and arguments that print the access token, such as
    ``["op", "read", "op://sales/crm/token"]``, instead of a token in the keyring. It does not run
    in a shell."""
    owner: str = ""
    """Owner id or e-mail of the rep; ``sdrdesk login --owner`` sets it."""
    do_not_call: str = ""
    """The account's own "do not call" field on contacts: ``property`` or ``property=value``;
    ``none`` if it has no such field. ``sdrdesk setup`` sets it."""
    qualified_stage: str = "salesqualifiedlead"
    """Lifecycle stage of a qualified lead; teams without SQL use ``opportunity``.
    ``sdrdesk setup`` offers the account's own stages."""
    default_country: str = ""
    """Two-letter country code, such as ``IE``, for numbers without a country code when the lead has
    no country either; empty: such numbers are not dialled."""

    @property
    def no_do_not_call_field(self) -> bool:
        """True if the account is said to have no "do not call" field."""
        return self.do_not_call.strip().casefold() == NO_FIELD

    @property
    def do_not_call_field(self) -> str:
        """The field in the form the CRM client takes; ``""`` for none."""
        return "" if self.no_do_not_call_field else self.do_not_call.strip()


class RepSettings(NamedTuple):
    """The rep."""

    name: str = ""
    """The rep's name in scripts; empty: the owner's first name."""
    company: str = ""
    """The rep's own company, for scripts."""
    offer: str = ""
    """The company's offer, as the end of "we help ...", for scripts."""
    number: str = ""
    """The number to call back, for scripts."""
    time_zone: str = ""
    """IANA name; empty: this machine's zone."""


class StorageSettings(NamedTuple):
    """The local database."""

    encryption: Encryption = "auto"
    """``auto`` encrypts if a keyring or SDRDESK_DB_KEY has the key, and warns if not; ``required``
    refuses to store anything unencrypted; ``off`` never encrypts."""
    backups: int = 3
    """Daily backups that are kept, 0 to 60; 0 makes none. They are made while sdrdesk syncs."""
    retention_days: int = 0
    """Days after which people who left your leads are erased here, 30 to 3650, counted from the
    last thing that happened; also the age at which backups are deleted. 0: they stay."""


class SyncSettings(NamedTuple):
    """Times between two contacts with the CRM."""

    interval_s: int = 45
    """Seconds between rounds while the workbench is open (15 to 3600), varied by a quarter."""
    grace_s: int = 10
    """Seconds before an outcome is sent, in which undo leaves no trace at the CRM (0 to 3600)."""
    folder: str = ""
    """A folder that you sync between your machines, such as one of Dropbox or Syncthing: snoozes,
    pins, opening notes, blocks, held numbers and do-not-call marks go through it, encrypted; see
    docs/two-machines.md. Empty: each machine has its own."""


class QueueSettings(NamedTuple):
    """Owners whose leads are in the queue."""

    owners: Literal["mine", "all"] = "mine"
    """``mine``: only leads I own; ``all``: everybody's (small teams that share one pool)."""


class CallSettings(NamedTuple):
    """Dialling, and the booking page for meetings."""

    dial: _DialMode = "none"
    """Enter also does this, besides starting the clock: ``none`` (you dial by hand), ``tel`` (this
    machine's program for ``tel:`` links), ``command`` (``dial_command``) or ``clipboard`` (copies
    the number, also over SSH). The demo never dials."""
    dial_command: tuple[str, ...] = ()
    """Program and arguments for ``dial = "command"``, such as
    ``["linphonecsh", "dial", "{number}"]``; ``{number}`` becomes the number with its country code,
    followed by a pause and the extension, unless ``{extension}`` appears separately. It does not
    run in a shell."""
    booking_url: str = ""
    """Page opened when a meeting is set, http:// or https://; ``{email}`` and ``{name}`` in it
    become the lead's."""
    auto_start_s: int = 0
    """Seconds from an outcome until the next call starts automatically (and is dialled, as ``dial``
    says), 1 to 60; 0: Enter starts every call. It never starts while a form is open, or a block is
    paused or could end; F7 pauses it, + and - change it until you quit."""


class NoticeSettings(NamedTuple):
    """When the workbench calls the rep back: at most once a minute, and never during a call."""

    bell: bool = True
    """Ring the terminal's bell."""
    desktop: bool = True
    """Show a notice of the desktop, in terminals known to have them (OSC 9 and OSC 777; inside of
    tmux with `allow-passthrough on`)."""
    title: bool = True
    """Show in the title of the window what waits, such as `☎ 1 due · sdrdesk`."""
    callback: bool = True
    """Tell of callbacks that are due."""
    fresh: bool = True
    """Tell of people who converted just now."""
    comment: bool = True
    """Tell of comments on your calls."""
    sla: bool = True
    """Tell of SLAs about to break."""


class FeedSettings(NamedTuple):
    """The team feed; see docs/team-feed.md. It needs `pip install 'sdrdesk[team]'`."""

    url: str = ""
    """The NATS server of the team, such as ``tls://feed.example.com:4222``; empty: no feed."""
    share_presence: bool = False
    """Show the team on its wall whether I am in a block, calling or paused."""


class AgentSettings(NamedTuple):
    """Agents and scripts that drive the open workbench; see docs/agents.md."""

    socket: Literal["off", "read", "write"] = "off"
    """Their rights at the private socket ``agents.sock`` while the workbench is open: nothing,
    read, or record too, marked as theirs."""


class UiSettings(NamedTuple):
    """The look and keys of the workbench."""

    theme: str = "desk-dark"
    """Colour theme: ``desk-dark``, ``desk-light``, ``desk-contrast``, or the name of a file in
    ``themes`` (docs/screens.md); an unknown name means the default."""
    date_order: str = "account"
    """Meaning of 3/4 when you type it: ``day`` (3 April), ``month`` (March 4), or ``account``: as
    in the country of the CRM account's time zone, else of ``[crm] default_country``. When that is
    unknown, sdrdesk asks."""
    line: str = "auto"
    """Connection of the terminal. Over SSH, ``auto`` draws in small pieces, so that keys do not
    wait behind a repaint, and clocks run coarser when the line turns out to be slow. ``slow`` does
    both anywhere, ``fast`` nowhere."""
    keymap: Mapping[str, str] = MappingProxyType({})
    """Binding id to key, such as ``"queue.snooze" = "S"``; see docs/keys.md or ``sdrdesk keys``."""


class EmailSettings(NamedTuple):
    """Opener of follow-up e-mails. Nothing is ever sent from sdrdesk."""

    open: _MailMode = "mailto"
    """``mailto`` (this machine's mail program; a text too long for a link is opened as a file),
    ``command``, ``eml`` (opens an .eml file as a draft) or ``clipboard``, which also serves where
    there is no screen, such as over SSH. The demo opens nothing."""
    command: tuple[str, ...] = ()
    """Program and arguments for ``open = "command"``, such as ``["thunderbird", "{file}"]``.
    ``{file}`` becomes the path of an .eml file, ``{mailto}`` a link (empty for a long text). It
    does not run in a shell."""


class Settings(NamedTuple):
    """Everything in ``config.toml``."""

    crm: CrmSettings = CrmSettings()
    rep: RepSettings = RepSettings()
    storage: StorageSettings = StorageSettings()
    sync: SyncSettings = SyncSettings()
    queue: QueueSettings = QueueSettings()
    calls: CallSettings = CallSettings()
    email: EmailSettings = EmailSettings()
    notices: NoticeSettings = NoticeSettings()
    feed: FeedSettings = FeedSettings()
    agents: AgentSettings = AgentSettings()
    ui: UiSettings = UiSettings()


def load_settings(path: Path, environ: Mapping[str, str], *, with_address: bool = True) -> Settings:
    """Return the settings of ``path`` and ``environ``, with defaults for the rest.

    Args:
        path: ``config.toml``; it need not exist.
        environ: the environment, which overrides the file.
        with_address: read the CRM's address too; ``doctor`` continues without a wrong one.

    Raises:
        TomlFileError: names the file, line and key, or the environment variable, that is wrong.
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
            wrong.exit_code = ExitCode.USAGE  # like a bad option value
            raise wrong from error
        # A value of the environment is not in the file, so it is not judged with it.
        own = find_toml(path) or {}
        raise wrong_setting(path, own, _of_table, error) from error


def _of_table(data: Mapping[str, object]) -> Settings:
    return _parse(TableReader(data))


_Section = TypeVar("_Section", bound=NamedTuple)


def _parse(top: TableReader) -> Settings:
    tables = {name: top.table(name, optional=True) for name in Settings._fields}
    top.done()
    default = Settings()
    return Settings(
        crm=_section(tables["crm"], default.crm),
        rep=_section(tables["rep"], default.rep),
        storage=_section(tables["storage"], default.storage),
        sync=_section(tables["sync"], default.sync),
        queue=_section(tables["queue"], default.queue),
        calls=_section(tables["calls"], default.calls),
        email=_section(tables["email"], default.email),
        notices=_switches(tables["notices"], default.notices),
        feed=_section(tables["feed"], default.feed),
        agents=_section(tables["agents"], default.agents),
        ui=_section(tables["ui"], default.ui),
    )


def _section(table: TableReader, default: _Section) -> _Section:
    """Return one section: texts as they are, everything else as ``_READ`` says."""
    values: dict[str, object] = {}
    for key, standard in default._asdict().items():
        read = _READ.get((*table.path, key))
        values[key] = read(table) if read else table.text(key, standard)
    table.done()
    return default._replace(**values)


def _switches(table: TableReader, default: NoticeSettings) -> NoticeSettings:
    """Return a section whose settings are all on or off."""
    standard: Mapping[str, bool] = default._asdict()
    values = {key: table.boolean(key, on) for key, on in standard.items()}
    table.done()
    return default._replace(**values)


def _url(crm: TableReader) -> str:
    url = crm.text("api_url", HUBSPOT_API if _kind(crm) == HUBSPOT else "")
    if not url:
        return ""  # doctor and login say that it is missing
    if wrong := address_problem(url):
        raise crm.problem("api_url", wrong)
    return url.rstrip("/")


def _feed_url(feed: TableReader) -> str:
    url = feed.text("url", "").strip()
    if url:
        from sdrdesk.domain.feed.address import feed_problem  # few set one

        if wrong := feed_problem(url):
            raise feed.problem("url", wrong)
    return url


def _kind(crm: TableReader) -> str:
    return crm.text("kind", HUBSPOT).strip().casefold()


def _country(crm: TableReader) -> str:
    name = crm.text("default_country", "").strip()
    if not name:
        return ""
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


def _program(crm: TableReader, key: str) -> tuple[str, ...]:
    command = crm.texts(key, ())
    if command and not command[0].strip():
        raise crm.problem(key, "must name a program and its arguments")
    return command


def _retention(storage: TableReader) -> int:
    days = storage.integer("retention_days", 0, low=0, high=3650)
    if 0 < days < 30:
        raise storage.problem("retention_days", "must be 0 or between 30 and 3650")
    return days


def _dial(calls: TableReader) -> str:
    return calls.choice("dial", ("none", "tel", "command", "clipboard"), "none")


def _mail_command(email: TableReader) -> tuple[str, ...]:
    command = email.texts("command", ())
    if command or email.choice("open", _MAIL_MODES, "mailto") == "command":
        from sdrdesk.domain.text.mail import mail_command_problem  # few set one

        if wrong := mail_command_problem(command):
            raise email.problem("command", wrong)
    return command


def _dial_command(calls: TableReader) -> tuple[str, ...]:
    command = calls.texts("dial_command", ())
    if (command or _dial(calls) == "command") and (wrong := template_problem(command)):
        raise calls.problem("dial_command", wrong)
    return command


def _booking_url(calls: TableReader) -> str:
    url = calls.text("booking_url", "")
    if url:
        from sdrdesk.domain.text.web_link import is_web_link  # few set one

        if not is_web_link(url):
            raise calls.problem("booking_url", "must be a whole link that starts with https://")
    return url


def _keymap(ui: TableReader) -> dict[str, str]:
    keymap = ui.table("keymap", optional=True)
    return {key: keymap.text(key) for key in sorted(keymap.keys())}


_READ: Mapping[tuple[str, ...], Callable[[TableReader], object]] = {
    ("crm", "kind"): _kind,
    ("crm", "api_url"): _url,
    ("crm", "client_secret_command"): lambda t: _program(t, "client_secret_command"),
    ("crm", "login_port"): lambda t: t.integer("login_port", 8421, low=1024, high=65535),
    ("crm", "token_command"): lambda t: _program(t, "token_command"),
    ("crm", "default_country"): _country,
    ("crm", "qualified_stage"): lambda t: t.text(
        "qualified_stage", CrmSettings().qualified_stage if _kind(t) == HUBSPOT else ""
    ),
    ("rep", "time_zone"): _zone,
    ("storage", "encryption"): lambda t: t.choice(
        "encryption", ("auto", "required", "off"), "auto"
    ),
    ("storage", "backups"): lambda t: t.integer("backups", 3, low=0, high=60),
    ("storage", "retention_days"): _retention,
    ("sync", "interval_s"): lambda t: t.integer("interval_s", 45, low=15, high=3600),
    ("sync", "grace_s"): lambda t: t.integer("grace_s", 10, low=0, high=3600),
    ("queue", "owners"): lambda t: t.choice("owners", ("mine", "all"), "mine"),
    ("calls", "dial"): _dial,
    ("email", "open"): lambda email: email.choice("open", _MAIL_MODES, "mailto"),
    ("email", "command"): _mail_command,
    ("calls", "dial_command"): _dial_command,
    ("calls", "booking_url"): _booking_url,
    ("calls", "auto_start_s"): lambda t: t.integer("auto_start_s", 0, low=0, high=60),
    ("feed", "url"): _feed_url,
    ("feed", "share_presence"): lambda t: t.boolean("share_presence", False),
    ("agents", "socket"): lambda t: t.choice("socket", ("off", "read", "write"), "off"),
    ("ui", "date_order"): lambda t: t.choice("date_order", ("account", "day", "month"), "account"),
    ("ui", "line"): lambda t: t.choice("line", ("auto", "slow", "fast"), "auto"),
    ("ui", "keymap"): _keymap,
}
"""Settings that are not plain text, or only some texts of which are allowed."""
