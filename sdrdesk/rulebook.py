"""The team's rule files, each read once; the team's own file replaces the shipped one.

A parser is imported when its file is first asked for: most commands and the first row need few.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache, cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

from sdrdesk.domain.config.extending import extended
from sdrdesk.domain.config.problem import ConfigProblem
from sdrdesk.domain.digest import sha256_of
from sdrdesk.domain.queue.eligibility_config import parse_rules
from sdrdesk.domain.ranking.config import parse_ranking
from sdrdesk.plain_file import is_there
from sdrdesk.toml_file import bytes_of, read_toml, wrong_setting

if TYPE_CHECKING:
    from sdrdesk.domain.calling_hours.call_window_config import WindowConfig
    from sdrdesk.domain.calling_hours.retry import RetryConfig
    from sdrdesk.domain.lead.persona import PersonaConfig
    from sdrdesk.domain.outcome.catalog import Dispositions
    from sdrdesk.domain.outcome.qualification import Qualification
    from sdrdesk.domain.queue.eligibility_config import RuleConfig
    from sdrdesk.domain.queue.filters import SavedView
    from sdrdesk.domain.ranking.config import RankingConfig
    from sdrdesk.domain.ranking.fit import FitConfig
    from sdrdesk.domain.sla.sla import SlaConfig
    from sdrdesk.domain.team.offices import Offices
    from sdrdesk.domain.team.team import TeamFile

_SHIPPED = Path(__file__).parent / "defaults"
RULE_FILES = (
    "dispositions",
    "qualification",
    "ranking",
    "fit",
    "personas",
    "windows",
    "retry",
    "rules",
    "sla",
    "team",
    "views",
)
"""Every rule file, without ``.toml``; the rulebook has a property of that name for each."""
_DERIVED_SINCE = "3"
"""Increased each time the code that derives facts from a lead changes its results."""
_T = TypeVar("_T")


def shipped_path(name: str) -> Path:
    """Return the shipped file ``name``; the folder of all of them for ``""``."""
    return _SHIPPED / name


@cache
def _shipped_toml(name: str) -> Mapping[str, object]:
    """Return a shipped file, which nobody may change; a set of rules asks for many of them."""
    return read_toml(_SHIPPED / name)


class Rulebook:
    """Every rule file, parsed when first asked for.

    A file of the same name in a team's folder replaces the shipped one as a whole, unless it says
    ``extends = "shipped"``; ``qualification.toml`` and a partial ``windows.toml`` always add to it.
    """

    statuses: Mapping[str, str] = MappingProxyType({})
    """Another CRM's words for the lead statuses that ship; set before the first rule is read."""
    email_of: Callable[[str], str] = staticmethod(lambda _owner_id: "")
    """Returns an owner's e-mail address, by which files name people; set like ``statuses``."""

    def __init__(self, folders: Path | Sequence[Path], default_country: str = "") -> None:
        self._folders = (folders,) if isinstance(folders, Path) else tuple(folders)
        self.default_country = default_country
        """ISO code of the country for numbers without one; ``""`` for none."""
        self.own_views_file: Path | None = None
        """The views that the rep saved from reports; no part of the team's rules."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """The folders of the rules in force; the first that has a file counts."""
        return self._folders

    def path(self, name: str) -> Path:
        """Return the file for ``name``: the first folder's that has it, or the shipped one."""
        own = (folder / name for folder in self._folders)
        return next((path for path in own if is_there(path)), _SHIPPED / name)

    def read_again(self, folders: Sequence[Path]) -> None:
        """Forget what was read, and read from these folders from now on."""
        self._folders = tuple(folders)
        for name in (*RULE_FILES, "fingerprint"):
            self.__dict__.pop(name, None)

    def _load(self, name: str, parse: Callable[[Mapping[str, object]], _T]) -> _T:
        path = self.path(name)
        data = read_toml(path) if path != _SHIPPED / name else _shipped_toml(name)

        def whole(said: Mapping[str, object]) -> _T:
            return parse(extended(said, lambda: _shipped_toml(name)))

        try:
            return whole(data)
        except ConfigProblem as error:
            raise wrong_setting(path, data, whole, error, self._shipped(name)) from error

    def is_shipped(self, name: str) -> bool:
        """Return whether no team has a file of its own for ``name``."""
        return self.path(name) == _SHIPPED / name

    def _shipped(self, name: str) -> Mapping[str, object] | None:
        """Return the shipped file below the team's own, ``None`` without an own one."""
        return None if self.is_shipped(name) else _shipped_toml(name)

    @cached_property
    def dispositions(self) -> Dispositions:
        """Outcomes: ``dispositions.toml``."""
        from sdrdesk.domain.outcome.catalog import parse_dispositions

        found = self._load("dispositions.toml", parse_dispositions)
        return found.in_words(self.statuses) if self.statuses else found

    @cached_property
    def qualification(self) -> Qualification:
        """Questions that qualify a lead: ``qualification.toml``, with the sets that ship."""
        from sdrdesk.domain.outcome.qualification import parse_qualification

        name = "qualification.toml"
        return self._load(name, lambda data: parse_qualification(data, self._shipped(name)))

    @cached_property
    def ranking(self) -> RankingConfig:
        """Ranking: ``ranking.toml``."""
        return self._load("ranking.toml", parse_ranking)

    @cached_property
    def fingerprint(self) -> str:
        """Hash of what facts of a lead are derived with: fit, personas, default country."""
        parts = [f"{_DERIVED_SINCE}{self.default_country}".encode()]
        for name in ("fit.toml", "personas.toml"):
            parts += bytes_of(self.path(name)), b"\0"
        return sha256_of(parts)[:32]

    @cached_property
    def fit(self) -> FitConfig:
        """Fit: ``fit.toml``."""
        # Computed before the file is read: a change in between is noticed at the next start.
        _ = self.fingerprint
        from sdrdesk.domain.ranking.fit import parse_fit

        return self._load("fit.toml", parse_fit)

    @cached_property
    def personas(self) -> PersonaConfig:
        """Rules that infer personas: ``personas.toml``."""
        _ = self.fingerprint  # as above
        from sdrdesk.domain.lead.persona import parse_personas

        return self._load("personas.toml", parse_personas)

    @property
    def properties(self) -> tuple[str, ...]:
        """The account's properties that rules name: ``property:NAME`` and ``company:NAME``."""
        from sdrdesk.domain.lead.properties import is_property

        views = (name for view in self.views.values() for name, _ in view.filter.properties)
        named = {*self.fit.fields, *self.personas.fields, *views}
        return tuple(sorted(filter(is_property, named)))

    @cached_property
    def windows(self) -> WindowConfig:
        """Call windows: ``windows.toml``; one with a few entries changes what ships."""
        from sdrdesk.domain.calling_hours.call_window_config import parse_windows

        name = "windows.toml"
        found = self._load(name, lambda data: parse_windows(data, self._shipped(name)))
        return replace(found, sections_of=self._offices()) if found.own else found

    @cached_property
    def retry(self) -> RetryConfig:
        """Retries: ``retry.toml``."""
        from sdrdesk.domain.calling_hours.retry import parse_retry

        return self._load("retry.toml", parse_retry)

    @cached_property
    def rules(self) -> RuleConfig:
        """Eligibility for the queue: ``rules.toml``."""
        cap = self.retry.max_attempts
        found = self._load("rules.toml", lambda data: parse_rules(data, attempt_cap=cap))
        return found.in_words(self.statuses) if self.statuses else found

    @cached_property
    def sla(self) -> SlaConfig:
        """Targets for the first call: ``sla.toml``."""
        from sdrdesk.domain.sla.sla import parse_sla

        calendars = self.windows.calendars
        found = self._load("sla.toml", lambda data: parse_sla(data, calendars))
        return replace(found, sections_of=self._offices()) if found.own else found

    def _offices(self) -> Offices:
        """Return which sections hold for an owner; only files that have some need the teams."""
        from sdrdesk.domain.team.offices import Offices

        return Offices(lambda: self.team, self.email_of)

    @cached_property
    def team(self) -> TeamFile:
        """Teams, goals and who does not call: ``team.toml``."""
        from sdrdesk.domain.team.team import parse_team

        return self._load("team.toml", parse_team)

    @cached_property
    def views(self) -> Mapping[str, SavedView]:
        """Saved views of the queue: ``views.toml``, then those of ``my_views.toml``."""
        from sdrdesk.domain.queue.filters import parse_views

        found = self._load("views.toml", parse_views)
        mine = self.own_views_file
        if mine is None or not is_there(mine):
            return found
        data = read_toml(mine)
        try:
            return {**parse_views(data), **found}
        except ConfigProblem as error:
            raise wrong_setting(mine, data, parse_views, error, None) from error

    def forget_views(self) -> None:
        """Read the views again when they are next asked for."""
        self.__dict__.pop("views", None)
