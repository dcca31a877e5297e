"""The scope of a report: everybody's, a team's, one rep's."""

from __future__ import annotations

from sdrdesk.domain.errors import UsageError
from sdrdesk.services.reports.reader import Reader
from sdrdesk.store.mirror.options import owner_by

TEAM = "team:"
"""Begins the name of a team where a rep is asked for."""


def narrowed(reader: Reader, whose: str) -> Reader:
    """Return a reader for ``whose``: ``""`` or ``all``, ``team:NAME``, an owner id or an e-mail.

    Raises:
        UsageError: there is no such team or rep.
    """
    if whose in ("", "all"):
        return reader
    if whose.startswith(TEAM):
        roster = reader.roster()
        team = roster.team(whose.removeprefix(TEAM))
        return reader.only(roster.members[team.key], f"team {team.name}")
    owner = owner_by(reader.db, whose)
    if owner is None:
        raise UsageError(
            f"There is no rep {whose!r}.",
            next_step="Use an owner id, an e-mail address or `--rep all`.",
        )
    return reader.only([owner.owner_id], owner.name or owner.owner_id)


def whose_of(rep: str, team: str) -> str:
    """Return what ``--rep`` and ``--team`` ask for.

    Raises:
        UsageError: both are given.
    """
    if rep and team:
        raise UsageError("--rep and --team exclude each other.", next_step="Leave one out.")
    return f"{TEAM}{team}" if team else rep
