"""Checks of a team's outcomes against each other and against the CRM account.

Contradictions inside one outcome are already refused when the file is read (``catalog``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, Literal

from sdrdesk.domain.outcome.catalog import Disposition, Dispositions, Flag
from sdrdesk.domain.outcome.types import AccountRules


@dataclass(frozen=True, slots=True)
class DispositionFinding:
    """A finding of the linter."""

    level: Literal["error", "warning"]
    """The CRM will refuse an error; a warning is a likely mistake."""
    key: str
    """The outcome, ``""`` for the table as a whole."""
    message: str
    """A clause without a full stop."""


EXPECTED: Final = {
    Flag.ATTEMPT: "tries that reached nobody cannot be counted",
    Flag.MEETING: "meetings set, the headline number, stays at zero",
    Flag.CALLBACK: "no callback can be promised",
    Flag.UNWORKABLE: "no lead can be handed back to marketing",
    Flag.DO_NOT_CALL: "nobody who asks not to be called can be taken off the list",
}
"""Flags that every team needs, and what is lost without."""


def lint_dispositions(
    dispositions: Dispositions,
    account: AccountRules,
    *,
    lists: frozenset[str] | None = None,
) -> list[DispositionFinding]:
    """Return every finding, errors first, then in the order of the file.

    Args:
        dispositions: the team's outcomes.
        account: the CRM account; parts not known yet are not checked.
        lists: names of the account's static lists, ``None`` when not known.
    """
    found: list[DispositionFinding] = []
    for item in dispositions.values():
        found += (DispositionFinding("error", item.key, m) for m in _refused(item, account, lists))
        found += (DispositionFinding("warning", item.key, m) for m in _doubtful(item, account))
    for flag, consequence in EXPECTED.items():
        if not dispositions.flagged(flag):
            text = f"no outcome carries the flag {flag.value}: {consequence}"
            found.append(DispositionFinding("warning", "", text))
    return sorted(found, key=lambda finding: finding.level != "error")


def _refused(
    item: Disposition, account: AccountRules, lists: frozenset[str] | None
) -> Iterator[str]:
    yield from _not_among("call outcome", item.crm_outcome, account.known_outcomes)
    yield from _not_among("lead status", item.lead_status, account.known_statuses)
    yield from _not_among("static list", item.list_name, lists)
    if item.lifecycle == "qualified":
        stages = frozenset(account.stage_order)
        yield from _not_among("lifecycle stage", account.qualified_stage, stages)


def _not_among(what: str, value: str, known: frozenset[str] | None) -> Iterator[str]:
    if not value or known is None or value in known:
        return
    near = get_close_matches(value, sorted(known), n=1, cutoff=0.5)
    hint = f'; did you mean "{near[0]}"?' if near else ""
    yield f'the account has no {what} "{value}"{hint}'


def _doubtful(item: Disposition, account: AccountRules) -> Iterator[str]:
    if not item.flags:
        yield "it carries no flag, so no report counts it"
    attempt = Flag.ATTEMPT in item.flags
    if attempt and item.lead_status and not item.only_from:
        yield "an attempt with a lead status needs only_from, or it lowers a lead that was further"
    if attempt and not item.retry and Flag.WRONG_NUMBER not in item.flags:
        yield "an attempt without a retry rule comes back at once"
    if Flag.DO_NOT_CALL in item.flags and not account.do_not_call_mapped:
        yield "no do-not-call field is chosen, so other tools will not see it; choose one in setup"
    if account.known_statuses is not None:
        unknown = sorted(item.only_from - account.known_statuses - {""})
        if unknown:
            yield f"only_from names statuses the account does not have: {', '.join(unknown)}"
