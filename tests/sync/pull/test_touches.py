"""E-mails and messages of others stand on the timelines of the leads on disk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sdrdesk.clock import iso
from sdrdesk.domain.lead.activity import ActivityKind
from sdrdesk.store.account.unread import unread
from sdrdesk.store.mirror.activities import TimelineEntry, timeline
from sdrdesk.sync.pull.apply import PageWriter
from tests.sync.desk import Desk, derive


def made(desk: Desk, plural: str, lead: str, type_id: int, **properties: str) -> str:
    """Log an activity as a colleague."""
    answer = desk.sandbox.post(
        f"/crm/objects/2026-09/{plural}",
        {
            "properties": {"hs_timestamp": iso(desk.clock() - timedelta(hours=1)), **properties},
            "associations": [
                {
                    "to": {"id": lead},
                    "types": [
                        {"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": type_id}
                    ],
                }
            ],
        },
    )
    return str(answer.json["id"])


def mail(desk: Desk, lead: str, **properties: str) -> str:
    given: dict[str, Any] = {"hs_email_direction": "EMAIL", "hs_email_subject": "Our offer"}
    return made(desk, "emails", lead, 198, **(given | properties))


def entry(desk: Desk, lead: str, kind: str, crm_id: str) -> TimelineEntry:
    # An id is unique for its kind only.
    found = [x for x in timeline(desk.db, lead) if (x.kind, x.crm_id) == (kind, crm_id)]
    return found[0]


def settle(desk: Desk) -> None:
    desk.clock.forward(30)
    desk.sandbox.control("clock", {"advance_ms": 30_000})
    desk.sync()


def test_mails_and_messages_stand_on_the_timeline_as_plain_text(desk: Desk) -> None:
    lead = desk.pick()
    html = "<style>p{}</style><p>Hello&nbsp;Ada</p><script>x()</script><p>Bye</p>"
    answer = mail(desk, lead, hs_email_direction="INCOMING_EMAIL", hs_email_html=html)
    long = mail(desk, lead, hs_email_text="word " * 5_000)
    note = made(
        desk, "communications", lead, 81, hs_communication_channel_type="LINKED_IN_MESSAGE",
        hs_communication_logged_from="CRM", hs_communication_body="<b>saw</b> your post",
    )  # fmt: skip
    settle(desk)
    first = entry(desk, lead, "email", answer)
    assert (first.kind, first.channel, first.direction) == (ActivityKind.EMAIL, "email", "in")
    assert (first.title, first.note) == ("Our offer", "Hello Ada\n\nBye")
    assert len(entry(desk, lead, "email", long).note) < 5_000
    message = entry(desk, lead, "message", note)
    assert (message.kind, message.channel, message.note) == (
        ActivityKind.MESSAGE, "linkedin", "saw your post",
    )  # fmt: skip
    assert (desk.lead(lead).attempts, unread(desk.db)) == (0, ())


def test_mails_of_people_who_are_not_here_are_not_kept(desk: Desk) -> None:
    lead = desk.pick()
    with desk.db.writer() as connection:
        connection.execute("DELETE FROM lead WHERE lead_id = ?", (lead,))
    crm_id = mail(desk, lead)
    desk.clock.forward(30)
    desk.sandbox.control("clock", {"advance_ms": 30_000})
    # Only this kind is asked for: a round would read the lead again.
    writer = PageWriter(desk.db, derive, desk.clock)
    desk.engine._delta(writer).recent()
    query = "SELECT count(*) FROM activity WHERE kind = 'email' AND crm_id = ?"
    assert desk.one(query, crm_id) == 0


def test_a_token_that_may_not_read_mails_is_told_and_syncs_the_rest(desk: Desk) -> None:
    lead = desk.pick()
    desk.fault(path="/emails", status=403, times=0)
    crm_id = made(
        desk, "communications", lead, 81, hs_communication_channel_type="SMS",
        hs_communication_logged_from="CRM", hs_communication_body="on my way",
    )  # fmt: skip
    desk.clock.forward(30)
    desk.sandbox.control("clock", {"advance_ms": 30_000})
    report = desk.sync()
    assert report.exit == 0
    assert len(report.unread) == 1
    assert report.unread[0].startswith("E-mails cannot be read")
    assert entry(desk, lead, "message", crm_id).note == "on my way"
    desk.heal()
    assert desk.sync().unread == ()


def test_recordings_are_kept_as_web_links_only_and_attachments_by_their_ids(desk: Desk) -> None:
    lead = desk.pick()
    good, attached = "https://files.example/call?id=7", "100; 200;<b>;../3"
    call = made(
        desk, "calls", lead, 194, hs_call_recording_url=good, hs_attachment_ids=attached,
        hs_call_direction="INBOUND", hs_call_from_number="+353 1 555 0142",
    )  # fmt: skip
    odd = [
        made(desk, "calls", lead, 194, hs_call_recording_url=url)
        for url in (
            "javascript:alert(1)",
            "file:///etc/passwd",
            "https://bank.example@evil.example/",
        )
    ]
    settle(desk)
    kept = entry(desk, lead, "call", call)
    assert (kept.recording_url, kept.attachments) == (good, ("100", "200"))
    assert (kept.direction, kept.number) == ("in", "+353 1 555 0142")
    assert [entry(desk, lead, "call", crm_id).recording_url for crm_id in odd] == ["", "", ""]
