"""Views of the sync: the state line, unsent items, conflicts and progress. Times are aware UTC."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from sdrdesk.domain.light_tuple import NamedTuple

if TYPE_CHECKING:
    from sdrdesk.services.views.block import BlockView


class OutboxView(NamedTuple):
    """One outbox item: waiting, refused, or sent."""

    key: str
    kind: str
    lead_id: str
    lead_name: str
    state: str
    attempts: int
    last_error: str
    crm_id: str
    created_at: datetime
    next_try_at: datetime | None
    hold_until: datetime | None
    what: str
    """Its effect, in words."""


class ConflictView(NamedTuple):
    """A field that changed both here and in the CRM."""

    key: str
    lead_id: str
    lead_name: str
    field: str
    base: str
    mine: str
    theirs: str
    mine_at: datetime
    theirs_at: datetime
    theirs_by: str = ""
    """The source of the CRM's value, in words; ``""`` unknown."""
    labels: tuple[tuple[str, str], ...] = ()
    """The account's labels of the values."""


class StatusView(NamedTuple):
    """The state line: connection, age of the data, unsent items."""

    owner: str
    connection: Literal[
        "online",
        "offline",
        "unavailable",
        "never",
        "refused",
        "stranger",
        "failed",
        "syncing",
        "none",
    ]
    """``unavailable``: the CRM answered that it cannot work now;
    ``none``: no account is set up; ``refused``: the key was refused; ``stranger``: the key
    opens another account than the database belongs to; ``failed``: for another reason."""
    detail: str
    """One sentence for each of ``TROUBLE``, ``""`` otherwise."""
    data_age_s: int | None
    unsent: int
    blocked: int
    conflicts: int
    sla_percent: int | None
    """Share of today's leads whose first attempt was in time, ``None`` without any."""
    encrypted: bool
    encryption_note: str
    dials_today: int
    meetings_today: int
    demo: bool = False
    callbacks_due: int = 0
    """Due callbacks of the rep's leads."""
    next_callback_at: datetime | None = None
    """The next callback within the hour, ``None`` when there is none."""
    block: BlockView | None = None
    """The running call block."""
    clock_off: str = ""
    """Error of this machine's clock in words (``10 min fast``), ``""`` when it is right."""
    do_not_call_unread: bool = False
    """No "do not call" field of the account was chosen: marks in the CRM are not read."""
    left_out: tuple[str, ...] = ()
    """Values from the CRM that could not be stored, in words."""
    rules: str = ""
    """Version of the team's rules in force, ``""`` without pulled ones."""
    rules_problem: bool = False
    """A rule file is wrong: the last good set is in force."""
    cause: str = ""
    """Why the CRM is ``unavailable``, or does not take something while ``online``, in two or three
    words; ``""`` not known, or nothing."""


class RulesNews(NamedTuple):
    """Notes on the team's rule files."""

    text: str
    changed: bool
    """Other rules are in force now."""
    problem: bool
    """A file is wrong, and the last good set is in force."""


TROUBLE: Final = frozenset({"offline", "unavailable", "refused", "stranger", "failed"})
"""Kinds of ``SyncEvent`` that tell of a failed round."""


class SyncEvent(NamedTuple):
    """Progress of the background sync for the screen. Later events replace earlier ones."""

    kind: Literal[
        "started",
        "progress",
        "finished",
        "offline",
        "unavailable",
        "refused",
        "stranger",
        "failed",
        "team",
    ]
    """``team``: others took or left leads; it says nothing of the CRM."""
    text: str
    changed: bool = False
    """Local data changed: the queue should be read again."""
    fresh_lead_ids: tuple[str, ...] = ()
    """Leads whose conversion arrived with this sync."""
    cause: str = ""
    """Why the CRM is ``unavailable``, or does not take something while ``online``, in two or three
    words; ``""`` not known, or nothing."""
