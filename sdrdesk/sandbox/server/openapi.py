"""The sandbox's OpenAPI document, generated from its routes."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.schema.schema import OBJECT_TYPES
from sdrdesk.sandbox.server import schemas
from sdrdesk.sandbox.web import Route, Router

_PATH_ENUMS = {
    "type": [name for kind in OBJECT_TYPES for name in (kind.name, kind.type_id)],
    "to": [kind.name for kind in OBJECT_TYPES],
    "typeId": [kind.type_id for kind in OBJECT_TYPES],
}
_ERRORS = {
    "400": "The request is not valid.",
    "401": "No token, or one that does not count any more.",
    "403": "The token lacks a scope.",
    "404": "There is nothing here.",
    "405": "Not with this verb.",
    "409": "It exists already.",
    "413": "Too large.",
    "414": "The URL is too long.",
    "415": "Not in this format.",
    "429": "Too many requests.",
}


def document(router: Router) -> dict[str, Any]:
    """Return the OpenAPI 3.0 document of the CRM's endpoints."""
    paths: dict[str, dict[str, Any]] = {}
    for route in router.routes:
        paths.setdefault(route.template, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.0.3",
        "info": {
            "title": "Sandbox CRM",
            "version": "2026-09",
            "description": "A HubSpot-compatible CRM on loopback, for tests and training.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {"Error": schemas.ERROR},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    name = route.handler.__name__
    module = route.handler.__module__.rpartition(".")[2]
    operation: dict[str, Any] = {
        "operationId": f"{route.method} {route.template}",
        "summary": (route.handler.__doc__ or name).partition("\n")[0],
        "tags": [module],
        "parameters": [*_path_parameters(route), *schemas.query_of(module, name)],
        "responses": _responses(module, name),
    }
    if not route.is_open:
        operation["security"] = [{"bearer": []}]
    body = schemas.body_of(module, name)
    if body is not None:
        media = "application/x-www-form-urlencoded" if route.is_open else "application/json"
        operation["requestBody"] = {"required": True, "content": {media: {"schema": body}}}
    return operation


def _path_parameters(route: Route) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": _path_schema(name)}
        for part in route.template.split("/")
        if part.startswith("{")
        for name in [part[1:-1]]
    ]


def _path_schema(name: str) -> dict[str, Any]:
    if name in _PATH_ENUMS:
        return {"type": "string", "enum": _PATH_ENUMS[name]}
    return {"type": "string", "minLength": 1, "example": "501"}


def _responses(module: str, name: str) -> dict[str, Any]:
    failure = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    made: dict[str, Any] = {
        status: {"description": words, "content": failure} for status, words in _ERRORS.items()
    }
    for status, schema in schemas.answers_of(module, name).items():
        made[status] = {"description": "Done."}
        if schema is not None:
            made[status]["content"] = {"application/json": {"schema": schema}}
    return made
