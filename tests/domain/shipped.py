"""The rule files that ship, parsed: what a team gets before it changes anything."""

from __future__ import annotations

import tomllib
from pathlib import Path

import sdrdesk
from sdrdesk.domain.calling_hours.call_window_config import WindowConfig, parse_windows
from sdrdesk.domain.calling_hours.retry import RetryConfig, parse_retry
from sdrdesk.domain.lead.persona import PersonaConfig, parse_personas
from sdrdesk.domain.queue.eligibility_config import RuleConfig, parse_rules
from sdrdesk.domain.ranking.config import RankingConfig, parse_ranking
from sdrdesk.domain.ranking.fit import FitConfig, parse_fit
from sdrdesk.domain.sla.sla import SlaConfig, parse_sla

DEFAULTS = Path(sdrdesk.__file__).parent / "defaults"


def data(name: str) -> dict[str, object]:
    return tomllib.loads((DEFAULTS / f"{name}.toml").read_text(encoding="utf-8"))


def ranking(**recency: object) -> RankingConfig:
    found = data("ranking")
    table = found["recency"]
    assert isinstance(table, dict)
    table.update({key.rstrip("_"): value for key, value in recency.items()})
    return parse_ranking(found)


def windows() -> WindowConfig:
    return parse_windows(data("windows"))


def retry() -> RetryConfig:
    return parse_retry(data("retry"))


def rules() -> RuleConfig:
    return parse_rules(data("rules"), attempt_cap=retry().max_attempts)


def sla() -> SlaConfig:
    return parse_sla(data("sla"), windows().calendars)


def fit() -> FitConfig:
    return parse_fit(data("fit"))


def personas() -> PersonaConfig:
    return parse_personas(data("personas"))
