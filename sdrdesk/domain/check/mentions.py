"""Names in a team's rules: statuses, stages, outcomes, personas, lists, reps and properties.

Each with the setting that names it, so that a message can say where to correct it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from sdrdesk.domain.check.finding import FileSetting
from sdrdesk.domain.lead.conditions import Condition
from sdrdesk.domain.lead.persona import PersonaConfig
from sdrdesk.domain.lead.properties import is_property
from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.domain.queue.eligibility_config import RuleConfig
from sdrdesk.domain.queue.filters import SavedView
from sdrdesk.domain.ranking.fit import FitConfig
from sdrdesk.domain.sla.sla import SlaConfig
from sdrdesk.domain.team.team import TeamFile

Kind = Literal["status", "lifecycle", "outcome", "persona", "list", "owner", "property"]


class Mention(NamedTuple):
    """One name of the account in one setting."""

    kind: Kind
    value: str
    place: FileSetting


class ScriptFacets(NamedTuple):
    """Purpose of a script."""

    file: str
    persona: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    lines: Mapping[str, int] = {}
    """Line of each setting."""
    extra: tuple[tuple[str, int], ...] = ()
    """Properties of the account that it merges (``extra.NAME``), with the line of each."""


def of_dispositions(outcomes: Dispositions) -> Iterator[Mention]:
    """Yield what the outcomes name."""
    for item in outcomes.values():
        at = ("disposition", item.key)
        named: tuple[tuple[Kind, str, str], ...] = (
            ("outcome", item.crm_outcome, "crm_outcome"),
            ("status", item.lead_status, "lead_status"),
            ("list", item.list_name, "list_name"),
        )
        for kind, value, key in named:
            if value:
                yield Mention(kind, value, FileSetting("dispositions.toml", (*at, key)))
        for value in sorted(item.only_from - {""}):
            yield Mention("status", value, FileSetting("dispositions.toml", (*at, "only_from")))


def of_rules(rules: RuleConfig) -> Iterator[Mention]:
    """Yield what ``rules.toml`` names."""
    named: tuple[tuple[Kind, frozenset[str], tuple[str, str]], ...] = (
        ("lifecycle", rules.past_stages, ("lifecycle", "past")),
        ("status", rules.closed_statuses, ("status", "closed")),
        ("status", rules.until_conversion, ("status", "until_conversion")),
    )
    for kind, values, key in named:
        for value in sorted(values):
            yield Mention(kind, value, FileSetting("rules.toml", key))


def of_sla(sla: SlaConfig) -> Iterator[Mention]:
    """Yield the stages and reps of ``sla.toml``."""
    stages = sla.targets.stages
    for key in ("mql", "sql", "opportunity", "customer"):
        if value := str(getattr(stages, key)):
            yield Mention("lifecycle", value, FileSetting("sla.toml", ("stages", key)))
    for rep in sla.targets.zones:
        yield Mention("owner", rep, FileSetting("sla.toml", ("rep_time_zones", rep)))
    yield from of_sections("sla.toml", sla.own)


def of_sections(file: str, sections: Iterable[str]) -> Iterator[Mention]:
    """Yield the reps whose sections a file has."""
    for kind, _, rep in (name.partition(" ") for name in sections):
        if kind == "owner":
            yield Mention("owner", rep, FileSetting(file, ("owner", rep)))


def of_views(views: Mapping[str, SavedView]) -> Iterator[Mention]:
    """Yield what the views narrow the queue by."""
    for name, view in views.items():
        named: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
            ("status", "status", view.filter.statuses),
            ("persona", "persona", view.filter.personas),
            ("owner", "owner", view.filter.owners),
        )
        for kind, key, values in named:
            for value in values:
                yield Mention(kind, value, FileSetting("views.toml", ("view", name, key)))
        for own, _ in view.filter.properties:
            yield Mention("property", own, FileSetting("views.toml", ("view", name, own)))


def of_personas(personas: PersonaConfig) -> Iterator[Mention]:
    """Yield the personas that are inferred, and the properties that decide it."""
    for number, rule in enumerate(personas.rules, start=1):
        place = FileSetting("personas.toml", ("persona", str(number), "label"))
        yield Mention("persona", rule.label, place)
        if rule.when:
            yield from _of_condition(rule.when, "personas.toml", ("persona", str(number), "when"))


def of_fit(fit: FitConfig) -> Iterator[Mention]:
    """Yield the personas and properties that rules of fit name."""
    for number, rule in enumerate(fit.rules, start=1):
        yield from _of_condition(rule.condition, "fit.toml", ("rule", str(number)))


def _of_condition(condition: Condition, file: str, at: tuple[str, ...]) -> Iterator[Mention]:
    """Yield the personas and properties in the condition that is the table ``at`` of a file."""
    if is_property(condition.field):
        yield Mention("property", condition.field, FileSetting(file, (*at, "field")))
    elif condition.field == "persona":
        for value in sorted(condition.values):
            yield Mention("persona", value, FileSetting(file, (*at, "any")))
    for number, part in enumerate(condition.parts, start=1):
        each = () if condition.join == "not" else (str(number),)
        yield from _of_condition(part, file, (*at, condition.join, *each))


def of_fields(fields: Mapping[str, str | tuple[str, ...]]) -> Iterator[Mention]:
    """Yield the properties that ``[fields]`` of ``crm.toml`` names."""
    for key, said in fields.items():
        for name in (said,) if isinstance(said, str) else said:
            own = name if name.startswith("company:") else f"property:{name}"
            yield Mention("property", own, FileSetting("crm.toml", ("fields", key)))


def of_team(team: TeamFile) -> Iterator[Mention]:
    """Yield the reps that ``team.toml`` names."""
    named: list[tuple[str, tuple[str, ...]]] = [(rep, ("not_calling",)) for rep in team.not_calling]
    named += [(rep, ("rep_goals", rep)) for rep in team.reps]
    named += [(rep, ("team", t.key, "members")) for t in team.teams.values() for rep in t.members]
    for rep, key in named:
        yield Mention("owner", rep, FileSetting("team.toml", key))


def of_scripts(scripts: tuple[ScriptFacets, ...]) -> Iterator[Mention]:
    """Yield the personas and stages that scripts are for."""
    for script in scripts:
        named: tuple[tuple[Kind, str, tuple[str, ...]], ...] = (
            ("persona", "persona", script.persona),
            ("lifecycle", "stage", script.stage),
        )
        for kind, key, values in named:
            for value in values:
                line = script.lines.get(key, 1)
                yield Mention(kind, value, FileSetting(script.file, (key,), line))
