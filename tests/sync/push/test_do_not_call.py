"""Do not call on one machine, another outcome on the other: nobody calls, in either order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sdrdesk.domain.outcome.types import AccountRules
from sdrdesk.store.outbox.conflicts import open_conflicts
from sdrdesk.store.promises.promises import promises_of
from sdrdesk.store.queue.candidates import candidate_of
from sdrdesk.sync.push.standing import AskRules
from tests.support.marks import in_long
from tests.sync import desk as desk_module
from tests.sync.desk import DO_NOT_CALL, OWNER, Desk, desk_over
from tests.sync.promises.test_tasks import call_tasks


@pytest.mark.parametrize("has_field", [True, False])
@pytest.mark.parametrize("first", ["bars", "calls"])
@pytest.mark.parametrize("other", ["qualified", *in_long("no_answer", "callback")])
def test_do_not_call_wins_on_both_machines(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *,
    has_field: bool, first: str, other: str,
) -> None:  # fmt: skip
    def rules(**given: Any) -> AccountRules:
        return AccountRules(**{**given, "do_not_call_mapped": has_field})

    monkeypatch.setattr(desk_module, "AccountRules", rules)
    lead = desk.pick()
    field = DO_NOT_CALL if has_field else None
    with (
        desk_over(desk.sandbox, tmp_path / "one" / "sdrdesk.db", do_not_call=field) as one,
        desk_over(desk.sandbox, tmp_path / "other" / "sdrdesk.db", do_not_call=field) as second,
    ):
        for machine in (one, second):
            machine.ask = AskRules(OWNER, frozenset({"salesqualifiedlead"}))
            machine.sync()
        one.dispose(lead, "do_not_call")
        second.dispose(lead, other)  # offline: it knows nothing of the other yet
        in_order = (one, second) if first == "bars" else (second, one)
        for machine in (*in_order, *in_order, *in_order):
            machine.clock.forward(130)
            desk.sandbox.control("index/flush", {})
            machine.sync()
        assert desk.contact(lead)["hs_lead_status"] == "UNQUALIFIED"
        left = [t for t in call_tasks(one, lead) if t["hs_task_status"] == "NOT_STARTED"]
        assert left == [], "nobody is to keep the callback"
        for machine in (one, second):
            assert machine.lead(lead).status == "UNQUALIFIED", "a closed status: nobody calls"
            assert open_conflicts(machine.db) == []
            assert promises_of(machine.db, lead) == []
            assert set(machine.states().values()) <= {"sent", "undone"}
            found = candidate_of(machine.db, lead)
            assert found is not None
            assert found.do_not_call
            if has_field:
                assert machine.lead(lead).do_not_call
