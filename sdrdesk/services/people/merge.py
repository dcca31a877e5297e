"""Possible duplicates of a lead, and their merge at the CRM, which cannot be undone."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import NotFoundError, SdrDeskError, UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.people.edit import FIELD_LABELS, value_of
from sdrdesk.domain.people.names import alike
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.leads import Duplicate, get_lead, possible_duplicates
from sdrdesk.store.outbox.waiting import unsent_changes
from sdrdesk.sync.errors import Unknown
from sdrdesk.sync.port import CrmClient

SAME_WORDS = {
    "phone": "same number",
    "e-mail": "same e-mail",
    "name": "same name and company",
    "domain": "same name, another record of the company",
}


class Twin(NamedTuple):
    """A lead that may be the same person."""

    lead_id: str
    name: str
    company: str
    same: str
    """``phone``, ``e-mail``, ``name`` or ``domain``."""
    email: str
    phone: str

    @property
    def words(self) -> str:
        """The lead in a line, with what is the same."""
        parts = (self.name, self.email, self.phone, self.company, SAME_WORDS[self.same])
        return " · ".join(part for part in parts if part)


class MergePlan(NamedTuple):
    """A preview of a merge; nothing was sent."""

    keep: Lead
    other: Lead
    differing: tuple[tuple[str, str, str], ...]
    """Label, the value that stays, and the value that goes."""
    filled: tuple[tuple[str, str], ...]
    """Label and value that the kept lead gets from the other."""
    do_not_call: bool
    """One of the two must not be called, so the result must not be either."""
    keeps_emails: bool = False
    """The CRM keeps the addresses of both."""

    @property
    def lines(self) -> tuple[str, ...]:
        """The plan in words."""
        found = [
            f"{self.keep.name} (id {self.keep.lead_id}) stays; "
            f"{self.other.name} (id {self.other.lead_id}) becomes part of it."
        ]
        found += [
            f"{label}: {stays} stays, {goes} "
            + ("is kept as a further one." if self._keeps(label) else "goes.")
            for label, stays, goes in self.differing
        ]
        found += [f"{label}: {value} is taken over." for label, value in self.filled]
        if self.do_not_call:
            found.append("One of the two asked not to be called: the result will not be called.")
        found.append(f"Calls, notes, tasks and meetings of both stay, here and in {CRM_NAME}.")
        found.append(f"{CRM_NAME} cannot undo a merge.")
        return tuple(found)

    def _keeps(self, label: str) -> bool:
        return self.keeps_emails and label == FIELD_LABELS["email"]


class Merged(NamedTuple):
    """The result of a merge."""

    lead_id: str
    """The surviving lead."""
    name: str


def twins_of(db: Database, lead_id: str) -> tuple[Lead, tuple[Twin, ...]]:
    """Return a lead and those who may be the same person, the likeliest first.

    Raises:
        NotFoundError: there is no such lead here.
    """
    lead = _need(db, lead_id)
    found = [
        twin for other in possible_duplicates(db, lead.lead_id) if (twin := _twin(db, lead, other))
    ]
    order = list(SAME_WORDS)
    named = (lead.first_name, lead.last_name)

    def rank(twin: tuple[Twin, Lead]) -> tuple[bool, int, str]:
        names = (twin[1].first_name, twin[1].last_name)
        return (not alike(named, names), order.index(twin[0].same), twin[0].lead_id)

    return lead, tuple(twin for twin, _ in sorted(found, key=rank))


def _twin(db: Database, lead: Lead, other: Duplicate) -> tuple[Twin, Lead] | None:
    found = get_lead(db, other.lead_id)
    if found is None:
        return None
    names = (found.first_name, found.last_name)
    if other.same == "domain" and not alike((lead.first_name, lead.last_name), names):
        return None  # a colleague under another record of the company
    twin = Twin(other.lead_id, other.name, other.company, other.same, found.email, found.e164)
    return twin, found


def plan_merge(
    db: Database, keep_id: str, other_id: str, *, keeps_emails: bool = False
) -> MergePlan:
    """Return what a merge would do. ``keeps_emails``: the CRM keeps the addresses of both.

    Raises:
        NotFoundError: one of the leads is not here.
        UsageError: they are one lead, or changes of the other still wait to be sent.
    """
    keep, other = _need(db, keep_id), _need(db, other_id)
    if keep.lead_id == other.lead_id:
        raise UsageError(f"{keep.name} is one lead already.", kept="Nothing was changed.")
    waiting = unsent_changes(db, other.lead_id)
    if waiting:
        raise UsageError(
            f"Changes of {other.name} still wait to be sent: {', '.join(waiting)}.",
            kept="Nothing was changed.",
            next_step="Run `sdrdesk sync` (drop what was refused: `sdrdesk outbox`), then merge.",
        )
    pairs = [
        (label, value_of(keep, field), value_of(other, field))
        for field, label in FIELD_LABELS.items()
    ]
    return MergePlan(
        keep,
        other,
        tuple((label, a, b) for label, a, b in pairs if a and b and a != b),
        tuple((label, b) for label, a, b in pairs if b and not a),
        keep.do_not_call != other.do_not_call,
        keeps_emails,
    )


def merge(
    db: Database,
    crm: CrmClient,
    fetch: Callable[[tuple[str, ...]], int],
    mark: Callable[[str], None],
    keep_id: str,
    other_id: str,
) -> Merged:
    """Merge two leads at the CRM and here; safe to repeat.

    A machine that stops after the CRM merged them loses nothing: the next sync follows the merge.

    Args:
        db: the database.
        crm: the account.
        fetch: reads leads by id and follows their merges.
        mark: marks a lead as not to be called, here and in the outbox.
        keep_id: whose values stay.
        other_id: who becomes part of it.

    Raises:
        UsageError: see ``plan_merge``, or the CRM merges only in its own screen.
        UnreachableError: the CRM cannot be reached; nothing was changed.
        SdrDeskError: the CRM refused.
    """
    plan = plan_merge(db, keep_id, other_id)
    if not crm.can_merge:
        raise UsageError(
            f"{CRM_NAME} merges only in its own screen.",
            kept="Nothing was changed.",
            next_step=f"Open {plan.keep.name} there; the next sync follows the merge.",
        )
    if plan.do_not_call and not plan.keep.do_not_call:
        # Before the merge: the mark of the other would be lost with a machine that stops after it.
        mark(plan.keep.lead_id)
    try:
        survivor = crm.merge_leads(plan.keep.lead_id, plan.other.lead_id)
    except Unknown as error:
        raise SdrDeskError(
            f"No answer came, so nobody knows whether {CRM_NAME} merged them.",
            kept="Everything is kept here; the next sync shows the result.",
            next_step="Run `sdrdesk sync`, then look at the lead.",
        ) from error
    fetch((plan.keep.lead_id, plan.other.lead_id, survivor))
    lead = _need(db, survivor)
    return Merged(lead.lead_id, lead.name)


def _need(db: Database, lead_id: str) -> Lead:
    lead = get_lead(db, lead_id)
    if lead is None:
        raise NotFoundError(
            f"There is no lead {lead_id} on this machine.",
            next_step="`sdrdesk queue` lists ids; `sdrdesk sync` fetches new leads.",
        )
    return lead
