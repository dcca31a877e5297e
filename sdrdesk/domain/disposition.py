"""Outcomes of a call as data: what each one means, changes and requires.

Reports and rules read flags, never names: a team may rename, add or remove every outcome. This
module reads and checks the table; what one outcome does to one lead is ``domain.outcome``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from sdrdesk.domain.config_problem import ConfigProblem


class Flag(StrEnum):
    """What an outcome means, for every report and every rule."""

    ATTEMPT = "attempt"
    """A try that did not get through to the person; it never lowers a lead's status."""
    REACHED = "reached"
    """A person answered: the call is a connect."""
    INTENDED_PERSON = "intended_person"
    """The person wanted was on the line: long enough, the connect is a conversation."""
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    """The number is held back; the lead goes on with the next number, if there is one."""
    CALLBACK = "callback"
    MEETING = "meeting"
    QUALIFIED = "qualified"
    NURTURE = "nurture"
    """Leaves the queue until the person converts again or a promised time comes."""
    NOT_INTERESTED = "not_interested"
    UNWORKABLE = "unworkable"
    """Marketing should not have sent this lead; the reason goes back to it."""
    DO_NOT_CALL = "do_not_call"
    FINAL = "final"
    """Leaves the queue for good."""
    WITHOUT_CALL = "without_call"
    """May be recorded without a dial; reports count those apart."""


REQUIRABLE: Final = ("callback_at", "meeting_at", "reason", "note", "qualify")
"""What an outcome may insist on. ``qualify`` means at least one filled slot."""

COLORS: Final = (
    "primary",
    "secondary",
    "accent",
    "success",
    "warning",
    "error",
    "foreground",
    "muted",
)
"""Names of theme colours; no outcome carries a colour of its own, so every theme can show it."""

_KEY = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Disposition:
    """One outcome a rep can record."""

    key: str
    label: str
    hotkey: str
    """One character; unique in the table, case matters."""
    glyph: str = "·"
    """One or two cells that carry the meaning without colour."""
    color: str = "foreground"
    """A theme colour, see ``COLORS``."""
    crm_outcome: str = ""
    """Label of the CRM's call outcome, looked up at the account; ``""`` for none."""
    flags: frozenset[Flag] = frozenset()
    lead_status: str = ""
    """The CRM's lead status value afterwards; ``""`` leaves it alone."""
    only_from: frozenset[str] = frozenset()
    """Statuses it may replace, ``""`` being "none set"; an empty set means any."""
    lifecycle: str = ""
    """``"qualified"`` moves forward to the team's qualified stage; ``""`` leaves it alone."""
    requires: tuple[str, ...] = ()
    """Fields without which it cannot be recorded, see ``REQUIRABLE``."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Key and label of each reason, in the order they are offered."""
    retry: str = ""
    """Name of a retry rule, ``""`` when there is no next try."""
    follow_up: str = ""
    """``"callback_task"`` makes a call task when there is a callback time."""
    note: str = ""
    """``"handoff"`` writes a note from the qualification slots."""
    list_name: str = ""
    """CRM list to put the lead on, ``""`` for none."""
    priority: int = 50
    """Place of its most urgent item in the outbox, 0 first."""

    def is_(self, flag: Flag) -> bool:
        """Return whether this outcome carries ``flag``."""
        return flag in self.flags

    def reason_label(self, key: str) -> str:
        """Return the label of reason ``key``; an unknown key is its own label."""
        return dict(self.reasons).get(key, key)


class Dispositions(Mapping[str, Disposition]):
    """The outcomes by key, in the order of the file."""

    def __init__(self, items: tuple[Disposition, ...]) -> None:
        self._by_key = {item.key: item for item in items}

    def __getitem__(self, key: str) -> Disposition:
        return self._by_key[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def by_hotkey(self) -> dict[str, Disposition]:
        """Return the outcomes by the character that records them."""
        return {item.hotkey: item for item in self._by_key.values()}

    def flagged(self, *flags: Flag) -> frozenset[str]:
        """Return the keys of the outcomes that carry every one of ``flags``."""
        wanted = frozenset(flags)
        return frozenset(key for key, item in self._by_key.items() if wanted <= item.flags)

    def nearest(self, key: str) -> str:
        """Return the known key most like ``key``, ``""`` when none comes close."""
        return next(iter(get_close_matches(key, list(self), n=1)), "")


def parse_dispositions(data: Mapping[str, object]) -> Dispositions:
    """Return the outcomes of a parsed ``dispositions.toml``.

    Args:
        data: what ``tomllib`` returns: ``{"disposition": {key: {field: value}}}``.

    Raises:
        ConfigProblem: an unknown key, a wrong type or value, a hotkey used twice, or a required
            reason without reasons to choose from.
    """
    for name in data:
        if name != "disposition":
            raise ConfigProblem((name,), _unknown(name, ["disposition"]))
    table = data.get("disposition")
    if not isinstance(table, Mapping) or not table:
        raise ConfigProblem(("disposition",), "There must be at least one outcome.")
    items = tuple(_one(str(key), value) for key, value in table.items())
    _refuse_shared_hotkeys(items)
    return Dispositions(items)


_FIELDS: Final = tuple(f.name for f in fields(Disposition) if f.name != "key")
_TEXTS: Final = ("glyph", "crm_outcome", "lead_status", "retry", "list_name")
_CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "color": COLORS,
    "lifecycle": ("", "qualified"),
    "follow_up": ("", "callback_task"),
    "note": ("", "handoff"),
}


def _one(key: str, value: object) -> Disposition:
    path = ("disposition", key)
    if not _KEY.fullmatch(key):
        raise ConfigProblem(path, "An outcome's key is lower-case letters, digits and _.")
    if not isinstance(value, Mapping):
        raise ConfigProblem(path, "An outcome is a table of fields.")
    for name in value:
        if name not in _FIELDS:
            raise ConfigProblem((*path, str(name)), _unknown(str(name), _FIELDS))
    flags = _strings(value, path, "flags")
    for flag in flags:
        if flag not in list(Flag):
            raise ConfigProblem((*path, "flags"), _unknown(flag, list(Flag)))
    texts = {n: _text(value, path, n) for n in _TEXTS if n in value}
    chosen = {n: _choice(value, path, n) for n in _CHOICES if n in value}
    item = Disposition(
        key=key,
        label=_required_text(value, path, "label"),
        hotkey=_hotkey(value, path),
        flags=frozenset(Flag(flag) for flag in flags),
        only_from=frozenset(_strings(value, path, "only_from")),
        requires=_requires(value, path),
        reasons=_reasons(value, path),
        priority=_priority(value, path),
        **texts,
        **chosen,
    )
    _refuse_contradictions(item, path)
    return item


def _refuse_contradictions(item: Disposition, path: tuple[str, ...]) -> None:
    if "reason" in item.requires and not item.reasons:
        raise ConfigProblem((*path, "requires"), "A reason is required but none is listed.")
    if item.only_from and not item.lead_status:
        raise ConfigProblem((*path, "only_from"), "It says which status to replace, not by what.")
    if item.retry and Flag.FINAL in item.flags:
        raise ConfigProblem((*path, "retry"), "A final outcome cannot have a next try.")
    if Flag.MEETING in item.flags and "meeting_at" not in item.requires:
        raise ConfigProblem((*path, "requires"), "A meeting needs meeting_at here.")
    if Flag.CALLBACK in item.flags and "callback_at" not in item.requires:
        raise ConfigProblem((*path, "requires"), "A callback needs callback_at here.")


def _refuse_shared_hotkeys(items: tuple[Disposition, ...]) -> None:
    seen: dict[str, str] = {}
    for item in items:
        if item.hotkey in seen:
            raise ConfigProblem(
                ("disposition", item.key, "hotkey"),
                f'The key "{item.hotkey}" already records {seen[item.hotkey]}.',
            )
        seen[item.hotkey] = item.key


def _text(table: Mapping[str, object], path: tuple[str, ...], name: str) -> str:
    value = table.get(name, "")
    if not isinstance(value, str):
        raise ConfigProblem((*path, name), "This must be text in quotation marks.")
    return value


def _required_text(table: Mapping[str, object], path: tuple[str, ...], name: str) -> str:
    value = _text(table, path, name)
    if not value.strip():
        raise ConfigProblem((*path, name), "This must not be empty.")
    return value


def _choice(table: Mapping[str, object], path: tuple[str, ...], name: str) -> str:
    value = _text(table, path, name)
    if value not in _CHOICES[name]:
        raise ConfigProblem((*path, name), _unknown(value, _CHOICES[name]))
    return value


def _strings(table: Mapping[str, object], path: tuple[str, ...], name: str) -> tuple[str, ...]:
    value = table.get(name, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
        raise ConfigProblem((*path, name), "This must be a list of texts.")
    return tuple(value)


def _hotkey(table: Mapping[str, object], path: tuple[str, ...]) -> str:
    value = _text(table, path, "hotkey")
    if len(value) != 1 or not value.isprintable() or value.isspace():
        raise ConfigProblem((*path, "hotkey"), "This must be one character that can be typed.")
    return value


def _requires(table: Mapping[str, object], path: tuple[str, ...]) -> tuple[str, ...]:
    names = _strings(table, path, "requires")
    for name in names:
        if name not in REQUIRABLE:
            raise ConfigProblem((*path, "requires"), _unknown(name, REQUIRABLE))
    return names


def _reasons(table: Mapping[str, object], path: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    value = table.get("reasons", {})
    if not isinstance(value, Mapping):
        raise ConfigProblem((*path, "reasons"), "Reasons are a table of key and label.")
    for key, label in value.items():
        if not _KEY.fullmatch(str(key)) or not isinstance(label, str) or not label.strip():
            raise ConfigProblem((*path, "reasons", str(key)), 'Write it like bad_fit = "Bad fit".')
    return tuple((str(key), str(label)) for key, label in value.items())


def _priority(table: Mapping[str, object], path: tuple[str, ...]) -> int:
    value = table.get("priority", 50)
    # bool is an int to Python, and ``priority = true`` is a slip.
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 99:
        raise ConfigProblem((*path, "priority"), "This must be a whole number from 0 to 99.")
    return value


def _unknown(name: str, known: tuple[str, ...] | list[str] | list[Flag]) -> str:
    close = get_close_matches(name, [str(k) for k in known], n=1)
    hint = f' Did you mean "{close[0]}"?' if close else ""
    listed = ", ".join(str(k) for k in known if k)
    return f'"{name}" is not known here.{hint} Known: {listed}.'
