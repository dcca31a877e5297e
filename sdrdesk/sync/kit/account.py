"""The account of a client: who it is, which fields and words it has, and what setup makes there."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from sdrdesk.domain.crm.foreign_values import ForeignRecord, LeftOut
from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    ActivityKindName,
    OptionField,
    RemoteOption,
    RemoteOwner,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.kit.basics import Basics
from sdrdesk.sync.kit.entries import OUTCOMES
from sdrdesk.sync.kit.fields import Names, Row, key_step
from sdrdesk.sync.net.json_http import JsonHttp
from sdrdesk.sync.port import AccountInfo, KeyMode, KeyStep, LeadField, Survey
from sdrdesk.sync.registry import Target, with_wanted

UNTRIED: Final = ", which this connector was not tried with"
"""The text after the name of a server's version."""
SchemaChange = tuple[ActivityKindName, str, Callable[[], object] | str]
"""Kind, words for it, and the change itself, or why it cannot be made."""


class ServerAccount(Basics):
    """Base of clients that speak JSON to a server: its account."""

    link_to = ""
    """The path of a lead in the CRM's own screen, with ``{id}``."""
    entities: Mapping[str, str]
    """The CRM's names of our kinds."""
    own: tuple[tuple[str, str], ...] = (("lead", "persona"), ("call", "outcome"), ("call", "key"))
    """Kind and name of the fields that a team may name in ``crm.toml``."""
    label = "label"
    """Name of the label in the definition of a field."""
    advice = "An administrator can make it"

    def __init__(self, target: Target, names: Names, wire: JsonHttp) -> None:
        self._wire = wire
        self._tables = target.mapping
        self._is_mark_named = bool(target.do_not_call)
        self._said = names.said(with_wanted(target), target.do_not_call)
        self._fields: dict[str, Mapping[str, Mapping[str, Any]]] = {}
        self._unreadable: deque[LeftOut] = deque(maxlen=1000)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._wire.base_url})"

    @property
    def _names(self) -> Names:
        """The names of fields to read and write."""
        return self._said

    # The account.

    @property
    def requests(self) -> int:
        """Requests sent so far."""
        return self._wire.requests

    @property
    def clock_offset_s(self) -> float | None:
        """The CRM's clock minus ours, seconds; ``None`` before any answer."""
        return self._wire.clock_offset_s

    def close(self) -> None:
        """Close every connection."""
        self._wire.close()

    def check(self) -> float:
        """Return the CRM's clock minus ours, seconds; proves that the key works."""
        self.account_id()
        return self._wire.clock_offset_s or 0.0

    def account_id(self) -> str:
        """Return the account, and note its time zone."""
        known = self.whoami()
        self.account_zone = known.time_zone
        return f"{self.crm} {known.account_id}"

    @abstractmethod
    def whoami(self) -> AccountInfo:
        """Return account, zone and user."""

    def lead_link(self) -> str:
        """Return the link of a lead in the CRM's own screen, with ``{id}``."""
        return f"{self._wire.base_url}{self.link_to}"

    def unreadable(self) -> tuple[LeftOut, ...]:
        """Return the records that could not be read since the last call."""
        found = []
        while self._unreadable:
            found.append(self._unreadable.popleft())
        return tuple(found)

    # Words and fields of the account.

    @abstractmethod
    def ask_fields(self, entity: str) -> Mapping[str, Any]:
        """Return the fields of an entity that this user sees, with their definitions."""

    def fields_of(self, entity: str) -> Mapping[str, Mapping[str, Any]]:
        """Return the fields of an entity that this user sees, asked once by each client."""
        if entity not in self._fields:
            known = self.ask_fields(entity).items()
            self._fields[entity] = {name: d for name, d in known if isinstance(d, dict) and d}
        return self._fields[entity]

    def has(self, kind: str, name: str) -> bool:
        """Return whether records of a kind have a field."""
        return name in self.fields_of(self.entities[kind])

    def look_again(self) -> None:
        """Forget the account's fields: an administrator may change them at any time."""
        self._fields.clear()

    @abstractmethod
    def words(self, name: OptionField) -> Iterable[tuple[str, str]]:
        """Return value and label of the options of a field."""

    def options(self, names: Sequence[OptionField] = ()) -> tuple[RemoteOption, ...]:
        """Return statuses, personas and outcomes, all as they are now; leads have no stages."""
        if not names:
            self.look_again()
        found: list[tuple[OptionField, str, str]] = []
        for name in names or ("status", "persona", "outcome"):
            pairs = [*self.words(name)] if name in ("status", "persona", "outcome") else []
            if name == "outcome" and not pairs:  # the text of a call names it
                pairs = [(word, word) for word in OUTCOMES]
            found += [(name, value, one_line(label)) for value, label in pairs]
        return tuple(RemoteOption(*one, place) for place, one in enumerate(found))

    # Setting up.

    def survey(self) -> Survey:
        """Return options, fields, modes and rights; changes nothing."""
        options = self.options()
        said, fields = self._said, self.fields_of(self.entities["lead"])
        labels = {n: one_line(str(d.get(self.label) or n)) for n, d in fields.items()}
        marks = [n for n, d in fields.items() if self.is_mark(n, d)]
        known = tuple(LeadField(n, labels[n], is_boolean=True) for n in marks)
        there, missing = dict[str, dict[str, str]](), []
        for kind, name in self.own:
            theirs = str(getattr(said, name))
            if self.has(kind, theirs):
                there.setdefault(kind, {})[name] = theirs
            elif self._tables.get(kind, {}).get(name):
                on = self.entities[kind]
                missing.append(f'{self.crm} has no field "{theirs}" on {on} for {name}')
        no_mark = self.mark_problem()
        return Survey(
            options,
            self.candidates(known),
            known,
            no_mark,
            {kind: self.mode_of(kind) for kind in ACTIVITY_KINDS},
            self.missing_rights(),
            lists=self.lists(),
            mapping=there,
            mapping_problems=(*missing, *filter(None, [no_mark]), *self.more_problems()),
            properties={
                "lead": tuple(LeadField(n, label) for n, label in labels.items()),
                "company": (),
            },
        )

    @abstractmethod
    def is_mark(self, name: str, definition: Mapping[str, Any]) -> bool:
        """Return whether a field of leads can say that somebody must not be called."""

    @abstractmethod
    def missing_rights(self) -> tuple[str, ...]:
        """Return the rights that this user lacks, in the CRM's words."""

    def candidates(self, marks: tuple[LeadField, ...]) -> tuple[LeadField, ...]:
        """Return those of the fields for do not call that a team is asked to choose from."""
        return marks

    def mark_problem(self) -> str:
        """Return the problem with the do-not-call field, if one is named, ``""`` none."""
        name, on = self._said.do_not_call, self.entities["lead"]
        is_there = self.can_mark and self.has("lead", name)
        return (
            f'{self.crm} has no field "{name}" on {on} that you may write, for do_not_call'
            if self._is_mark_named and not is_there
            else ""
        )

    def more_problems(self) -> tuple[str, ...]:
        """Return further names of ``crm.toml`` that the account does not have, in words."""
        return ()

    def lists(self) -> tuple[str, ...] | None:
        """Return the names of the lists, ``None`` when they are not read."""
        return None

    @abstractmethod
    def schema_changes(self) -> Iterable[SchemaChange]:
        """Yield the changes of the account's schema that are still to be made."""

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Make the fields that sdrdesk uses, where missing; only an administrator may."""
        self.look_again()
        steps = []
        for kind, what, make in self.schema_changes():
            if isinstance(make, str):
                steps.append(KeyStep(kind, what, False, make))
            else:
                steps.append(key_step(kind, what, None if dry_run else make, self.advice))
        if steps and not dry_run:
            self.look_again()
        return tuple(steps)

    @abstractmethod
    def mode_of(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once, by the fields alone."""

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once; nothing is written."""
        return self.mode_of(kind)


def to_owners(
    rows: Sequence[Row], record_id: str, email: str, name: str, active: str
) -> Iterator[RemoteOwner]:
    """Yield the reps that users are, former ones last; the names of the fields are the CRM's."""
    for row in sorted(rows, key=lambda row: row.get(active) is False):
        values = {field: value for field, value in row.items() if value}
        p = ForeignRecord("owner", str(row.get(record_id)), values)
        yield RemoteOwner(
            owner_id=p.record_id,
            user_id=p.record_id,
            email=p.line(email).lower(),
            name=p.line(name),
            archived=row.get(active) is False,
        )
