"""The checks of ``doctor`` and their report. Of secrets only their existence and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sdrdesk import __version__
from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.place.clock_shift import SLACK_MS
from sdrdesk.domain.text.humanize import clock_error
from sdrdesk.services.account.left_out_text import left_out_words
from sdrdesk.services.account.service import scopes_words


@dataclass(frozen=True, slots=True)
class Facts:
    """Results of the checks; empty or ``None`` where a check failed."""

    home: str
    config: str
    database: str
    schema: str
    log: str
    python: str
    libraries: Mapping[str, str]
    encryption: bool
    encryption_note: str
    token_source: str
    owner: str
    online: bool
    online_detail: str
    scopes: tuple[str, ...] | None
    clock_offset_s: float | None
    mapping: tuple[str, ...]
    modes: Mapping[str, str]
    outbox: Mapping[str, int | None]
    """State to number of items; ``None`` when the database could not be read."""
    leads: int | None
    last_sync_at: str | None
    findings: tuple[str, ...] = field(default=())
    """Failed checks, in words."""
    keymap: tuple[str, ...] = ()
    """Problems of the rep's own keys, in words."""
    account: str = ""
    """The account the database belongs to, ``""`` while it belongs to none."""
    account_opened: str = ""
    """The account the token opens, ``""`` when not asked."""

    @property
    def account_words(self) -> str:
        """The account of the database, and its problem."""
        if not self.account:
            known = "none yet" if self.leads is not None else "not read"
            return f"{known}; the token opens {self.account_opened or 'none'}"
        if self.account_opened not in ("", self.account):
            return (
                f"the database belongs to {self.account}, the token opens {self.account_opened}: "
                "nothing is sent or fetched"
            )
        return self.account

    @property
    def clock_words(self) -> str:
        """The difference between this machine's clock and the CRM's."""
        offset = self.clock_offset_s
        if offset is None:
            return "unknown"
        wrong = ""
        if abs(offset) * 1000 > SLACK_MS:
            wrong = (
                f": this machine's clock is {clock_error(offset)}; set it right. What was recorded "
                "is sent with the right time"
            )
        return f"{offset:+.1f} s from the CRM{wrong}"

    left_out: tuple[LeftOut, ...] = ()
    """Values from the CRM that could not be stored."""


@dataclass(frozen=True, slots=True)
class Report:
    """A finished check-up."""

    facts: Facts

    def to_json(self) -> dict[str, object]:
        """Return the output of ``doctor --json``."""
        facts = self.facts
        return {
            "version": __version__,
            "home": facts.home,
            "config": facts.config,
            "database": facts.database,
            "schema": facts.schema,
            "log": facts.log,
            "python": facts.python,
            "libraries": dict(facts.libraries),
            "encryption": "on" if facts.encryption else "off",
            "encryption_note": facts.encryption_note,
            "token": facts.token_source or None,
            "owner": facts.owner or None,
            "account": facts.account or None,
            "account_opened": facts.account_opened or None,
            "online": facts.online,
            "online_detail": facts.online_detail,
            "scopes": list(facts.scopes) if facts.scopes is not None else None,
            "clock_offset_s": facts.clock_offset_s,
            "mapping": list(facts.mapping),
            "modes": dict(facts.modes),
            "outbox": dict(facts.outbox),
            "leads": facts.leads,
            "last_sync_at": facts.last_sync_at,
            "findings": list(facts.findings),
            "keymap": list(facts.keymap),
            "left_out": [note._asdict() for note in facts.left_out],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for a terminal; each line begins with its subject."""
        facts = self.facts
        libraries = ", ".join(f"{name} {number}" for name, number in facts.libraries.items())
        crypt = "on" if facts.encryption else "off"
        yield f"sdrdesk      {__version__} on Python {facts.python} ({libraries})"
        yield f"home         {facts.home}"
        leads = "not read" if facts.leads is None else f"{facts.leads} leads"
        yield f"database     {facts.database}, schema {facts.schema}, {leads}"
        yield f"encryption   {crypt}{f': {facts.encryption_note}' if facts.encryption_note else ''}"
        yield f"log          {facts.log}"
        yield f"token        {f'from the {facts.token_source}' if facts.token_source else 'none'}"
        yield f"owner        {facts.owner or 'not chosen yet: sdrdesk login --owner'}"
        yield f"account      {facts.account_words}"
        yield f"CRM          {'answers' if facts.online else facts.online_detail or 'not asked'}"
        if facts.online:
            yield f"scopes       {scopes_words(facts.scopes)}"
            yield f"clock        {facts.clock_words}"
        never = "never" if facts.leads is not None else "not read"
        yield f"last sync    {facts.last_sync_at or never}"
        counts = facts.outbox.items()
        waiting = ", ".join(f"{count} {state}" for state, count in counts if count is not None)
        yield f"outbox       {waiting or 'not read'}"
        for problem in facts.mapping:
            yield f"mapping      {problem}"
        if facts.online and not facts.mapping:
            yield "mapping      every outcome, status and stage exists at the account"
        for problem in facts.keymap:
            yield f"keys         {problem}"
        for note in facts.left_out:
            yield f"left out     {left_out_words(note)}"
        for finding in facts.findings:
            yield f"attention    {finding}"
