"""HubSpot's webhooks: who sent a request, and which records it is about.

The signature is checked as HubSpot documents version 3 ("Validating requests", read 2026-11-30):
HMAC-SHA-256 with the app's client secret over method, address, body and timestamp, in base64.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sdrdesk.domain.feed.notes import Hint
from sdrdesk.domain.feed.subjects import is_word

WINDOW_MS: Final = 5 * 60_000
"""Requests older than this are refused, as HubSpot asks."""
_EARLY_MS: Final = 60_000
"""Time by which a request may be dated ahead: clocks differ."""
_MOST_EVENTS: Final = 10_000

# In an address, HubSpot signs these signs as themselves.
_DECODED: Final = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'",
    "%28": "(", "%29": ")", "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip

_TYPES: Final[Mapping[str, str]] = {
    "0-1": "lead", "0-2": "company", "0-48": "call", "0-27": "task", "0-46": "note",
    "0-47": "meeting",
}  # fmt: skip
_FAMILIES: Final[Mapping[str, str]] = {"contact": "lead", "company": "company"}


def signature(secret: str, method: str, uri: str, body: bytes, timestamp: str) -> str:
    """Return the signature of a request; ``uri`` is the whole address that HubSpot calls."""
    signed = method.encode() + _as_signed(uri).encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), signed, hashlib.sha256).digest()).decode()


def refusal(
    secret: str, method: str, uri: str, body: bytes, headers: Mapping[str, str], now_ms: int
) -> str:
    """Return why a request is not HubSpot's or too old, ``""`` when it counts.

    ``headers`` have lower-case names.
    """
    stated = headers.get("x-hubspot-signature-v3", "")
    timestamp = headers.get("x-hubspot-request-timestamp", "")
    if not stated or not timestamp:
        return "not signed"
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 15):
        return "no readable timestamp"
    if not -_EARLY_MS <= now_ms - int(timestamp) <= WINDOW_MS:
        return "outside of the time that counts"
    made = signature(secret, method, uri, body, timestamp)
    if not hmac.compare_digest(made.encode(), stated.encode("utf-8", "replace")):
        return "wrong signature"
    return ""


def _as_signed(uri: str) -> str:
    address, mark, query = uri.partition("?")
    for code, sign in _DECODED.items():
        address = address.replace(code, sign).replace(code.lower(), sign)
        query = query.replace(code, sign).replace(code.lower(), sign)
    return f"{address}{mark}{query}"


def read_events(body: bytes, account: str) -> tuple[Hint, ...]:
    """Return what a webhook's batch is about; events of other accounts are left out.

    Args:
        body: the request's, already found to be HubSpot's.
        account: the account's number.

    Raises:
        ValueError: the body is no batch of events.
    """
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    events = told if isinstance(told, list) else [told]
    if len(events) > _MOST_EVENTS or not all(isinstance(event, dict) for event in events):
        raise ValueError("no list of events")
    return _unique(event for event in events if str(event.get("portalId", "")) == account)


def read_journal(body: bytes, account: str) -> tuple[Hint, ...]:
    """Return what one file of the webhooks journal is about; as ``read_events``."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ValueError("not JSON") from error
    lists = [told] if isinstance(told, list) else []
    if isinstance(told, dict):
        lists = [value for value in told.values() if isinstance(value, list)]
    events = (event for entries in lists for event in entries if isinstance(event, dict))
    return _unique(event for event in events if str(event.get("portalId", account)) == account)


def _unique(events: Iterable[Mapping[str, Any]]) -> tuple[Hint, ...]:
    found: dict[tuple[str, str], Hint] = {}
    for event in events:
        for hint in _hints(event):
            known = found.get((hint.kind, hint.record_id))
            if known is None or known.at_ms < hint.at_ms:
                found[(hint.kind, hint.record_id)] = hint
    return tuple(found.values())


def _hints(event: Mapping[str, Any]) -> Iterable[Hint]:
    """Return the records of one event: a merge is about all of them."""
    kind = _TYPES.get(str(event.get("objectTypeId", "")))
    if kind is None:
        kind = _FAMILIES.get(str(event.get("subscriptionType", "")).partition(".")[0])
    if kind is None:
        return
    merged = event.get("mergedObjectIds")
    ids = [event.get("objectId"), event.get("primaryObjectId"), event.get("newObjectId")]
    ids += merged[:100] if isinstance(merged, list) else []
    for record in dict.fromkeys(str(i) for i in ids if type(i) in (int, str)):
        if is_word(record):
            yield Hint(kind, record, _moment(event.get("occurredAt")))


def _moment(stated: object) -> int:
    return stated if type(stated) is int and 0 < stated < 4_102_444_800_000 else 0


class HubSpotWebhook:
    """HubSpot's signature and words of webhooks, for one app and account."""

    def __init__(self, secret: str, public_url: str, account: str) -> None:
        """Make one.

        Args:
            secret: the app's client secret.
            public_url: the target address as it is set in the app; HubSpot signs it. What a proxy
                says about it does not count.
            account: the account's number.
        """
        self._secret = secret
        self._uri = public_url
        self._account = account

    def refusal(
        self, method: str, query: str, body: bytes, headers: Mapping[str, str], now_ms: int
    ) -> str:
        """Return why a request is not HubSpot's or too old, ``""`` when it counts."""
        uri = f"{self._uri.partition('?')[0]}?{query}" if query else self._uri
        return refusal(self._secret, method, uri, body, headers, now_ms)

    def identity(self, headers: Mapping[str, str]) -> str:
        """Return the signature: a retry of HubSpot's has a new one, a replay has not."""
        return headers.get("x-hubspot-signature-v3", "")

    def hints(self, body: bytes) -> tuple[Hint, ...]:
        """Return what a request is about. Raises ValueError."""
        return read_events(body, self._account)
