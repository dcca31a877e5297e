"""EspoCRM's account: keys, rights, and what counts as its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from sdrdesk.domain.outcome.catalog import Dispositions
from sdrdesk.sync.errors import AuthExpired, Intercepted, InterceptedWrite, RateLimited, Unknown
from sdrdesk.sync.espocrm.client import EspoClient
from sdrdesk.sync.espocrm.connector import CONNECTOR
from tests.conformance.espo_server import EspoServer
from tests.conformance.still_clock import StillClock
from tests.sync.desk import OUTCOMES


def client(transport: httpx.BaseTransport, key: str = "API-KEY", **more: Any) -> EspoClient:
    given: Mapping[str, Any] = {"user": "", "mapping": {}, "clock": StillClock()} | more
    return EspoClient("https://crm.example", key, transport=transport, sleep=_now, **given)


def _now(_: float) -> None:
    return None


def small_server() -> EspoServer:
    return EspoServer(StillClock(), key_field=True, script=False, versions=False)


def answering(status: int, content: bytes = b"", **headers: str) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _: httpx.Response(status, content=content, headers=headers))


def test_a_wrong_key_is_tried_once_and_never_shown() -> None:
    server = small_server()
    crm = client(server, "hunter2-wrong")
    for _ in range(20):
        with pytest.raises(AuthExpired) as refused:
            crm.account_id()
        assert "hunter2" not in str(refused.value) + repr(crm)
    assert server.wrong_keys == 1
    client(server).account_id()


def test_a_closed_address_is_waited_for() -> None:
    with pytest.raises(RateLimited) as closed:
        client(answering(403)).account_id()
    assert closed.value.retry_after_s >= 60


def test_a_page_of_the_network_is_no_answer() -> None:
    page = answering(200, b"<html>Log in to the Wi-Fi</html>")
    with pytest.raises(Intercepted):
        client(page).account_id()
    with pytest.raises(InterceptedWrite):
        client(page).change_lead("6b0c710bcecce55e1", {"status": "New"})


def test_a_server_in_maintenance_may_have_written() -> None:
    with pytest.raises(Unknown):
        client(answering(503)).change_lead("6b0c710bcecce55e1", {"status": "New"})


def test_the_account_says_who_and_what_is_allowed() -> None:
    crm = client(small_server())
    known = crm.whoami()
    assert known.user_id == "rita"
    assert "Call.create=yes" in (known.scopes or ())
    assert crm.account_id() == "EspoCRM crm.example"


def test_the_rules_that_ship_speak_in_its_statuses() -> None:
    words: Dispositions = OUTCOMES.in_words(CONNECTOR.statuses)
    server = {"New", "Assigned", "In Process", "Converted", "Recycled", "Dead", ""}
    assert {item.lead_status for item in words.values()} <= server
    assert words.attempts == {"Assigned": frozenset({"", "New", "Assigned"})}
