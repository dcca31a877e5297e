"""HubSpot's errors, one constructor per kind.

The messages follow those of the real service; clients must match on status and category. All
fields but ``status`` are optional there.
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
    """A refusal, with the status and JSON body of its answer."""

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
        """Return the envelope as JSON, with a new correlation id."""
        envelope: dict[str, Any] = {
            "status": "error",
            "message": self.message,
            "correlationId": str(uuid.uuid4()),
        }
        if self.category:
            envelope["category"] = self.category
        return envelope | self.extra

    def as_item(self, context: dict[str, list[str]] | None = None) -> dict[str, Any]:
        """Return the refusal as an entry of a batch answer's ``errors``."""
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
    """A property value that is refused."""

    def __init__(self, name: str, code: str, message: str) -> None:
        super().__init__(message)
        self.name = name
        self.code = code
        self.message = message


def invalid(message: str, **extra: Any) -> ApiError:
    """Return a 400 VALIDATION_ERROR."""
    return ApiError(400, message, **extra)


def not_found(message: str = "resource not found", **extra: Any) -> ApiError:
    """Return a 404 OBJECT_NOT_FOUND."""
    return ApiError(404, message, "OBJECT_NOT_FOUND", **extra)


def unknown_type(name: str) -> ApiError:
    """Return a 400 for an object type that the account does not have."""
    return invalid(f"Unable to infer object type from: {name}")


def invalid_properties(problems: list[PropertyProblem], portal_id: int) -> ApiError:
    """Return a 400 with every bad property, as JSON in the message and in ``errors``."""
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
    """Return a 400 for a body that is not JSON, or not of the endpoint's form."""
    return invalid(f"Invalid input JSON on line {line}, column {column}: {reason}")


def missing_scopes(scopes: list[str]) -> ApiError:
    """Return a 403; any one of ``scopes`` would suffice."""
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
    """Return a 401 for a missing or unknown token."""
    return ApiError(401, AUTH_HELP, "INVALID_AUTHENTICATION")


def expired(minutes_ago: int, expired_at: str) -> ApiError:
    """Return a 401 for an expired OAuth access token, the only one worth a refresh."""
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
    """Return a 429 of one policy: TEN_SECONDLY_ROLLING, SECONDLY (search) or DAILY."""
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
