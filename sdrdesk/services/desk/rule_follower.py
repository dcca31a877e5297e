"""Take over rule files that changed while the desk is open, and say so; report a wrong config."""

from __future__ import annotations

from collections.abc import Callable

from sdrdesk.rule_files import LiveRulebook
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.sync import RulesNews
from sdrdesk.settings_file import SettingsFile


class RuleFollower:
    """Follows the rule files of one desk."""

    def __init__(
        self,
        book: Rulebook,
        in_call: Callable[[], bool],
        taken: Callable[[], None],
        settings: SettingsFile | None = None,
    ) -> None:
        self._book = book
        self._in_call = in_call
        self._taken = taken
        """Called when other rules are in force."""
        self._settings = settings
        self._told = ""

    def follow(self) -> RulesNews | None:
        """Take over rule files that changed; return what to tell, ``None`` for nothing new.

        During a call nothing changes: the outcomes on screen stay what they are.
        """
        if self._settings and (said := self._settings.look()):
            return RulesNews(said, changed=False, problem=bool(self._settings.problem))
        book = self._book
        if not isinstance(book, LiveRulebook):
            return None
        before = book.in_force
        changed = not (book.changed() and self._in_call()) and book.follow()
        if changed:
            self._taken()
        problem, told = book.problem, self._told
        self._told = problem
        if problem and problem != told:
            kept = f"{book.in_force.meanwhile}; nothing else stops."
            return RulesNews(f"{problem} {kept}", changed, problem=True)
        if not changed:
            return None
        # The same set again, such as after a touch of a file, is no news.
        if told and not problem:
            text = "The rule files are mended and in force."
        elif book.in_force.pulled != before.pulled:
            text = f"New rules in force: {book.in_force.words or 'those of this machine'}."
        else:
            text = "The rule files changed; the new rules are in force."
        return RulesNews(text, changed=True, problem=False)

    def words(self) -> tuple[str, bool]:
        """Return the version of the team's rules in force, and whether a file is wrong."""
        book, wrong = self._book, bool(self._settings and self._settings.problem)
        if not isinstance(book, LiveRulebook):
            return "", wrong
        return book.in_force.words, bool(book.problem) or wrong
