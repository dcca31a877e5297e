"""What brought a lead in, read from the words of the form and page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sdrdesk.domain.lead.lead import Lead


class Situation(StrEnum):
    """Why we are calling; what scripts call ``conversion``."""

    DEMO_REQUEST = "demo_request"
    PRICING = "pricing"
    CONTENT_DOWNLOAD = "content_download"
    WEBINAR = "webinar"
    TRIAL = "trial"
    CONTACT_SALES = "contact_sales"
    RECONVERSION = "reconversion"
    NO_SHOW = "no_show"
    ANY = "any"
    """Unknown: nothing about the conversion may be claimed."""


WORDS: Final[Mapping[Situation, str]] = {
    Situation.DEMO_REQUEST: "a demo request",
    Situation.PRICING: "a pricing question",
    Situation.CONTENT_DOWNLOAD: "a download",
    Situation.WEBINAR: "a webinar",
    Situation.TRIAL: "a trial",
    Situation.CONTACT_SALES: "a message to sales",
    Situation.RECONVERSION: "a further visit (came back)",
    Situation.NO_SHOW: "a meeting they missed",
    Situation.ANY: "something we cannot name",
}
"""How each reads after "converted on"."""

# In this order: a "webinar about our demo" is a webinar, a "pricing guide" is a download.
_CUES: Final[tuple[tuple[Situation, tuple[str, ...]], ...]] = (
    (Situation.WEBINAR, ("webinar", "live session", "workshop", "roundtable", "on-demand",
                         "on demand", "masterclass", "event")),
    (Situation.CONTENT_DOWNLOAD, ("download", "e-book", "ebook", "white paper", "whitepaper",
                                  "guide", "report", "checklist", "template", "case study",
                                  "playbook", "comparison", "calculator", "newsletter",
                                  "leitfaden", "livre blanc", "benchmark", "toolkit")),
    (Situation.DEMO_REQUEST, ("demo", "démo", "product tour", "see it live", "walkthrough")),
    (Situation.TRIAL, ("trial", "try it", "start free", "sign up", "signup", "free account",
                       "testversion", "kostenlos testen", "essai")),
    (Situation.CONTACT_SALES, ("contact", "talk to", "get in touch", "speak to", "call me",
                               "callback", "kontakt")),
    (Situation.PRICING, ("pricing", "price", "quote", "plans", "preise", "angebot", "tarif",
                         "devis")),
)  # fmt: skip

_HIGH_INTENT: Final = frozenset(
    {Situation.DEMO_REQUEST, Situation.PRICING, Situation.TRIAL, Situation.CONTACT_SALES}
)
"""Someone who asks for us the second time is still, first of all, asking for us."""

_CAME_BACK: Final = timedelta(hours=1)
"""Two forms within the hour are one visit, not a return."""


def conversion_kind(converted_on: str) -> Situation:
    """Return what kind of conversion ``<page>: <form>`` is; ``ANY`` when its words say nothing.

    The form outranks the page: "Pricing: Request a demo" is a demo request.
    """
    text = converted_on.casefold()
    form = text.rpartition(":")[2]
    for part in (form, text):
        for situation, cues in _CUES:
            if any(cue in part for cue in cues):
                return situation
    return Situation.ANY


def situation_of(lead: Lead, *, no_show: bool = False) -> Situation:
    """Return why this lead is called.

    Args:
        lead: the lead.
        no_show: whether their last meeting was missed; the timeline knows, the lead does not.
    """
    if no_show:
        return Situation.NO_SHOW
    kind = conversion_kind(lead.converted_on)
    if kind in _HIGH_INTENT:
        return kind
    return Situation.RECONVERSION if came_back(lead) else kind


def came_back(lead: Lead) -> bool:
    """Return whether the lead converted again after an earlier visit."""
    if lead.first_converted_at is not None and lead.converted_at is not None:
        return lead.converted_at - lead.first_converted_at >= _CAME_BACK
    return lead.conversions > 1
