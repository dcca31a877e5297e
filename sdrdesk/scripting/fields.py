"""Values a script may merge: plain text on one line, in spoken words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.scripting.conversion import Situation, conversion_kind

MERGE_FIELDS: Final[Mapping[str, str]] = {
    "first_name": "first name",
    "last_name": "last name",
    "name": "full name, else e-mail address; never empty",
    "job_title": "job title",
    "department": "department",
    "company": "company name",
    "industry": "industry in words",
    "employees": "number of people at the company",
    "city": "city",
    "country": "country",
    "persona": "buyer persona",
    "converted_on": "form of the latest conversion",
    "content": "title of the guide or webinar, else the form",
    "page": "page they saw last, such as pricing",
    "converted_ago": "spoken age, such as two minutes ago",
    "fresh": "yes within four hours of the conversion",
    "first_content": "content of the first conversion",
    "first_converted_on": "form of the first conversion",
    "message": "message in the form",
    "source": "traffic source",
    "callback_note": "note of the callback",
}
"""Fields under ``lead.`` and their contents."""

MY_FIELDS: Final[Mapping[str, str]] = {
    "first_name": "the rep's first name",
    "name": "the rep's full name",
    "company": "the rep's company",
    "offer": "what the company does, as the end of 'we help …'",
    "number": "the number to call back",
}
"""Fields under ``my.``, filled from ``[rep]`` in ``config.toml``."""

CALL_FIELDS: Final[Mapping[str, str]] = {
    "note": "the note of the call; it may be private, so read it before you send it",
    "callback": "the promised time to call back, in the lead's time zone",
    "meeting": "the time of the meeting that was set, in the lead's time zone",
    "outcome": "the outcome, as the team calls it",
}
"""Fields under ``call.``, for e-mails alone. ``answer.`` and a slot has what the person said."""

NEVER_EMPTY: Final = frozenset({"lead.name", "my.first_name"})
"""A lead has at least its id as a name, and the rep is known from the login."""

_FRESH: Final = timedelta(hours=4)
"""Half a working day: long enough to say "while it's fresh"."""

_NUMBERS: Final = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip


def lead_values(lead: Lead, now: datetime | None) -> dict[str, str]:
    """Return the values under ``lead.``; ``""`` where the lead has none."""
    company = lead.company
    raw = {
        "first_name": lead.first_name,
        "last_name": lead.last_name,
        "name": lead.name,
        "job_title": lead.job_title,
        "department": lead.department,
        "company": lead.company_name,
        "industry": company.industry.replace("_", " ").lower() if company else "",
        "employees": str(company.employees) if company and company.employees else "",
        "city": lead.city or (company.city if company else ""),
        "country": lead.country or (company.country if company else ""),
        "persona": lead.persona,
        "converted_on": _form(lead.converted_on),
        "content": _content(lead.converted_on),
        "page": _page(lead.last_url),
        "converted_ago": spoken_age(lead.converted_at, now),
        "fresh": "yes" if _is_fresh(lead.converted_at, now) else "",
        "first_content": _content(lead.first_converted_on),
        "first_converted_on": _form(lead.first_converted_on),
        "message": lead.message,
        "source": lead.source.replace("_", " ").lower(),
        "callback_note": lead.callback_note,
    }
    return {name: one_line(value, limit=300) for name, value in raw.items()}


def my_values(context: Mapping[str, str]) -> dict[str, str]:
    """Return the values under ``my.``."""
    return {name: one_line(value, limit=300) for name, value in context.items()}


def _is_fresh(moment: datetime | None, now: datetime | None) -> bool:
    return moment is not None and now is not None and moment <= now < moment + _FRESH


def spoken_age(moment: datetime | None, now: datetime | None) -> str:
    """Return the age of ``moment`` in spoken words, ``""`` when unknown."""
    if moment is None or now is None or moment > now:
        return ""
    minutes = int((now - moment).total_seconds() // 60)
    if minutes < 2:
        return "a minute ago"
    if minutes < 55:
        return f"{_count(minutes)} minutes ago"
    if minutes < 90:
        return "about an hour ago"
    hours = round(minutes / 60)
    if hours < 24:
        return f"about {_count(hours)} hours ago"
    days = round(hours / 24)
    if days < 14:
        return "a day ago" if days == 1 else f"{_count(days)} days ago"
    return f"about {_count(round(days / 7))} weeks ago" if days < 60 else "a while ago"


def _count(number: int) -> str:
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def _form(converted_on: str) -> str:
    """Return the form's name: HubSpot writes ``<page title>: <form name>``."""
    name = converted_on.rpartition(": ")[2].strip()
    lowered = name.casefold()
    return name[: -len(" form")] if lowered.endswith(" form") else name


_GENERIC: Final = frozenset(
    {"e-book", "ebook", "webinar", "checklist", "guide", "white paper", "whitepaper", "report",
     "case study", "template", "download", "resources", "library", "blog", "event"}
)  # fmt: skip


def _content(converted_on: str) -> str:
    """Return the title to say, ``""`` when the words only name the form.

    ``E-book: The overtime iceberg: E-book download`` is "The overtime iceberg".
    """
    kind = conversion_kind(converted_on)
    if kind not in (Situation.CONTENT_DOWNLOAD, Situation.WEBINAR):
        return _form(converted_on)
    titles = [part.strip() for part in converted_on.split(": ")[:-1]]
    while titles and titles[0].casefold() in _GENERIC:
        titles = titles[1:]
    return ": ".join(titles)


def _page(url: str) -> str:
    """Return the last part of the path in words, ``""`` for the home page."""
    try:
        path = urlsplit(url).path
    except ValueError:  # the text may be anything
        return ""
    last = path.rstrip("/").rpartition("/")[2]
    return last.replace("-", " ").replace("_", " ").split(".")[0].lower()
