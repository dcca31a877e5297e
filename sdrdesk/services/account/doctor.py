"""The checks of ``doctor`` and their report. Of secrets only their existence and source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sdrdesk import __version__
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.crm.foreign_values import LeftOut
from sdrdesk.domain.place.clock_shift import SLACK_MS
from sdrdesk.domain.text.humanize import clock_error
from sdrdesk.services.account.left_out_text import left_out_words
from sdrdesk.services.check.folder import Checked


@dataclass(frozen=True, slots=True)
class CheckUp:
    """Results of ``doctor``; empty or ``None`` where a check failed."""

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
    rules: Checked | None
    """The check of the rules in force; ``None`` when the settings cannot be read."""
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
    server: str = ""
    """The CRM's own name and version, ``""`` when it has none."""
    left_out: tuple[LeftOut, ...] = ()
    """Values from the CRM that could not be stored."""
    rules_version: str = ""
    """The pulled rules in force, in words; ``""`` without."""

    @property
    def mapping(self) -> tuple[str, ...]:
        """Names that the account does not have, and parts that were not looked at."""
        rules = self.rules
        if rules is None:
            return ()
        errors = rules.account_errors
        if not self.online:
            return errors
        unread = [f"not looked at: {what}: {why}" for what, why in rules.not_looked_at.items()]
        return (*errors, *unread)

    @property
    def all_findings(self) -> tuple[str, ...]:
        """Failed checks and files that cannot be used, in words."""
        wrong = [f.words for f in self.rules.findings if f.of_file] if self.rules else []
        return (*self.findings, *wrong)

    @property
    def doubts(self) -> tuple[str, ...]:
        """Likely mistakes in the rules, in words."""
        found = self.rules.findings if self.rules else ()
        return tuple(f"{f.level}: {f.words}" for f in found if f.level != "error")

    @property
    def in_order(self) -> bool:
        """True if everything was looked at and nothing is wrong."""
        same = self.account_opened in ("", self.account) or not self.account
        well = self.rules is not None and self.rules.clean
        return self.online and same and well and not (self.all_findings or self.keymap)

    @property
    def account_words(self) -> str:
        """The account of the database, and its problem."""
        if not self.account:
            known = "none yet" if self.leads is not None else "not read"
            return f"{known}; the {CRM_NAME.key} opens {self.account_opened or 'none'}"
        if self.account_opened not in ("", self.account):
            return (
                f"the database belongs to {self.account}, the {CRM_NAME.key} opens "
                f"{self.account_opened}: "
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

    def to_json(self) -> dict[str, object]:
        """Return the output of ``doctor --json``."""
        return {
            "version": __version__,
            "home": self.home,
            "config": self.config,
            "database": self.database,
            "schema": self.schema,
            "log": self.log,
            "python": self.python,
            "libraries": dict(self.libraries),
            "encryption": "on" if self.encryption else "off",
            "encryption_note": self.encryption_note,
            "token": self.token_source or None,
            "owner": self.owner or None,
            "account": self.account or None,
            "account_opened": self.account_opened or None,
            "online": self.online,
            "server": self.server or None,
            "online_detail": self.online_detail,
            "scopes": list(self.scopes) if self.scopes is not None else None,
            "clock_offset_s": self.clock_offset_s,
            "mapping": list(self.mapping),
            "rules": self.rules.to_json() if self.rules else None,
            "rules_version": self.rules_version or None,
            "modes": dict(self.modes),
            "outbox": dict(self.outbox),
            "leads": self.leads,
            "last_sync_at": self.last_sync_at,
            "findings": list(self.all_findings),
            "keymap": list(self.keymap),
            "left_out": [note._asdict() for note in self.left_out],
        }

    def lines(self) -> Iterator[str]:
        """Yield the report for a terminal; each line begins with its subject."""
        libraries = ", ".join(f"{name} {number}" for name, number in self.libraries.items())
        crypt = "on" if self.encryption else "off"
        yield f"sdrdesk      {__version__} on Python {self.python} ({libraries})"
        yield f"home         {self.home}"
        leads = "not read" if self.leads is None else f"{self.leads} leads"
        yield f"database     {self.database}, schema {self.schema}, {leads}"
        yield f"encryption   {crypt}{f': {self.encryption_note}' if self.encryption_note else ''}"
        yield f"log          {self.log}"
        source = f"from the {self.token_source}" if self.token_source else "none"
        yield f"{CRM_NAME.key:<12} {source}"
        yield f"owner        {self.owner or 'not chosen yet: sdrdesk login --owner'}"
        yield f"account      {self.account_words}"
        by = f" ({self.server})" if self.server else ""
        yield f"CRM          {f'answers{by}' if self.online else self.online_detail or 'not asked'}"
        if self.online:
            if self.scopes is not None:
                yield f"{CRM_NAME.rights:<12} {len(self.scopes)} granted"
            yield f"clock        {self.clock_words}"
        never = "never" if self.leads is not None else "not read"
        yield f"last sync    {self.last_sync_at or never}"
        counts = self.outbox.items()
        waiting = ", ".join(f"{count} {state}" for state, count in counts if count is not None)
        yield f"outbox       {waiting or 'not read'}"
        if self.rules is not None:
            own = ", ".join(self.rules.files) or "none there, so the shipped ones"
            version = f"{self.rules_version}, " if self.rules_version else ""
            yield f"rules        {version}read from {self.rules.folder_words}: {own}"
        for problem in self.mapping:
            yield f"mapping      {problem}"
        if self.online and self.rules is not None and not self.mapping:
            yield "mapping      every outcome, status and stage exists at the account"
        for doubt in self.doubts:
            yield f"rules        {doubt}"
        for problem in self.keymap:
            yield f"keys         {problem}"
        for note in self.left_out:
            yield f"left out     {left_out_words(note)}"
        for finding in self.all_findings:
            yield f"attention    {finding}"
