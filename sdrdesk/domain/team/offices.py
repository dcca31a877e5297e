"""Sections of the rules files for the leads of an owner: ``[owner.…]``, ``[team.…]``."""

from __future__ import annotations

from collections.abc import Callable

from sdrdesk.domain.config.sections import section_name
from sdrdesk.domain.team.team import TeamFile


class Offices:
    """The names of the sections of each owner; the first that a file has counts.

    The owner's own section comes before those of their teams, which come in the order of
    ``team.toml``. Nobody's leads have none.
    """

    def __init__(self, file: Callable[[], TeamFile], email_of: Callable[[str], str]) -> None:
        """Keep the teams; ``email_of`` returns an owner's address, ``""`` while it is unknown."""
        self._file = file
        self._email_of = email_of
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, owner_id: str) -> tuple[str, ...]:
        """Return the sections for the leads of this owner."""
        if not owner_id:
            return ()
        found = self._known.get(owner_id)
        if found is None:
            email = self._email_of(owner_id)
            found = self._sections(owner_id.lower(), email.strip().lower())
            if email:  # an owner whom the next sync brings is looked up again
                self._known[owner_id] = found
        return found

    def _sections(self, *names: str) -> tuple[str, ...]:
        mine = {name for name in names if name}
        teams = (
            section_name("team", key)
            for key, team in self._file().teams.items()
            if mine & {member.strip().lower() for member in team.members}
        )
        return (*(section_name("owner", name) for name in names if name), *teams)
