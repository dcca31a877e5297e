"""What holds of every account: one wrong key a round, and one database for one account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from sdrdesk.sync.access import FixedAccess
from sdrdesk.sync.errors import AuthExpired, WrongAccount
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.salesforce.client import SalesforceClient
from tests.conformance.still_clock import StillClock
from tests.conformance.worlds import World
from tests.support.sandbox import Sandbox
from tests.sync.desk import Desk, quick

PLAYED_IN = ("memory-upsert", "espocrm-once", "salesforce-upsert", "hubspot-marker")
URL = "https://crm.example"


def hubspot(wire: httpx.BaseTransport) -> CrmClient:
    clock = StillClock()
    return hubspot_client(
        URL, "wrong", do_not_call=None, clock=clock, transport=wire, timing=quick()
    )


def espocrm(wire: httpx.BaseTransport) -> CrmClient:
    return EspoClient(URL, "wrong", user="", mapping={}, clock=StillClock(), transport=wire)


def salesforce(wire: httpx.BaseTransport) -> CrmClient:
    access = FixedAccess("wrong")
    return SalesforceClient(URL, access, mapping={}, clock=StillClock(), transport=wire)


@pytest.mark.parametrize("make", [hubspot, espocrm, salesforce])
def test_a_wrong_key_is_tried_once_in_a_round(
    make: Callable[[httpx.BaseTransport], CrmClient], tmp_path: Path
) -> None:
    tried: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        tried.append(str(request.url))
        said: Any = [{"errorCode": "INVALID_SESSION_ID", "message": "no"}]
        hubspots = {"status": "error", "category": "INVALID_AUTHENTICATION", "message": "no"}
        return httpx.Response(401, json=hubspots if make is hubspot else said)

    crm = make(httpx.MockTransport(refuse))
    desk = Desk(cast(Sandbox, None), tmp_path / "x.db", clock=StillClock(), client=crm)
    for ask in (desk.sync, desk.sync, crm.check, crm.account_id, crm.whoami):
        with pytest.raises(AuthExpired):
            ask()
    desk.close()
    assert len(tried) == 1


def test_a_database_refuses_another_account(world: World, desk: Desk) -> None:
    lead = world.leads()[0]
    key = desk.note(lead)
    account = desk.crm.account_id()
    assert account == desk.crm.account_id()
    vars(desk.crm)["account_id"] = lambda: f"{account}0"
    with pytest.raises(WrongAccount, match="belongs to the account"):
        desk.sync()
    assert desk.item(key)["state"] == "queued"
    assert world.found("note", key) == []
