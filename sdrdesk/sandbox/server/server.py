"""The ASGI application, with injected faults."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from pydantic_core import PydanticSerializationError, to_json

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.faults import Fault
from sdrdesk.sandbox.account.state import State
from sdrdesk.sandbox.api.login_page import LOGIN_PAGE, login_page
from sdrdesk.sandbox.api.routes import build_router
from sdrdesk.sandbox.control.routes import build_control
from sdrdesk.sandbox.errors import ApiError, missing_scopes, rate_limited
from sdrdesk.sandbox.server.openapi import document
from sdrdesk.sandbox.web import Call, Reply, Route
from sdrdesk.sandbox.writes.effects import settle

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

MAX_URL = 16_000
"""Longest path with query; more is 414. HubSpot's limit is not published."""
MAX_BODY = 10 * 1024 * 1024
CONTROL_HEADER = "x-sandbox-control"

log = logging.getLogger("sdrdesk.sandbox")


class Dropped(Exception):  # noqa: N818  # not an error: the fault that was asked for
    """The connection must be closed without an answer."""


class SandboxApp:
    """The sandbox as an ASGI application."""

    def __init__(self, account: Account, control_token: str, state: State | None = None) -> None:
        self.account = account
        self.control_token = control_token
        self.state = state
        self.router = build_router()
        self.control = build_control()
        self._openapi: dict[str, Any] | None = None
        self._late: list[tuple[int, Call]] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI scope."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        if scope["type"] != "http":
            return
        call = await _read(scope, receive)
        try:
            reply = await self._answer(call)
        except Dropped:
            await _drop(receive, send)
            return
        await self._send(reply, call, send)

    async def _answer(self, call: Call) -> Reply:
        try:
            if len(call.path) + len(call.raw_query) > MAX_URL:
                raise ApiError(414, "URI Too Long", None)
            if len(call.body) > MAX_BODY:
                raise ApiError(413, "Request body too large", "VALIDATION_ERROR")
            if call.path.startswith("/sandbox/"):
                return self._sandbox(call)
            if call.path == LOGIN_PAGE:
                return login_page(self.account, call)
            return await self._crm(call)
        except ApiError as error:
            return Reply(error.status, error.body(), dict(error.headers))
        except Dropped:
            raise
        except Exception:
            log.exception("%s %s failed", call.method, call.path)
            return Reply(500, {"status": "error", "message": "internal error"})

    def _sandbox(self, call: Call) -> Reply:
        if call.path == "/sandbox/openapi.json" and call.method == "GET":
            if self._openapi is None:
                self._openapi = document(self.router)
            return Reply(200, self._openapi)
        if call.path == "/sandbox/health":
            return Reply(200, {"status": "ok"})
        if not self._may_control(call):
            raise ApiError(
                401, f"The control API needs its own token in {CONTROL_HEADER}.", "CONTROL_TOKEN"
            )
        route, call.params = self.control.find(call.method, call.path)
        self._catch_up()
        try:
            reply = route.handler(self.account, call)
        except ValueError as error:
            raise ApiError(400, str(error), "CONTROL") from error
        self._finish()
        return reply

    def _may_control(self, call: Call) -> bool:
        given = call.headers.get(CONTROL_HEADER, "")
        if hmac.compare_digest(given.encode(), self.control_token.encode()):
            return True
        if not call.path.startswith("/sandbox/practice/"):
            return False
        call.token = self.account.tokens.authenticate(
            call.headers.get("authorization"), self.account.now_ms
        )
        return True

    async def _crm(self, call: Call) -> Reply:
        self._catch_up()
        fault = self.account.faults.pick(call.method, call.path)
        if fault is None:
            return self._handle(call)
        reply = None
        if fault.commit_delay_ms:
            self._late.append((self.account.now_ms + fault.commit_delay_ms, call))
        elif fault.drop != "before" and (fault.commit or fault.drop or not fault.status):
            reply = self._handle(call)
        if fault.delay_ms:
            await asyncio.sleep(fault.delay_ms / 1000)
        if fault.drop:
            raise Dropped
        answer = _faulty(fault) if fault.status or reply is None else reply
        answer.headers |= fault.headers
        return answer

    def _catch_up(self) -> None:
        """Apply everything due since the last request: late commits, roll-ups, the index."""
        now_ms = self.account.now_ms
        due = [call for due_ms, call in self._late if due_ms <= now_ms]
        if due:
            self._late = [(due_ms, call) for due_ms, call in self._late if due_ms > now_ms]
            for call in due:
                self._handle(call)
        settle(self.account)

    def _handle(self, call: Call) -> Reply:
        try:
            route, headers = self._admit(call)
            reply = self._run(route, call)
            reply.headers = headers | reply.headers
        except ApiError as error:
            reply = Reply(error.status, error.body(), dict(error.headers))
        self.account.requests[f"{call.method} {call.family}"] += 1
        self.account.requests[f"status {reply.status}"] += 1
        if self.account.settings.trace:
            self.account.trace.append(traced(call, reply))
        return reply

    def _admit(self, call: Call) -> tuple[Route, dict[str, str]]:
        account = self.account
        now_ms = account.now_ms
        route, params = self.router.find(call.method, call.path)
        call.params, call.version = params, route.version
        call.family = _family(route, call)
        if route.is_open:
            return route, {}
        call.token = account.tokens.authenticate(call.headers.get("authorization"), now_ms)
        headers = account.limits.admit(account.settings, call.token, route.is_search, now_ms)
        if route.scopes is not None:
            needed = route.scopes(call)
            if not call.token.allows(needed):
                raise missing_scopes(needed)
        return route, headers

    def _run(self, route: Route, call: Call) -> Reply:
        reply = route.handler(self.account, call)
        self._finish()
        return reply

    def _finish(self) -> None:
        """Apply immediate effects and save writes before they are answered."""
        settle(self.account)
        self.save()

    def save(self) -> None:
        """Save changes to the state file, if any."""
        if self.state is not None:
            self.state.save(self.account)

    async def _send(self, reply: Reply, call: Call, send: Send) -> None:
        body = b""
        headers = {"Date": self.account.clock.http_date(), "Server": "sandbox"}
        if reply.raw is not None:
            body = reply.raw
        elif reply.body is not None:
            body = _as_json(reply.body)
            headers["Content-Type"] = "application/json;charset=utf-8"
        if reply.raw is None:
            headers["x-hubspot-correlation-id"] = _correlation(reply)
        headers |= reply.headers
        if reply.status != 204:
            headers["Content-Length"] = str(len(body))
        await send(
            {
                "type": "http.response.start",
                "status": reply.status,
                "headers": [(k.lower().encode(), v.encode("latin-1")) for k, v in headers.items()],
            }
        )
        is_bodiless = call.method == "HEAD" or reply.status == 204
        await send({"type": "http.response.body", "body": b"" if is_bodiless else body})


def _as_json(answer: object) -> bytes:
    try:
        return to_json(answer)
    except PydanticSerializationError:  # half a surrogate pair from a request body
        text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def _correlation(reply: Reply) -> str:
    if isinstance(reply.body, dict) and "correlationId" in reply.body:
        return str(reply.body["correlationId"])
    return str(uuid.uuid4())


def traced(call: Call, reply: Reply) -> dict[str, Any]:
    """Return one exchange for the trace, without headers, which hold tokens."""
    return {
        "method": call.method,
        "path": call.path,
        "query": call.raw_query,
        "version": call.version,
        "body": call.body.decode("utf-8", "replace"),
        "status": reply.status,
        "answer": reply.body,
    }


def _family(route: Route, call: Call) -> str:
    """Return a path without ids, but with object types, for counting."""
    where = route.template
    for name in ("type", "to"):
        where = where.replace(f"{{{name}}}", call.params.get(name, ""))
    return where


def _faulty(fault: Fault) -> Reply:
    headers = {}
    if fault.retry_after is not None:
        headers["Retry-After"] = str(fault.retry_after)
    raw = fault.raw_body()
    if raw is not None:
        if fault.content_type:
            headers["Content-Type"] = fault.content_type
        return Reply(fault.status, None, headers, raw)
    if fault.status == 429:
        error = rate_limited(fault.policy or "TEN_SECONDLY_ROLLING")
    else:
        error = ApiError(fault.status, _WORDS.get(fault.status, "internal error"), _CATEGORY)
    return Reply(fault.status, error.body(), headers)


_CATEGORY = "INTERNAL_ERROR"
_WORDS = {
    423: "The record is locked, try again later.",
    477: "Migration in Progress",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
    524: "A timeout occurred",
}


async def _read(scope: Scope, receive: Receive) -> Call:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            break
        chunk = message.get("body", b"")
        size += len(chunk)
        if size <= MAX_BODY + 1:
            chunks.append(chunk)
        if not message.get("more_body"):
            break
    raw_path: bytes = scope.get("raw_path") or scope["path"].encode()
    return Call(
        method=scope["method"],
        path=raw_path.decode("latin-1"),
        raw_query=scope["query_string"].decode("latin-1"),
        headers={k.decode("latin-1").lower(): v.decode("latin-1") for k, v in scope["headers"]},
        body=b"".join(chunks),
    )


async def _drop(receive: Receive, send: Send) -> None:
    """Close the socket without an answer, as a failing proxy does."""
    transport = getattr(getattr(send, "__self__", None), "transport", None)
    if transport is None:
        raise ConnectionAbortedError
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
