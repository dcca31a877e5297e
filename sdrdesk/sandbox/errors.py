"""HubSpot's error shapes, one constructor per family.

Wording follows what is known of the real service; clients must match on status and category, never
on a message. Every field but ``status`` is optional upstream.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

AUTH_HELP = (
    "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can "
    "find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview"
)
SCOPES_URL = "https://developers.hubspot.com/scopes"


class ApiError(Exception):
    """A refusal, with the status and JSON body that the caller receives."""

    def __init__(
        self,
        status: int,
        message: str,
        category: str | None = "VALIDATION_ERROR",
        *,
        headers: dict[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.category = category
        self.headers = headers or {}
        self.extra = extra

    def body(self) -> dict[str, Any]:
        """The envelope as JSON, with a correlation id of its own."""
        envelope: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
        }
        if self.category:
            envelope["category"] = self.category
        return envelope | self.extra

    def as_item(self, context: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """The same refusal as one entry of a batch answer's ``errors``."""
        item: dict[str, Any] = {
            "status": "error",
            "category": self.category or "VALIDATION_ERROR",
            "message": self.message,
            "context": dict(self.extra.get("context", {})) | (context or {}),
            "errors": list(self.extra.get("errors", [])),
            "links": {},
        }
        if "subCategory" in self.extra:
            item["subCategory"] = self.extra["subCategory"]
        return item


class PropertyProblem(Exception):  # noqa: N818  # one of many; ApiError carries them
    """One property value that cannot be accepted."""

    def __init__(self, name: str, code: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.code = code
        self.message = message


def invalid(message: str, **extra: Any) -> ApiError:
    """400 VALIDATION_ERROR."""
    return ApiError(400, message, **extra)


def not_found(message: str = "resource not found", **extra: Any) -> ApiError:
    """404 OBJECT_NOT_FOUND."""
    return ApiError(404, message, "OBJECT_NOT_FOUND", **extra)


def unknown_type(name: str) -> ApiError:
    """400 for an object type that the account does not have."""
    return invalid(f"Unable to infer object type from: {name}")


def invalid_properties(problems: list[PropertyProblem], portal_id: int) -> ApiError:
    """400 that names every bad property twice: as JSON inside the message, and as ``errors``."""
    inner = [
        {
            "isValid": False,
            "message": problem.message,
            "error": problem.code,
            "name": problem.name,
            "localizedErrorMessage": problem.message,
            "portalId": portal_id,
        }
        for problem in problems
    ]
    return invalid(
        f"Property values were not valid: {json.dumps(inner, separators=(',', ':'))}",
        errors=[
            {
                "message": problem.message,
                "code": problem.code,
                "context": {"propertyName": [problem.name]},
            }
            for problem in problems
        ],
    )


def malformed_json(line: int, column: int, reason: str) -> ApiError:
    """400 for a body that is not JSON, or not of the shape the endpoint takes."""
    return invalid(f"Invalid input JSON on line {line}, column {column}: {reason}")


def missing_scopes(scopes: list[str]) -> ApiError:
    """403; any one of ``scopes`` would have sufficed."""
    return ApiError(
        403,
        "This app hasn't been granted all required scopes to make this call. Read more about "
        f"required scopes here: {SCOPES_URL}.",
        "MISSING_SCOPES",
        errors=[
            {
                "message": "One or more of the following scopes are required.",
                "context": {"requiredGranularScopes": scopes},
            }
        ],
        links={"scopes": SCOPES_URL},
    )


def unauthenticated() -> ApiError:
    """401 for a missing or unknown token."""
    return ApiError(401, AUTH_HELP, "INVALID_AUTHENTICATION")


def expired(minutes_ago: int, expired_at: str) -> ApiError:
    """401 for an OAuth access token past its life; only this one is worth a refresh."""
    return ApiError(
        401,
        f"The OAuth token used to make this call expired {minutes_ago} minute(s) ago.",
        "EXPIRED_AUTHENTICATION",
        context={"expireTime": [expired_at]},
    )


_LIMIT_WORDS = {
    "TEN_SECONDLY_ROLLING": "ten_secondly_rolling",
    "SECONDLY": "secondly",
    "DAILY": "daily",
}


def rate_limited(policy: str, retry_after_s: int | None = None) -> ApiError:
    """429 of one policy: TEN_SECONDLY_ROLLING, SECONDLY (search) or DAILY."""
    headers = {} if retry_after_s is None else {"Retry-After": str(retry_after_s)}
    return ApiError(
        429,
        f"You have reached your {_LIMIT_WORDS[policy]} limit.",
        None,
        headers=headers,
        errorType="RATE_LIMIT",
        policyName=policy,
        groupName="publicapi:private-apps:calls",
        requestId=str(uuid.uuid4()),
    )
