"""Odoo restored from a backup: it gives the ids since then to other records."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import pytest

from sdrdesk.sync.capabilities import KeyMode
from tests.conformance.odoo_records import RITA
from tests.conformance.odoo_world import OdooWorld


class Trial:
    """A desk, and an Odoo that can be taken back to the beginning."""

    def __init__(self, directory: Path, version: int) -> None:
        self.world = OdooWorld(KeyMode.ONCE if version >= 19 else KeyMode.UPSERT, version)
        self.desk = self.world.desk(directory, lambda crm: crm)
        self._sync()
        server = self.world.server
        self._backup = deepcopy((server.records, server.external, server.next))

    def _sync(self) -> None:
        self.world.forward(700)
        self.desk.sync()

    def dispose(self, lead_id: str, outcome: str) -> str:
        key = self.desk.dispose(lead_id, outcome)
        self._sync()
        self._sync()  # reads back what was sent
        assert self.desk.item(key)["state"] == "sent"
        return key

    def take_back(self) -> None:
        server = self.world.server
        server.records, server.external, server.next = deepcopy(self._backup)
        self.world.forward(3600)

    def restore(self, then: Callable[[], object] = lambda: None) -> None:
        self.take_back()
        then()
        self._sync()
        self.world.forward(90_000)
        self._sync()
        self.desk.sync(full=True)

    def log(self, lead_id: str) -> int:
        """Log a call at the server as a colleague does."""
        of_calls = next(
            i for i, row in self.world.server.records["mail.activity.type"].items()
            if row["category"] == "phonecall"
        )  # fmt: skip
        call = {"model": "crm.lead", "res_id": int(lead_id), "body": "<p>Theirs</p>"}
        made: int = self.world.server.create(
            RITA, "mail.message", call | {"mail_activity_type_id": of_calls}
        )
        return made

    def lead_of(self, key: str) -> tuple[str, str]:
        sql = "SELECT lead_id, crm_id FROM activity WHERE activity_key = ?"
        return self.desk.sql(sql, key)[0]


@pytest.fixture(params=[17, 19])
def trial(request: pytest.FixtureRequest, tmp_path: Path) -> Trial:
    return Trial(tmp_path, int(request.param))


def test_a_call_stays_with_its_lead_and_its_correction_changes_no_other_call(trial: Trial) -> None:
    one, other = trial.world.leads()[:2]
    key = trial.dispose(one, "no_answer")
    made = int(trial.lead_of(key)[1])
    trial.restore(lambda: [trial.log(other) for _ in range(3)])
    assert trial.world.server.records["mail.message"][made]["body"] == "<p>Theirs</p>"
    assert trial.lead_of(key) == (one, "")
    change = json.loads(trial.desk.one("SELECT payload_json FROM outbox WHERE key = ?", key))
    change |= {"change": "correct", "call": key, "note": "Mine", "anyway": True, "was": {}}
    correction = trial.desk.put_item("call", one, change, activity_key=key)
    trial.world.forward(60)
    trial.desk.sync()
    bodies = [row["body"] for row in trial.world.server.records["mail.message"].values()]
    assert not any("Mine" in body for body in bodies)
    assert bodies.count("<p>Theirs</p>") == 3
    (item,) = trial.desk.sql("SELECT state, payload_json FROM outbox WHERE key = ?", correction)
    assert (item[0], "not at the CRM any more" in item[1]) == ("sent", True)


@pytest.mark.parametrize("merged", [False, True])
def test_a_lead_made_since_the_backup_is_not_mixed_with_another(trial: Trial, merged: bool) -> None:
    added = trial.world.add()
    trial._sync()
    key = trial.dispose(added, "do_not_call")
    first = trial.world.leads()[0]

    def then() -> None:
        if merged:  # only the ids of what was logged are given again
            for _ in range(3):
                trial.log(first)
        else:
            assert str(trial.world._add("Ora Other", "ora@example.com")) == added
            row = trial.world.row(added)
            row["phone"] = "+353 86 999 9999"

    trial.restore(then)
    if merged:
        assert trial.lead_of(key)[0] == added
        assert trial.desk.lead(added).archived
        assert not trial.desk.lead(first).do_not_call
    else:
        now = trial.desk.lead(added)
        assert (now.email, now.do_not_call, now.archived) == ("ora@example.com", False, False)
        own = trial.lead_of(key)[0]
        assert own != added
        assert trial.desk.lead(own).email == "new@example.com"
        assert trial.desk.lead(own).archived
        assert ("person", own) in trial.desk.sql("SELECT scope, value FROM suppression")


def test_who_is_entered_again_keeps_what_was_recorded(trial: Trial) -> None:
    added = trial.world.add()
    trial._sync()
    key = trial.dispose(added, "no_answer")
    trial.restore(trial.world.add)
    assert trial.lead_of(key)[0] == added
    assert not trial.desk.lead(added).archived


def test_everything_is_compared_once_ids_are_given_again(trial: Trial) -> None:
    one, other = trial.world.leads()[:2]
    trial.log(one)
    trial._sync()
    compared = "SELECT value FROM sync_state WHERE name = 'compared_ms'"
    before = trial.desk.one(compared)
    trial.take_back()
    trial._sync()
    assert trial.desk.one(compared) == before
    trial.log(other)
    for _ in range(2):
        trial._sync()
    assert trial.desk.one(compared) != before


def test_a_promise_survives_another_task_with_its_id(trial: Trial) -> None:
    one, other = trial.world.leads()[:2]
    trial.dispose(one, "callback")
    task = trial.desk.one("SELECT crm_id FROM promise WHERE lead_id = ?", one)
    server = trial.world.server
    row = dict(server.records["mail.activity"][int(task)])

    def theirs() -> None:
        vals = {n: row[n] for n in ("res_model", "res_model_id", "activity_type_id") if n in row}
        vals |= {"res_id": int(other), "summary": "Theirs", "user_id": RITA}
        server.put("mail.activity", vals | {"date_deadline": row["date_deadline"]})

    trial.restore(theirs)
    found = dict(trial.desk.sql("SELECT lead_id, crm_id FROM promise"))
    assert found == {one: "", other: task}
