"""Enrichment of a pulled lead: fit, persona, the number to dial, its zone and region."""

from __future__ import annotations

from dataclasses import replace

from sdrdesk.domain.lead.enrichment import Derive, Derived, place_of
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.persona import Personas
from sdrdesk.domain.lead.time_zones import lead_zone
from sdrdesk.domain.place.phone import PhoneNumber, parse_phones
from sdrdesk.domain.place.regions import country_to_region, region_of
from sdrdesk.domain.ranking.fit import FitPoints
from sdrdesk.rulebook import Rulebook


def numbers_of(
    lead: Lead, default_country: str = "", *, dial_only: bool = False
) -> tuple[PhoneNumber, ...]:
    """Return the numbers of ``lead``, each once: mobile first, unusable ones last.

    Args:
        lead: a person with up to two fields, each of which may hold several numbers.
        default_country: ISO code for numbers without a country when the lead has none; such numbers
            are marked as assumed. ``""`` leaves them unusable.
        dial_only: as in ``parse_phone``.
    """
    known = _country_of(lead)
    region = known or ("" if _names_a_country(lead) else default_country)
    fields = [
        parse_phones(raw, region or None, dial_only=dial_only)
        for raw in (lead.mobile, lead.phone)
        if raw.strip()
    ]
    seen: dict[str, PhoneNumber] = {}
    # The first number of a field is the person's own; the others come later.
    for number in (*(f[0] for f in fields), *(n for f in fields for n in f[1:])):
        if number.local and not known:
            number = replace(number, assumed=True)
        before = seen.setdefault(number.e164 or number.raw, number)
        if number.extension and not before.extension:
            seen[number.e164] = number
    return tuple(sorted(seen.values(), key=lambda number: not number.e164))


def _country_of(lead: Lead) -> str:
    """Return the country of the person's address, else of the company's."""
    own = region_of(lead.country, lead.state)[0]
    office = lead.company.country if lead.company and not own else ""
    return own or country_to_region(office) or ""


def _names_a_country(lead: Lead) -> bool:
    """Return whether a country is given, even one that is not recognised."""
    return bool(lead.country.strip() or (lead.company and lead.company.country.strip()))


def derive_with(rulebook: Rulebook) -> Derive:
    """Return the function that sync calls for every pulled lead."""
    country = rulebook.default_country
    points, personas = FitPoints(rulebook.fit), Personas(rulebook.personas)

    def derive(lead: Lead) -> Derived:
        numbers = numbers_of(lead, country, dial_only=True)
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
            extension=first.extension if first else "",
            e164_more=" ".join(number.e164 for number in usable[1:]),
            zone=verdict.zone,
            zone_note=verdict.text,
            region=region,
            region_state=state,
        )

    return derive
