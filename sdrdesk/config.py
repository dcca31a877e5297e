"""The rep's settings: ``config.toml`` plus the environment, which wins.

Each setting is described where it is defined; ``docs/configuration.md`` is made from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from sdrdesk.toml_file import TomlFileError, problem, read_toml

HUBSPOT_API = "https://api.hubapi.com"
"""HubSpot's public API."""

ENVIRONMENT: Mapping[str, tuple[str, str]] = {
    "SDRDESK_API_URL": ("crm", "api_url"),
    "SDRDESK_OWNER": ("crm", "owner"),
    "SDRDESK_DO_NOT_CALL": ("crm", "do_not_call"),
}
"""Environment variable to the setting it overrides."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class CrmSettings(_Section):
    """Which CRM account, and who the rep is in it."""

    api_url: str = HUBSPOT_API
    """Base URL of the CRM API."""
    owner: str = ""
    """Owner id or e-mail of the rep; ``sdrdesk login --owner`` chooses one."""
    do_not_call: str = ""
    """The account's own "do not call" field on contacts: ``property`` or ``property=value``."""
    qualified_stage: str = "salesqualifiedlead"
    """Lifecycle stage of a qualified lead; teams that dropped SQL set ``opportunity``."""

    @field_validator("api_url")
    @classmethod
    def _http(cls, value: str) -> str:
        if not value.startswith(
            ("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")
        ):
            msg = "must start with https:// (plain http:// only on this machine's own loopback)"
            raise ValueError(msg)
        return value.rstrip("/")


class RepSettings(_Section):
    """About the person at the keys."""

    name: str = ""
    """How scripts introduce the rep; empty: the owner's first name."""
    company: str = ""
    """The rep's own company, for scripts."""
    time_zone: str = ""
    """IANA name; empty: this machine's zone."""

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        if value:
            try:
                ZoneInfo(value)
            except (ZoneInfoNotFoundError, ValueError) as error:
                msg = f"unknown time zone {value!r}; use an IANA name such as Europe/Dublin"
                raise ValueError(msg) from error
        return value


class StorageSettings(_Section):
    """The local database."""

    encryption: Literal["auto", "required", "off"] = "auto"
    """``auto`` encrypts when a keyring or SDRDESK_DB_KEY holds the key and says so when it cannot;
    ``required`` refuses to store anything unencrypted; ``off`` never encrypts."""


class SyncSettings(_Section):
    """How often to talk to the CRM."""

    interval_s: int = Field(default=45, ge=15, le=3600)
    """Seconds between rounds while the workbench is open; each round is jittered by a quarter."""
    grace_s: int = Field(default=10, ge=0, le=3600)
    """Seconds an outcome is held back so that undo leaves no trace upstream."""


class QueueSettings(_Section):
    """Whose leads are in the queue."""

    owners: Literal["mine", "all"] = "mine"
    """``mine``: only leads I own; ``all``: everybody's (small teams that share one pool)."""


class UiSettings(_Section):
    """How the workbench looks."""

    theme: str = "desk-dark"
    """Colour theme; unknown names fall back to the default."""
    keymap: dict[str, str] = Field(default_factory=dict)
    """Binding id to key, such as ``"queue.snooze" = "S"``; see docs/keys.md."""


class Settings(_Section):
    """Everything in ``config.toml``."""

    crm: CrmSettings = CrmSettings()
    rep: RepSettings = RepSettings()
    storage: StorageSettings = StorageSettings()
    sync: SyncSettings = SyncSettings()
    queue: QueueSettings = QueueSettings()
    ui: UiSettings = UiSettings()


def load_settings(path: Path, environ: Mapping[str, str]) -> Settings:
    """Return the settings of ``path`` (defaults where it is silent or absent) and ``environ``.

    Raises:
        TomlFileError: names file, line and key, or the environment variable, of what is wrong.
    """
    raw: dict[str, object] = read_toml(path) if path.exists() else {}
    overridden: dict[tuple[str, ...], str] = {}
    for variable, (section, key) in ENVIRONMENT.items():
        if value := environ.get(variable, "").strip():
            table = raw.setdefault(section, {})
            if isinstance(table, dict):
                table[key] = value
                overridden[(section, key)] = variable
    try:
        return Settings.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = tuple(str(part) for part in first["loc"])
        message = _words(first["type"], first["msg"])
        if variable_name := overridden.get(where):
            raise TomlFileError(
                f"{variable_name}: {message}.", kept="Nothing was changed."
            ) from error
        raise problem(path, message, key=where) from error


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "this setting is not known (see docs/configuration.md for all of them)"
    return message.removeprefix("Value error, ")
