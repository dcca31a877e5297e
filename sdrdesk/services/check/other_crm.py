"""Defaults of other CRMs than HubSpot: their words for what ships, and their own defaults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sdrdesk.config import HUBSPOT_API as HUBSPOT_API
from sdrdesk.config import CrmSettings, Settings
from sdrdesk.crm_file import CRM_FILE, CrmFile
from sdrdesk.domain.check.account import AccountView
from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.domain.errors import UsageError
from sdrdesk.sync.port import Survey
from sdrdesk.sync.registry import Connector, find_connector

HUBSPOT = "hubspot"
_AT_THE_START = ("NEW", "OPEN", "ATTEMPTED_TO_CONTACT")
"""Statuses of leads that nobody reached: an attempt never changes the status of a lead."""


def connector_of(kind: str) -> Connector | None:
    """Return the connector of another CRM than HubSpot, ``None`` when it cannot be loaded."""
    if kind == HUBSPOT:
        return None
    try:
        return find_connector(kind)
    except UsageError:
        return None  # connecting says what is wrong


def statuses_of(kind: str, said: CrmFile) -> Mapping[str, str]:
    """Return the CRM's words for the statuses that ship; ``""`` leaves a lead as it is."""
    connector = connector_of(kind)
    if connector is None:
        return {}
    return {**connector.statuses, **said.others.get("status", {})}


def with_defaults(settings: Settings, said: CrmFile) -> Settings:
    """Return the settings with the connector's defaults instead of HubSpot's."""
    crm, connector = settings.crm, connector_of(settings.crm.kind)
    if connector is None:
        return settings
    mark = crm.do_not_call or said.others.get("lead", {}).get("do_not_call", "")
    stage = crm.qualified_stage
    return settings._replace(
        crm=crm._replace(
            do_not_call=mark or connector.do_not_call,
            qualified_stage=connector.qualified_stage if stage == _SHIPPED else stage,
        )
    )


_SHIPPED = CrmSettings().qualified_stage


def first_statuses(
    connector: Connector, said: Mapping[str, str], seen: Survey
) -> tuple[dict[str, str], list[str], list[str]]:
    """Return the statuses for a first ``crm.toml``, those to choose, and what the account has.

    A word of the account's own is never guessed: only that nobody reached a lead at its start.
    """
    options = sorted((o for o in seen.options if o.field == "status"), key=lambda o: o.position)
    values = [option.value for option in options if not option.hidden]
    by_label = {option.label.casefold(): option.value for option in options}
    chosen: dict[str, str] = {}
    undecided = []
    for ours, usual in {**connector.statuses, **said}.items():
        value = usual if usual in values or not usual else by_label.get(usual.casefold(), "")
        if value or not usual:
            chosen[ours] = value
        elif ours in _AT_THE_START and values:
            chosen[ours] = values[0]
        else:
            undecided.append(ours)
    return chosen, undecided, values


def mapping_text(
    connector: Connector, statuses: Mapping[str, str], seen: Survey, do_not_call: str
) -> str:
    """Return a first ``crm.toml``."""
    lines = [
        f"# Names in {connector.name}, for the whole team. Written by sdrdesk setup: change",
        "# it as you like, sdrdesk doctor checks it. The connector's defaults count for the rest.",
    ]
    if do_not_call:
        lines.append(f"do_not_call = {_quoted(do_not_call)}")
    lines += ["", f"[status]  # a status of the rules that ship = its name in {connector.name}"]
    lines += [f"{ours} = {_quoted(theirs)}" for ours, theirs in statuses.items()]
    for table, found in seen.mapping.items():
        if found:
            lines += ["", f"[{table}]"]
            lines += [f"{ours} = {_quoted(theirs)}" for ours, theirs in found.items()]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def of_mapping(kind: str, said: CrmFile, account: AccountView, has_file: bool) -> Iterator[Finding]:
    """Yield what ``crm.toml`` names and the account does not have."""
    connector = connector_of(kind)
    if connector is None:
        return
    place = FileSetting(CRM_FILE, (), 1)
    for problem in account.mapping_problems:
        yield Finding("error", ("mapping", problem), problem, (_place_of(problem, said) or place,))
    if not account.known("status"):
        return
    there = [option.value for option in account.options["status"]]
    own = said.others.get("status", {})
    for (ours, theirs), why in connector.doubtful.items():
        if own.get(ours) == theirs:
            fix = f'Better write {ours} = "{connector.statuses[ours]}"'
            where = FileSetting(CRM_FILE, ("status", ours))
            yield Finding("note", ("advice", ours), f'{ours} = "{theirs}": {why}', (where,), fix)
    for ours, theirs in statuses_of(kind, said).items():
        if theirs and theirs not in there:
            key = ("status", ours)
            where = FileSetting(CRM_FILE, key) if ours in own else place
            fix = f"It has: {', '.join(there)}. Write {ours} = … under [status] in {CRM_FILE}"
            fix += "" if has_file else ", or run sdrdesk setup"
            words = f'{connector.name} has no status "{theirs}", which is {ours}'
            yield Finding("error", ("mapping", ours), words, (where,), fix)


def _place_of(problem: str, said: CrmFile) -> FileSetting | None:
    """Return the line of the name that a connector does not find, by its words for it."""
    if said.do_not_call and f'"{said.do_not_call}"' in problem:
        return FileSetting(CRM_FILE, ("do_not_call",))
    for table, names in said.others.items():
        for ours, theirs in names.items():
            if f'"{theirs}"' in problem and problem.endswith(f" for {ours}"):
                return FileSetting(CRM_FILE, (table, ours))
    return None


def values_in_use(kind: str, said: CrmFile) -> Sequence[str]:
    """Return the statuses that ``of_mapping`` checks."""
    return tuple(statuses_of(kind, said).values())
