"""A lead and its company, in sdrdesk's own terms.

``sync`` translates the CRM's terms. Text fields are already plain (``domain.text.plain_text``); an
unknown value is ``""``, ``None`` or 0, never a guess.
"""

from __future__ import annotations

from dataclasses import field
from datetime import datetime

from sdrdesk.domain.lead.owner import Owner as Owner
from sdrdesk.domain.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Company:
    """The company a lead works for."""

    company_id: str
    name: str = ""
    domain: str = ""
    industry: str = ""
    """The CRM's own value, such as ``COMPUTER_SOFTWARE``."""
    employees: int | None = None
    country: str = ""
    state: str = ""
    city: str = ""
    time_zone: str = ""
    """IANA name, ``""`` when the CRM has none."""
    phone: str = ""
    properties: str = ""
    """As in ``Lead``."""


@dataclass(frozen=True, slots=True)
class Lead:
    """One person to call. Times are aware UTC."""

    lead_id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    job_title: str = ""
    seniority: str = ""
    department: str = ""
    buying_role: str = ""
    company: Company | None = None
    company_text: str = ""
    """The company as the person typed it; the associated company may differ."""
    phone: str = ""
    mobile: str = ""
    time_zone: str = ""
    """IANA name from the CRM, ``""`` unknown. See ``rep_time_zone``."""
    rep_time_zone: str = ""
    """IANA name set by a rep; wins over every other source."""
    country: str = ""
    state: str = ""
    city: str = ""
    language: str = ""
    persona: str = ""
    """The account's label of the buyer persona, ``""`` when neither set nor inferred."""
    persona_reason: str = ""
    """``"set in the CRM"`` or the rule that inferred the persona."""
    lifecycle: str = ""
    """The account's own stage value."""
    status: str = ""
    """The account's own lead status value."""
    owner_id: str = ""
    converted_at: datetime | None = None
    """Latest conversion."""
    converted_on: str = ""
    """Form or page of the latest conversion."""
    first_converted_at: datetime | None = None
    first_converted_on: str = ""
    conversions: int = 0
    message: str = ""
    """The person's message in the form."""
    page_views: int = 0
    visits: int = 0
    last_url: str = ""
    website: str = ""
    linkedin: str = ""
    """Link of the person's own page."""
    source: str = ""
    crm_score: int | None = None
    do_not_call: bool = False
    email_opt_out: bool = False
    """The person wants no e-mail, by the account's own field."""
    fit: int = 0
    """0 to 100, see ``domain.ranking.fit``."""
    attempts: int = 0
    """Dials since the latest conversion, by any rep."""
    last_attempt_at: datetime | None = None
    first_attempt_at: datetime | None = None
    """First dial since the latest conversion; decides the SLA."""
    next_due_at: datetime | None = None
    """Not before this moment: the retry rule, a snooze or a nurture date."""
    callback_at: datetime | None = None
    """An open callback."""
    callback_note: str = ""
    created_at: datetime | None = None
    modified_at: datetime | None = None
    """The CRM's modification time."""
    archived: bool = False
    e164: str = ""
    """Derived when pulled: the number to call first."""
    extension: str = ""
    """Derived when pulled: dialled after ``e164`` once somebody picked up."""
    zone: str = ""
    """Derived when pulled: IANA zone of the call window, ``""`` unknown."""
    zone_note: str = ""
    region: str = ""
    """Derived when pulled: two-letter country code."""
    region_state: str = ""
    properties: str = ""
    """Properties of the account that the team's rules name; see ``domain.lead.properties``."""
    extra: dict[str, str] = field(default_factory=dict)
    """Other values for scripts, by name."""

    @property
    def name(self) -> str:
        """Full name, else the e-mail address, else the id: never empty."""
        full = f"{self.first_name} {self.last_name}".strip()
        return full or self.email or f"lead {self.lead_id}"

    @property
    def company_name(self) -> str:
        """The associated company's name, else the one the person typed."""
        return (self.company.name if self.company else "") or self.company_text
