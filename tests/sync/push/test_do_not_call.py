"""Do not call on one machine, another outcome on the other: nobody calls, in either order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.outcome.types import AccountRules
from sdrdesk.store.outbox.conflicts import open_conflicts
from tests.sync import desk as desk_module
from tests.sync.desk import Desk, desk_over


@pytest.mark.parametrize("has_field", [True, False])
@pytest.mark.parametrize("first", ["bars", "calls"])
@pytest.mark.parametrize("other", ["no_answer", "left_voicemail"])
def test_do_not_call_wins_on_both_machines(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *,
    has_field: bool, first: str, other: str,
) -> None:  # fmt: skip
    def rules(**given: Any) -> AccountRules:
        return AccountRules(**{**given, "do_not_call_mapped": has_field})

    monkeypatch.setattr(desk_module, "AccountRules", rules)
    lead = desk.pick()
    with desk_over(desk.sandbox, tmp_path / "other" / "sdrdesk.db") as second:
        second.sync()
        desk.dispose(lead, "do_not_call")
        second.dispose(lead, other)  # offline: it knows nothing of the other yet
        in_order = (desk, second) if first == "bars" else (second, desk)
        for machine in (*in_order, *in_order):
            machine.sync()
        assert desk.contact(lead)["hs_lead_status"] == "UNQUALIFIED"
        for machine in (desk, second):
            assert machine.lead(lead).status == "UNQUALIFIED", "a closed status: nobody calls"
            assert open_conflicts(machine.db) == []
            assert set(machine.states().values()) == {"sent"}
            if has_field:
                assert machine.lead(lead).do_not_call
