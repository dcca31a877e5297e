"""The catalog of outcomes, from ``dispositions.toml``.

Reports and rules read flags, never names, so a team may rename, add or remove any outcome. The
effect of an outcome on a lead is in ``domain.outcome.plan``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Final

from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.config.reader import TableReader, nearest, suggest
from sdrdesk.domain.light_dataclass import dataclass


class Flag(StrEnum):
    """The meaning of an outcome for reports and rules."""

    ATTEMPT = "attempt"
    """The person was not reached; never lowers a lead's status."""
    REACHED = "reached"
    """A person answered: the call is a connect."""
    INTENDED_PERSON = "intended_person"
    """The right person was on the line; if long enough, the connect is a conversation."""
    VOICEMAIL = "voicemail"
    WRONG_NUMBER = "wrong_number"
    """Holds the number; the lead continues with its next one, if any."""
    NUMBER_FAILED = "number_failed"
    """Out of service, or could not be dialled. After some days of that the number rests."""
    CALLBACK = "callback"
    MEETING = "meeting"
    QUALIFIED = "qualified"
    NURTURE = "nurture"
    """Leaves the queue until the person converts again or a callback is due."""
    NOT_INTERESTED = "not_interested"
    UNWORKABLE = "unworkable"
    """Handed back to marketing with a reason."""
    DO_NOT_CALL = "do_not_call"
    FINAL = "final"
    """Leaves the queue for good."""
    WITHOUT_CALL = "without_call"
    """May be recorded without a dial; reports count those separately."""


REQUIRABLE: Final = ("callback_at", "meeting_at", "reason", "note", "qualify")
"""Fields that an outcome may require. ``qualify`` means at least one filled slot."""

OTHER: Final = "other"
"""Key of the reason that takes the rep's own words: ``other: moved abroad``."""

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
"""Names of theme colours: every theme can show them."""

CALL_KEYS: Final = {
    ".": "takes the next number",
    "+": "starts calls later",
    "=": "starts calls later",
    ":": "goes with cadences",
    "-": "starts calls sooner",
    ";": "rests the SLA, because the customer asked to wait",
    "E": "edits the person",
    "I": "takes a call that comes in",
    "J": "logs a touch",
    "N": "adds a person",
    "O": "opens the lead elsewhere",
    "Y": "copies what you choose",
    "f": "fills the qualification slots",
    "n": "takes the lead that converted just now",
    "q": "leaves the screen",
    "s": "skips the lead",
    "t": "says that someone picked up",
    "u": "undoes the last action",
    "y": "copies the number",
    "z": "snoozes the lead",
    **dict.fromkeys("0123456789", "opens an objection"),
}
"""Characters with a meaning in a call, which no outcome may take. A test compares the screen."""

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Disposition:
    """One outcome a rep can record."""

    key: str
    label: str
    hotkey: str
    """One character; unique in the table, case matters."""
    glyph: str = "·"
    """One or two cells that show the meaning without colour."""
    color: str = "foreground"
    """A theme colour, see ``COLORS``."""
    crm_outcome: str = ""
    """Label of the account's call outcome; ``""`` for none."""
    flags: frozenset[Flag] = frozenset()
    lead_status: str = ""
    """The CRM's lead status value to set; ``""`` for no change."""
    only_from: frozenset[str] = frozenset()
    """Statuses that ``lead_status`` may replace, ``""`` for none set; empty means any."""
    lifecycle: str = ""
    """``"qualified"`` moves the lead forward to the team's qualified stage; ``""``: no change."""
    requires: tuple[str, ...] = ()
    """Required fields, see ``REQUIRABLE``."""
    reasons: tuple[tuple[str, str], ...] = ()
    """Key and label of each reason, in the order shown; ``OTHER`` takes words."""
    retry: str = ""
    """Name of a retry rule, ``""`` for no next try."""
    follow_up: str = ""
    """``"callback_task"`` creates a call task for the callback time."""
    note: str = ""
    """``"handoff"`` writes a note from the qualification slots."""
    list_name: str = ""
    """CRM list to add the lead to, ``""`` for none."""
    priority: int = 50
    """Priority of its most urgent outbox item, 0 first."""

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

    def reason_label(self, key: str) -> str:
        """Return the label of a reason of any outcome; an unknown key is its own label."""
        labels = (item.reason_label(key) for item in self._by_key.values())
        return next((label for label in labels if label != key), key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __len__(self) -> int:
        return len(self._by_key)

    def flagged(self, *flags: Flag) -> frozenset[str]:
        """Return the keys of the outcomes that carry every one of ``flags``."""
        wanted = frozenset(flags)
        return frozenset(key for key, item in self._by_key.items() if wanted <= item.flags)

    def in_words(self, statuses: Mapping[str, str]) -> Dispositions:
        """Return the outcomes with another CRM's words for the statuses that ship."""
        return Dispositions(
            tuple(
                replace(
                    item,
                    lead_status=statuses.get(item.lead_status, item.lead_status),
                    only_from=frozenset(statuses.get(s, s) for s in item.only_from),
                )
                for item in self.values()
            )
        )

    @property
    def attempts(self) -> dict[str, frozenset[str]]:
        """Each status that only attempts set, and the statuses that it may replace."""
        found: dict[str, frozenset[str]] = {}
        on_purpose = {item.lead_status for item in self.values() if not item.only_from}
        for item in self.values():
            if item.only_from and item.lead_status not in on_purpose:
                before = found.get(item.lead_status, frozenset())
                found[item.lead_status] = before | item.only_from
        return found

    @property
    def rejections(self) -> dict[str, str]:
        """Key and lead status of the outcomes that end the work without a hand-off to sales."""
        handed_over = self.flagged(Flag.QUALIFIED) | self.flagged(Flag.MEETING)
        return {key: self[key].lead_status for key in self.flagged(Flag.FINAL) - handed_over}

    @property
    def ending_statuses(self) -> frozenset[str]:
        """Lead statuses of the outcomes after which the lead rests or is done."""
        ends = self.flagged(Flag.FINAL) | self.flagged(Flag.NURTURE)
        return frozenset(self[key].lead_status for key in ends) - {""}

    def nearest(self, key: str) -> str:
        """Return the known key closest to ``key``, ``""`` when none is close."""
        return nearest(key, self)


def parse_dispositions(data: Mapping[str, object]) -> Dispositions:
    """Return the outcomes of a parsed ``dispositions.toml``.

    Args:
        data: ``{"disposition": {key: {field: value}}}``.

    Raises:
        ConfigProblem: an unknown key, a wrong type or value, a hotkey used twice, or an outcome
            that contradicts itself.
    """
    top = TableReader(data)
    table = top.table("disposition")
    top.done()
    keys = table.keys()
    if not keys:
        raise top.problem("disposition", "must hold at least one outcome")
    items = tuple(_one(key, table.table(key)) for key in keys)
    _refuse_shared_hotkeys(items)
    return Dispositions(items)


def _one(key: str, table: TableReader) -> Disposition:
    if not _KEY.fullmatch(key):
        raise ConfigProblem(table.path, "an outcome's key is lower-case letters, digits and _")
    item = Disposition(
        key=key,
        label=_filled(table, "label"),
        hotkey=_hotkey(table),
        glyph=table.text("glyph", "·"),
        color=table.choice("color", COLORS, "foreground"),
        crm_outcome=table.text("crm_outcome", ""),
        flags=frozenset(map(Flag, _known(table, "flags", tuple(map(str, Flag))))),
        lead_status=table.text("lead_status", ""),
        only_from=frozenset(table.texts("only_from", ())),
        lifecycle=table.choice("lifecycle", ("", "qualified"), ""),
        requires=_known(table, "requires", REQUIRABLE),
        reasons=_reasons(table.table("reasons", optional=True)),
        retry=table.text("retry", ""),
        follow_up=table.choice("follow_up", ("", "callback_task"), ""),
        note=table.choice("note", ("", "handoff"), ""),
        list_name=table.text("list_name", ""),
        priority=table.integer("priority", 50, high=99),
    )
    table.done()
    _refuse_contradictions(item, table)
    return item


def _refuse_contradictions(item: Disposition, table: TableReader) -> None:
    if "reason" in item.requires and not item.reasons:
        raise table.problem("requires", "asks for a reason but no reasons are listed")
    if item.only_from and not item.lead_status:
        raise table.problem("only_from", "says which status to replace but not by what")
    if item.retry and Flag.FINAL in item.flags:
        raise table.problem("retry", "a final outcome cannot have a next try")
    if Flag.MEETING in item.flags and "meeting_at" not in item.requires:
        raise table.problem("requires", "a meeting needs meeting_at")
    if Flag.CALLBACK in item.flags and "callback_at" not in item.requires:
        raise table.problem("requires", "a callback needs callback_at")
    if Flag.INTENDED_PERSON in item.flags and Flag.REACHED not in item.flags:
        raise table.problem("flags", "intended_person without reached cannot be")


def _refuse_shared_hotkeys(items: tuple[Disposition, ...]) -> None:
    seen: dict[str, str] = {}
    for item in items:
        if item.hotkey in seen:
            path = ("disposition", item.key, "hotkey")
            raise ConfigProblem(path, f"{item.hotkey!r} already records {seen[item.hotkey]}")
        seen[item.hotkey] = item.key


def _filled(table: TableReader, key: str) -> str:
    value = table.text(key)
    if not value.strip():
        raise table.problem(key, "must not be empty")
    return value


def _hotkey(table: TableReader) -> str:
    value = table.text("hotkey")
    if len(value) != 1 or not value.isprintable() or value.isspace():
        raise table.problem("hotkey", "must be one character that can be typed")
    if value in CALL_KEYS:
        said = f"{value!r} already {CALL_KEYS[value]} in a call; choose another key"
        raise table.problem("hotkey", said)
    return value


def _known(table: TableReader, key: str, known: tuple[str, ...]) -> tuple[str, ...]:
    values = table.texts(key, ())
    for value in values:
        if value not in known:
            raise table.problem(key, f"{value!r} is not known{suggest(value, known)}")
    return values


def _reasons(table: TableReader) -> tuple[tuple[str, str], ...]:
    keys = table.keys()
    for key in keys:
        if not _KEY.fullmatch(key):
            raise table.problem(key, "a reason's key is lower-case letters, digits and _")
    return tuple((key, _filled(table, key)) for key in keys)
