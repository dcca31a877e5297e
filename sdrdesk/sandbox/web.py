"""Requests, replies and the router of the sandbox."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, unquote

from sdrdesk.sandbox.account.tokens import Token
from sdrdesk.sandbox.errors import ApiError, invalid, malformed_json

DATED = ("2026-03", "2026-09")
"""Dated versions that are served besides v3 and v4."""
STRICT_VERSION = "2026-09"
"""The version on which an administrator's rules apply to API writes (since September 2026)."""


@dataclass(slots=True)
class Reply:
    """An answer: a status, and JSON or raw bytes."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(slots=True)
class Call:
    """One request, after authentication and routing."""

    method: str
    path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes
    version: str = "v3"
    params: dict[str, str] = field(default_factory=dict)
    token: Token | None = None
    family: str = "elsewhere"
    """The path without ids, for counting."""
    _pairs: list[tuple[str, str]] | None = None

    @property
    def base_url(self) -> str:
        """The address that the client used, for absolute links."""
        return f"http://{self.headers.get('host', '127.0.0.1')}"

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The decoded query parameters in order."""
        if self._pairs is None:
            self._pairs = parse_qsl(self.raw_query, keep_blank_values=True)
        return self._pairs

    def query(self, name: str) -> str | None:
        """Return the last value of a query parameter, None when it is missing."""
        found = None
        for key, value in self.pairs:
            if key == name:
                found = value
        return found

    def names(self, name: str) -> list[str]:
        """Return a list from the query: comma-separated, repeated, or both, without duplicates."""
        joined = ",".join(value for key, value in self.pairs if key == name)
        return list(dict.fromkeys(part.strip() for part in joined.split(",") if part.strip()))

    def flag(self, name: str) -> bool:
        """Return a boolean from the query; 400 unless it is missing, true or false."""
        value = self.query(name)
        if value is None or value == "":
            return False
        if value.lower() not in {"true", "false"}:
            raise invalid(f"Invalid boolean value '{value}' for parameter {name}")
        return value.lower() == "true"

    def number(self, name: str, default: int, highest: int) -> int:
        """Return a page size from the query; 400 unless it is 1 to ``highest``."""
        value = self.query(name)
        if value is None or value == "":
            return default
        if not re.fullmatch(r"\d{1,9}", value, re.ASCII):
            raise invalid(f"Invalid integer value '{value}' for parameter {name}")
        if not 1 <= int(value) <= highest:
            raise invalid(
                f"Parameter {name} must be between 1 and {highest} inclusive, was {value}"
            )
        return int(value)

    def json(self) -> Any:
        """Return the body as JSON; 400 in HubSpot's words when it is not."""
        content_type = self.headers.get("content-type", "application/json")
        if "json" not in content_type:
            raise ApiError(415, f"Unsupported media type: {content_type}", "VALIDATION_ERROR")
        try:
            return json.loads(self.body.decode("utf-8"), parse_constant=_no_constant)
        except UnicodeDecodeError as error:
            raise malformed_json(1, error.start + 1, "Invalid UTF-8") from error
        except json.JSONDecodeError as error:
            raise malformed_json(error.lineno, error.colno, error.msg) from error
        except (ValueError, RecursionError) as error:
            raise malformed_json(1, 1, "Unexpected token") from error

    def json_object(self) -> dict[str, Any]:
        """Return the body as a JSON object; 400 when it is not."""
        return as_object(self.json())

    def json_array(self) -> list[Any]:
        """Return the body as a JSON array; 400 when it is not."""
        return as_array(self.json())

    def form(self) -> dict[str, str]:
        """Return the body as ``application/x-www-form-urlencoded``; 415 for JSON."""
        content_type = self.headers.get("content-type", "")
        if "application/x-www-form-urlencoded" not in content_type:
            raise ApiError(415, f"Unsupported media type: {content_type}", "VALIDATION_ERROR")
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))


def _no_constant(name: str) -> None:
    raise ValueError(name)


def as_object(value: Any, where: str = "request body") -> dict[str, Any]:
    """Return ``value`` as a JSON object; 400 with ``where`` when it is not."""
    if not isinstance(value, dict):
        raise malformed_json(1, 1, f"Cannot deserialize value of type object from {where}")
    return value


def as_array(value: Any, where: str = "request body") -> list[Any]:
    """Return ``value`` as a JSON array; 400 with ``where`` when it is not."""
    if not isinstance(value, list):
        raise malformed_json(1, 1, f"Cannot deserialize value of type array from {where}")
    return value


def as_text(value: Any, where: str) -> str:
    """Return ``value`` as text, also a JSON number; 400 with ``where`` otherwise."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    raise malformed_json(1, 1, f"Cannot deserialize value of type string from {where}")


def as_names(value: Any, where: str) -> list[str]:
    """Return a JSON list of texts, empty for None."""
    if value is None:
        return []
    return [as_text(item, where) for item in as_array(value, where)]


Handler = Callable[[Any, Call], Reply]
ScopeRule = Callable[[Call], list[str]]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its path, scopes and handler."""

    method: str
    template: str
    """Path with ``{name}`` for variables; one route per version."""
    version: str
    handler: Handler
    scopes: ScopeRule | None = None
    is_search: bool = False
    is_open: bool = False
    """True if no bearer token is needed (the OAuth token endpoint)."""
    shape: str = "object"
    """The kind of the body, for the OpenAPI document."""


class Router:
    """A tree of path segments: constant time per request, whatever the number of routes."""

    def __init__(self) -> None:
        self._root: dict[str, Any] = {}
        self.routes: list[Route] = []

    def add(self, route: Route) -> None:
        """Add a route."""
        node = self._root
        for part in route.template.strip("/").split("/"):
            node = node.setdefault("{}" if part.startswith("{") else part, {})
        node.setdefault("", {})[route.method] = route
        self.routes.append(route)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """Return the route of a request and the variables in its path.

        Raises:
          ApiError: 404 for an unknown path, 405 for a known one with another verb.
        """
        parts = [unquote(part, errors="replace") for part in path.strip("/").split("/")]
        leaf = _walk(self._root, parts, 0)
        if leaf is None:
            raise ApiError(404, f"No resource found at {path[:200]}", "OBJECT_NOT_FOUND")
        route: Route | None = leaf.get(method)
        if route is None:
            allowed = ", ".join(sorted(leaf))
            raise ApiError(405, "HTTP 405 Method Not Allowed", None, headers={"Allow": allowed})
        template = route.template.strip("/").split("/")
        params = {
            key[1:-1]: value
            for key, value in zip(template, parts, strict=True)
            if key.startswith("{")
        }
        return route, params


def _walk(node: dict[str, Any], parts: list[str], at: int) -> dict[str, Route] | None:
    if at == len(parts):
        return node.get("")
    for key in (parts[at], "{}"):
        child = node.get(key) if key else None
        if child is not None:
            found = _walk(child, parts, at + 1)
            if found is not None:
                return found
    return None
