"""Links to look at a lead: the CRM's own screen, the website, LinkedIn."""

from __future__ import annotations

from urllib.parse import SplitResult, quote, urlencode, urlsplit

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_tuple import NamedTuple
from sdrdesk.domain.text.web_link import is_web_link

_LONGEST = 2_000
_MAILBOXES = frozenset(
    ("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com",
     "icloud.com", "me.com", "aol.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "proton.me",
     "protonmail.com", "qq.com", "163.com", "mail.ru", "orange.fr", "free.fr", "libero.it")
)  # fmt: skip
"""Domains of private mailboxes: no company's website."""


class LeadLink(NamedTuple):
    """A checked http or https link."""

    kind: str
    """``crm``, ``website``, ``linkedin``, or ``recording-1`` and so on for calls."""
    label: str
    url: str


def links_of(lead: Lead, crm_link: str = "") -> tuple[LeadLink, ...]:
    """Return the links of a lead; what the CRM holds and is not a plain web link is left out.

    Args:
        lead: the lead.
        crm_link: link of a lead in the CRM, with ``{id}``; ``""`` when not known yet.
    """
    found = [
        LeadLink("crm", str(CRM_NAME), crm_link.replace("{id}", quote(lead.lead_id, safe="")))
        if crm_link
        else None,
        _website(lead),
        _linkedin(lead),
    ]
    return tuple(link for link in found if link and is_web_link(link.url))


def _website(lead: Lead) -> LeadLink | None:
    company = lead.company.domain if lead.company else ""
    mail = lead.email.rpartition("@")[2].lower()
    places = (lead.website, company, "" if mail in _MAILBOXES else mail)
    url = next((link for place in places if (link := as_web_link(place))), "")
    return LeadLink("website", f"Website {_host(url)}", url) if url else None


def _linkedin(lead: Lead) -> LeadLink | None:
    own = as_web_link(lead.linkedin)
    if own and f".{_host(own)}".endswith(".linkedin.com"):
        return LeadLink("linkedin", "LinkedIn", own)
    name = f"{lead.first_name} {lead.last_name}".strip()
    if not name:
        return None
    words = urlencode({"keywords": f"{name} {lead.company_name}".strip()}, errors="replace")
    url = f"https://www.linkedin.com/search/results/people/?{words}"
    return LeadLink("linkedin", "LinkedIn search", url)


def as_web_link(text: str) -> str:
    """Return a domain or a link as a web link, ``""`` when it is none."""
    wanted = text.strip()[:_LONGEST]
    if wanted and "://" not in wanted:
        wanted = f"https://{wanted}"
    parts = _parts(wanted)
    host = parts.hostname or "" if parts else ""
    # A user in front of the host is how a link pretends to lead somewhere else.
    good = parts is not None and "." in host and "@" not in parts.netloc and is_web_link(wanted)
    return wanted if good else ""


def _parts(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:  # a bracket that does not close
        return None


def _host(url: str) -> str:
    parts = _parts(url)
    return (parts.hostname or "") if parts else ""
