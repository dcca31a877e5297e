"""Default properties of the activities (HubSpot's activity guides, 2026)."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.schema.definitions import (
    define,
    labelled,
    options,
    owner,
    read_only,
    writable,
    yes_no,
)

DISPOSITIONS = (
    ("9d9162e7-6cf3-4944-bf63-4dff82258764", "Busy"),
    ("f240bbac-87c9-4f6e-bf70-924b57d47db7", "Connected"),
    ("a4c4c377-d246-4b32-a13b-75a56a4cd0ff", "Left live message"),
    ("b2cf5968-551e-4856-9783-52b3da59a7d0", "Left voicemail"),
    ("73a0d17f-1163-4015-bdd5-ec830791da20", "No answer"),
    ("17b47fee-58de-441e-a44c-c6300d46f273", "Wrong number"),
)
"""Call outcomes of every new account; the GUIDs are the same everywhere."""

CALL_STATUS = (
    "BUSY", "CALLING_CRM_USER", "CANCELED", "COMPLETED", "CONNECTING", "FAILED", "IN_PROGRESS",
    "NO_ANSWER", "QUEUED", "RINGING", "MISSED",
)  # fmt: skip

BODIES = {
    "calls": "hs_call_body",
    "tasks": "hs_task_body",
    "notes": "hs_note_body",
    "meetings": "hs_meeting_body",
    "emails": "hs_email_html",
    "communications": "hs_communication_body",
}
"""The HTML body of each activity, sanitised on write."""


def _common(group: str) -> list[dict[str, Any]]:
    return [
        define("hs_timestamp", "datetime", "date", group=group, label="Activity date"),
        owner(group),
        *writable("hs_attachment_ids", group=group),
        *read_only("hs_createdate hs_lastmodifieddate", "datetime", "date", group=group),
        *read_only("hs_object_id hs_created_by_user_id hs_updated_by_user_id", "number", "number",
                   group=group),
        *read_only(
            "hs_body_preview hs_body_preview_html hs_object_source hs_object_source_label"
            " hs_object_source_id hs_merged_object_ids hs_engagement_source"
            " hs_engagement_source_id hs_unique_id",
            group=group,
        ),
        define("hs_unique_creation_key", hidden=True, read_only=True, unique=True, group=group),
        yes_no("hs_body_preview_is_truncated", read_only=True, group=group),
        yes_no("hs_gdpr_deleted", read_only=True, group=group),
        yes_no("hs_was_imported", read_only=True, group=group),
    ]  # fmt: skip


def call_properties() -> list[dict[str, Any]]:
    """Return every default property of a call."""
    group = "call"
    return [
        *_common(group),
        *writable("hs_call_title hs_call_from_number hs_call_to_number", group=group),
        *writable("hs_call_recording_url hs_call_external_id", group=group),
        *writable("hs_call_external_account_id hs_call_callee_object_type", group=group),
        *writable("hs_call_callee_object_id hs_call_duration hs_call_app_id", "number", "number",
               group=group),
        define("hs_call_body", "string", "html", group=group),
        define(
            "hs_call_direction",
            "enumeration",
            "select",
            group=group,
            options=labelled("OUTBOUND", "INBOUND"),
        ),
        define(
            "hs_call_disposition",
            "enumeration",
            "select",
            label="Call outcome",
            group=group,
            options=options(*DISPOSITIONS),
        ),
        define("hs_call_status", "enumeration", "select", group=group,
               options=labelled(*CALL_STATUS)),
        define("hs_call_source", "enumeration", "select", group=group,
               options=labelled("INTEGRATIONS_PLATFORM")),
        define("hs_activity_type", "enumeration", "select", label="Call type", group=group),
        *read_only("hs_call_unique_external_id hs_call_transcription_id hs_call_summary",
                   group=group),
        yes_no("hs_call_has_voicemail", read_only=True, group=group),
        yes_no("hs_call_has_transcript", read_only=True, group=group),
    ]  # fmt: skip


def task_properties() -> list[dict[str, Any]]:
    """Return every default property of a task."""
    group = "task"
    return [
        *_common(group),
        *writable("hs_task_subject hs_task_reminders hs_queue_membership_ids", group=group),
        define("hs_task_body", "string", "html", group=group),
        define(
            "hs_task_status",
            "enumeration",
            "select",
            group=group,
            options=labelled("NOT_STARTED", "IN_PROGRESS", "WAITING", "COMPLETED", "DEFERRED"),
        ),
        define(
            "hs_task_priority",
            "enumeration",
            "select",
            group=group,
            options=labelled("NONE", "LOW", "MEDIUM", "HIGH"),
        ),
        define(
            "hs_task_type",
            "enumeration",
            "select",
            group=group,
            options=labelled("TODO", "CALL", "EMAIL", "LINKED_IN", "MEETING"),
        ),
        *read_only("hs_task_completion_date", "datetime", "date", group=group),
        yes_no("hs_task_is_completed", read_only=True, group=group),
        yes_no("hs_task_is_past_due", read_only=True, group=group),
    ]


def note_properties() -> list[dict[str, Any]]:
    """Return every default property of a note."""
    return [*_common("note"), define("hs_note_body", "string", "html", group="note")]


def meeting_properties() -> list[dict[str, Any]]:
    """Return every default property of a meeting."""
    group = "meeting"
    return [
        *_common(group),
        *writable("hs_meeting_title hs_meeting_location hs_meeting_external_url", group=group),
        define("hs_meeting_body", "string", "html", group=group),
        define("hs_internal_meeting_notes", "string", "html", group=group),
        *writable("hs_meeting_start_time hs_meeting_end_time", "datetime", "date", group=group),
        define(
            "hs_meeting_outcome",
            "enumeration",
            "select",
            group=group,
            options=labelled("SCHEDULED", "COMPLETED", "RESCHEDULED", "NO_SHOW", "CANCELED"),
        ),
        define("hs_activity_type", "enumeration", "select", label="Meeting type", group=group),
    ]


def email_properties() -> list[dict[str, Any]]:
    """Return the default properties of a logged e-mail."""
    group = "email"
    return [
        *_common(group),
        *writable("hs_email_subject hs_email_headers", group=group),
        define("hs_email_text", "string", "textarea", group=group),
        define("hs_email_html", "string", "html", group=group),
        define(
            "hs_email_direction",
            "enumeration",
            "select",
            group=group,
            options=labelled("EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL"),
        ),
        define(
            "hs_email_status",
            "enumeration",
            "select",
            group=group,
            options=labelled("SENT", "BOUNCED", "FAILED", "SCHEDULED", "SENDING"),
        ),
    ]


def communication_properties() -> list[dict[str, Any]]:
    """Return the default properties of a message: LinkedIn, SMS, WhatsApp."""
    group = "communication"
    return [
        *_common(group),
        define("hs_communication_body", "string", "html", group=group),
        define(
            "hs_communication_channel_type",
            "enumeration",
            "select",
            group=group,
            options=labelled("WHATS_APP", "LINKED_IN_MESSAGE", "SMS", "PHYSICAL_MAIL"),
        ),
        define(
            "hs_communication_logged_from",
            "enumeration",
            "select",
            group=group,
            options=labelled("CRM"),
        ),
    ]
