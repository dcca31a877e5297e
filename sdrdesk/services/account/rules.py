"""Stages, outcomes and statuses of the CRM account as pulled, and the rep in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sdrdesk.domain.config.reader import nearest_of
from sdrdesk.domain.errors import CredentialsError, SdrDeskError
from sdrdesk.domain.lead.owner import Owner
from sdrdesk.store.database.database import Database
from sdrdesk.store.mirror.options import options_of, owner_by, owners
from sdrdesk.store.mirror.sync_state import OPTIONS_READ, get_fact

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sdrdesk.config import Settings
    from sdrdesk.domain.lead.owner import Owner
    from sdrdesk.domain.outcome.types import AccountRules

OWNER_FACT = "login.owner"
"""The owner id chosen at ``login``; config and environment win over it."""
NO_FIELD_FACT = "setup.no_do_not_call_field"
"""Set by ``setup`` when the account has no field that looks like "do not call"."""
_LIKELY = 8
"""Owners named when the configured one does not exist."""


def rep_of(db: Database, settings: Settings) -> Owner | None:
    """Return the rep, configured or chosen at login; ``None`` while unknown or not yet pulled."""
    return owner_by(db, named_owner(db, settings))


def named_owner(db: Database, settings: Settings) -> str:
    """Return the id or e-mail of the rep, configured or chosen at login; ``""`` for none."""
    return (settings.crm.owner or get_fact(db, OWNER_FACT)).strip()


def rep_for_log(db: Database, settings: Settings) -> Owner | None:
    """Return the rep, also when only the configured id or e-mail is known yet."""
    wanted = settings.crm.owner.strip()
    known = rep_of(db, settings)
    if known is not None or not wanted:
        return known
    return Owner(wanted, wanted, wanted if "@" in wanted else "", False)


def owner_problem(db: Database, settings: Settings) -> str:
    """Return the problem with the configured owner, with likely owners; ``""`` when all is well.

    Also ``""`` before the first sync, when the owners are not known.
    """
    wanted = named_owner(db, settings)
    everybody = [owner for owner in owners(db) if not owner.archived]
    if not everybody or not wanted or rep_of(db, settings) is not None:
        return ""
    where = "SDRDESK_OWNER or owner under [crm] in config.toml"
    return (
        f"The account has no owner {wanted!r}. {likely_owners(wanted, everybody)} Correct {where}."
    )


def likely_owners(wanted: str, everybody: Sequence[Owner]) -> str:
    """Return the likely owners, as a sentence."""
    names: dict[str, Owner] = {}
    for owner in everybody:
        for name in (owner.owner_id, owner.email, owner.email.partition("@")[0], owner.name):
            names.setdefault(name.casefold(), owner)
    asked = (wanted.casefold(), wanted.casefold().partition("@")[0])
    near = [name for text in asked for name in nearest_of(text, names, _LIKELY)]
    found = list(dict.fromkeys(names[name].email or names[name].owner_id for name in near))
    if found:
        return f"Did you mean {' or '.join(found[:_LIKELY])}?"
    listed = [owner.email or owner.owner_id for owner in everybody]
    more = f" and {len(listed) - _LIKELY} more" if len(listed) > _LIKELY else ""
    return f"Its owners: {', '.join(listed[:_LIKELY])}{more}."


def need_rep(db: Database, settings: Settings) -> Owner:
    """Return the rep; everything recorded carries their name.

    Raises:
        CredentialsError: not logged in.
        SdrDeskError: the configured rep is not among the owners known here.
    """
    return must_be_known(rep_of(db, settings), db, settings)


def must_be_known(rep: Owner | None, db: Database, settings: Settings) -> Owner:
    """Return ``rep`` as ``need_rep`` does, for callers that read it already."""
    if rep is None:
        raise _not_known(settings.crm.owner, owner_problem(db, settings))
    return rep


def do_not_call_unread(db: Database, settings: Settings) -> bool:
    """Return whether marks in the CRM may go unread because no field was chosen."""
    chosen = settings.crm.do_not_call_field or settings.crm.no_do_not_call_field
    return not chosen and not get_fact(db, NO_FIELD_FACT)


def account_rules(db: Database, settings: Settings) -> AccountRules:
    """Return the known stages, outcomes and statuses of the account."""
    from sdrdesk.domain.outcome.types import DEFAULT_STAGES, AccountRules  # only outcomes

    known = options_of(db, "lifecycle", "outcome", "status")
    stages = tuple(option.value for option in known["lifecycle"])
    outcomes = frozenset(option.label for option in known["outcome"] if not option.hidden)
    statuses = frozenset(option.value for option in known["status"])
    is_read = bool(get_fact(db, OPTIONS_READ))
    return AccountRules(
        qualified_stage=settings.crm.qualified_stage,
        stage_order=stages or DEFAULT_STAGES,
        do_not_call_mapped=bool(settings.crm.do_not_call_field),
        known_outcomes=outcomes or None,
        known_statuses=statuses if statuses or (is_read and any(known.values())) else None,
        labels={
            name: {option.value: option.label for option in known[name]}
            for name in ("lifecycle", "status")
        },
    )


def _not_known(configured: str, problem: str) -> SdrDeskError:
    if problem:
        return SdrDeskError(problem, kept="Nothing was recorded.")
    if configured:
        return SdrDeskError(
            f"The rep {configured!r} is not among the owners known here.",
            kept="Nothing was recorded.",
            next_step="Run `sdrdesk sync` once, and check SDRDESK_OWNER or [crm] owner.",
        )
    return CredentialsError(
        "Not logged in, and an outcome needs an owner.",
        kept="Nothing was recorded.",
        next_step="Run `sdrdesk login --owner you@company`, or set SDRDESK_OWNER.",
    )
