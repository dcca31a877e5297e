"""Endless and bottomless answers: each ends with an error, after few requests, in little memory."""

from __future__ import annotations

import gzip
import itertools
import json
import resource
import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sdrdesk.clock import system_clock
from sdrdesk.sync.bounds import Bounds
from sdrdesk.sync.errors import (
    Intercepted,
    InterceptedWrite,
    Rejected,
    Unknown,
    Unreachable,
    Unreadable,
)
from sdrdesk.sync.hubspot.payloads import Records, parse
from sdrdesk.sync.hubspot.transport import TRIES, Transport
from tests.support.raw_server import Act, RawServer, answer, raw_server
from tests.sync.desk import quick

SHORT = Bounds(answer_s=1.0, slow_after_s=0.3, least_bytes_per_s=1000, body_bytes=1_000_000)


@contextmanager
def over(act: Act, bounds: Bounds = SHORT) -> Iterator[tuple[Transport, RawServer]]:
    with raw_server(act) as server:
        http = Transport(server.url, "pat-x", system_clock, timing=quick(), bounds=bounds)
        try:
            yield http, server
        finally:
            http.close()


def dripping(first: bytes, more: bytes = b"a") -> Act:
    def act(connection: socket.socket, request: bytes) -> None:
        connection.sendall(first)
        for _ in range(400):
            connection.sendall(more)
            if OVER[0].wait(0.02):
                return

    return act


OVER: list[RawServer] = []
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"
DRIPS = {
    "body": (HEAD, b"a"),
    "head": (b"HTTP/1.1 200 OK\r\nX-A: ", b"a"),
    "status line": (b"HTTP/1.1 200 O", b"K"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
    "continues": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
}


@pytest.mark.parametrize("what", DRIPS)
def test_an_answer_that_drips_is_lost_after_a_while(what: str) -> None:
    with over(dripping(*DRIPS[what])) as (http, server):
        OVER[:] = [server]
        with pytest.raises(Unknown, match="too slowly"):
            http.get("/x")
        with pytest.raises(Unknown, match="too slowly"):
            http.write("POST", "/x", {})
        assert len(server.asked) == 2  # repeating does not help


def test_a_slow_line_gets_its_answer() -> None:
    body = b'{"a": "' + b"x" * 40_000 + b'"}'

    def act(connection: socket.socket, request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
        for at in range(0, len(body), 2000):
            connection.sendall(body[at : at + 2000])
            OVER[0].wait(0.02)

    with over(act) as (http, server):
        OVER[:] = [server]
        assert http.get("/x") == body


def packed(size: int) -> bytes:
    """Return compressed spaces that unpack to this many bytes."""
    pack = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    block = b" " * 1_048_576
    first = pack.compress(block) + pack.flush(zlib.Z_FULL_FLUSH)
    again = pack.compress(block) + pack.flush(zlib.Z_FULL_FLUSH)
    return first + again * (size // len(block) - 1)


def test_a_megabyte_that_unpacks_to_a_gigabyte_costs_no_memory() -> None:
    bomb = packed(1 << 30)
    with over(answer(bomb, "Content-Encoding: gzip"), Bounds()) as (http, server):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with pytest.raises(Unreadable, match="larger than 64 MB"):
            http.get("/x")
        with pytest.raises(Unreadable):
            http.write("POST", "/x", {})
        grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        assert len(server.asked) == 2
    assert grown_kb < 200_000


WRONG_BODIES: dict[str, Act] = {
    "gzip that is none": answer(b"not gzip at all", "Content-Encoding: gzip"),
    "gzip that is cut": answer(gzip.compress(b'{"a": 1}' * 99)[:-9], "Content-Encoding: gzip"),
    "gzip and more": answer(gzip.compress(b"{}") + b"x" * 70_000, "Content-Encoding: gzip"),
    "something else": answer(b"{}", "Content-Encoding: br"),
    "too large": answer(b" " * 1_000_001),
}


@pytest.mark.parametrize("what", WRONG_BODIES)
def test_a_body_that_is_not_what_it_says_is_lost(what: str) -> None:
    with over(WRONG_BODIES[what]) as (http, server):
        with pytest.raises(Unreadable):
            http.get("/x")
        with pytest.raises(Unreadable):
            http.write("POST", "/x", {})
        assert len(server.asked) == 2


def test_what_was_asked_to_be_packed_is_unpacked() -> None:
    with over(answer(gzip.compress(b'{"a": 1}'), "Content-Encoding: gzip")) as (http, _):
        assert http.get("/x") == b'{"a": 1}'


NO_HTTP: dict[str, bytes] = {
    "nothing": b"",
    "no http": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "broken off": b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{",
    "unlimited headers": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100_000,
    "one long header": b"HTTP/1.1 200 OK\r\nX-A: " + b"b" * 1_000_000,
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("what", NO_HTTP)
def test_what_is_no_http_is_lost(what: str) -> None:
    with over(lambda connection, _: connection.sendall(NO_HTTP[what])) as (http, server):
        with pytest.raises(Unknown):
            http.get("/x")
        assert len(server.asked) == TRIES
        with pytest.raises(Unknown):
            http.write("POST", "/x", {})
        assert len(server.asked) == TRIES + 1


def test_a_redirect_is_the_network_wherever_it_leads() -> None:
    for place in ("/x", "https://login.example/", "http://[::1", "\xff\xfe", "x" * 50_000):
        act = answer(b"", f"Location: {place}", status="302 Found")
        with over(act) as (http, server):
            with pytest.raises(Intercepted):
                http.get("/x")
            with pytest.raises(InterceptedWrite):
                http.write("POST", "/x", {})
            assert len(server.asked) == 2


def deep(levels: int) -> bytes:
    return b'{"results": ' + b'{"a":' * levels + b"1" + b"}" * levels + b"}"


@pytest.mark.parametrize("content", [deep(100_000), b"{" + b"[" * 100_000 + b"}", b'{"results": 1'])
def test_json_without_a_bottom_is_no_answer(content: bytes) -> None:
    with pytest.raises(Unreadable):
        parse(Records, content)


def test_a_refusal_without_a_bottom_is_no_crash() -> None:
    nested = json.dumps({"category": "VALIDATION_ERROR", "message": "no: [" + "[" * 100_000})
    with (
        over(answer(nested.encode(), status="400 Bad Request")) as (http, _),
        pytest.raises(Rejected),
    ):
        http.write("POST", "/x", {})
    body = b'{"category": "X", "errors": ' + b"[" * 100_000 + b"}"
    with (
        over(answer(body, status="400 Bad Request")) as (http, _),
        pytest.raises(InterceptedWrite),
    ):
        http.write("POST", "/x", {})


DATES = [
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "Fri, 31 Dec 9999 23:59:59 -9999",
    "Mon, 01 Jan 0001 00:00:00 +2359",
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Sat, 99 Foo 2026 99:99:99 GMT",
    "Sat, 21 Nov 2026 12:00:00 +99999999999999999999",
    "Sat, 21 Nov 99999999999999999999 12:00:00 GMT",
    "0",
    "\xff",
]


@pytest.mark.parametrize("date", DATES)
def test_a_date_out_of_range_is_no_clock(date: str) -> None:
    with over(answer(b"{}", f"Date: {date}")) as (http, _):
        http.get("/x")
        assert http.clock_offset_s is None


WAITS = ["1e308", "-1", "NaN", "inf", "99999999999", "Fri, 31 Dec 9999 23:59:59 GMT", "\xb2", ""]


@pytest.mark.parametrize("wait", WAITS)
def test_a_wait_out_of_range_is_not_believed(wait: str) -> None:
    slept: list[float] = []
    body = b'{"policyName": "TEN_SECONDLY_ROLLING", "status": "error"}'
    act = answer(body, f"Retry-After: {wait}", status="429 Too Many")
    with raw_server(act) as server:
        http = Transport(server.url, "pat-x", system_clock, timing=quick(sleep=slept.append))
        with pytest.raises(Unreachable):
            http.get("/x")
        http.close()
        assert slept == [10.0, 10.0]
        assert len(server.asked) == 3


@pytest.mark.parametrize(
    ("most", "span"),
    itertools.product(["0", "-1", "1", "\xb2", "1" * 400, "1e9"], ["0", "-5", "9" * 9, "\xb9"]),
)
def test_a_rate_limit_out_of_range_slows_nothing_down(most: str, span: str) -> None:
    slept: list[float] = []
    act = answer(
        b"{}",
        f"X-HubSpot-RateLimit-Max: {most}",
        f"X-HubSpot-RateLimit-Interval-Milliseconds: {span}",
    )
    with raw_server(act) as server:
        http = Transport(
            server.url, "pat-x", system_clock, timing=quick(sleep=slept.append, share=0.7)
        )
        for _ in range(4):
            http.get("/x")
        http.close()
    assert slept == []
