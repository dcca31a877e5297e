"""What the CRM account allows, from the options that were pulled, and who the rep is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdrdesk.domain.errors import CredentialsError, SdrDeskError
from sdrdesk.store.database import Database
from sdrdesk.store.facts import get_fact
from sdrdesk.store.options import options, owner_by

if TYPE_CHECKING:
    from sdrdesk.config import Settings
    from sdrdesk.domain.outcome_types import AccountRules
    from sdrdesk.domain.owner import Owner

OWNER_FACT = "login.owner"
"""Where ``login`` keeps the chosen owner id; config and environment win over it."""
DO_NOT_CALL_FACT = "setup.do_not_call"
"""Where ``setup`` keeps the chosen "do not call" field; config and environment win over it."""


def rep_of(db: Database, settings: Settings) -> Owner | None:
    """Return the rep: configured or chosen at login; ``None`` while unknown or not yet pulled."""
    return owner_by(db, settings.crm.owner or get_fact(db, OWNER_FACT))


def need_rep(db: Database, settings: Settings) -> Owner:
    """Return the rep, whose name everything recorded carries.

    Raises:
        CredentialsError: nobody is logged in.
        SdrDeskError: the configured rep is not among the owners known here.
    """
    owner = rep_of(db, settings)
    if owner is None:
        raise _nobody(settings.crm.owner)
    return owner


def do_not_call_field(db: Database, settings: Settings) -> str:
    """Return the account's "do not call" field as ``property`` or ``property=value``, or ``""``."""
    return settings.crm.do_not_call or get_fact(db, DO_NOT_CALL_FACT)


def account_rules(db: Database, settings: Settings) -> AccountRules:
    """Return stages, outcomes and statuses of the account as far as they are known."""
    from sdrdesk.domain.outcome_types import DEFAULT_STAGES, AccountRules

    stages = tuple(option.value for option in options(db, "lifecycle"))
    outcomes = frozenset(option.label for option in options(db, "outcome") if not option.hidden)
    statuses = frozenset(option.value for option in options(db, "status"))
    return AccountRules(
        qualified_stage=settings.crm.qualified_stage,
        stage_order=stages or DEFAULT_STAGES,
        do_not_call_mapped=bool(do_not_call_field(db, settings)),
        known_outcomes=outcomes or None,
        known_statuses=statuses or None,
    )


def _nobody(configured: str) -> SdrDeskError:
    if configured:
        return SdrDeskError(
            f"The rep {configured!r} is not among the owners known here.",
            kept="Nothing was recorded.",
            next_step="Run `sdrdesk sync` once, and check SDRDESK_OWNER or [crm] owner.",
        )
    return CredentialsError(
        "Nobody is logged in, so an outcome would belong to no one.",
        kept="Nothing was recorded.",
        next_step="Run `sdrdesk login --owner you@company`, or set SDRDESK_OWNER.",
    )
