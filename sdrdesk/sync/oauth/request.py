"""The question to the CRM's login page, and what the browser brings back. No HTTP here."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from sdrdesk.domain.errors import CredentialsError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.oauth.terms import OAuthTerms

PATH: Final = "/sdrdesk"
"""Path of the redirect URL on this machine."""
_LONGEST: Final = 8192


@dataclass(frozen=True, slots=True)
class LoginRequest:
    """One login that waits for its answer."""

    name: str
    """The CRM's name for reps."""
    url: str
    """The page to open in a browser."""
    redirect_uri: str
    state: str = field(repr=False)
    verifier: str = field(default="", repr=False)
    """Proves at the token endpoint that we asked (PKCE); ``""`` where the CRM has none."""

    @classmethod
    def new(
        cls, name: str, api_url: str, terms: OAuthTerms, client_id: str, port: int
    ) -> LoginRequest:
        """Return a request that nobody can guess."""
        state, redirect = secrets.token_urlsafe(32), f"http://localhost:{port}{PATH}"
        query = {
            "client_id": client_id,
            "redirect_uri": redirect,
            "response_type": "code",
            "scope": " ".join(terms.scopes),
            "state": state,
        }
        if terms.optional_scopes:
            query["optional_scope"] = " ".join(terms.optional_scopes)
        verifier = ""
        if terms.pkce:
            verifier = secrets.token_urlsafe(48)
            digest = hashlib.sha256(verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            query |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        url = f"{terms.authorize(api_url)}?{urlencode(query, quote_via=quote)}"
        return cls(name, url, redirect, state, verifier)

    def is_answer(self, address: str) -> bool:
        """Return whether an address of the browser answers this request and no other."""
        return hmac.compare_digest(
            self._said(address).get("state", "").encode(), self.state.encode()
        )

    def code_in(self, address: str) -> str:
        """Return the code in the address at which the browser arrived.

        Raises:
            CredentialsError: it is no answer to this request, or the rep did not allow the app.
        """
        said = self._said(address)
        if not self.is_answer(address):
            raise CredentialsError(
                "This address does not belong to the login that is waiting.",
                kept="Nothing was stored.",
                next_step="Run sdrdesk login again, and copy the whole address of the last page, "
                f"which begins with {self.redirect_uri}.",
            )
        if "error" in said:
            words = one_line(said.get("error_description") or said["error"], limit=200).rstrip(".")
            raise CredentialsError(
                f"{self.name} did not log you in ({words}).",
                kept="Nothing was stored.",
                next_step="Run sdrdesk login again and allow the app, or ask an administrator.",
            )
        if not said.get("code"):
            raise CredentialsError(
                f"{self.name} answered without a code.",
                kept="Nothing was stored.",
                next_step="Run sdrdesk login again.",
            )
        return said["code"]

    def _said(self, address: str) -> dict[str, str]:
        if len(address) > _LONGEST:
            return {}
        try:
            query = urlsplit(address.strip()).query
            return {name: values[-1] for name, values in parse_qs(query).items()}
        except ValueError:
            return {}
