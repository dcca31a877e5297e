"""The sandbox's login page and what its codes and refresh tokens are good for."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from sdrdesk.sandbox.api.login_page import login_page
from sdrdesk.sandbox.web import Call
from tests.support.sandbox import Answer, Sandbox

ASKED = {
    "client_id": "app",
    "redirect_uri": "http://localhost:8421/sdrdesk",
    "scope": "oauth crm.objects.contacts.read",
    "optional_scope": "crm.lists.read unknown.scope",
    "state": "s1",
}
TOKEN = "/oauth/2026-09/token"


def visit(crm: Sandbox, answer: str = "", **changed: str) -> tuple[int, dict[str, str], str]:
    """Return status, query of the redirect, and the page."""
    method = "POST" if answer else "GET"
    query, body = urlencode(ASKED | changed), urlencode({"answer": answer}).encode()
    reply = login_page(crm.account, Call(method, "/oauth/authorize", query, {}, body))
    where = dict(parse_qsl(urlsplit(reply.headers.get("Location", "")).query))
    return reply.status, where, (reply.raw or b"").decode()


def redeem(crm: Sandbox, code: str, **changed: str) -> Answer:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "client_id": "app",
        "client_secret": "any",
        "redirect_uri": ASKED["redirect_uri"],
    }
    return send(crm, form | changed)


def refresh(crm: Sandbox, token: str) -> Answer:
    form = {"grant_type": "refresh_token", "refresh_token": token}
    return send(crm, form | {"client_id": "app", "client_secret": "any"})


def send(crm: Sandbox, form: dict[str, str]) -> Answer:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return crm.request("POST", TOKEN, raw=urlencode(form).encode(), token=None, headers=headers)


def test_a_code_is_good_once_and_for_its_own_app_and_address(crm: Sandbox) -> None:
    status, where, _ = visit(crm, "allow")
    assert (status, where["state"]) == (302, "s1")
    for wrong in ({"client_id": "other"}, {"redirect_uri": "http://localhost:1/"}):
        _, spoilt, _ = visit(crm, "allow")
        assert redeem(crm, spoilt["code"], **wrong).json["status"] == "BAD_AUTH_CODE"
    told = redeem(crm, where["code"]).json
    assert told["scopes"] == ["crm.lists.read", "crm.objects.contacts.read", "oauth"]
    assert crm.get("/crm/objects/2026-09/contacts", token=told["access_token"]).status == 200
    assert redeem(crm, where["code"]).status == 400


def test_pkce_needs_the_verifier(crm: Sandbox) -> None:
    digest = hashlib.sha256(b"verifier").digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    _, where, _ = visit(crm, "allow", code_challenge=challenge, code_challenge_method="S256")
    assert redeem(crm, where["code"], code_verifier="guess").status == 400
    _, where, _ = visit(crm, "allow", code_challenge=challenge, code_challenge_method="S256")
    assert redeem(crm, where["code"], code_verifier="verifier").status == 200


def test_a_refusal_and_a_wrong_request(crm: Sandbox) -> None:
    _, where, _ = visit(crm, "deny")
    assert (where["error"], where["state"]) == ("access_denied", "s1")
    assert visit(crm, client_id="<b>app</b>")[2].count("&lt;b&gt;app") == 1
    for name, value in (
        ("redirect_uri", "http://elsewhere.example/"),
        ("redirect_uri", "http://[::1"),
        ("scope", "all"),
        ("client_id", ""),
        ("code_challenge_method", "plain"),
    ):
        assert visit(crm, **{name: value})[0] == 400


@pytest.mark.parametrize("rotation", ["never", "until_used", "strict"])
def test_what_a_former_refresh_token_does(crm: Sandbox, rotation: str) -> None:
    crm.settings(refresh_rotation=rotation, token_life_s=60)
    _, where, _ = visit(crm, "allow")
    first = redeem(crm, where["code"]).json
    second = refresh(crm, first["refresh_token"]).json
    assert second["expires_in"] == 60
    assert (second["refresh_token"] == first["refresh_token"]) is (rotation == "never")
    again = refresh(crm, first["refresh_token"])
    if rotation == "strict":
        assert again.status == 400
        assert refresh(crm, second["refresh_token"]).status == 400, "the whole login has ended"
        return
    third = again.json["refresh_token"]
    if rotation == "until_used":
        assert refresh(crm, second["refresh_token"]).status == 400, "it was never used"
    fourth = refresh(crm, third).json["refresh_token"]
    assert (refresh(crm, first["refresh_token"]).status == 400) is (rotation == "until_used")
    assert refresh(crm, fourth).status == 200
