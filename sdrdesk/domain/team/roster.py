"""The people of the account in the teams of ``team.toml``: who calls, who aims for what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.team.team import Goals, Team, TeamFile


@dataclass(frozen=True, slots=True)
class Roster:
    """Teams with their members' owner ids."""

    teams: Mapping[str, Team]
    members: Mapping[str, frozenset[str]]
    """Owner ids by key of the team."""
    callers: tuple[str, ...]
    """Reps who are expected to call, by name: they are in a log even with nothing done."""
    silent: frozenset[str]
    """Owners who do not call."""
    goals: Mapping[str, Goals]
    """Goals of each caller by owner id."""
    problems: tuple[str, ...]
    """Members nobody knows, and owners of leads in no team."""

    def team(self, name: str) -> Team:
        """Return a team by its key or name; case does not matter.

        Raises:
            UsageError: there is no such team.
        """
        wanted = name.strip().casefold()
        for team in self.teams.values():
            if wanted in (team.key.casefold(), team.name.casefold()):
                return team
        known = [team.name for team in self.teams.values()]
        if not known:
            raise UsageError(
                f"There is no team {name!r}.", next_step="Name your teams in team.toml."
            )
        raise UsageError(
            f"There is no team {name!r}{suggest(name, known)}.",
            next_step=f"Teams: {', '.join(known)}.",
        )


def roster(file: TeamFile, owners: Sequence[Owner], lead_owners: Collection[str]) -> Roster:
    """Return the roster of an account.

    Callers are the members of the teams that are no partners; without a team, the owners of leads.
    Former owners and those of ``not_calling`` are left out.

    Args:
        file: ``team.toml``.
        owners: every owner of the account, former ones too, in the order to list them.
        lead_owners: ids of owners who have leads here.
    """
    known = _known(owners)
    members = {
        key: frozenset(known[name] for name in map(_norm, team.members) if name in known)
        for key, team in file.teams.items()
    }
    silent = {known[name] for name in map(_norm, file.not_calling) if name in known}
    partners = {o for key, team in file.teams.items() if team.partner for o in members[key]}
    own = {o for key, team in file.teams.items() if not team.partner for o in members[key]}
    expected = (own or set(lead_owners) - partners) - silent
    callers = tuple(o.owner_id for o in owners if o.owner_id in expected and not o.archived)
    problems = [
        f"team.toml: nobody in the CRM is {name!r} ({where})."
        for where, names in (
            *((f"team {team.name}", team.members) for team in file.teams.values()),
            ("not_calling", file.not_calling),
        )
        for name in names
        if _norm(name) not in known
    ]
    left_over = set(lead_owners) - own - partners - silent if own else set()
    problems += [
        f"{owner.name or owner.owner_id} has leads and is in no team of team.toml."
        for owner in owners
        if owner.owner_id in left_over and not owner.archived
    ]
    goals = {o: _goals_of(file, o, members, owners) for o in callers}
    return Roster(dict(file.teams), members, callers, frozenset(silent), goals, tuple(problems))


def _goals_of(
    file: TeamFile, owner_id: str, members: Mapping[str, frozenset[str]], owners: Sequence[Owner]
) -> Goals:
    email = next((o.email for o in owners if o.owner_id == owner_id), "")
    found = file.reps.get(_norm(owner_id)) or file.reps.get(_norm(email)) or Goals()
    for key, team in file.teams.items():
        if owner_id in members[key]:
            found = found.over(team.goals)
    return found.over(file.goals)


def _known(owners: Sequence[Owner]) -> dict[str, str]:
    """Return owner ids by id and address; a present owner comes before a former one."""
    found: dict[str, str] = {}
    for owner in sorted(owners, key=lambda o: o.archived):
        for name in (owner.owner_id, owner.email):
            if name:
                found.setdefault(_norm(name), owner.owner_id)
    return found


def _norm(name: str) -> str:
    return name.strip().lower()
