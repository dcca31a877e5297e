"""What holds of every account: one wrong key a round, and one database for one account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import httpx
import pytest

from sdrdesk.sync.errors import AuthExpired, WrongAccount
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.hubspot import hubspot_client
from sdrdesk.sync.odoo.client import OdooClient
from sdrdesk.sync.port import CrmClient
from sdrdesk.sync.registry import Target
from sdrdesk.sync.salesforce.client import SalesforceClient
from tests.conformance.espo_server import KEY, EspoServer
from tests.conformance.force_server import TOKEN, ForceServer
from tests.conformance.odoo_records import RITA
from tests.conformance.odoo_server import OdooServer
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
    return EspoClient(Target(URL, "wrong", StillClock()), transport=wire)


def salesforce(wire: httpx.BaseTransport) -> CrmClient:
    return SalesforceClient(Target(URL, "wrong", StillClock()), transport=wire)


def odoo(wire: httpx.BaseTransport, host: str = "crm.example", key: str = "wrong") -> CrmClient:
    account = Target(f"https://{host}", key, StillClock(), "rita", "crm")
    return OdooClient(account, transport=wire, sleep=lambda _: None)


def odoo17(wire: httpx.BaseTransport) -> CrmClient:
    return odoo(wire)


VERSION = {"version_info": [19, 0, 0, "final", 0, ""], "version": "19.0"}
REFUSED: dict[Any, tuple[int, Any]] = {
    hubspot: (401, {"status": "error", "category": "INVALID_AUTHENTICATION", "message": "no"}),
    espocrm: (401, None),
    salesforce: (401, [{"errorCode": "INVALID_SESSION_ID", "message": "no"}]),
    odoo: (401, {"name": "werkzeug.exceptions.Unauthorized", "message": "Invalid apikey"}),
    odoo17: (200, {"jsonrpc": "2.0", "id": None, "result": False}),
}
"""What each says to a wrong key."""


@pytest.mark.parametrize("make", REFUSED)
def test_a_wrong_key_is_tried_once_in_a_round(
    make: Callable[[httpx.BaseTransport], CrmClient], tmp_path: Path
) -> None:
    tried: list[str] = []

    def refuse(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/web/version":  # asked without the key
            return httpx.Response(200, json=VERSION) if make is odoo else httpx.Response(404)
        tried.append(str(request.url))
        status, said = REFUSED[make]
        return httpx.Response(status, json=said) if said else httpx.Response(status)

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


def two_odoos() -> tuple[CrmClient, CrmClient]:
    servers = [OdooServer(StillClock(), version=19) for _ in range(2)]
    servers[0].create(RITA, "crm.lead", {"name": "Web form"})
    return odoo(servers[0], "one.example", "RITA"), odoo(servers[1], "other.example", "RITA")


def two_databases() -> tuple[CrmClient, CrmClient]:
    server = OdooServer(StillClock(), version=17)
    server.databases |= {"other"}
    server.create(RITA, "crm.lead", {"name": "Web form"})
    one, other = (
        OdooClient(Target(URL, "RITA", StillClock(), "rita", name), transport=server)
        for name in ("crm", "other")
    )
    return one, other


def two_espocrms() -> tuple[CrmClient, CrmClient]:
    server = EspoServer(StillClock(), key_field=True, script=False, versions=False)
    server.create("Lead", {"lastName": "Abel"})
    one, other = (
        EspoClient(Target(f"https://{name}.example", KEY, StillClock()), transport=server)
        for name in ("one", "other")
    )
    return one, other


def two_orgs() -> tuple[CrmClient, CrmClient]:
    """Return two orgs at the same address, as after a refresh of a sandbox."""
    servers = [ForceServer(StillClock(), key="") for _ in range(2)]
    servers[0].put("Lead", {"LastName": "Abel", "Company": "Acme"})
    servers[1].org = "00D000000000002EAA"
    one, other = (
        SalesforceClient(Target(URL, TOKEN, StillClock()), transport=server) for server in servers
    )
    return one, other


@pytest.mark.parametrize("make", [two_odoos, two_databases, two_espocrms, two_orgs])
def test_a_database_of_one_server_refuses_the_key_of_another(
    make: Callable[[], tuple[CrmClient, CrmClient]], tmp_path: Path
) -> None:
    one, other = make()
    known, opened = one.account_id(), other.account_id()
    path, nowhere = tmp_path / "x.db", cast(Sandbox, None)
    first = Desk(nowhere, path, clock=StillClock(), client=one)
    first.sync()
    first.close()
    second = Desk(nowhere, path, clock=StillClock(), client=other)
    with pytest.raises(WrongAccount, match=f"the account {known}; the token opens {opened}"):
        second.sync()
    second.close()
