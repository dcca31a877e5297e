"""The small EspoCRM of these tests answers as a real one did.

``espo_answers.json`` has requests and answers of EspoCRM 9.1.7, with invented people. Ids and times
differ from server to server, so shapes are compared: status, reason, and the fields and types that
the real answer has among those the small one knows.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conformance.espo_server import KEY, TEAM, EspoServer
from tests.conformance.still_clock import StillClock

ANSWERS: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("espo_answers.json").read_text(encoding="utf-8")
)
ADA, TWIN, CLEO = "6b0c710bcecce55e1", "6b0c7115258eeb0e6", "6b0c710e3754508e8"
HIDDEN = "6b0c710f4db44d666"
ON_TWIN, TASK = "6b0c71e48ebc07218", "6b0c719355150a20f"
IDS = {"6b0c70a71373927a5": "rita", "6b0c70a8a60078b23": "sam", "6b0c70a34702b3c35": TEAM}
"""People and their team: in the recordings, and here."""
ONCE, STALE = "the same key, now refused", "stale write of the same field"


@pytest.fixture
def server() -> EspoServer:
    """Return a server with the records of the recordings that a step needs."""
    made = EspoServer(StillClock(), key_field=True, script=False, versions=False)
    for lead_id in (ADA, TWIN, CLEO, "6b0c710d108820805", "6b0c711092a3f46d1", HIDDEN):
        body = {"lastName": lead_id, "phoneNumber": "+4930111001", "emailAddress": "a@b.example"}
        _put(made, "Lead", lead_id, body)
    call = {"dateStart": "2026-11-29 17:10:00", "dateEnd": "2026-11-29 17:11:00"}
    more = {"cSdrdeskKey": "01JD0000000000000000000001", "leadsIds": [TWIN], "parentId": TWIN}
    _put(made, "Call", ON_TWIN, call | more | {"name": "Call: on twin", "assignedUserId": "rita"})
    task = {"name": "Call back Ada", "status": "Not Started", "assignedUserId": "rita"}
    _put(made, "Task", TASK, task | {"teamsIds": [TEAM]})
    _put(made, "TargetList", "6b0c71f4807d3d277", {"name": "Nurture"})
    return made


def _put(server: EspoServer, entity: str, record_id: str, body: dict[str, Any]) -> None:
    made = server.create(entity, body)
    server.records[entity][record_id] = server.records[entity].pop(made["id"]) | {"id": record_id}


@pytest.mark.parametrize("step", ANSWERS, ids=[step["name"] for step in ANSWERS])
def test_it_answers_as_the_real_one(server: EspoServer, step: dict[str, Any]) -> None:
    asked, wanted = step["request"], step["response"]
    if "merged-away" in step["name"] or step["name"] == "its call now":
        server.merge(ADA, TWIN)
    server.script = step["name"] == ONCE
    server.hidden = {HIDDEN} if step["name"].startswith("hidden: ") else set()
    headers = {"X-Api-Key": "wrong" if step["name"] == "wrong key" else KEY}
    if step["name"] == STALE:
        server.versions = True
        server.update("Lead", asked["path"].rpartition("/")[2], {"status": "Assigned"})
        headers["X-Version-Number"] = "7"
    content = asked["raw"] if "raw" in asked else json.dumps(asked.get("body"))
    for theirs, mine in IDS.items():
        content = content.replace(theirs, mine)
    with httpx.Client(transport=server, base_url="https://crm.example") as client:
        answer = client.request(
            asked["method"],
            asked["path"],
            params=[(str(name), str(value)) for name, value in asked.get("query") or []],
            headers=headers,
            content=None if content == "null" else content,
        )
    assert answer.status_code == wanted["status"]
    reason = answer.headers.get("X-Status-Reason")
    assert (reason or "").rstrip(".") == (wanted["reason"] or "").rstrip(".")
    if wanted["body"] == "":
        assert answer.content == b""
    elif wanted["status"] == 200:
        _same_shape(answer.json(), wanted["body"])
    else:
        assert type(answer.json()) is type(wanted["body"])


def _same_shape(mine: Any, theirs: Any) -> None:
    """Check that equal fields have equal types, and that a list of records is one."""
    assert type(mine) is type(theirs)
    if isinstance(theirs, dict):
        for name in theirs.keys() & mine.keys():
            if mine[name] is not None and theirs[name] is not None:
                _same_shape(mine[name], theirs[name])
        if "list" in theirs:
            assert "list" in mine
    elif isinstance(theirs, list) and theirs and mine:
        _same_shape(mine[0], theirs[0])
