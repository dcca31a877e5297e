"""An account's own properties instead of HubSpot's standard ones: ``[fields]`` of ``crm.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sdrdesk.domain.lead.properties import NO_PROPERTIES, WantedProperties
from sdrdesk.sync.field_use import StandardFields


@dataclass(frozen=True, slots=True)
class OwnNames:
    """The account's own properties; empty where the standard one counts."""

    numbers: tuple[str, ...] = ()
    """In the order in which they are dialled; they replace ``phone`` and ``mobilephone``."""
    status: str = ""
    persona: str = ""
    conversion_date: str = ""
    owner: str = ""
    score: str = ""
    employees: str = ""
    """A property of companies, not of contacts."""
    wanted: WantedProperties = NO_PROPERTIES
    """Further properties that the team's rules name."""

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Mapping[str, object]],
        wanted: WantedProperties = NO_PROPERTIES,
    ) -> OwnNames:
        """Return what the tables of ``crm.toml`` say, and what the rules want."""
        said = tables.get("fields", {})
        listed = said.get("numbers")
        numbers = tuple(map(str, listed)) if isinstance(listed, list | tuple) else ()
        single = {name: str(said.get(name) or "") for name in _STANDARD.values()}
        employees = str(said.get("employees") or "").removeprefix("company:")
        return cls(numbers, **single, employees=employees, wanted=wanted)

    def property_of(self, standard: str) -> str:
        """Return the account's property for a standard one; a number is written to the first."""
        if self.numbers and standard in _NUMBERS:
            at = _NUMBERS.index(standard)
            return self.numbers[at] if at < len(self.numbers) else standard
        name = _STANDARD.get(standard)
        return (getattr(self, name) if name else "") or standard

    def more(self) -> tuple[str, ...]:
        """Return the properties to read besides the standard ones."""
        single = (self.status, self.persona, self.conversion_date, self.owner, self.score)
        return tuple(dict.fromkeys(name for name in (*self.numbers, *single) if name))

    def standard(self, properties: Mapping[str, str | None]) -> Mapping[str, str | None]:
        """Return a contact's properties under their standard names."""
        if not self.more():
            return properties
        found = dict(properties)
        for standard, name in _STANDARD.items():
            if own := getattr(self, name):
                found[standard] = properties.get(own)
        if self.numbers:
            held = [(properties.get(name) or "").strip() for name in self.numbers]
            filled = list(dict.fromkeys(number for number in held if number))
            found |= dict(zip(_NUMBERS, (*filled, "", ""), strict=False))
        return found


STANDARD_FIELDS = StandardFields(
    {
        "status": ("hs_lead_status", "choice"),
        "persona": ("hs_persona", "choice"),
        "conversion_date": ("recent_conversion_date", "date"),
        "owner": ("hubspot_owner_id", "choice"),
        "score": ("hubspotscore", "number"),
        "employees": ("company:numberofemployees", "number"),
    },
    numbers=("phone", "mobilephone"),
    beginnings=("hs_", "lifecyclestage", "first_", "recent_", "num_"),
)
STANDARD = OwnNames()
OWNER = "hubspot_owner_id"
_NUMBERS = STANDARD_FIELDS.numbers
_STANDARD = {
    "hs_lead_status": "status",
    "hs_persona": "persona",
    "recent_conversion_date": "conversion_date",
    OWNER: "owner",
    "hubspotscore": "score",
}
"""Standard property to the field of ``OwnNames``."""
