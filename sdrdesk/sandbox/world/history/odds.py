"""The probability that a person answers, for past calls and practice.

The base is an inbound lead called once at an average hour. The shape over the day follows the lead
response studies (best before nine and from four to six, worst around eleven to two); the decline
per attempt follows the same sources' share of leads reached by the sixth call.
"""

from __future__ import annotations

BASE = 0.24

BY_HOUR = {
    7: 0.8,
    8: 1.35,
    9: 1.1,
    10: 0.95,
    11: 0.75,
    12: 0.65,
    13: 0.7,
    14: 0.95,
    15: 1.1,
    16: 1.4,
    17: 1.5,
    18: 1.0,
    19: 0.6,
    20: 0.4,
}
AT_NIGHT = 0.05

BY_PERSONA = {
    "persona_1": 0.9,
    "persona_2": 0.75,
    "persona_3": 1.15,
    "persona_4": 1.05,
    "persona_5": 1.2,
    "persona_6": 1.0,
}


def pick_up(local_hour: int, attempts: int, persona: str | None) -> float:
    """Return the probability from 0 to 1 that the person answers.

    Args:
      local_hour: the person's hour of the day, 0 to 23.
      attempts: earlier calls to this person.
      persona: value of the persona property, or ``None``.
    """
    odds = BASE * BY_HOUR.get(local_hour, AT_NIGHT)
    odds *= BY_PERSONA.get(persona or "", 0.95)
    return min(0.9, odds * 0.9 ** min(attempts, 8))
