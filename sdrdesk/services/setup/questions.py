"""The questions of ``setup`` about the account, and the settings they make in config.toml.

Answers come from a terminal, from options and, where only one is possible, from ``--yes``. Nothing
uncertain is guessed: a wrong "do not call" field calls people who asked not to be called, a wrong
stage hands leads to the wrong team.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sdrdesk.config import NO_FIELD, Settings
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.place.regions import find_country
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.setup.default_country import CountryGain
from sdrdesk.sync.port import LeadField, Survey

Name = Literal["do_not_call", "qualified_stage", "default_country"]
"""Settings of ``[crm]`` that setup chooses; the options have the same names."""

_KEPT = "Nothing was changed."


@dataclass(frozen=True, slots=True)
class Question:
    """One setting to choose."""

    name: Name
    text: str
    choices: tuple[tuple[str, str], ...]
    """Value for config.toml, and its text."""
    certain: str = ""
    """The answer of ``--yes``, ``""`` when a person has to choose."""


def questions(
    seen: Survey, settings: Settings, gains: Sequence[CountryGain] = ()
) -> tuple[Question, ...]:
    """Return the open questions of this account; none for settings that fit.

    Args:
        seen: the account.
        settings: the present settings.
        gains: gain of each likely country for numbers without one.
    """
    found = (
        _about_do_not_call(seen, settings),
        _about_stage(seen, settings),
        _about_country(gains, settings),
    )
    return tuple(question for question in found if question is not None)


def _about_do_not_call(seen: Survey, settings: Settings) -> Question | None:
    chosen = settings.crm.do_not_call
    if not seen.do_not_call_fields or (chosen and not seen.do_not_call_problem):
        return None
    fields = seen.do_not_call_fields
    choices = [choice for field in fields for choice in _choices_of(field)]
    only = fields[0].name if len(fields) == 1 and _is_clear(fields[0]) else ""
    return Question(
        "do_not_call",
        'Which field of the account says "do not call"?',
        (*choices, (NO_FIELD, "none of them: marks are kept on this machine only")),
        "" if chosen else only,
    )


_REGISTER = re.compile(r"(\b|_)c?tps(\b|_)|preference|robinson|bloctel|opposi", re.IGNORECASE)
"""Public registers. A mark made here would say that a person is entered there."""


def _is_clear(field: LeadField) -> bool:
    """Return whether a field can only be the account's own mark."""
    return field.is_boolean and not _REGISTER.search(f"{field.name} {field.label}")


def _choices_of(field: LeadField) -> list[tuple[str, str]]:
    named = f"{field.label} ({field.name})"
    if not field.options:
        return [(field.name, named if field.is_boolean else f"{named}, any text in it")]
    return [(f"{field.name}={value}", f"{named} is {label}") for value, label in field.options]


def _about_stage(seen: Survey, settings: Settings) -> Question | None:
    stages = stages_of(seen)
    stage = settings.crm.qualified_stage
    if not stages or stage in dict(stages):
        return None
    return Question(
        "qualified_stage",
        f'The account has no lifecycle stage "{stage}". Which stage do qualified leads get?',
        stages,
    )


def _about_country(gains: Sequence[CountryGain], settings: Settings) -> Question | None:
    if settings.crm.default_country or not gains:
        return None
    return Question(
        "default_country",
        "Some leads have a number and no country. In which country are such numbers dialled?",
        tuple((gain.country, _gain_words(gain)) for gain in gains),
    )


def _gain_words(gain: CountryGain) -> str:
    more = f"{gain.leads} more {plural(gain.leads, 'lead')} to call"
    return f"{gain.name}: {more}" + (f", {gain.known} known to be there" if gain.known else "")


def stages_of(seen: Survey) -> tuple[tuple[str, str], ...]:
    """Return value and label of the account's lifecycle stages in order."""
    options = sorted(
        (o for o in seen.options if o.field == "lifecycle" and not o.hidden),
        key=lambda option: option.position,
    )
    return tuple((option.value, option.label) for option in options)


def checked(name: Name, text: str, seen: Survey) -> str:
    """Return an answer in the form of config.toml.

    Raises:
        UsageError: the account has no such field, option or stage; names the existing ones.
    """
    wanted = text.strip()
    if name == "default_country":
        return _country(wanted)
    return _field(wanted, seen) if name == "do_not_call" else _stage(wanted, seen)


def _country(wanted: str) -> str:
    place = find_country(wanted) if len(wanted) == 2 else None  # ISO 3166 alpha-2
    if place is None:
        raise UsageError(
            f"{wanted!r} is not the two-letter code of a country.",
            kept=_KEPT,
            next_step="Write it as IE, GB or US.",
        )
    return place.code


def _stage(wanted: str, seen: Survey) -> str:
    stages = stages_of(seen)
    for value, label in stages:
        if wanted.casefold() in (value.casefold(), label.casefold()):
            return value
    listed = ", ".join(f"{value} ({label})" for value, label in stages)
    raise UsageError(
        f"The account has no lifecycle stage {wanted!r}.",
        kept=_KEPT,
        next_step=f"Its stages: {listed}.",
    )


def _field(wanted: str, seen: Survey) -> str:
    if wanted.casefold() == NO_FIELD:
        return NO_FIELD
    name, has_value, value = (part.strip() for part in wanted.partition("="))
    known = {field.name: field for field in seen.lead_fields}
    field = known.get(name)
    if field is None:
        likely = [candidate.name for candidate in seen.do_not_call_fields]
        near = suggest(name, likely) if likely else ""
        raise UsageError(f"The account has no field {name!r}{near}.", kept=_KEPT)
    allowed = field.options or ((("true", "Yes"),) if field.is_boolean else ())
    if not allowed or (field.is_boolean and not has_value):
        return f"{name}={value}" if value else name
    for option, label in allowed:
        if value and value.casefold() in (option.casefold(), label.casefold()):
            return f"{name}={option}"
    listed = ", ".join(f"{name}={option}" for option, _ in allowed)
    raise UsageError(
        f"{wanted!r} does not say which value of {name} means it.",
        kept=_KEPT,
        next_step=f"Choose one: {listed}.",
    )


def settings_with(settings: Settings, answers: Mapping[Name, str]) -> Settings:
    """Return the settings with ``answers`` in the file."""
    crm = settings.crm
    return settings._replace(
        crm=crm._replace(
            do_not_call=answers.get("do_not_call", crm.do_not_call),
            qualified_stage=answers.get("qualified_stage", crm.qualified_stage),
            default_country=answers.get("default_country", crm.default_country),
        ),
    )
