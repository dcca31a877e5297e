"""Filters of the queue: conditions from ``views.toml``, or typed in plain words.

A filter never changes the order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.properties import is_property
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.text.durations import parse_duration
from sdrdesk.domain.text.humanize import plural

SHOWN: Final = ("callable", "callback", "new", "retry", "reengaged", "resting", "all")
"""The leads a view starts from: the callable ones, one lane of them, those that will come back on
their own, or every lead of the rep."""

_EXAMPLES: Final = (
    '"fit at least 60, country IE or GB", "persona Plant Manager, converted within 3 days", '
    '"industry software, not called yet"'
)


@dataclass(frozen=True, slots=True)
class LeadFilter:
    """Conditions that must all hold; an empty filter matches every lead."""

    personas: tuple[str, ...] = ()
    """Labels; any of them."""
    industries: tuple[str, ...] = ()
    """Words of the industry's name; any of them."""
    countries: tuple[str, ...] = ()
    """Names or ISO codes; any of them."""
    owners: tuple[str, ...] = ()
    """Ids or e-mail addresses; any of them."""
    statuses: tuple[str, ...] = ()
    """The CRM's lead status values; any of them."""
    teams: tuple[str, ...] = ()
    """Keys or names of teams in ``team.toml``; their members' leads."""
    leads: tuple[str, ...] = ()
    """Ids; exactly these leads."""
    properties: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Properties of the account (``property:NAME``, ``company:NAME``), each with the values of
    which it has one; ``missing`` is no value."""
    fit_min: int = 0
    attempts_min: int = 0
    attempts_max: int | None = None
    converted_within_s: float | None = None
    callback_within_s: float | None = None
    """A callback is due within this many seconds, or was due already."""
    zone_unknown: bool = False
    """The time zone is unknown, so the lead is not called until a rep sets it."""

    @property
    def words(self) -> str:
        """The filter in words that ``parse_words`` reads; ``""`` when it is empty."""
        parts = [
            f"{name} {' or '.join(wanted)}"
            for name, wanted in (
                ("persona", self.personas),
                ("industry", self.industries),
                ("country", self.countries),
                ("owner", self.owners),
                ("status", self.statuses),
                ("team", self.teams),
            )
            if wanted
        ]
        parts += [f"{name} {' or '.join(values)}" for name, values in self.properties]
        if self.leads:
            parts.append(f"{len(self.leads)} chosen {plural(len(self.leads), 'lead')}")
        if self.fit_min:
            parts.append(f"fit at least {self.fit_min}")
        if self.attempts_max == 0:
            parts.append("not called yet")
        elif self.attempts_max is not None:
            parts.append(f"at most {self.attempts_max} attempts")
        if self.attempts_min:
            parts.append(f"at least {self.attempts_min} attempts")
        if self.converted_within_s is not None:
            parts.append(f"converted within {_span_text(self.converted_within_s)}")
        if self.callback_within_s is not None:
            parts.append(f"callback within {_span_text(self.callback_within_s)}")
        if self.zone_unknown:
            parts.append("time zone unknown")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view that a team saved under a name."""

    name: str
    text: str
    """Its purpose, in the team's words."""
    shows: str = "callable"
    """One of ``SHOWN``."""
    filter: LeadFilter = LeadFilter()


def parse_views(data: Mapping[str, object]) -> dict[str, SavedView]:
    """Return the views that ``data`` (a whole ``views.toml``) describes, in its order.

    Raises:
        ConfigProblem: a key is unknown, or a value is of the wrong type or size.
    """
    top = TableReader(data)
    views = top.table("view", optional=True)
    top.done()
    return {name: _view(name, views.table(name)) for name in views.keys()}  # noqa: SIM118


def _view(name: str, table: TableReader) -> SavedView:
    if name in SHOWN:
        raise ConfigProblem(table.path, "is the name of a built-in view")
    made = SavedView(
        name=name,
        text=table.text("text", name),
        shows=table.choice("shows", SHOWN, "callable"),
        filter=LeadFilter(
            personas=table.texts("persona", ()),
            industries=table.texts("industry", ()),
            countries=table.texts("country", ()),
            owners=table.texts("owner", ()),
            statuses=table.texts("status", ()),
            teams=table.texts("team", ()),
            leads=table.texts("lead", ()),
            properties=_properties(table),
            fit_min=table.integer("fit_min", 0, high=100),
            attempts_min=table.integer("attempts_min", 0, high=1000),
            attempts_max=table.integer("attempts_max", high=1000)
            if table.has("attempts_max")
            else None,
            converted_within_s=_span(table, "converted_within"),
            callback_within_s=_span(table, "callback_within"),
            zone_unknown=table.boolean("zone_unknown", False),
        ),
    )
    table.done()
    return made


def _properties(table: TableReader) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((key, table.texts(key)) for key in table.keys() if is_property(key))  # noqa: SIM118


def _span(table: TableReader, key: str) -> float | None:
    if not table.has(key):
        return None
    try:
        return parse_duration(table.text(key))
    except ValueError as error:
        raise table.problem(key, str(error)) from error


# Plain words.

_UNITS: Final = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800}
_SHORT: Final = {"s": 1, "m": 60, "min": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_TIMES: Final = {**_UNITS, **{f"{name}s": s for name, s in _UNITS.items()}, **_SHORT}
_WITHIN: Final = r"\s+(?:within|in)?\s*(?:the\s+last|the\s+next|last|next)?\s*(\d+)?\s*([a-z]+)"
_LISTS: Final = {
    "persona": "personas",
    "industry": "industries",
    "country": "countries",
    "owner": "owners",
    "status": "statuses",
    "team": "teams",
}

_Reads = tuple[re.Pattern[str], Callable[[re.Match[str], str], dict[str, object]]]


def _span_text(seconds: float) -> str:
    """Return a span of time in the largest unit that divides it: ``3 days``."""
    whole = round(seconds)
    for unit in ("week", "day", "hour", "minute"):
        count, rest = divmod(whole, _UNITS[unit])
        if count and not rest:
            return f"{count} {plural(count, unit)}"
    return f"{whole} {plural(whole, 'second')}"


def _seconds(found: re.Match[str], clause: str) -> float:
    unit = _TIMES.get(found[2].lower())
    if unit is None:
        raise _unread(clause)
    return float(int(found[1] or 1) * unit)


def _named(found: re.Match[str], clause: str) -> dict[str, object]:
    wanted = tuple(
        part.strip() for part in re.split(r"\s+or\s+", found[2], flags=re.I) if part.strip()
    )
    if not wanted:
        raise _unread(clause)
    return {_LISTS[found[1].lower()]: wanted}


def _property(found: re.Match[str], clause: str) -> dict[str, object]:
    values = tuple(part.strip() for part in re.split(r"\s+or\s+", found[2], flags=re.I))
    if not is_property(found[1]) or not all(values):
        raise _unread(clause)
    return {"properties": (found[1], values)}


_CLAUSES: Final[tuple[_Reads, ...]] = (
    (
        re.compile(r"fit\s*(?:is\s+)?(?:at\s+least|>=|from|over|≥)?\s*(\d{1,3})\+?", re.I),
        lambda found, _: {"fit_min": int(found[1])},
    ),
    (
        re.compile(r"not\s+called(?:\s+yet)?|untouched|no\s+attempts?", re.I),
        lambda _found, _: {"attempts_max": 0},
    ),
    (
        re.compile(r"(?:time\s+)?zone\s+(?:is\s+)?unknown", re.I),
        lambda _found, _: {"zone_unknown": True},
    ),
    (
        re.compile(r"at\s+most\s+(\d+)\s+attempts?", re.I),
        lambda found, _: {"attempts_max": int(found[1])},
    ),
    (
        re.compile(r"at\s+least\s+(\d+)\s+attempts?", re.I),
        lambda found, _: {"attempts_min": int(found[1])},
    ),
    (
        re.compile("converted" + _WITHIN, re.I),
        lambda found, clause: {"converted_within_s": _seconds(found, clause)},
    ),
    (
        re.compile("callback" + _WITHIN, re.I),
        lambda found, clause: {"callback_within_s": _seconds(found, clause)},
    ),
    (re.compile(r"((?:property|company):\S+)\s+(?:is\s+)?(.+)"), _property),
    (re.compile(rf"({'|'.join(_LISTS)})\s+(?:is\s+|in\s+)?(.+)", re.I), _named),
)


def parse_words(text: str) -> LeadFilter:
    """Return the filter that ``text`` describes: conditions separated by commas or ``and``.

    Raises:
        UsageError: a condition is not understood, or one is set twice.
    """
    made = LeadFilter()
    taken: set[str] = set()
    for part in clauses(text):
        changes = _clause(part)
        names = {str(changes["properties"])} if "properties" in changes else changes.keys()
        if taken & names:
            raise UsageError(f"{part!r} sets a condition twice.", next_step="Use `or`.")
        taken |= names
        if "properties" in changes:
            changes["properties"] = (*made.properties, changes["properties"])
        made = replace(made, **changes)  # type: ignore[arg-type]  # names of fields
    return made


def clauses(text: str) -> list[str]:
    """Return the conditions in ``text``, which commas, semicolons or ``and`` separate."""
    parts = re.split(r"\s*,\s*(?:and\s+)?|\s*;\s*|\s+and\s+", text.strip())
    return [part for part in parts if part]


def _clause(text: str) -> dict[str, object]:
    for pattern, read in _CLAUSES:
        found = pattern.fullmatch(text.strip())
        if found:
            return read(found, text)
    raise _unread(text)


def _unread(clause: str) -> UsageError:
    return UsageError(
        f"{clause!r} is not understood as a condition.", next_step=f"Such as {_EXAMPLES}."
    )
