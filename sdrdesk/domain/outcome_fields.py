"""Which fields of the lead an outcome changes upstream, and why some stay as they are."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.domain.disposition import Disposition, Flag
from sdrdesk.domain.lead import Lead
from sdrdesk.domain.outcome_check import number_of, other_numbers
from sdrdesk.domain.outcome_types import AccountRules, Entry


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """Fields that change, what they were, and a line for each change or deliberate stay."""

    changes: dict[str, str]
    base: dict[str, str]
    lines: tuple[str, ...]


def field_changes(
    lead: Lead, disposition: Disposition, entry: Entry, account: AccountRules
) -> FieldChanges:
    """Return the contact fields that ``disposition`` changes on ``lead``. Total."""
    changes: dict[str, str] = {}
    lines: list[str] = []
    if keeps_person(lead, disposition, entry):
        lines.append("Only this number is closed; status and do-not-call stay for the person")
    else:
        _status(lead, disposition, account, changes, lines)
        _do_not_call(lead, disposition, account, changes, lines)
    _lifecycle(lead, disposition, account, changes, lines)
    now = {
        "status": lead.status,
        "lifecycle": lead.lifecycle,
        "do_not_call": "true" if lead.do_not_call else "false",
    }
    return FieldChanges(changes, {name: now[name] for name in changes}, tuple(lines))


def keeps_person(lead: Lead, disposition: Disposition, entry: Entry) -> bool:
    """Return whether a do-not-call is about one number while another one remains."""
    return (
        disposition.is_(Flag.DO_NOT_CALL)
        and entry.do_not_call_scope == "number"
        and bool(other_numbers(lead, number_of(lead, entry)))
    )


def _status(
    lead: Lead,
    disposition: Disposition,
    account: AccountRules,
    changes: dict[str, str],
    lines: list[str],
) -> None:
    wanted = disposition.lead_status
    if not wanted:
        return
    old = lead.status or "none"
    if wanted == lead.status:
        # Said all the same: somebody may have reopened the lead at the CRM in the meantime.
        if disposition.is_(Flag.DO_NOT_CALL):
            changes["status"] = wanted
        return
    if disposition.only_from and lead.status not in disposition.only_from:
        lines.append(f"Status stays {old}: {disposition.label} never lowers a lead")
    elif account.known_statuses is not None and wanted not in account.known_statuses:
        lines.append(f"Status stays {old}: the account has no status {wanted}")
    else:
        changes["status"] = wanted
        lines.append(f"Status: {old} → {wanted}")


def _do_not_call(
    lead: Lead,
    disposition: Disposition,
    account: AccountRules,
    changes: dict[str, str],
    lines: list[str],
) -> None:
    if not disposition.is_(Flag.DO_NOT_CALL):
        return
    if not account.do_not_call_mapped:
        lines.append("Do not call: kept here and in the call note; the account names no field")
        return
    # Said even where it is marked already: the mark may have been taken off in the meantime.
    changes["do_not_call"] = "true"
    if not lead.do_not_call:
        lines.append("Do not call: no → yes (sent first)")


def _lifecycle(
    lead: Lead,
    disposition: Disposition,
    account: AccountRules,
    changes: dict[str, str],
    lines: list[str],
) -> None:
    target = account.qualified_stage
    if disposition.lifecycle != "qualified" or not target or lead.lifecycle == target:
        return
    old = lead.lifecycle or "none"
    place = {stage: at for at, stage in enumerate(account.stage_order)}
    if target not in place:
        lines.append(f"Lifecycle stays {old}: the account has no stage {target}")
    elif lead.lifecycle and lead.lifecycle not in place:
        lines.append(f"Lifecycle stays {old}: its place before {target} is not known")
    elif lead.lifecycle and place[lead.lifecycle] > place[target]:
        lines.append(f"Lifecycle stays {old}: it is past {target}")
    else:
        changes["lifecycle"] = target
        lines.append(f"Lifecycle: {old} → {target}")
