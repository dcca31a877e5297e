"""Every status of the CRM, and the state of a create after it."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

import httpx
import pytest

from sdrdesk.clock import system_clock
from sdrdesk.domain.errors import UsageError
from sdrdesk.sync.errors import (
    AccountPaused,
    AuthExpired,
    Conflicting,
    Gone,
    Intercepted,
    InterceptedWrite,
    Locked,
    MissingScope,
    RateLimited,
    Rejected,
    SyncError,
    Unknown,
    Unreachable,
)
from sdrdesk.sync.hubspot.payloads import Records, parse
from sdrdesk.sync.hubspot.transport import TRIES, Transport
from tests.sync.desk import quick

TOKEN = "pat-secret-of-the-rep"


def transport(handler: object) -> Transport:
    mock = httpx.MockTransport(handler)  # type: ignore[arg-type]
    return Transport("https://crm.example", TOKEN, system_clock, transport=mock, timing=quick())


INTERCEPTED = Intercepted
"""For a read; the same answer to a create is ``InterceptedWrite``: it may have arrived."""

TABLE = [
    # status, body, headers, error, tries of a create, tries of a read
    (400, {"message": "no", "correlationId": "c1"}, {}, Rejected, 1, 1),
    (401, {"category": "INVALID_AUTHENTICATION"}, {}, AuthExpired, 1, 0),  # tried once in all
    (403, {"category": "MISSING_SCOPES"}, {}, MissingScope, 1, 1),
    (404, {"category": "OBJECT_NOT_FOUND"}, {}, Gone, 1, 1),
    (400, {"category": "VALIDATION_ERROR", "errors": [{"context": "odd"}]}, {}, Rejected, 1, 1),
    (400, None, {}, INTERCEPTED, 1, 1),
    (400, {"message": "Bad Request"}, {}, INTERCEPTED, 1, 1),
    (401, "<html>log in", {}, INTERCEPTED, 1, 1),
    (403, "<html>blocked by your company", {}, INTERCEPTED, 1, 1),
    (403, {"message": "Forbidden"}, {}, INTERCEPTED, 1, 1),
    (404, "<html>", {}, INTERCEPTED, 1, 1),
    (405, None, {}, INTERCEPTED, 1, 1),
    (405, {"status": "error", "message": "no"}, {}, Rejected, 1, 1),
    (407, {"category": "AUTH", "status": "error"}, {}, INTERCEPTED, 1, 1),
    (409, "<html>", {}, INTERCEPTED, 1, 1),
    (409, {"message": "Contact already exists. Existing ID: 5"}, {}, Conflicting, 1, 1),
    (414, "<html>", {}, INTERCEPTED, 1, 1),
    (415, None, {}, INTERCEPTED, 1, 1),
    (301, None, {}, INTERCEPTED, 1, 1),
    (302, "<html>", {"Location": "/x"}, INTERCEPTED, 1, 1),
    (307, {"status": "error"}, {"Location": "https://login.example"}, INTERCEPTED, 1, 1),
    (200, "", {}, INTERCEPTED, 1, 1),
    (200, "<html>welcome", {}, INTERCEPTED, 1, 1),
    (200, "[]", {}, INTERCEPTED, 1, 1),
    (200, "null", {}, INTERCEPTED, 1, 1),
    (204, "", {}, INTERCEPTED, 1, 1),
    (511, {"category": "X"}, {}, INTERCEPTED, 1, 1),
    (423, "<html>locked", {}, INTERCEPTED, 1, 1),
    (477, "<html>moved", {}, INTERCEPTED, 1, 1),
    (429, "<html>slow down", {"Retry-After": "1"}, RateLimited, 1, TRIES * 2),
    (423, None, {}, Locked, TRIES * 2, TRIES * 2),
    (429, {"policyName": "SECONDLY"}, {}, RateLimited, TRIES * 2, TRIES * 2),
    (429, {"policyName": "DAILY"}, {}, RateLimited, 1, 1),
    (429, "<html>slow down", {"Retry-After": "120"}, RateLimited, 1, 1),
    (477, None, {"Retry-After": "86400"}, AccountPaused, 1, 1),
    (500, None, {}, Unknown, 1, TRIES),
    (502, "<html>bad gateway", {}, Unknown, 1, TRIES),
    (503, None, {}, Unknown, 1, TRIES),
    (504, None, {}, Unknown, 1, TRIES),
    (521, None, {}, Unreachable, 2, 2),
    (522, None, {}, Unknown, 1, TRIES),
    (523, None, {}, Unreachable, 2, 2),
    (524, None, {}, Unknown, 1, TRIES),
    (525, None, {}, Unreachable, 2, 2),
    (526, None, {}, Unreachable, 2, 2),
]


@pytest.mark.parametrize(
    ("status", "body", "headers", "error", "creates", "reads"),
    TABLE,
    ids=lambda value: str(value) if isinstance(value, int) else "",
)
def test_every_status(
    status: int,
    body: object,
    headers: dict[str, str],
    error: type[Exception],
    creates: int,
    reads: int,
) -> None:
    content = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    made: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        made.append(request.method)
        return httpx.Response(status, text=content, headers=headers)

    http = transport(answer)
    with pytest.raises(error) as caught:
        http.write("POST", "/calls", {})
    assert type(caught.value) is (InterceptedWrite if error is Intercepted else error)
    assert len(made) == creates
    made.clear()
    with pytest.raises(error) as read:
        http.get("/calls")
    assert type(read.value) is error
    assert len(made) == reads
    http.close()


@pytest.mark.parametrize(
    ("problem", "error", "creates"),
    [
        (httpx.ConnectError("no route"), Unreachable, 2),
        (httpx.ConnectTimeout("slow"), Unreachable, 2),
        (httpx.ReadTimeout("no answer"), Unknown, 1),
        (httpx.ReadError("reset"), Unknown, 1),
        (httpx.WriteError("reset"), Unknown, 1),
        (httpx.RemoteProtocolError("gone"), Unknown, 1),
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_failed_connection_is_harmless_only_before_bytes_left(
    problem: Exception, error: type[Exception], creates: int
) -> None:
    made = 0

    def answer(request: httpx.Request) -> httpx.Response:
        nonlocal made
        made += 1
        raise problem

    http = transport(answer)
    with pytest.raises(error) as caught:
        http.write("POST", "/calls", {})
    assert type(caught.value) is error
    assert made == creates
    http.close()


def test_a_read_gets_through_after_two_failures() -> None:
    answers = iter([502, 504, 200])
    http = transport(lambda request: httpx.Response(next(answers), text="{}"))
    assert http.get("/x") == b"{}"
    assert http.requests == 3
    http.close()


def test_the_crms_own_words_come_out_of_their_wrapping() -> None:
    inner = json.dumps([{"isValid": False, "message": 'Property "nope" does not exist'}])
    body = {
        "message": f"Property values were not valid: {inner}",
        "correlationId": "abc-1",
        "errors": [
            {
                "message": 'Property "nope" \x1b[31mdoes not exist',
                "code": "PROPERTY_DOESNT_EXIST",
                "context": {"propertyName": ["nope"]},
            }
        ],
    }
    http = transport(lambda request: httpx.Response(400, json=body))
    with pytest.raises(Rejected) as caught:
        http.write("PATCH", "/x", {})
    assert caught.value.message == 'Property "nope" [31mdoes not exist'
    assert caught.value.fields == ("nope",)
    assert caught.value.correlation_id == "abc-1"
    del body["errors"]
    with pytest.raises(Rejected) as caught:
        http.write("PATCH", "/x", {})
    assert caught.value.message == 'Property "nope" does not exist'
    http.close()


def test_a_missing_scope_is_named() -> None:
    context = {"requiredGranularScopes": ["crm.lists.write"]}
    body = {"category": "MISSING_SCOPES", "errors": [{"message": "x", "context": context}]}
    http = transport(lambda request: httpx.Response(403, json=body))
    with pytest.raises(MissingScope) as caught:
        http.get("/x")
    assert caught.value.scope == "crm.lists.write"
    assert "crm.lists.write" in caught.value.what
    http.close()


def test_the_token_is_nowhere_to_be_read(caplog: pytest.LogCaptureFixture) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(500)

    http = transport(answer)
    with caplog.at_level(logging.DEBUG), pytest.raises(Unknown) as caught:
        http.write("POST", "/calls", {"a": 1})
    assert seen[0].headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in caplog.text + repr(http) + str(caught.value) + str(seen[0].url)
    http.close()


@pytest.mark.parametrize(
    "url",
    ["http://crm.example", "ftp://crm.example", "crm.example", "http://127.0.0.1.evil.example"],
)
def test_the_token_never_travels_in_the_clear(url: str) -> None:
    with pytest.raises(UsageError):
        Transport(url, TOKEN, system_clock)


def test_an_answer_of_another_shape_is_an_error_and_no_crash() -> None:
    for content in (b"[]", b"<html>", b'{"results": [{"properties": {}}]}'):
        with pytest.raises(SyncError):
            parse(Records, content)
    assert parse(Records, b'{"results": [{"id": 9007199254740993}]}').results[0].id == (
        "9007199254740993"
    )


def test_the_clock_offset_comes_from_the_date_header() -> None:
    date = "Sat, 21 Nov 2026 12:00:00 GMT"
    http = transport(lambda request: httpx.Response(200, text="{}", headers={"Date": date}))
    http.get("/x")

    theirs = datetime(2026, 11, 21, 12, 0, 0, 500_000, tzinfo=UTC)
    assert http.clock_offset_s == pytest.approx((theirs - system_clock()).total_seconds(), abs=2)
    http.close()
