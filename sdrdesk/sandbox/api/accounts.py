"""Account details, token information, OAuth, usage, schemas, pipelines."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.errors import ApiError, not_found
from sdrdesk.sandbox.schema.schema import OBJECT_TYPES, ObjectType, object_type
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_text

_MADE = "2024-01-15T09:00:00.000Z"


def details(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the account's details."""
    defaults = {
        "portalId": account.portal_id,
        "accountType": "DEVELOPER_TEST",
        "timeZone": "Europe/Dublin",
        "companyCurrency": "EUR",
        "additionalCurrencies": [],
        "utcOffset": "+00:00",
        "utcOffsetMilliseconds": 0,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "eu1",
    }
    return Reply(200, defaults | account.details)


def usage(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the usage of the daily limit."""
    now = iso(account.now_ms)
    row = {
        "name": "Private apps",
        "usageLimit": account.settings.daily_limit or 0,
        "currentUsage": account.limits.used_today(account.now_ms),
        "collectedAt": now,
        "fetchStatus": "SUCCESS",
        "resetsAt": iso(account.limits.next_midnight_ms(account.now_ms)),
    }
    return Reply(200, {"results": [row]})


def private_app_token(account: Account, call: Call) -> Reply:
    """Return user and scopes of a private app token or service key."""
    value = as_text(call.json_object().get("tokenKey"), "tokenKey")
    token = account.tokens.known(value)
    if token is None:
        raise not_found("token not found")
    return Reply(
        200,
        {
            "userId": token.user_id,
            "hubId": account.portal_id,
            "appId": 1234567,
            "scopes": sorted(token.scopes),
        },
    )


def access_token(account: Account, call: Call) -> Reply:
    """Return user and scopes of an OAuth access token (legacy path)."""
    token = account.tokens.known(call.params["token"])
    if token is None or token.expires_ms is None:
        raise not_found("access token not found")
    return Reply(
        200,
        {
            "token": token.value,
            "user": account.default_owner_email,
            "hub_domain": "sandbox.example",
            "scopes": sorted(token.scopes),
            "hub_id": account.portal_id,
            "app_id": 1234567,
            "expires_in": max(0, (token.expires_ms - account.now_ms) // 1000),
            "user_id": token.user_id,
            "token_type": "access",
        },
    )


def oauth_error(status: str, message: str, code: str) -> ApiError:
    """Return a 400 in the token endpoint's own form."""
    error = ApiError(400, message, None, error=code, error_description=message)
    error.extra["status"] = status
    return error


def oauth_token(account: Account, call: Call) -> Reply:
    """Return a new access token for a code of the login page, or for a refresh token."""
    form, tokens, settings = call.form(), account.tokens, account.settings
    grant = form.get("grant_type")
    if grant not in ("authorization_code", "refresh_token"):
        raise oauth_error("BAD_GRANT_TYPE", "unknown grant type", "unsupported_grant_type")
    for name, status in (("client_id", "BAD_CLIENT_ID"), ("client_secret", "BAD_CLIENT_SECRET")):
        if not form.get(name):
            raise oauth_error(status, f"missing or invalid {name}", "invalid_client")
    if not tokens.knows_app(form["client_id"], form["client_secret"]):
        raise oauth_error("BAD_CLIENT_SECRET", "missing or invalid client_secret", "invalid_client")
    if grant == "authorization_code":
        token = tokens.redeem(
            form.get("code", ""),
            form["client_id"],
            form.get("redirect_uri", ""),
            form.get("code_verifier", ""),
            account.now_ms,
            settings.token_life_s,
        )
        if token is None:
            raise oauth_error("BAD_AUTH_CODE", "missing or unknown auth code", "invalid_grant")
    else:
        token = tokens.refresh(
            form.get("refresh_token", ""),
            account.now_ms,
            settings.token_life_s,
            settings.refresh_rotation,
        )
        if token is None:
            raise oauth_error(
                "BAD_REFRESH_TOKEN", "missing or invalid refresh token", "invalid_grant"
            )
    body: dict[str, Any] = {
        "token_type": "bearer",
        "access_token": token.value,
        "refresh_token": token.refresh_token,
        "expires_in": settings.token_life_s,
    }
    if call.version != "v1":
        body |= {
            "hub_id": account.portal_id,
            "user_id": token.user_id,
            "scopes": sorted(token.scopes),
            "token_use": "access_token",
        }
    return Reply(200, body)


def introspect(account: Account, call: Call) -> Reply:
    """Return whether an OAuth token is active, and its user."""
    token = account.tokens.known(call.form().get("token", ""))
    if token is None or token.expires_ms is None or token.expires_ms <= account.now_ms:
        return Reply(200, {"active": False})
    return Reply(
        200,
        {
            "active": True,
            "token": token.value,
            "token_type": "bearer",
            "token_use": "access_token",
            "client_id": "sandbox",
            "app_id": 1234567,
            "hub_id": account.portal_id,
            "hub_domain": "sandbox.example",
            "user_id": token.user_id,
            "user": account.default_owner_email,
            "scopes": sorted(token.scopes),
            "expires_in": (token.expires_ms - account.now_ms) // 1000,
            "is_private_distribution": True,
        },
    )


def revoke(account: Account, call: Call) -> Reply:
    """Revoke a token or refresh token."""
    value = call.form().get("token", "")
    account.tokens.revoke(value)
    account.tokens.drop_refresh(value)
    return Reply(204)


def schemas(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return custom object schemas; this account has none."""
    return Reply(200, {"results": []})


def schema(account: Account, call: Call) -> Reply:
    """Return the schema of one object type."""
    kind = object_type(call.params["type"])
    return Reply(200, _schema(account, kind))


def _schema(account: Account, kind: ObjectType) -> dict[str, Any]:
    return {
        "id": kind.type_id,
        "objectTypeId": kind.type_id,
        "fullyQualifiedName": kind.singular.upper(),
        "name": kind.singular.upper(),
        "labels": {"singular": kind.singular.title(), "plural": kind.name.title()},
        "primaryDisplayProperty": kind.searchable[0] if kind.searchable else "hs_object_id",
        "requiredProperties": [],
        "searchableProperties": list(kind.searchable),
        "secondaryDisplayProperties": [],
        "archived": False,
        "createdAt": _MADE,
        "updatedAt": _MADE,
        "properties": list(account.catalog.definitions[kind.name].values()),
        "associations": [],
    }


_STAGES = {
    "deals": (
        ("appointmentscheduled", "Appointment Scheduled", "0.2"),
        ("qualifiedtobuy", "Qualified To Buy", "0.4"),
        ("presentationscheduled", "Presentation Scheduled", "0.6"),
        ("contractsent", "Contract Sent", "0.9"),
        ("closedwon", "Closed Won", "1.0"),
        ("closedlost", "Closed Lost", "0.0"),
    ),
    "leads": (
        ("new-stage-id", "New", "0.0"),
        ("attempting-stage-id", "Attempting", "0.0"),
        ("connected-stage-id", "Connected", "0.0"),
        ("qualified-stage-id", "Qualified", "0.0"),
        ("unqualified-stage-id", "Disqualified", "0.0"),
    ),
}
_PIPELINE = {"deals": ("default", "Sales Pipeline"), "leads": ("lead-pipeline-id", "Lead pipeline")}


def _pipelines(kind: ObjectType) -> list[dict[str, Any]]:
    if kind.name not in _STAGES:
        return []
    pipeline_id, label = _PIPELINE[kind.name]
    stages = [
        {
            "id": stage,
            "label": name,
            "displayOrder": order,
            "metadata": {"probability": probability},
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "archived": False,
            "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
        }
        for order, (stage, name, probability) in enumerate(_STAGES[kind.name])
    ]
    return [
        {
            "id": pipeline_id,
            "label": label,
            "displayOrder": 0,
            "stages": stages,
            "createdAt": _MADE,
            "updatedAt": _MADE,
            "archived": False,
        }
    ]


def pipelines(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the pipelines of a type with their stages."""
    return Reply(200, {"results": _pipelines(object_type(call.params["type"]))})


def pipeline(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return one pipeline."""
    for row in _pipelines(object_type(call.params["type"])):
        if row["id"] == call.params["id"]:
            return Reply(200, row)
    raise not_found("pipeline not found")


def stages(account: Account, call: Call) -> Reply:
    """Return the stages of one pipeline."""
    return Reply(200, {"results": pipeline(account, call).body["stages"]})


def dispositions(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return call outcomes on the legacy path."""
    definition = account.catalog.definitions["calls"]["hs_call_disposition"]
    rows = [
        {"id": option["value"], "label": option["label"], "deleted": False}
        for option in definition["options"]
    ]
    return Reply(200, rows)


def custom_property_limits(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the number and limit of custom properties per type."""
    rows = []
    for kind in OBJECT_TYPES:
        defined = account.catalog.definitions[kind.name].values()
        used = sum(not row["hubspotDefined"] and not row["archived"] for row in defined)
        rows.append(
            {
                "objectTypeId": kind.type_id,
                "singularLabel": kind.singular.title(),
                "pluralLabel": kind.name.title(),
                "usage": used,
                "limit": 1000,
                "percentage": used / 10,
            }
        )
    return Reply(200, {"byObjectType": rows})
