"""Sentences about the queue: which office's rules hold, and why the list is empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.text.humanize import span_words
from sdrdesk.rulebook import Rulebook
from sdrdesk.services.views.queue import FunnelStep


def office_rules(rules: Rulebook, owner_id: str) -> Iterator[str]:
    """Yield which rules of an office hold for the leads of an owner."""
    if office := rules.windows.of(owner_id).office:
        yield f"calling hours of {office}"
    if rules.is_shipped("sla.toml"):
        return  # nothing of it has to be read
    sla = rules.sla.of(owner_id)
    if sla.office:
        yield f"SLA of {sla.office}: first call within {sla.first_attempt_s / 60:g} min"


def none_callable(
    total: int, steps: Sequence[FunnelStep], now: datetime, opens_at: datetime | None
) -> str:
    """Return which rules keep the leads out, and when the first becomes callable."""
    most = sorted(steps, key=lambda step: -step.removed)[:4]
    kept = ", ".join(f"{step.removed} {step.text}" for step in most)
    when = ""
    if opens_at:
        opens = span_words((opens_at - now) / timedelta(seconds=1))
        when = f" The next becomes callable in {opens}; to practise until then: sdrdesk demo"
    return f"No lead is callable now. Of {total} leads: {kept}.{when}"


def no_leads(last_pull: datetime | None) -> str:
    """Return why there is no lead at all, and what to do about it."""
    if last_pull is None:
        return (
            "No leads on this machine yet. Fetch them: sdrdesk sync; without an account:"
            " sdrdesk login, or sdrdesk demo."
        )
    said = f"{CRM_NAME} showed no leads at the last sync."
    return f"{said} Check there that your login may see them."
