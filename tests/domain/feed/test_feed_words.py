"""What is said on the feed: nothing personal, nothing that widens a subject, and one winner."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from sdrdesk.domain.feed.address import feed_problem
from sdrdesk.domain.feed.claims import TeamClaim, claim_body, parse_claim, winner
from sdrdesk.domain.feed.notes import FeedNote, note_body, parse_note
from sdrdesk.domain.feed.rights import desk_rights
from sdrdesk.domain.feed.subjects import FeedNames, is_word, owner_word

NAMES = FeedNames.of("HubSpot 123")


@given(st.text(max_size=80))
@settings(max_examples=60)
def test_whatever_an_account_or_owner_is_called_its_word_is_one_word(text: str) -> None:
    assert is_word(FeedNames.of(text + "x").account)
    assert owner_word(text) == "_" or is_word(owner_word(text))


def test_accounts_that_look_alike_have_names_of_their_own() -> None:
    alike = ["HubSpot 12", "HubSpot 1-2", "hubspot 12.", "HubSpot  12", "Odoo x@a", "Odoo x a"]
    assert len({FeedNames.of(name).account for name in alike}) == len(alike)


def test_a_note_says_which_record_and_whose_and_nothing_else() -> None:
    subject = NAMES.note("70001", "lead", "512")
    assert subject == "sdrdesk.hubspot-123.note.70001.lead.512"
    assert note_body(1700000000000) == b'{"at":1700000000000}'
    found = parse_note(NAMES, subject, note_body(5))
    assert found == FeedNote("lead", "512", "70001", 5)
    nobody = parse_note(NAMES, NAMES.note("", "lead", "512"), b"{}")
    assert nobody == FeedNote("lead", "512", "", 0)


@given(st.text(max_size=60), st.binary(max_size=80))
@settings(max_examples=60)
def test_no_message_breaks_a_reader(subject: str, body: bytes) -> None:
    head = "sdrdesk.hubspot-123.note."
    note = parse_note(NAMES, head + subject, body)
    assert note is None or is_word(note.record_id)
    claim = parse_claim(NAMES, f"$KV.{NAMES.claims_bucket}.{subject}", body, 7)
    assert claim is None or (is_word(claim.lead_id) and 0 < claim.order <= 7)
    real = parse_claim(NAMES, NAMES.claim("512", "70001", "d1"), body, 7)
    assert real is None or real.lead_id == "512"


def test_the_earliest_claim_counts_also_when_it_was_renewed_since() -> None:
    ana = parse_claim(NAMES, NAMES.claim("512", "70001", "a"), claim_body("call", 5), 9)
    ben = parse_claim(NAMES, NAMES.claim("512", "70002", "b"), claim_body("call"), 7)
    assert ana is not None
    assert ben is not None
    assert (ana.order, ben.order) == (5, 7)
    assert winner([ben, ana]) == ana
    # A number that the server has not reached yet is no earlier one.
    odd = parse_claim(NAMES, NAMES.claim("512", "70003", "c"), claim_body("call", 999), 8)
    assert odd == TeamClaim("512", "70003", "c", "call", 8)
    assert parse_claim(NAMES, NAMES.claim("512", "70001", "a"), b"", 10) is None


def test_a_desk_may_write_in_its_own_name_only() -> None:
    rights = desk_rights(NAMES, "70001")
    written = [s for s in rights.publish if not s.startswith("$JS.")]
    assert written == [
        "$KV.sdrdesk-claims-hubspot-123.*.70001.*",
        "$KV.sdrdesk-presence-hubspot-123.70001.*",
        "sdrdesk.hubspot-123.ready.70001",
    ]
    assert not any(subject in (">", "_INBOX.>") for subject in rights.subscribe)


def test_the_feed_is_reached_by_tls_or_on_this_machine() -> None:
    assert feed_problem("tls://feed.example.com:4222") == ""
    assert feed_problem("nats://127.0.0.1:4222") == ""
    for wrong in (
        "nats://feed.example.com:4222",
        "feed.example.com",
        "tls://ana:secret@feed.example.com",
        "tls://feed.example.com/x",
        "tls://feed.example.com:99999",
        "tls://",
        "tls://feed example.com",
    ):
        assert feed_problem(wrong), wrong
