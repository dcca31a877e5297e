"""Conversions: forms, pages, visits and messages."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sdrdesk.sandbox.world.clock import DAY, HOUR, MINUTE, TEAM_ZONE, iso, local_hour
from sdrdesk.sandbox.world.data import content
from sdrdesk.sandbox.world.data.messages import MESSAGES, MESSAGES_IN
from sdrdesk.sandbox.world.dice import Dice, Table


@dataclass(frozen=True, slots=True)
class Conversion:
    """One form submission."""

    at_ms: int
    form: str
    """Key of the form in ``FORM_IDS``."""
    title: str
    path: str
    event_name: str
    """The contact's value: usually ``<page title>: <form name>``."""
    message: str


_URLS = {
    path: f"{content.SITE}{path}"
    for path in (*content.OTHER_PAGES, *(path for _, _, path, _ in content.PAGES))
}
_PAGES = Table([((form, title, path), weight) for form, title, path, weight in content.PAGES])
_COUNTS = Table([(0, 9.0), (1, 63.0), (2, 18.0), (3, 7.0), (4, 3.0)])
_AGES = Table(
    [
        ((HOUR, 8 * HOUR), 13.0),
        ((8 * HOUR, DAY), 11.0),
        ((DAY, 3 * DAY), 17.0),
        ((3 * DAY, 14 * DAY), 31.0),
        ((14 * DAY, 42 * DAY), 20.0),
        ((42 * DAY, 200 * DAY), 8.0),
    ]
)
_SOURCES = Table([((source, details), weight) for source, details, weight in content.SOURCES])

FRESH_FIRST_MS = 50_000
FRESH_LAST_MS = 58 * MINUTE
"""The youngest and oldest age of the planned fresh conversions."""


def fresh_age_ms(rank: int, count: int) -> int:
    """Return the age of planned fresh conversion ``rank`` of ``count``: most are young."""
    share = rank / max(1, count - 1)
    return round(FRESH_FIRST_MS * math.pow(FRESH_LAST_MS / FRESH_FIRST_MS, share))


def draw_one(dice: Dice, at_ms: int, language: str = "en") -> Conversion:
    """Return a conversion at a time, on any page, in a language."""
    form, title, path = _PAGES.draw(dice)
    name = content.FORM_NAMES[form]
    event = name if dice.chance(0.1) else f"{title}: {name}"
    message = ""
    if "message" in content.FORM_FIELDS[form] and dice.chance(0.72):
        own = MESSAGES_IN.get(language.partition("-")[0], ())
        usual = MESSAGES[form if dice.chance(0.85) else "any"]
        message = dice.pick(own if own and dice.chance(0.5) else usual)
    return Conversion(at_ms, form, title, path, event, message)


def url(conversion: Conversion) -> str:
    """Return the address of the page with the form."""
    return _URLS[conversion.path]


def draw_history(dice: Dice, now_ms: int, fresh_ms: int | None, language: str) -> list[Conversion]:
    """Return all conversions of one person, oldest first; none for an imported one.

    Args:
      dice: the draws of this person.
      now_ms: the time of the world.
      fresh_ms: age of the last conversion if it is a planned fresh one.
      language: code of the person's language, for messages in forms.
    """
    count = _COUNTS.draw(dice)
    if fresh_ms is None:
        low, high = _AGES.draw(dice)
        age = round(dice.spread(low, high))
        if age > DAY and local_hour(now_ms - age, TEAM_ZONE) < 7 and dice.chance(0.8):
            age -= 7 * HOUR  # most forms are filled in by day
    else:
        count, age = max(1, count), fresh_ms
    times = []
    at = now_ms - age
    for _ in range(count):
        times.append(at)
        at -= round(dice.spread(HOUR, 40 * DAY))
    return [draw_one(dice, at, language) for at in reversed(times)]


def properties(dice: Dice, history: list[Conversion]) -> dict[str, str]:
    """Return the contact properties from a person's conversions and visits."""
    if not history:
        return {"hs_analytics_source": "OFFLINE", "hs_analytics_source_data_1": "IMPORT"}
    first, last = history[0], history[-1]
    source, details = _SOURCES.draw(dice)
    visits = len(history) + dice.poisson(1.2)
    views = visits + dice.between(0, 4 * visits)
    seen = iso(last.at_ms)
    found = {
        "recent_conversion_date": seen,
        "recent_conversion_event_name": last.event_name,
        "first_conversion_date": iso(first.at_ms),
        "first_conversion_event_name": first.event_name,
        "num_conversion_events": str(len(history)),
        "num_unique_conversion_events": str(len({c.form for c in history})),
        "hs_calculated_form_submissions": ";".join(
            f"{content.FORM_IDS[c.form]}:{c.path}:{c.at_ms}" for c in reversed(history)
        ),
        "hs_analytics_source": source,
        "hs_analytics_source_data_1": dice.pick(details),
        "hs_latest_source": source,
        "hs_latest_source_timestamp": seen,
        "hs_analytics_last_url": url(last),
        "hs_analytics_first_url": _URLS[dice.pick(content.OTHER_PAGES)],
        "hs_analytics_num_page_views": str(views),
        "hs_analytics_num_visits": str(visits),
        "hs_analytics_last_visit_timestamp": seen,
    }
    if message := next((c.message for c in reversed(history) if c.message), ""):
        found["message"] = message
    return found


def submission(properties: Mapping[str, str], conversion: Conversion) -> dict[str, object]:
    """Return ``form``, ``submittedAt`` (ms), ``values``, ``pageUrl`` and ``eventName``."""
    values: list[dict[str, str]] = []
    for name in ("firstname", "lastname", "email", *content.FORM_FIELDS[conversion.form]):
        value = conversion.message if name == "message" else properties.get(name, "")
        if value:
            values.append({"name": name, "value": value, "objectTypeId": "0-1"})
    return {
        "form": content.FORM_IDS[conversion.form],
        "submittedAt": conversion.at_ms,
        "values": values,
        "pageUrl": url(conversion),
        "eventName": conversion.event_name,
    }
