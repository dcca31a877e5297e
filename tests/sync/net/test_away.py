"""An answer that puts off, and no answer: each says which of the two it is."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from sdrdesk.domain.errors import UnreachableError
from sdrdesk.sync import errors
from sdrdesk.sync.hubspot.answers import judge
from sdrdesk.sync.net.failures import failure
from sdrdesk.sync.odoo.api import refusal
from tests.conformance.test_espo_account import answering as espo
from tests.conformance.test_espo_account import client as espo_client
from tests.conformance.test_force_account import client as force_client

_KEPT = "Everything recorded here is kept and will be sent."


def hubspot(status: int, content: bytes = b"") -> UnreachableError:
    error = judge(status, content, {}, repeatable=True)
    assert isinstance(error, UnreachableError)
    return error


def caught(ask: Callable[[], object]) -> UnreachableError:
    with pytest.raises(UnreachableError) as met:
        ask()
    return met.value


def salesforce() -> UnreachableError:
    said = [{"errorCode": "SERVER_UNAVAILABLE", "message": "Server is too busy."}]
    transport = httpx.MockTransport(lambda _: httpx.Response(503, json=said))
    return caught(lambda: force_client(transport).account_id())


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            lambda: hubspot(502, b"<html>"),
            "HubSpot answered that it is not available now: HTTP 502",
        ),
        (lambda: hubspot(503), "HTTP 503, it is being restarted, in maintenance or overloaded"),
        (lambda: hubspot(504), "HTTP 504, the server behind its gateway takes too long"),
        (lambda: hubspot(521), "HTTP 521, the server behind its edge is down"),
        (lambda: hubspot(522), "HTTP 522, the server behind its edge does not answer"),
        (lambda: hubspot(523), "HTTP 523, its edge finds no way"),
        (lambda: hubspot(524), "HTTP 524, the server behind its edge takes too long"),
        (lambda: hubspot(520), "HTTP 520, no reason stated"),
        (
            lambda: hubspot(500, json.dumps({"message": "internal", "category": "X"}).encode()),
            "HTTP 500, internal",
        ),
        (
            lambda: caught(lambda: espo_client(espo(502)).account_id()),
            "EspoCRM answered that it is not available now: HTTP 502",
        ),
        (salesforce, "Salesforce answered that it is not available now: HTTP 503, Server is too"),
        (
            lambda: refusal(
                {"name": "psycopg2.OperationalError", "message": "too many"}, has_ids=False
            ),
            "Odoo answered that it is not available now: too many",
        ),
        (lambda: errors.RateLimited(60.0, "of EspoCRM"), "has had too many requests: rate limit"),
        (errors.Locked, "HubSpot cannot do this now: the record is locked"),
        (lambda: errors.AccountPaused(3600.0), "is not available now: the account is being moved"),
    ],
)
def test_an_answer_that_puts_off_does_not_blame_the_connection(
    error: Callable[[], UnreachableError], said: str
) -> None:
    told = error()
    assert said in told.what
    assert _KEPT in str(told)
    assert "connection" not in str(told)
    assert "cannot be reached" not in str(told)
    assert told.answered


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (httpx.ConnectTimeout("slow"), "crm.example does not answer"),
        (httpx.ConnectError("no route"), "there is no route to crm.example"),
        (httpx.ReadTimeout("slow"), "no answer in time"),
        (httpx.ReadError("reset"), "the connection broke before the answer arrived"),
    ],
)
def test_no_answer_says_which_kind(error: httpx.HTTPError, said: str) -> None:
    told = failure(error, "crm.example", None)
    assert told.what == f"The CRM cannot be reached: {said}."
    assert not told.answered
