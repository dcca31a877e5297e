"""Practice calls: whether a lead answers, and what the person says.

Reps can rehearse a call block without a telephone. The same seed, contact and number of attempts
give the same reaction, so that reps can compare calls. Reactions contain no text from the CRM.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from sdrdesk.sandbox.world.account import DO_NOT_CALL
from sdrdesk.sandbox.world.clock import DAY, HOUR, MINUTE
from sdrdesk.sandbox.world.data import content, reactions
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.history.odds import pick_up

AnsweredBy = Literal["person", "gatekeeper", "voicemail", "nobody", "wrong_number"]


@dataclass(frozen=True, slots=True)
class PracticeAnswer:
    """The result of a practice call."""

    answered: bool
    """True if a person answered, even the wrong one."""
    ring_s: int
    """Seconds of ringing until an answer, voicemail, or the end of the try."""
    by: AnsweredBy
    reaction: str
    """The words the rep hears."""
    suggested_outcomes: tuple[str, ...]
    """Keys of suitable outcomes, the best first."""


_WRONG_SHARE = 0.03
_MIN_DIGITS = 7
_UNREACHED: Table[str] = Table(
    [("nobody", 50.0), ("voicemail", 33.0), ("gatekeeper", 11.0), ("engaged", 6.0)]
)
_MOODS: dict[str, Table[str]] = {
    # Interest of people by what they asked for.
    "hot": Table(
        [
            ("meeting", 34.0),
            ("qualified", 22.0),
            ("callback", 22.0),
            ("nurture", 9.0),
            ("not_interested", 6.0),
            ("disqualified", 6.0),
            ("do_not_call", 1.0),
        ]
    ),
    "warm": Table(
        [
            ("meeting", 16.0),
            ("qualified", 14.0),
            ("callback", 26.0),
            ("nurture", 20.0),
            ("not_interested", 13.0),
            ("disqualified", 9.0),
            ("do_not_call", 2.0),
        ]
    ),
    "cold": Table(
        [
            ("meeting", 5.0),
            ("qualified", 6.0),
            ("callback", 20.0),
            ("nurture", 25.0),
            ("not_interested", 26.0),
            ("disqualified", 14.0),
            ("do_not_call", 4.0),
        ]
    ),
}
_WARMTH = {
    "demo": "hot",
    "pricing": "hot",
    "sales": "hot",
    "trial": "warm",
    "roi": "warm",
    "guide": "warm",
    "webinar": "warm",
    "ebook": "cold",
    "newsletter": "cold",
}
_SUGGESTED: dict[str, tuple[str, ...]] = {
    "meeting": ("meeting_set", "qualified"),
    "qualified": ("qualified", "meeting_set"),
    "callback": ("callback",),
    "nurture": ("nurture", "callback"),
    "not_interested": ("not_interested", "nurture"),
    "disqualified": ("disqualified",),
    "do_not_call": ("do_not_call",),
}
_TITLE_WORDS = (
    (("cto", "cio", "engineer", "developer", "architect", "technology", " it "), "persona_1"),
    (("cfo", "financ", "procure", "purchas", "controller", "buyer"), "persona_2"),
    (("coo", "operations", "plant", "logist", "production", "supply", "warehouse"), "persona_3"),
    (("cmo", "market", "growth", "brand", "campaign"), "persona_4"),
    (("ceo", "founder", "owner", "managing director", "president"), "persona_5"),
    ((" hr ", "chro", "people", "talent", "recruit", "payroll"), "persona_6"),
)


def answer(
    seed: int, contact: Mapping[str, str | None], attempts: int, at_ms: int, local_hour: int
) -> PracticeAnswer:
    """Return the reaction of a contact to a call.

    Args:
      seed: the world's seed.
      contact: properties of the contact by CRM name; ``hs_object_id`` (or else ``email``)
          identifies it, all others are optional.
      attempts: earlier calls to this contact.
      at_ms: time of the call, milliseconds since the epoch, UTC; fresh conversions are warmer.
      local_hour: the contact's hour of the day, 0 to 23.
    """
    who = contact.get("hs_object_id") or contact.get("email") or ""
    if not _diallable(contact):
        return PracticeAnswer(False, 0, "nobody", reactions.UNDIALLABLE[0], ("wrong_number",))
    if Dice(seed, "line", who).chance(_WRONG_SHARE):
        return _wrong_number(Dice(seed, "wrong", who, attempts))
    dice = Dice(seed, "practice", who, attempts)
    persona = _persona(contact)
    odds = pick_up(local_hour, attempts, persona) * _freshness(contact, at_ms)
    if dice.chance(min(0.92, odds)):
        return _person(dice, contact, persona)
    return _nobody(dice)


def _diallable(contact: Mapping[str, str | None]) -> bool:
    for name in ("phone", "mobilephone"):
        text = contact.get(name) or ""
        if sum(c.isdigit() for c in text) >= _MIN_DIGITS and text.strip("0 ") != "":
            return True
    return False


def _persona(contact: Mapping[str, str | None]) -> str:
    stated = contact.get("hs_persona") or ""
    if stated:
        return stated
    title = f" {(contact.get('jobtitle') or '')[:200].lower()} "
    return next((p for words, p in _TITLE_WORDS if any(w in title for w in words)), "")


def _form(contact: Mapping[str, str | None]) -> str:
    event = contact.get("recent_conversion_event_name") or ""
    return next((key for key, name in content.FORM_NAMES.items() if event.endswith(name)), "")


def _freshness(contact: Mapping[str, str | None], at_ms: int) -> float:
    """Return how much likelier a person answers who was on the site just now."""
    text = contact.get("recent_conversion_date") or ""
    try:
        converted_ms = int(text) if text.isdecimal() else _iso_ms(text)
    except (ValueError, OverflowError):
        return 0.8
    age = at_ms - converted_ms
    for limit, factor in ((5 * MINUTE, 2.6), (HOUR, 1.8), (DAY, 1.2), (14 * DAY, 1.0)):
        if age <= limit:
            return factor
    return 0.75


def _iso_ms(text: str) -> int:
    when = datetime.fromisoformat(text)
    when = when if when.tzinfo is not None else when.replace(tzinfo=UTC)
    return int(when.timestamp() * 1000)


def _wrong_number(dice: Dice) -> PracticeAnswer:
    said = dice.pick(reactions.WRONG_NUMBER)
    return PracticeAnswer(True, dice.between(4, 22), "wrong_number", said, ("wrong_number",))


def _person(dice: Dice, contact: Mapping[str, str | None], persona: str) -> PracticeAnswer:
    form = _form(contact)
    mood = _MOODS[_WARMTH.get(form, "cold")].draw(dice)
    if (contact.get(DO_NOT_CALL) or "") == "true":
        mood = "do_not_call"
    lines = reactions.SAYS[mood]
    own = lines.get(persona, ()) if dice.chance(0.8) else ()
    words = [dice.pick(reactions.RECALL[form]), dice.pick(own or lines[""])]
    if mood in ("meeting", "qualified", "callback") and dice.chance(0.35):
        words.append(dice.pick(reactions.HESITATION))
    ring_s = dice.between(3, 24)
    return PracticeAnswer(True, ring_s, "person", " ".join(words), _SUGGESTED[mood])


def _nobody(dice: Dice) -> PracticeAnswer:
    kind = _UNREACHED.draw(dice)
    if kind == "gatekeeper":
        said = dice.pick(reactions.GATEKEEPER)
        return PracticeAnswer(True, dice.between(4, 18), "gatekeeper", said, ("gatekeeper",))
    if kind == "voicemail":
        said = dice.pick(reactions.VOICEMAIL)
        suggested = ("left_voicemail", "no_answer")
        return PracticeAnswer(False, dice.between(16, 28), "voicemail", said, suggested)
    if kind == "engaged":
        return PracticeAnswer(False, 2, "nobody", dice.pick(reactions.ENGAGED), ("busy",))
    said = dice.pick(reactions.NOBODY)
    return PracticeAnswer(False, dice.between(22, 45), "nobody", said, ("no_answer",))
