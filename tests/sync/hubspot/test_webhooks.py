"""HubSpot's webhooks: who sent them, and what they are about."""

from __future__ import annotations

import json

import pytest

from sdrdesk.domain.feed.notes import Hint
from sdrdesk.sync.hubspot.webhooks import (
    WINDOW_MS,
    HubSpotWebhook,
    read_events,
    read_journal,
    refusal,
    signature,
)

NOW_MS = 1_790_000_000_000
URI = "https://relay.example.com/hooks/hubspot?team=north%2Feast"
SECRET = "a client secret"
BODY = b'[{"objectId": 512}]'


def signed(uri: str = URI, body: bytes = BODY, stamp: int = NOW_MS) -> dict[str, str]:
    return {
        "x-hubspot-signature-v3": signature(SECRET, "POST", uri, body, str(stamp)),
        "x-hubspot-request-timestamp": str(stamp),
    }


def test_a_request_as_hubspot_signs_it_counts() -> None:
    assert refusal(SECRET, "POST", URI, BODY, signed(), NOW_MS) == ""
    # The signature of an independent reading of the documentation.
    import base64
    import hashlib
    import hmac

    text = f"POSThttps://relay.example.com/hooks/hubspot?team=north/east{BODY.decode()}{NOW_MS}"
    made = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()
    assert signed()["x-hubspot-signature-v3"] == base64.b64encode(made).decode()


def test_an_address_with_a_query_of_its_own_is_signed_with_it_once() -> None:
    hook = HubSpotWebhook(SECRET, URI, "1")
    query = URI.partition("?")[2]
    assert query
    assert hook.refusal("POST", query, BODY, signed(), NOW_MS) == ""
    assert hook.refusal("POST", "team=south", BODY, signed(), NOW_MS) == "wrong signature"


@pytest.mark.parametrize(
    ("headers", "body", "uri", "why"),
    [
        ({}, BODY, URI, "not signed"),
        (signed() | {"x-hubspot-request-timestamp": "soon"}, BODY, URI, "no readable timestamp"),
        (signed() | {"x-hubspot-signature-v3": "é"}, BODY, URI, "wrong signature"),
        (signed(), BODY + b" ", URI, "wrong signature"),
        (signed(), BODY, URI + "&more", "wrong signature"),
        (signed(stamp=NOW_MS - WINDOW_MS - 1), BODY, URI, "outside of the time that counts"),
        (signed(stamp=NOW_MS + 3_600_000), BODY, URI, "outside of the time that counts"),
    ],
)
def test_anything_else_is_refused(headers: dict[str, str], body: bytes, uri: str, why: str) -> None:
    assert refusal(SECRET, "POST", uri, body, headers, NOW_MS) == why


def test_a_batch_in_any_order_is_each_record_once_with_its_latest_moment() -> None:
    events = [
        {"portalId": 1, "subscriptionType": "contact.creation", "objectId": 7, "occurredAt": 20},
        {"portalId": 1, "subscriptionType": "contact.propertyChange", "objectId": 7,
         "occurredAt": 30, "propertyName": "phone", "propertyValue": "+353 1 234"},
        {"portalId": 1, "subscriptionType": "contact.propertyChange", "objectId": 7,
         "occurredAt": 10},
        {"portalId": 1, "subscriptionType": "object.creation", "objectTypeId": "0-1",
         "objectId": 8},
        {"portalId": 1, "subscriptionType": "contact.merge", "primaryObjectId": 9,
         "mergedObjectIds": [10, 11], "newObjectId": 12},
        {"portalId": 2, "subscriptionType": "contact.creation", "objectId": 99},
        {"portalId": 1, "subscriptionType": "ticket.creation", "objectId": 98},
        {"portalId": 1, "subscriptionType": "contact.creation", "objectId": "9.>"},
    ]  # fmt: skip
    found = read_events(json.dumps(events).encode(), "1")
    assert found[0] == Hint("lead", "7", 30)
    assert [hint.record_id for hint in found] == ["7", "8", "9", "12", "10", "11"]


@pytest.mark.parametrize("body", [b"", b"[1]", b"\xff", b"[" * 5000, b'"text"'])
def test_a_body_that_is_no_batch_is_an_error_of_its_own(body: bytes) -> None:
    with pytest.raises(ValueError, match="no"):
        read_events(body, "1")


def test_a_journal_file_is_read_whatever_its_list_is_called() -> None:
    event = {"portalId": 1, "objectTypeId": "0-1", "objectId": 512, "occurredAt": 5}
    for told in ({"journalEvents": [event], "offset": "x"}, [event]):
        assert read_journal(json.dumps(told).encode(), "1") == (Hint("lead", "512", 5),)
    assert read_journal(json.dumps({"publishedAt": 5}).encode(), "1") == ()
