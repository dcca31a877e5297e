"""The lead fields that an outcome changes at the CRM, and the rules by which some stay.

An attempt never lowers a status, a stage only moves forward, a closed number leaves the person
alone. A value that the account does not have is sent all the same: the CRM refuses it and the item
waits for a person, where leaving it out would lose the change.
"""

from __future__ import annotations

from dataclasses import replace

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.light_dataclass import dataclass
from sdrdesk.domain.outcome.catalog import Disposition, Flag
from sdrdesk.domain.outcome.types import AccountRules, Entry
from sdrdesk.domain.outcome.validation import dialled_number, other_numbers


@dataclass(frozen=True, slots=True)
class FieldChanges:
    """Changed fields, their old values, and a line for each field that changes or stays."""

    changes: dict[str, str]
    base: dict[str, str]
    lines: tuple[str, ...]
    stays: tuple[str, ...] = ()
    """Of ``lines``: the fields that stay, each with the rule."""
    warnings: tuple[str, ...] = ()
    """Of ``lines``: values that the CRM will refuse, each with a remedy."""


class _Found:
    """Collects the parts of ``FieldChanges``."""

    def __init__(self) -> None:
        self.changes: dict[str, str] = {}
        self.lines: list[str] = []
        self.stays: list[str] = []
        self.warnings: list[str] = []

    def change(self, name: str, value: str, line: str) -> None:
        self.changes[name] = value
        self.lines.append(line)

    def stay(self, line: str) -> None:
        self.lines.append(line)
        self.stays.append(line)

    def warn(self, line: str) -> None:
        self.lines.append(f"! {line}")
        self.warnings.append(line)


def field_changes(
    lead: Lead, disposition: Disposition, entry: Entry, account: AccountRules
) -> FieldChanges:
    """Return the contact fields that ``disposition`` changes on ``lead``."""
    found = _Found()
    if keeps_person(lead, disposition, entry):
        found.stay("Only this number is closed; status and do-not-call stay for the person")
    else:
        _status(lead, disposition, account, found)
        _do_not_call(lead, disposition, account, found)
    _lifecycle(lead, disposition, account, found)
    now = outcome_fields(lead)
    return FieldChanges(
        found.changes,
        {name: now[name] for name in found.changes},
        tuple(found.lines),
        tuple(found.stays),
        tuple(found.warnings),
    )


def taken(fields: FieldChanges, owner_id: str) -> FieldChanges:
    """Return the changes of a call that takes a lead nobody owns.

    A colleague who took it meanwhile keeps it: the owner is compared right before it is written.
    """
    return replace(
        fields,
        changes={**fields.changes, "owner_id": owner_id},
        base={**fields.base, "owner_id": ""},
        lines=(*fields.lines, "Owner: nobody → you"),
    )


def outcome_fields(lead: Lead) -> dict[str, str]:
    """Return the fields that outcomes may change, in the CRM's form."""
    do_not_call = "true" if lead.do_not_call else "false"
    return {"status": lead.status, "lifecycle": lead.lifecycle, "do_not_call": do_not_call}


def keeps_person(lead: Lead, disposition: Disposition, entry: Entry) -> bool:
    """Return whether a do-not-call closes one number while another one remains."""
    return (
        disposition.is_(Flag.DO_NOT_CALL)
        and entry.do_not_call_scope == "number"
        and bool(other_numbers(lead, dialled_number(lead, entry)))
    )


def _status(lead: Lead, disposition: Disposition, account: AccountRules, found: _Found) -> None:
    wanted = disposition.lead_status
    if not wanted:
        return
    old = account.label("status", lead.status)
    if wanted == lead.status:
        # Sent all the same: the lead may have been reopened at the CRM meanwhile.
        if disposition.is_(Flag.DO_NOT_CALL):
            found.changes["status"] = wanted
        return
    if disposition.only_from and lead.status not in disposition.only_from:
        found.stay(f"Status stays {old}: {disposition.label} never lowers a lead")
        return
    found.change("status", wanted, f"Status: {old} → {account.label('status', wanted)}")
    if account.known_statuses is None or wanted in account.known_statuses:
        return
    if account.known_statuses:
        found.warn(
            f'The account has no lead status "{wanted}": this change waits in the outbox. '
            f"Correct lead_status of {disposition.key} in dispositions.toml"
        )
    else:
        found.warn(
            "The account's field of the lead status has no options, so this change waits in the "
            "outbox. Name the field that has them in crm.toml: [fields] status = …, or add the "
            f"options in {CRM_NAME}"
        )


def _do_not_call(
    lead: Lead, disposition: Disposition, account: AccountRules, found: _Found
) -> None:
    if not disposition.is_(Flag.DO_NOT_CALL):
        return
    if not account.do_not_call_mapped:
        found.stay("Do not call: kept here and in the call note; the account names no field")
    elif lead.do_not_call:
        # Sent all the same: the mark may have been removed meanwhile.
        found.changes["do_not_call"] = "true"
    else:
        found.change("do_not_call", "true", "Do not call: no → yes (sent first)")


def _lifecycle(lead: Lead, disposition: Disposition, account: AccountRules, found: _Found) -> None:
    target = account.qualified_stage
    if disposition.lifecycle != "qualified" or not target or lead.lifecycle == target:
        return
    old = account.label("lifecycle", lead.lifecycle)
    place = account.stage_places
    if target in place and place.get(lead.lifecycle, -1) > place[target]:
        found.stay(f"Lifecycle stays {old}: it is past {account.label('lifecycle', target)}")
        return
    # A stage that is not in the account's order is changed too: the CRM decides.
    found.change("lifecycle", target, f"Lifecycle: {old} → {account.label('lifecycle', target)}")
    if target not in place:
        found.warn(
            f'The account has no lifecycle stage "{target}": this change waits in the outbox. '
            "Choose the stage of qualified leads: sdrdesk setup"
        )
