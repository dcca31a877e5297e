"""The values that outcomes have by the team's present files, for what waits to be sent."""

from __future__ import annotations

from collections.abc import Callable

from sdrdesk.domain.crm.meaning import Remap
from sdrdesk.domain.outcome.catalog import Dispositions


def remap_with(
    dispositions: Callable[[], Dispositions], qualified_stage: Callable[[], str]
) -> Remap:
    """Return the function that maps the values of an outcome by the present files of the team.

    A value that the outcome no longer sets is left out; do-not-call never changes.
    """

    def remap(disposition: str, changes: dict[str, str]) -> dict[str, str]:
        outcome = dispositions().get(disposition)
        if outcome is None:
            return changes
        now = {
            "status": outcome.lead_status,
            "lifecycle": qualified_stage() if outcome.lifecycle == "qualified" else "",
            "outcome_label": outcome.crm_outcome,
            "list_name": outcome.list_name,
        }
        mapped = {name: now.get(name, value) for name, value in changes.items()}
        return {name: value for name, value in mapped.items() if value}

    return remap
