"""Gotcha rows: authentication, limits, and errors."""

from __future__ import annotations

import json
import re
import time

import pytest

from tests.sandbox.conftest import NEW, V3, new_contact
from tests.support.sandbox import Sandbox


def test_row_01_no_authorization(crm: Sandbox, path: str) -> None:
    answer = crm.get(f"{path}/contacts", token=None)
    assert answer.status == 401
    assert answer.json["status"] == "error"
    assert answer.json["category"] == "INVALID_AUTHENTICATION"
    assert answer.json["message"].startswith("Authentication credentials not found")
    assert re.fullmatch(r"[0-9a-f-]{36}", answer.json["correlationId"])
    assert crm.get(f"{path}/contacts", token="unknown").status == 401


def test_row_02_expired_oauth_token(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    crm.control("tokens", {"token": "Cold", "expires_in_s": 1800, "refresh_token": "refresh-1"})
    assert crm.get(f"{NEW}/contacts", token="Cold").status == 200
    crm.control("clock", {"advance_ms": 1_800_000 + 120_000})
    answer = crm.get(f"{NEW}/contacts", token="Cold")
    assert answer.status == 401
    assert answer.json["category"] == "EXPIRED_AUTHENTICATION"
    assert "2 minute(s) ago" in answer.json["message"]
    form = b"grant_type=refresh_token&client_id=a&client_secret=b&refresh_token=refresh-1"
    fresh = crm.request(
        "POST",
        "/oauth/2026-09/token",
        raw=form,
        token=None,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert fresh.status == 200
    assert fresh.json["expires_in"] == 1800
    assert fresh.json["refresh_token"] == "refresh-1"
    assert crm.get(f"{NEW}/contacts", token=fresh.json["access_token"]).status == 200
    refused = crm.request(
        "POST",
        "/oauth/2026-09/token",
        raw=form.replace(b"refresh-1", b"nobody"),
        token=None,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
    )
    assert refused.status == 400
    assert refused.json["status"] == "BAD_REFRESH_TOKEN"
    assert refused.json["error"] == "invalid_grant"


def test_row_03_missing_scope_is_named(crm: Sandbox) -> None:
    crm.control("tokens", {"token": "pat-narrow", "scopes": ["oauth", "crm.lists.read"]})
    answer = crm.put("/crm/lists/2026-09/1/memberships/add", ["501"], token="pat-narrow")
    assert answer.status == 403
    assert answer.json["category"] == "MISSING_SCOPES"
    needed = answer.json["errors"][0]["context"]["requiredGranularScopes"]
    assert needed == ["crm.lists.write"]
    several = crm.post("/crm/properties/2026-09/calls", {"name": "x"}, token="pat-narrow")
    assert several.status == 403
    assert len(several.json["errors"][0]["context"]["requiredGranularScopes"]) > 1


def test_row_04_sixth_search_in_a_second(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    crm.settings(search_limit=5, ten_second_limit=100)
    for _ in range(5):
        answer = crm.post(f"{NEW}/contacts/search", {})
        assert answer.status == 200
        assert not [name for name in answer.headers if "ratelimit" in name]
    answer = crm.post(f"{V3}/companies/search", {})
    assert answer.status == 429
    assert answer.json["policyName"] == "SECONDLY"
    assert not [name for name in answer.headers if "ratelimit" in name]
    assert crm.get(f"{NEW}/contacts").status == 200
    crm.control("clock", {"advance_ms": 1000})
    assert crm.post(f"{NEW}/contacts/search", {}).status == 200


def test_row_05_hundred_and_first_call_in_ten_seconds(crm: Sandbox) -> None:
    crm.control("clock", {"frozen": True})
    crm.settings(ten_second_limit=100)
    left = []
    for _ in range(100):
        answer = crm.get("/account-info/2026-09/details")
        assert answer.status == 200
        left.append(int(answer.headers["x-hubspot-ratelimit-remaining"]))
        assert answer.headers["x-hubspot-ratelimit-max"] == "100"
        assert answer.headers["x-hubspot-ratelimit-interval-milliseconds"] == "10000"
    assert left == list(range(99, -1, -1))
    answer = crm.get("/account-info/2026-09/details")
    assert answer.status == 429
    assert answer.json["policyName"] == "TEN_SECONDLY_ROLLING"
    assert answer.json["errorType"] == "RATE_LIMIT"
    crm.control("clock", {"advance_ms": 10_000})
    assert crm.get("/account-info/2026-09/details").status == 200


def test_row_06_daily_limit_until_the_portals_midnight(crm: Sandbox) -> None:
    zone = crm.get("/account-info/2026-09/details").json["timeZone"]
    assert zone == "Europe/Dublin"
    crm.control("clock", {"frozen": True, "now": "2026-07-01T21:00:00Z"})
    crm.control("limits/reset", {})
    crm.settings(daily_limit=2)
    first = crm.get(f"{NEW}/contacts")
    assert first.headers["x-hubspot-ratelimit-daily-remaining"] == "1"
    assert crm.post(f"{NEW}/contacts/search", {}).status == 200
    for answer in (crm.get(f"{NEW}/contacts"), crm.post(f"{NEW}/contacts/search", {})):
        assert answer.status == 429
        assert answer.json["policyName"] == "DAILY"
    crm.control("clock", {"now": "2026-07-01T22:59:59Z"})
    assert crm.get(f"{NEW}/contacts").status == 429
    crm.control("clock", {"now": "2026-07-01T23:00:00Z"})  # midnight in Dublin in summer
    assert crm.get(f"{NEW}/contacts").status == 200


@pytest.mark.parametrize("told", [False, True])
def test_row_07_retry_after_by_switch_only(crm: Sandbox, told: bool) -> None:
    crm.control("clock", {"frozen": True})
    crm.settings(ten_second_limit=1, retry_after=told)
    assert crm.get(f"{NEW}/contacts").status == 200
    answer = crm.get(f"{NEW}/contacts")
    assert answer.status == 429
    assert answer.headers.get("retry-after") == ("10" if told else None)


@pytest.mark.parametrize("body", ["<html><body><h1>502 Bad Gateway</h1></body></html>", ""])
def test_row_64_error_body_that_is_not_json(crm: Sandbox, body: str) -> None:
    crm.control("faults", {"status": 502, "body": body})
    answer = crm.get(f"{NEW}/contacts")
    assert (answer.status, answer.text, answer.json) == (502, body, None)
    assert answer.headers["content-type"] == "text/html"
    assert crm.get(f"{NEW}/contacts").status == 200


def test_row_65_migration_pauses_everything(crm: Sandbox) -> None:
    crm.control("faults", {"status": 477, "retry_after": 3600, "times": 0})
    for _ in range(3):
        answer = crm.get(f"{NEW}/contacts")
        assert answer.status == 477
        assert answer.headers["retry-after"] == "3600"
    crm.control("faults", method="DELETE")
    assert crm.get(f"{NEW}/contacts").status == 200


def test_row_66_locked_record_is_not_written(crm: Sandbox) -> None:
    contact = new_contact(crm)
    crm.control("faults", {"method": "PATCH", "path": f"/contacts/{contact}$", "status": 423})
    body = {"properties": {"jobtitle": "Buyer"}}
    before = crm.journal()
    assert crm.patch(f"{NEW}/contacts/{contact}", body).status == 423
    assert crm.journal() == before
    assert crm.patch(f"{NEW}/contacts/{contact}", body).status == 200


def test_row_69_unknown_object_type(crm: Sandbox, path: str) -> None:
    answer = crm.get(f"{path}/spaceships")
    assert answer.status == 400
    assert answer.json["message"] == "Unable to infer object type from: spaceships"
    assert crm.get("/crm/properties/2026-09/spaceships").status == 400


@pytest.mark.parametrize("raw", [b"{", b'{"properties": nope}', b'{"a":1}}', b"\xff\xfe", b""])
def test_row_70_malformed_json(crm: Sandbox, path: str, raw: bytes) -> None:
    answer = crm.request("POST", f"{path}/contacts", raw=raw)
    assert answer.status == 400
    assert re.match(r"Invalid input JSON on line \d+, column \d+: ", answer.json["message"])


@pytest.mark.parametrize(
    "body", [[], "text", 5, None, {"properties": []}, {"properties": {"a": []}}]
)
def test_wrong_shapes_are_refused_not_crashed_on(crm: Sandbox, body: object) -> None:
    answer = crm.request("POST", f"{NEW}/contacts", raw=json.dumps(body).encode())
    assert answer.status == 400
    assert answer.json["status"] == "error"


def test_slow_answers_are_slow(crm: Sandbox) -> None:
    crm.control("faults", {"delay_ms": 300})
    began = time.monotonic()
    assert crm.get(f"{NEW}/contacts").status == 200
    assert time.monotonic() - began >= 0.3


def test_control_needs_its_own_token(crm: Sandbox) -> None:
    for headers in ({}, {"X-Sandbox-Control": "guess"}):
        answer = crm.request("GET", "/sandbox/control/journal", headers=headers)
        assert answer.status == 401
