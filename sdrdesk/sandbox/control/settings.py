"""Settings, clock, faults and tokens."""

from __future__ import annotations

from sdrdesk.sandbox.account.account import Account, parse_when
from sdrdesk.sandbox.account.faults import parse_fault
from sdrdesk.sandbox.account.tokens import ALL_SCOPES, Token
from sdrdesk.sandbox.times import iso
from sdrdesk.sandbox.web import Call, Reply, as_array


def read_settings(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return all settings."""
    return Reply(200, account.settings.as_json())


def change_settings(account: Account, call: Call) -> Reply:
    """Change settings and return all of them."""
    account.settings.change(call.json_object())
    account.apply_settings()
    return Reply(200, account.settings.as_json())


def read_clock(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the account's time."""
    clock = account.clock
    return Reply(
        200,
        {"now": iso(clock.now_ms()), "offset_ms": clock.offset_ms, "frozen": clock.is_frozen},
    )


def set_clock(account: Account, call: Call) -> Reply:
    """Set (``now``), advance (``advance_ms``), shift (``offset_ms``), freeze or thaw the clock."""
    body = call.json_object()
    clock = account.clock
    known = {"now", "advance_ms", "offset_ms", "frozen"}
    if not body or not known.issuperset(body):
        raise ValueError(f"The clock takes {', '.join(sorted(known))}.")
    if "frozen" in body:
        (clock.freeze if body["frozen"] else clock.thaw)()
    if "now" in body:
        clock.set(parse_when(body["now"], clock.now_ms()))
    if "offset_ms" in body:
        clock.advance(_whole(body["offset_ms"]) - clock.offset_ms)
    if "advance_ms" in body:
        clock.advance(_whole(body["advance_ms"]))
    account.dirty_documents.add("settings")
    return read_clock(account, call)


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > 10**13:
        raise ValueError(f"{value!r} is not a number of milliseconds.")
    return value


def read_faults(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Return the active faults with their counts."""
    return Reply(200, {"results": [rule.as_json() for rule in account.faults.rules]})


def add_fault(account: Account, call: Call) -> Reply:
    """Add a fault."""
    return Reply(201, account.faults.add(parse_fault(call.json_object())).as_json())


def clear_faults(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Remove all faults."""
    account.faults.clear()
    return Reply(204)


def clear_fault(account: Account, call: Call) -> Reply:
    """Remove one fault."""
    if not call.params["id"].isdigit():
        raise ValueError("A fault's id is a number.")
    account.faults.clear(int(call.params["id"]))
    return Reply(204)


def add_token(account: Account, call: Call) -> Reply:
    """Register a token: ``{"token", "scopes"?, "expires_in_s"?, "refresh_token"?, "user_id"?}``."""
    body = call.json_object()
    value = body.get("token")
    if not isinstance(value, str) or not value:
        raise ValueError("token is required.")
    scopes = [str(scope) for scope in as_array(body.get("scopes", list(ALL_SCOPES)))]
    life_s = body.get("expires_in_s")
    expires_ms = None if life_s is None else account.now_ms + _whole(life_s) * 1000
    refresh = body.get("refresh_token")
    token = Token(value, frozenset(scopes), expires_ms, None if refresh is None else str(refresh))
    token.user_id = _whole(body.get("user_id", token.user_id))
    account.tokens.register(token)
    return Reply(
        201,
        {
            "token": token.value,
            "scopes": sorted(token.scopes),
            "expiresAt": None if expires_ms is None else iso(expires_ms),
        },
    )


def add_app(account: Account, call: Call) -> Reply:
    """Register an app: ``{"client_id", "client_secret"}``; only this secret is taken then."""
    body = call.json_object()
    client_id, secret = body.get("client_id"), body.get("client_secret")
    if not isinstance(client_id, str) or not isinstance(secret, str) or not client_id or not secret:
        raise ValueError("client_id and client_secret are required.")
    account.tokens.apps[client_id] = secret
    return Reply(201, {"client_id": client_id})


def revoke_token(account: Account, call: Call) -> Reply:
    """Revoke a token."""
    account.tokens.revoke(call.params["token"])
    return Reply(204)


def reset_limits(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Reset the counts of the rate limits."""
    account.limits.reset()
    return Reply(204)


def flush_index(account: Account, call: Call) -> Reply:  # noqa: ARG001
    """Update the search index now."""
    account.view.flush()
    return Reply(204)
