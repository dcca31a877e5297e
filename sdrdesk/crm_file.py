"""``crm.toml`` of a team: which property and stage of the account is what.

It is the team's, so it counts before ``[crm]`` of a rep's ``config.toml``; the environment counts
before both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from sdrdesk.config import ENVIRONMENT, Settings
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.place.regions import find_country
from sdrdesk.plain_file import is_there
from sdrdesk.toml_file import read_toml, wrong_setting

CRM_FILE = "crm.toml"
_TEXTS = ("do_not_call", "qualified_stage", "default_country", "client_id")
_OWN = ("status", "persona", "conversion_date", "owner", "score", "employees")
_COMPANY = "company:"
_PROPERTY = re.compile(r"[a-zA-Z0-9_]{1,100}")
_TABLES = ("lead", "call", "status", "limits")


class CrmFile(NamedTuple):
    """The settings of a team; ``None`` is not said, and each rep's own counts."""

    do_not_call: str | None = None
    """As ``[crm] do_not_call``: ``property``, ``property=value`` or ``none``."""
    qualified_stage: str | None = None
    """As ``[crm] qualified_stage``."""
    default_country: str | None = None
    """As ``[crm] default_country``."""
    client_id: str | None = None
    """As ``[crm] client_id``; a rep's own counts first."""
    fields: Mapping[str, str | tuple[str, ...]] | None = None
    """Properties of the account's own: ``numbers`` (in order), ``status``, ``persona``,
    ``conversion_date``, ``owner``, ``score``, ``employees``; ``also``: further ones to show
    (``company:NAME`` for one of the company's, as always for ``employees``)."""

    others: Mapping[str, Mapping[str, str]] = MappingProxyType({})
    """Names in another CRM than HubSpot: ``lead`` and ``call`` (our field to its own),
    ``status`` (a status of the rules that ship to its own)."""

    @property
    def tables(self) -> Mapping[str, Mapping[str, object]]:
        """The tables, for a connector."""
        return {**self.others, **({"fields": self.fields} if self.fields else {})}


def read_crm_file(folders: Sequence[Path]) -> CrmFile:
    """Return ``crm.toml`` of the first folder that has one, or nothing said.

    Raises:
        TomlFileError: names file, line and key.
    """
    path = next((f / CRM_FILE for f in folders if is_there(f / CRM_FILE)), None)
    if path is None:
        return CrmFile()
    data = read_toml(path)
    try:
        return _parse(data)
    except ConfigProblem as error:
        raise wrong_setting(path, data, _parse, error) from error


def with_team(settings: Settings, said: CrmFile, environ: Mapping[str, str]) -> Settings:
    """Return the rep's settings with what their team says."""
    kept = {key for name, (_, key) in ENVIRONMENT.items() if environ.get(name, "").strip()}
    own = [(name, getattr(said, name)) for name in _TEXTS]
    crm = {key: value for key, value in own if value is not None and key not in kept}
    if settings.crm.client_id:
        crm.pop("client_id", None)
    return settings._replace(crm=settings.crm._replace(**crm)) if crm else settings


def _parse(data: Mapping[str, object]) -> CrmFile:
    table = TableReader(data)
    found = {name: table.text(name) if table.has(name) else None for name in _TEXTS}
    fields = _fields(table.table("fields", optional=True)) if table.has("fields") else None
    others = {name: _texts(table.table(name)) for name in _TABLES if table.has(name)}
    table.done()
    if country := found["default_country"]:
        known = find_country(country) if len(country) == 2 else None
        if known is None:
            said = f"unknown country {country!r}; use a two-letter code such as IE, GB or US"
            raise table.problem("default_country", said)
        found["default_country"] = known.code
    return CrmFile(**found, fields=fields, others=others)


def _fields(table: TableReader) -> Mapping[str, str | tuple[str, ...]]:
    found: dict[str, str | tuple[str, ...]] = {}
    for key in ("numbers", "also"):
        if table.has(key):
            found[key] = table.texts(key)
    found |= {name: table.text(name) for name in _OWN if table.has(name)}
    table.done()
    for key, value in found.items():
        names = (value,) if isinstance(value, str) else value
        if key == "employees" and not names[0].startswith(_COMPANY):
            raise table.problem(key, "must name a property of companies, such as company:seats")
        if key in ("also", "employees"):
            names = tuple(name.removeprefix(_COMPANY) for name in names)
        if not names or not all(map(_PROPERTY.fullmatch, names)):
            raise table.problem(key, "must name properties of contacts, such as direct_dial")
    return found


def _texts(table: TableReader) -> dict[str, str]:
    found = {key: table.text(key) for key in sorted(table.keys())}
    table.done()
    return found
