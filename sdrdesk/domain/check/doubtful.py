"""Likely mistakes inside the rules: values that are allowed, and probably not meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sdrdesk.domain.calling_hours.retry import RetryConfig
from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.domain.check.mentions import ScriptFacets
from sdrdesk.domain.config.reader import nearest
from sdrdesk.domain.outcome.catalog import Disposition, Dispositions, Flag
from sdrdesk.domain.outcome.lint import EXPECTED
from sdrdesk.domain.place.regions import find_country
from sdrdesk.domain.queue.filters import SavedView
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.domain.team.team import TeamFile

_OUTCOMES = "dispositions.toml"


def of_outcomes(outcomes: Dispositions, retry: RetryConfig) -> Iterator[Finding]:
    """Yield doubts about the outcomes, and about retry rules that do not exist."""
    labels: dict[str, str] = {}
    for item in outcomes.values():
        at = ("disposition", item.key)
        first = labels.setdefault(item.label.casefold(), item.key)
        if first != item.key:
            yield _warning(
                ("label", item.label.casefold()),
                f"{item.key} has the same label as {first}: {item.label}",
                FileSetting(_OUTCOMES, (*at, "label")),
                "Give each outcome a label of its own, or reps and reports mix them up",
            )
        yield from _of_outcome(item, at)
        if item.retry and item.retry not in (*retry.outcomes, *outcomes):
            near = nearest(item.retry, [*retry.outcomes, *outcomes])
            has = ", ".join(retry.outcomes) or "none"
            yield Finding(
                "error",
                ("retry", item.retry),
                f'retry.toml has no rule "{item.retry}"',
                (FileSetting(_OUTCOMES, (*at, "retry")),),
                f"{f'Write {near!r}? ' if near else ''}Rules of its own: {has}; an outcome's key "
                "follows the schedule of all",
            )
    used = {item.retry for item in outcomes.values()}
    for name in retry.outcomes:
        if name not in used:
            yield _warning(
                ("retry unused", name),
                f'no outcome has retry = "{name}", so this rule never applies',
                FileSetting("retry.toml", ("outcome", name)),
                "Name it in dispositions.toml, or remove it",
            )
    for flag, consequence in EXPECTED.items():
        if not outcomes.flagged(flag):
            yield Finding(
                "error" if flag is Flag.DO_NOT_CALL else "warning",
                ("flag", flag.value),
                f"no outcome carries the flag {flag.value}: {consequence}",
                (FileSetting(_OUTCOMES, ("disposition",)),),
                f'Give one outcome flags = [..., "{flag.value}"]',
            )


def _of_outcome(item: Disposition, at: tuple[str, str]) -> Iterator[Finding]:
    attempt = Flag.ATTEMPT in item.flags
    if not item.flags:
        yield _warning(
            ("no flag", item.key),
            f"{item.key} carries no flag, so no report counts it",
            FileSetting(_OUTCOMES, at),
            'Write flags = ["attempt"] or ["reached"], and what else it means',
        )
    if attempt and item.lead_status and not item.only_from:
        yield _warning(
            ("only_from", item.key),
            f"{item.key} is an attempt with a lead status and no only_from: it lowers a lead that "
            "was further",
            FileSetting(_OUTCOMES, (*at, "lead_status")),
            f'Write only_from = ["", "{item.lead_status}"] with the statuses before it',
        )
    if attempt and not item.retry and Flag.WRONG_NUMBER not in item.flags:
        yield _warning(
            ("no retry", item.key),
            f"{item.key} is an attempt without a retry rule: the lead comes back at once",
            FileSetting(_OUTCOMES, at),
            f'Write retry = "{item.key}"',
        )


def of_sla(sla: SlaConfig) -> Iterator[Finding]:
    """Yield doubts about ``sla.toml``."""
    for one in (sla, *sla.own.values()):
        at = tuple(one.office.split(" ", 1)) if one.office else ()
        if one.at_risk_s > one.first_attempt_s:
            yield _warning(
                (*at, "at_risk_min"),
                "at_risk_min is longer than first_attempt_min: every new lead is at risk at once",
                FileSetting("sla.toml", (*at, "at_risk_min")),
                f"Write at_risk_min = {one.first_attempt_s / 120:g}",
            )
        if not one.hours.is_open():
            yield _warning(
                (*at, "sla hours"),
                "every day is closed, so no lead ever has an SLA",
                FileSetting("sla.toml", (*at, "hours")),
                'Write [hours] mon-fri = "08:00-18:00"',
            )
    targets = sla.targets
    for table, key, value in (
        ("sales", "in_time_percent", targets.sales.in_time_percent),
        ("sales", "outcome_percent", targets.sales.outcome_percent),
        ("marketing", "good_fit_percent", targets.marketing.good_fit_percent),
        ("marketing", "complete_percent", targets.marketing.complete_percent),
        ("marketing", "qualify_high", targets.marketing.qualify_high),
    ):
        if 0 < value <= 1:
            yield _warning(
                (table, key),
                f"{key} = {value:g} means {value:g} per cent",
                FileSetting("sla.toml", (table, key)),
                f"Write {key} = {value * 100:g} if you mean {value * 100:g} per cent",
            )


def of_offices(file: str, sections: Collection[str], team: TeamFile) -> Iterator[Finding]:
    """Yield sections of teams that do not exist, and reps for whom two of a file hold."""
    named = [name.partition(" ")[2] for name in sections if name.startswith("team ")]
    for key in named:
        if key not in team.teams:
            near = nearest(key, team.teams)
            yield Finding(
                "error",
                ("team", key),
                f'there is no team "{key}" in team.toml',
                (FileSetting(file, ("team", key)),),
                f"Write [team.{near}]" if near else f"Add [team.{key}] to team.toml",
            )
    first: dict[str, str] = {}
    for key, one in team.teams.items():
        for member in one.members if key in named else ():
            rep = member.strip().lower()
            if (other := first.setdefault(rep, key)) != key and f"owner {rep}" not in sections:
                yield _warning(
                    ("two teams", file, rep),
                    f"{member} is in the teams {other} and {key}, and {other} counts",
                    FileSetting(file, ("team", key)),
                    f'Write [owner."{rep}"], or take them out of one team',
                )


def of_views(views: Mapping[str, SavedView]) -> Iterator[Finding]:
    """Yield countries that do not exist, and conditions that no lead can meet."""
    for name, view in views.items():
        for country in view.filter.countries:
            if find_country(country) is None:
                yield Finding(
                    "error",
                    ("country", country),
                    f'there is no country "{country}"',
                    (FileSetting("views.toml", ("view", name, "country")),),
                    "Write its English name or its two-letter code, such as IE",
                )
        most = view.filter.attempts_max
        if most is not None and most < view.filter.attempts_min:
            yield _warning(
                ("view", name),
                f"attempts_max is below attempts_min, so no lead is in the view {name}",
                FileSetting("views.toml", ("view", name, "attempts_max")),
                f"Write attempts_max = {view.filter.attempts_min} or more",
            )


def of_languages(
    scripts: tuple[ScriptFacets, ...], languages: Collection[str] | None
) -> Iterator[Finding]:
    """Yield the languages of scripts that the account does not have.

    Args:
        scripts: the team's scripts.
        languages: codes such as ``de`` of leads on this machine; ``None`` when not known.
    """
    if not languages:
        return
    known = {code.casefold().split("-")[0] for code in languages}
    for script in scripts:
        for language in script.language:
            if language.casefold().replace("_", "-").split("-")[0] not in known:
                yield _warning(
                    ("language", language),
                    f'no lead on this machine has the language "{language}"',
                    FileSetting(script.file, ("language",), script.lines.get("language", 1)),
                    f"Leads have: {', '.join(sorted(known - {''})) or 'no language'}",
                )


def _warning(fact: tuple[str, ...], message: str, place: FileSetting, fix: str) -> Finding:
    return Finding("warning", fact, message, (place,), fix)
