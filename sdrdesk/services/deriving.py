"""Works out what a pulled lead means: fit, persona, the number to dial, its zone and region."""

from __future__ import annotations

from sdrdesk.domain.candidate import place_of
from sdrdesk.domain.derive import Derive, Derived
from sdrdesk.domain.fit import FitPoints
from sdrdesk.domain.lead import Lead
from sdrdesk.domain.personas import Personas
from sdrdesk.domain.phone import PhoneNumber, country_to_region, parse_phone
from sdrdesk.domain.timezones import lead_zone
from sdrdesk.rulebook import Rulebook


def numbers_of(lead: Lead, *, dial_only: bool = False) -> tuple[PhoneNumber, ...]:
    """Return the numbers of ``lead``: mobile first, each once, unusable ones last.

    ``dial_only`` as in ``parse_phone``.
    """
    region = country_to_region(lead.country)
    if region is None and lead.company:
        region = country_to_region(lead.company.country)
    seen: dict[str, PhoneNumber] = {}
    for raw in (lead.mobile, lead.phone):
        if raw.strip():
            number = parse_phone(raw, region, dial_only=dial_only)
            seen.setdefault(number.e164 or number.raw, number)
    return tuple(sorted(seen.values(), key=lambda number: not number.e164))


def derive_with(rulebook: Rulebook) -> Derive:
    """Return the function that sync calls for every lead it pulls."""
    points, personas = FitPoints(rulebook.fit), Personas(rulebook.personas)

    def derive(lead: Lead) -> Derived:
        numbers = numbers_of(lead, dial_only=True)
        usable = [number for number in numbers if number.e164]
        first = usable[0] if usable else None
        persona, reason = lead.persona, lead.persona_reason
        if persona:
            reason = reason or "set in the CRM"
        else:
            persona, reason = personas.of(lead)
        verdict = lead_zone(lead, first)
        region, state = place_of(lead, numbers)
        return Derived(
            fit=points.of(lead, persona),
            persona=persona,
            persona_reason=reason,
            e164=first.e164 if first else "",
            e164_more=" ".join(number.e164 for number in usable[1:]),
            zone=verdict.zone,
            zone_note=verdict.text,
            region=region,
            region_state=state,
        )

    return derive
