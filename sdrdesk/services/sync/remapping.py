"""New values for a refused change or call after its mapping was corrected."""

from __future__ import annotations

from collections.abc import Callable

from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.store.outbox.outbox import Remap


def remap_with(dispositions: Callable[[], Dispositions], qualified_stage: str) -> Remap:
    """Return the function that maps the values of an outcome by the present files of the team.

    A value that the outcome no longer sets is left out; do-not-call never changes.
    """

    def remap(disposition: str, changes: dict[str, str]) -> dict[str, str]:
        outcome = dispositions().get(disposition)
        if outcome is None:
            return changes
        stage = qualified_stage if outcome.lifecycle == "qualified" else ""
        now = {
            "status": outcome.lead_status,
            "lifecycle": stage,
            "outcome_label": outcome.crm_outcome,
        }
        mapped = {name: now.get(name, value) for name, value in changes.items()}
        return {name: value for name, value in mapped.items() if value}

    return remap
