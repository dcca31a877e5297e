"""The settings and the rules of this machine, read when a command first asks for them.

Their readers are imported then too: most commands need few, and the start of each is measured
(``bench.startup``).
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sdrdesk.clock import Clock
from sdrdesk.config import load_settings
from sdrdesk.crm_file import CRM_FILE, CrmFile, read_crm_file, with_team
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import UsageError
from sdrdesk.paths import Paths
from sdrdesk.rule_files import LiveRulebook, RuleFiles
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.rep_zone import rep_zone
from sdrdesk.settings_file import SettingsFile
from sdrdesk.toml_file import TomlFileError

if TYPE_CHECKING:
    from pathlib import Path

    from sdrdesk.cli.access import AccountAccess
    from sdrdesk.config import Settings
    from sdrdesk.crm_file import CrmFile
    from sdrdesk.rule_files import LiveRulebook, RuleFiles
    from sdrdesk.rulebook import Rulebook
    from sdrdesk.settings_file import SettingsFile

HUBSPOT = "hubspot"
"""The CRM that every text is written for; no connector has to be loaded for its name."""


class Machine:
    """Settings, rule files and the way to the account, of one run on one machine."""

    def __init__(self, paths: Paths, environ: Mapping[str, str], clock: Clock) -> None:
        self.paths = paths
        self.environ = environ
        self.clock = clock
        self.needs_person = False
        """A rule file is wrong: the command does its work, and ends with the code that says so."""
        self.problems: list[str] = []
        """Problems with the folders of this machine that the command ignored."""

    @cached_property
    def settings(self) -> Settings:
        """The rep's settings, with those of the team."""
        file = self.settings_file
        settings = self._with_team(file.load())
        if file.problem:
            from sdrdesk.cli.terminal.output import say_err

            say_err(file.words)
            self.needs_person = True
        if settings.crm.kind == HUBSPOT:
            return settings
        from sdrdesk.services.check.other_crm import with_defaults

        self._name_crm(settings.crm.kind, settings.crm.user)
        return with_defaults(settings, self.crm_file)

    @cached_property
    def settings_file(self) -> SettingsFile:
        """``config.toml``, and its last good copy."""
        return SettingsFile(self.paths, self.environ)

    def move_to(self, place: Mapping[str, str]) -> None:
        """Use these settings of ``[crm]`` from now on; the file stays as it is."""
        from sdrdesk.services.check.other_crm import HUBSPOT_API, with_defaults

        crm = self.settings.crm
        if place.get("kind", crm.kind) != crm.kind and "api_url" not in place:
            place = {**place, "api_url": HUBSPOT_API if place["kind"] == HUBSPOT else ""}
        moved = crm._replace(
            kind=place.get("kind", crm.kind),
            api_url=place.get("api_url", crm.api_url),
            database=place.get("database", crm.database),
            user=place.get("user", crm.user),
        )
        settings = self.settings._replace(crm=moved)
        self.settings = with_defaults(settings, self.crm_file)
        vars(self).pop("access", None)
        if settings.crm.kind != HUBSPOT:
            self._name_crm(settings.crm.kind, settings.crm.user)

    def _name_crm(self, kind: str, user: str) -> None:
        """Call the CRM by its own name on every screen."""
        from sdrdesk.sync.registry import find_connector

        with suppress(UsageError):  # connecting says what is wrong
            found = find_connector(kind)
            key = (found.password_name if user else "") or found.key_name
            CRM_NAME.become(found.name, key, found.rights_name)

    @property
    def _statuses(self) -> Mapping[str, str]:
        """The CRM's words for the lead statuses of the rules that ship."""
        if self.settings.crm.kind == HUBSPOT:
            return {}
        from sdrdesk.services.check.other_crm import statuses_of

        return statuses_of(self.settings.crm.kind, self.crm_file)

    def _with_team(self, settings: Settings) -> Settings:
        if self.rule_files.origin(CRM_FILE) is None:
            return settings
        return with_team(settings, self.crm_file, self.environ)

    @cached_property
    def crm_file(self) -> CrmFile:
        """The account's names of our fields, by the team's ``crm.toml``."""
        if self.rule_files.origin("crm.toml") is None:
            return CrmFile()
        return read_crm_file(self._live.in_force.folders)

    @cached_property
    def _live(self) -> LiveRulebook:
        book = LiveRulebook(self.rule_files)
        book.own_views_file = self.paths.config_dir / "my_views.toml"
        return book

    @cached_property
    def rule_files(self) -> RuleFiles:
        """The rule files of this machine."""
        return RuleFiles(self.paths)

    def look_past_address(self) -> str:
        """Load the settings without a wrong CRM address; return what is wrong with it, if anything.

        Only for ``doctor``, which does not connect then.
        """
        try:
            _ = self.settings
        except TomlFileError as error:
            file, environ = self.paths.config_file, self.environ
            self.settings = self._with_team(load_settings(file, environ, with_address=False))
            return str(error)
        return ""

    @cached_property
    def rulebook(self) -> LiveRulebook:
        """The rules in force; says so when a file is wrong and the last good set counts."""
        book = self._live
        book.default_country = self.settings.crm.default_country
        book.statuses = self._statuses
        if book.problem:
            from sdrdesk.cli.terminal.output import say_err

            say_err(f"{book.problem} {book.in_force.meanwhile}.")
            self.needs_person = True
        return book

    @property
    def written_rules(self) -> Rulebook:
        """The rule files as they are, good or not, for commands that check them."""
        return Rulebook(self.rule_files.written(), self.settings.crm.default_country)

    def script_folders(self) -> tuple[Path, ...]:
        """Return the folders of the team's scripts in force; they need not exist."""
        return tuple(folder / "scripts" for folder in self.rulebook.in_force.folders)

    @cached_property
    def rep_zone(self) -> ZoneInfo:
        """The rep's time zone."""
        return rep_zone(self.settings.rep.time_zone, self.environ)

    @cached_property
    def access(self) -> AccountAccess:
        """The source of the account's token."""
        from sdrdesk.cli.access import AccountAccess

        return AccountAccess(self.environ, self.settings.crm, self.paths, self.clock)
