"""Finds the most specific script for a lead, with the reasons in words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.scripting.conversion import SITUATION_WORDS, Situation, conversion_kind, situation_of
from sdrdesk.scripting.model import FACETS, Script, ScriptMatch

_NOT_WORDS: Final = re.compile(r"[\W_]+")


def normal(text: str) -> str:
    """Return ``text`` for comparison: ``Owner-Founder`` equals ``owner / founder``."""
    return _NOT_WORDS.sub(" ", text.casefold()).strip()


def best(scripts: Iterable[Script], lead: Lead, situation: str = "") -> ScriptMatch | None:
    """Return the best script for ``lead``, ``None`` when none fits.

    Every facet a script names must fit. Where a script names the lead's language, that counts next
    to the persona, and shipped scripts, which are English, come last. Then the script with most
    facets wins; then the one with the more specific facets (persona, conversion, industry, stage,
    language); then the higher priority; then the team's before the shipped; then the smaller id.

    Args:
        scripts: the library.
        lead: the lead.
        situation: a ``Situation``; ``""`` reads it from the lead.
    """
    kinds = _kinds(lead, situation)
    found = [(script, fits) for script in scripts if (fits := _fits(script, lead, kinds))]
    if not found:
        return None
    spoken = any("language" in fits.facets for _, fits in found)
    script, fits = min(
        found, key=lambda pair: (_by_language(*pair) if spoken else (), _order(*pair))
    )
    return ScriptMatch(script, _reasons(lead, fits))


class _Fits:
    """The facets of a script that fit; ``exact`` when the situation did, not its fallback."""

    def __init__(self, facets: tuple[str, ...], kind: str, *, exact: bool) -> None:
        self.facets = facets
        self.kind = kind
        self.exact = exact


def _kinds(lead: Lead, situation: str) -> tuple[str, ...]:
    """Return the situation, then its fallback.

    Someone who came back also converted on something, so a script for that is true too. A missed
    meeting has no fallback.
    """
    first = situation or situation_of(lead)
    if first == Situation.RECONVERSION:
        return (first, conversion_kind(lead.converted_on))
    return (first,)


def _fits(script: Script, lead: Lead, kinds: tuple[str, ...]) -> _Fits | None:
    facets: list[str] = []
    for name in FACETS:
        wanted = script.facet(name)
        if not wanted:
            continue
        if name != "conversion" and not _value_fits(name, wanted, lead):
            return None
        facets.append(name)
    kind = next((k for k in kinds if k in script.conversion), "")
    if script.conversion and not kind:
        return None
    return _Fits(tuple(facets), kind, exact=kind in ("", kinds[0]))


def _value_fits(name: str, wanted: tuple[str, ...], lead: Lead) -> bool:
    has = normal(_lead_value(name, lead))
    if not has:
        return False
    if name == "language":
        # A script in "de" also serves "de-at"; one in "de-at" is for Austria only.
        return any(has == normal(w) or has.split()[0] == normal(w) for w in wanted)
    return any(has == normal(w) for w in wanted)


def _lead_value(name: str, lead: Lead) -> str:
    values = {
        "persona": lead.persona,
        "industry": lead.company.industry if lead.company else "",
        "stage": lead.lifecycle,
        "language": lead.language,
    }
    return values[name]


def _by_language(script: Script, fits: _Fits) -> tuple[bool, ...]:
    foreign = script.origin == "shipped" and "language" not in fits.facets
    return (foreign, "persona" not in fits.facets, "language" not in fits.facets)


def _order(script: Script, fits: _Fits) -> tuple[object, ...]:
    telling = tuple(name not in fits.facets for name in FACETS)
    team_first = script.origin != "team"
    return (
        -len(fits.facets),
        not fits.exact,
        telling,
        -script.priority,
        team_first,
        script.script_id,
    )


def _reasons(lead: Lead, fits: _Fits) -> tuple[str, ...]:
    lines: list[str] = []
    if "persona" in fits.facets:
        how = f" ({lead.persona_reason})" if lead.persona_reason else ""
        lines.append(f"persona {lead.persona}{how}")
    elif lead.persona:
        lines.append(f"no closer script for persona {lead.persona}")
    else:
        lines.append("no persona known")
    if fits.kind:
        lines.append(_conversion_reason(Situation(fits.kind)))
    others = [name for name in ("industry", "stage", "language") if name in fits.facets]
    lines += [f"{name} {normal(_lead_value(name, lead))}" for name in others]
    if not fits.facets:
        lines.append("general fallback")
    return tuple(lines)


def _conversion_reason(kind: Situation) -> str:
    if kind is Situation.NO_SHOW:
        return "missed their meeting"
    if kind is Situation.RECONVERSION:
        return "converted again"
    return f"converted on {SITUATION_WORDS[kind]}"
