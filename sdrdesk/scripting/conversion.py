"""The reason for a call, read from the names of form and page."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sdrdesk.domain.lead.lead import Lead


class Situation(StrEnum):
    """The reason for a call; scripts call it ``conversion``."""

    DEMO_REQUEST = "demo_request"
    PRICING = "pricing"
    CONTENT_DOWNLOAD = "content_download"
    WEBINAR = "webinar"
    TRIAL = "trial"
    CONTACT_SALES = "contact_sales"
    RECONVERSION = "reconversion"
    NO_SHOW = "no_show"
    ANY = "any"
    """Unknown; the script must claim nothing about the conversion."""


SITUATION_WORDS: Final[Mapping[Situation, str]] = {
    Situation.DEMO_REQUEST: "a demo request",
    Situation.PRICING: "a pricing question",
    Situation.CONTENT_DOWNLOAD: "a download",
    Situation.WEBINAR: "a webinar",
    Situation.TRIAL: "a trial",
    Situation.CONTACT_SALES: "a message to sales",
    Situation.RECONVERSION: "another visit",
    Situation.NO_SHOW: "a meeting they missed",
    Situation.ANY: "something unknown",
}
"""Wording after "converted on"."""

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
"""Someone who asks for us again is called about that, not about coming back."""

_CAME_BACK: Final = timedelta(hours=1)
"""Two forms within an hour are one visit."""


def conversion_kind(converted_on: str) -> Situation:
    """Return the kind of conversion of ``<page>: <form>``, ``ANY`` if unknown.

    The form counts before the page: "Pricing: Request a demo" is a demo request.
    """
    text = converted_on.casefold()
    form = text.rpartition(":")[2]
    for part in (form, text):
        for situation, cues in _CUES:
            if any(cue in part for cue in cues):
                return situation
    return Situation.ANY


def situation_of(lead: Lead, *, no_show: bool = False) -> Situation:
    """Return the reason for calling ``lead``.

    Args:
        lead: the lead.
        no_show: whether they missed their last meeting (known from the timeline).
    """
    if no_show:
        return Situation.NO_SHOW
    kind = conversion_kind(lead.converted_on)
    if kind in _HIGH_INTENT or not _came_back(lead):
        return kind
    return Situation.RECONVERSION


def _came_back(lead: Lead) -> bool:
    if lead.first_converted_at is not None and lead.converted_at is not None:
        return lead.converted_at - lead.first_converted_at >= _CAME_BACK
    return lead.conversions > 1
