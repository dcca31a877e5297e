"""The page on which a person allows an app (``app.hubspot.com/oauth/authorize``).

A browser shows two buttons; a program sends the form at once. The answer is a redirect.
"""

from __future__ import annotations

from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from sdrdesk.sandbox.account.account import Account
from sdrdesk.sandbox.account.tokens import ALL_SCOPES, Code
from sdrdesk.sandbox.web import Call, Reply

LOGIN_PAGE: Final = "/oauth/authorize"
_CODE_LIFE_MS: Final = 600_000
_LOOPBACK: Final = ("localhost", "127.0.0.1")

_PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Sandbox CRM</title>
<body style="font-family:sans-serif;margin:4em"><h1>{heading}</h1>{body}</body></html>"""


def login_page(account: Account, call: Call) -> Reply:
    """Show the page (GET), or redirect with a code or a refusal (POST)."""
    asked = dict(call.pairs)
    problem = _problem(asked)
    if problem:
        return _html(400, "Something is wrong with this app", f"<p>{escape(problem)}</p>")
    if call.method == "POST":
        form = dict(parse_qsl(call.body.decode("utf-8", "replace")))
        return _redirect(account, asked, allowed=form.get("answer") == "allow")
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in asked["scope"].split())
    buttons = "".join(
        f'<button name="answer" value="{value}">{label}</button> '
        for value, label in (("allow", "Allow"), ("deny", "Do not allow"))
    )
    body = f"<p>It may then use:</p><ul>{wanted}</ul><form method='post'>{buttons}</form>"
    return _html(200, f"Allow the app {escape(asked['client_id'][:80])}?", body)


def _problem(asked: dict[str, str]) -> str:
    for name in ("client_id", "redirect_uri", "scope"):
        if not asked.get(name):
            return f"{name} is missing."
    try:
        parts = urlsplit(asked["redirect_uri"])
        loopback = parts.scheme == "http" and parts.hostname in _LOOPBACK
    except ValueError:
        return "redirect_uri is no address."
    if not loopback and parts.scheme != "https":
        return "redirect_uri must begin with https://, or be on this machine."
    unknown = sorted(set(asked["scope"].split()) - set(ALL_SCOPES))
    if unknown:
        return f"Unknown scopes: {', '.join(unknown)[:200]}."
    return "" if asked.get("code_challenge_method", "S256") == "S256" else "PKCE needs S256."


def _redirect(account: Account, asked: dict[str, str], *, allowed: bool) -> Reply:
    given = {"state": asked["state"]} if "state" in asked else {}
    if allowed:
        wished = set(asked["scope"].split()) | set(asked.get("optional_scope", "").split())
        code = Code(
            asked["client_id"],
            asked["redirect_uri"],
            frozenset(wished & set(ALL_SCOPES)),
            asked.get("code_challenge", ""),
            account.now_ms + _CODE_LIFE_MS,
        )
        given = {"code": account.tokens.new_code(code), **given}
    else:
        given |= {"error": "access_denied", "error_description": "The user denied access."}
    return Reply(302, None, {"Location": f"{asked['redirect_uri']}?{urlencode(given)}"})


def _html(status: int, heading: str, body: str) -> Reply:
    page = _PAGE.format(heading=heading, body=body).encode()
    return Reply(status, None, {"Content-Type": "text/html; charset=utf-8"}, page)
