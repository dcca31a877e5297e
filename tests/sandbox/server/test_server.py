"""The server: fast on kept connections, and never a stack trace."""

from __future__ import annotations

import http.client
import json
import socket
import time

import pytest

from tests.sandbox.conftest import NEW, new_contact
from tests.support.patience import PATIENCE_S
from tests.support.sandbox import Sandbox


def test_kept_connections_answer_at_once(crm: Sandbox) -> None:
    """Nagle's algorithm would cost 40 ms for each of them."""
    connection = http.client.HTTPConnection(crm.url.removeprefix("http://"), timeout=PATIENCE_S)
    headers = {"Authorization": f"Bearer {crm.token}"}
    took_s = []
    for _ in range(100):
        began = time.monotonic()
        connection.request("GET", f"{NEW}/contacts/501", headers=headers)
        response = connection.getresponse()
        assert response.status == 200
        response.read()
        took_s.append(time.monotonic() - began)
    connection.close()
    # The fastest quarter: a busy machine delays some of them, Nagle's algorithm all.
    assert sorted(took_s)[25] < 0.04


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
def test_wrong_verbs(crm: Sandbox, method: str) -> None:
    answer = crm.request(method, f"{NEW}/contacts")
    assert answer.status == 405
    assert answer.headers["allow"] == "GET, POST"


def test_url_too_long(crm: Sandbox) -> None:
    names = ",".join(f"property_number_{number}" for number in range(1000))
    assert crm.get(f"{NEW}/contacts?properties={names}").status == 414


def test_form_bodies_are_not_json(crm: Sandbox) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = crm.request("POST", f"{NEW}/contacts", raw=b"a=b", headers=headers)
    assert answer.status == 415
    assert crm.post("/oauth/2026-09/token", {"grant_type": "refresh_token"}).status == 415


@pytest.mark.parametrize(
    "raw",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /crm/v3/objects/contacts/%00%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /crm/v3/objects/contacts HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_raw_nonsense_gets_an_answer_and_nothing_breaks(crm: Sandbox, raw: bytes) -> None:
    host, _, port = crm.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=PATIENCE_S) as sock:
        sock.sendall(raw)
        assert sock.recv(65536).startswith(b"HTTP/1.1 4")
    assert crm.get(f"{NEW}/contacts/501").status == 200


@pytest.mark.parametrize(
    "value",
    [
        "\u202eevil\u202c",
        "\x1b[31mred",
        "=cmd|' /C calc'!A0",
        "[link=https://x.example]x[/link]",
        "'; DROP TABLE record; --",
        "{{ 7 * 7 }}",
        "💥" * 100,
        "x" * 10_000,
    ],
)
def test_hostile_text_comes_back_as_it_went_in(crm: Sandbox, value: str) -> None:
    contact = new_contact(crm, jobtitle=value)
    shown = crm.get(f"{NEW}/contacts/{contact}?properties=jobtitle").json
    assert shown["properties"]["jobtitle"] == value


def test_lone_surrogates_do_no_harm(crm: Sandbox) -> None:
    contact = new_contact(crm)
    raw = b'{"properties": {"jobtitle": "a\\ud800b", "\\ud800": "x"}}'
    answer = crm.request("PATCH", f"{NEW}/contacts/{contact}", raw=raw)
    assert answer.status == 400
    raw = b'{"properties": {"jobtitle": "a\\ud800b"}}'
    answer = crm.request("PATCH", f"{NEW}/contacts/{contact}", raw=raw)
    assert answer.json["properties"]["jobtitle"] == "a?b"


def test_correlation_id_is_also_a_header(crm: Sandbox) -> None:
    answer = crm.get(f"{NEW}/contacts/1")
    assert answer.headers["x-hubspot-correlation-id"] == answer.json["correlationId"]


def test_trace_keeps_what_was_said_but_no_token(crm: Sandbox) -> None:
    crm.settings(trace=True)
    crm.post(f"{NEW}/contacts/search", {"limit": 1})
    rows = crm.control("trace")["results"]
    assert json.loads(rows[-1]["body"]) == {"limit": 1}
    assert rows[-1]["answer"]["total"] > 0
    assert crm.token not in json.dumps(rows)
