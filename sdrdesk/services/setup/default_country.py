"""Likely default countries for numbers without one, and the leads each would make callable.

For the choice of ``[crm] default_country``; nothing is set here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.place.regions import countries_of_zone, find_country
from sdrdesk.services.lead.enrichment import numbers_of
from sdrdesk.store.account.countries import countries_of_leads, leads_without_country
from sdrdesk.store.database.database import Database

MOST_LEADS = 20_000
"""Newest leads without a country to check: a few seconds of work."""
_ELSE = ("US", "GB", "DE", "FR", "NL", "ES", "IT", "IE", "CA", "AU", "IN", "BR")
"""Always checked: an account without countries most often has numbers of one of these."""


class CountryGain(NamedTuple):
    """The gain from assuming one country."""

    country: str
    """ISO code, for ``[crm] default_country``."""
    name: str
    leads: int
    """Leads that would gain a number to dial."""
    known: int
    """Leads known to be in that country."""


def countries_gained(db: Database, time_zone: str = "", most: int = 6) -> tuple[CountryGain, ...]:
    """Return the likely countries, the likeliest first; those without gain are left out.

    A country is likely when leads on disk live there, when e-mail addresses of leads without a
    country end in it, or when the rep's clock is there. Some plans accept nearly any digits, so
    the number of leads gained says less than that.

    Args:
        db: the leads.
        time_zone: IANA name of the rep's zone.
        most: number of countries to return.
    """
    stuck = [
        lead
        for lead in leads_without_country(db, MOST_LEADS)
        if not any(number.e164 for number in numbers_of(lead, dial_only=True))
    ]
    known = countries_of_leads(db)
    likely = Counter(known) + _by_mail(stuck) + Counter(countries_of_zone(time_zone))
    codes = [code for code, _ in likely.most_common(most)]
    found = [_gain(code, stuck, known) for code in (*codes, *(c for c in _ELSE if c not in codes))]
    useful = [gain for gain in found if gain.leads]
    useful.sort(key=lambda gain: (-likely[gain.country], -gain.leads, gain.country))
    return tuple(useful[:most])


def _gain(code: str, stuck: Sequence[Lead], known: dict[str, int]) -> CountryGain:
    place = find_country(code)
    gained = sum(1 for lead in stuck if any(n.e164 for n in numbers_of(lead, code, dial_only=True)))
    return CountryGain(code, place.name if place else code, gained, known.get(code, 0))


_SOLD = frozenset({"ai", "cc", "co", "io", "me", "tv"})
"""Country domains sold worldwide."""


def _by_mail(leads: Sequence[Lead]) -> Counter[str]:
    """Count countries by the endings of e-mail addresses."""
    endings = (lead.email.rpartition(".")[2] for lead in leads if "@" in lead.email)
    return Counter(
        place.code
        for ending in endings
        if len(ending) == 2
        and ending.lower() not in _SOLD
        and (place := find_country(ending)) is not None
    )
