"""The token endpoint: what is sent, what is taken, and what its refusals mean."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from sdrdesk.clock import system_clock
from sdrdesk.domain.errors import CredentialsError, UnreachableError, UsageError
from sdrdesk.sync.errors import AuthExpired
from sdrdesk.sync.oauth.grants import TokenEndpoint
from sdrdesk.sync.oauth.request import LoginRequest
from sdrdesk.sync.oauth.terms import Grant, OAuthApp, OAuthTerms

TERMS = OAuthTerms(
    authorize=lambda url: f"{url}/authorize",
    token=lambda url: f"{url}/token",
    revoke=lambda url: f"{url}/revoke",
    scopes=("read", "write"),
    optional_scopes=("more",),
    pkce=True,
)
BEFORE = Grant("old", "r-secret", 0, user_id="7", scopes=("a",), server="https://eu.acme.example")


def endpoint(status: int, body: Any, sent: list[httpx.Request] | None = None) -> TokenEndpoint:
    def answer(request: httpx.Request) -> httpx.Response:
        if sent is not None:
            sent.append(request)
        if isinstance(body, str):
            return httpx.Response(status, text=body)
        return httpx.Response(status, json=body)

    return TokenEndpoint(
        "Acme",
        "https://acme.example",
        TERMS,
        OAuthApp("client", "hush"),
        system_clock,
        transport=httpx.MockTransport(answer),
    )


def test_a_code_becomes_a_login_and_secrets_travel_in_the_body() -> None:
    sent: list[httpx.Request] = []
    body = {
        "access_token": "t1",
        "refresh_token": "r1",
        "expires_in": 60,
        "id": "https://login.acme.example/id/00D1/0051",
        "scope": "b a",
        "instance_url": "https://eu.acme.example/",
    }
    found = endpoint(200, body, sent).exchange("the-code", "http://localhost:1/sdrdesk", "verifier")
    assert (found.token, found.refresh, found.life_ms) == ("t1", "r1", 60_000)
    assert (found.user_id, found.scopes) == ("0051", ("a", "b"))
    assert found.server == "https://eu.acme.example"
    (request,) = sent
    assert str(request.url) == "https://acme.example/token"
    form = dict(parse_qsl(request.content.decode()))
    assert form["code_verifier"] == "verifier"
    assert form["client_secret"] == "hush"


def test_a_renewal_keeps_what_the_answer_leaves_out() -> None:
    found = endpoint(200, {"access_token": "t2"}).refresh(BEFORE)
    assert (found.refresh, found.user_id, found.scopes) == ("r-secret", "7", ("a",))
    assert found.server == BEFORE.server
    assert found.life_ms == 1_800_000


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (400, {"error": "invalid_grant", "message": "revoked"}, AuthExpired, "revoked"),
        (400, {"error": "invalid_client"}, CredentialsError, "client_id"),
        (401, {"error": "invalid_client_id"}, CredentialsError, "app"),
        (500, {"error": "invalid_grant"}, UnreachableError, "500"),
        (429, {"error": "slow_down"}, UnreachableError, "429"),
        (400, "<html>", UnreachableError, "400"),
        (200, "<html>log in", UnreachableError, "network"),
        (200, {"access_token": ""}, UnreachableError, "token"),
        (200, {"access_token": "two\nlines"}, UnreachableError, "token"),
        (302, "", UnreachableError, "302"),
    ],
)
def test_only_the_crm_ends_a_login(
    status: int, body: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words) as caught:
        endpoint(status, body).refresh(BEFORE)
    assert isinstance(caught.value, AuthExpired) is (error is AuthExpired)
    for secret in ("hush", "r-secret", "two\nlines"):
        assert secret not in str(caught.value)


@pytest.mark.parametrize("life", [-5, 0, True, "soon", 10**12])
def test_odd_lives_are_bounded(life: object) -> None:
    found = endpoint(200, {"access_token": "t", "expires_in": life}).refresh(BEFORE)
    assert 0 < found.life_ms <= 90 * 86_400_000


def test_a_token_is_never_sent_to_an_address_without_tls() -> None:
    body = {"access_token": "t", "instance_url": "http://evil.example"}
    assert endpoint(200, body).refresh(Grant("a", "b", 0)).server == ""
    with pytest.raises(UsageError, match="https"):
        TokenEndpoint("Acme", "http://acme.example", TERMS, OAuthApp("c"), system_clock)


def test_a_login_without_a_refresh_token_is_refused() -> None:
    with pytest.raises(CredentialsError, match="cannot be renewed"):
        endpoint(200, {"access_token": "t"}).exchange("code", "http://localhost:1/sdrdesk", "")


def asked() -> LoginRequest:
    return LoginRequest.new("Acme", "https://acme.example", TERMS, "client", 8421)


def test_each_request_has_its_own_state_and_verifier() -> None:
    one, two = asked(), asked()
    query = {name: value for name, (value,) in parse_qs(urlsplit(one.url).query).items()}
    assert query["redirect_uri"] == "http://localhost:8421/sdrdesk"
    assert (query["scope"], query["optional_scope"]) == ("read write", "more")
    assert query["code_challenge_method"] == "S256"
    assert query["state"] == one.state != two.state
    assert one.verifier not in one.url
    assert one.verifier != two.verifier


def test_the_code_counts_only_with_the_state_of_the_request() -> None:
    request = asked()
    base = request.redirect_uri
    assert request.code_in(f" {base}?code=c1&state={request.state} ") == "c1"
    for wrong in (
        f"{base}?code=c1",
        f"{base}?code=c1&state=other",
        "c1",
        "",
        f"{base}?code=c1&state={asked().state}",
        "http://[::1?state=" + request.state,
        f"{base}?state={request.state}&code={'c' * 9000}",
    ):
        with pytest.raises(CredentialsError, match="does not belong"):
            request.code_in(wrong)
    with pytest.raises(CredentialsError, match="access_denied"):
        request.code_in(f"{base}?error=access_denied&state={request.state}")
    with pytest.raises(CredentialsError, match="without a code"):
        request.code_in(f"{base}?state={request.state}")
