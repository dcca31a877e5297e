"""Default properties of contacts (names: properties dump of 2023 and published list of 2026)."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from sdrdesk.sandbox.schema.definitions import (
    define,
    labelled,
    options,
    owner,
    read_only,
    writable,
    yes_no,
)

LIFECYCLE = (
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
)
LEAD_STATUS = (
    ("NEW", "New"),
    ("OPEN", "Open"),
    ("IN_PROGRESS", "In Progress"),
    ("OPEN_DEAL", "Open Deal"),
    ("UNQUALIFIED", "Unqualified"),
    ("ATTEMPTED_TO_CONTACT", "Attempted to Contact"),
    ("CONNECTED", "Connected"),
    ("BAD_TIMING", "Bad Timing"),
)
SOURCES = (
    "ORGANIC_SEARCH", "PAID_SEARCH", "EMAIL_MARKETING", "SOCIAL_MEDIA", "REFERRALS",
    "OTHER_CAMPAIGNS", "DIRECT_TRAFFIC", "OFFLINE", "PAID_SOCIAL", "AI_REFERRALS",
)  # fmt: skip
BUYING_ROLES = (
    "BLOCKER", "BUDGET_HOLDER", "CHAMPION", "DECISION_MAKER", "END_USER", "EXECUTIVE_SPONSOR",
    "INFLUENCER", "LEGAL_AND_COMPLIANCE", "OTHER",
)  # fmt: skip
LEGAL_BASIS = (
    "Legitimate interest – prospect/lead",
    "Legitimate interest – existing customer",
    "Legitimate interest - other",
    "Performance of a contract",
    "Freely given consent from contact",
    "Not applicable",
)


def timezone_options() -> list[dict[str, Any]]:
    """Return IANA names as HubSpot writes them: lower case, ``_slash_`` for ``/``."""
    return options(
        *(
            (name.lower().replace("/", "_slash_"), name.replace("_", " "))
            for name in sorted(available_timezones())
            if "/" in name or name == "UTC"
        )
    )


def lifecycle_dates(group: str) -> list[dict[str, Any]]:
    """Return the date properties of the default stages, set by the CRM."""
    names = " ".join(f"hs_lifecyclestage_{stage}_date" for stage, _ in LIFECYCLE)
    return read_only(names, "datetime", "date", group=group)


def contact_properties() -> list[dict[str, Any]]:
    """Return every default property of a contact."""
    return [*_identity(), *_place(), *_sales(), *_conversion(), *_activity(), *_internal()]


def _identity() -> list[dict[str, Any]]:
    return [
        define("email", unique=False, label="Email"),
        define("hs_additional_emails", "enumeration", "checkbox", hidden=True, calculated=True),
        *read_only("hs_email_domain", calculated=True),
        *writable("firstname lastname salutation jobtitle company website fax address city state"),
        *writable("zip country industry annualrevenue hs_linkedin_url hs_linkedinid twitterhandle"),
        *writable("phone mobilephone hs_whatsapp_phone_number", "string", "phonenumber"),
        *read_only(
            "hs_calculated_phone_number hs_calculated_mobile_number"
            " hs_calculated_phone_number_country_code hs_calculated_phone_number_area_code"
            " hs_calculated_phone_number_region_code hs_searchable_calculated_phone_number"
            " hs_searchable_calculated_mobile_number"
            " hs_searchable_calculated_international_phone_number",
            hidden=True,
            calculated=True,
        ),
        define("associatedcompanyid", "number", "number", hidden=True),
        define(
            "numemployees",
            "enumeration",
            "select",
            options=options(
                "1-5", "5-25", "25-50", "50-100", "100-500", "500-1000", "1000+"
            ),
        ),
        define("hs_persona", "enumeration", "radio", label="Persona"),
        *writable("hs_role hs_sub_role hs_seniority"),
        define(
            "hs_buying_role", "enumeration", "checkbox", options=labelled(*BUYING_ROLES)
        ),
    ]  # fmt: skip


def _place() -> list[dict[str, Any]]:
    return [
        define("hs_timezone", "enumeration", "select", options=timezone_options()),
        *read_only("hs_ip_timezone ip_country ip_country_code ip_city ip_state"),
        *writable("hs_country_region_code hs_state_code"),
        define(
            "hs_language",
            "enumeration",
            "select",
            options=options(
                *[
                    "en",
                    "en-gb",
                    "en-us",
                    "de",
                    "de-at",
                    "fr",
                    "es",
                    "it",
                    "nl",
                    "pt",
                    "pt-br",
                    "sv",
                    "da",
                    "fi",
                    "no",
                    "pl",
                    "ja",
                    "zh-cn",
                ]
            ),
        ),
    ]


def _sales() -> list[dict[str, Any]]:
    group = "sales_properties"
    return [
        owner(group),
        *read_only("hubspot_owner_assigneddate", "datetime", "date", group=group),
        *read_only("hubspot_team_id", "enumeration", "select", group=group, external=True),
        define(
            "lifecyclestage",
            "enumeration",
            "radio",
            label="Lifecycle Stage",
            external=True,
            options=options(*LIFECYCLE),
        ),
        *lifecycle_dates("contactlcs"),
        define(
            "hs_lead_status",
            "enumeration",
            "radio",
            label="Lead Status",
            group=group,
            options=options(*LEAD_STATUS),
        ),
        *read_only("hubspotscore", "number", "number", group=group),
        yes_no("hs_is_unworked", read_only=True, group=group),
        yes_no("hs_sequences_is_enrolled", read_only=True, group=group),
        define(
            "hs_legal_basis", "enumeration", "checkbox", options=options(*LEGAL_BASIS)
        ),
        define(
            "hs_marketable_status",
            "enumeration",
            "select",
            read_only=True,
            options=options(("true", "Marketing contact"), ("false", "Non-marketing contact")),
        ),
        yes_no("hs_email_optout", read_only=True, group="emailinformation"),
        yes_no("hs_email_bad_address", read_only=True, group="emailinformation"),
        yes_no("hs_email_quarantined", read_only=True, group="emailinformation"),
        *read_only("hs_email_hard_bounce_reason_enum", group="emailinformation"),
    ]  # fmt: skip


def _conversion() -> list[dict[str, Any]]:
    group = "conversioninformation"
    web = "analyticsinformation"
    source = options(*((value, value.replace("_", " ").title()) for value in SOURCES))
    return [
        *read_only("recent_conversion_date first_conversion_date", "datetime", "date", group=group),
        *read_only("recent_conversion_event_name first_conversion_event_name", group=group),
        *read_only(
            "num_conversion_events num_unique_conversion_events", "number", "number", group=group
        ),
        *read_only("hs_calculated_form_submissions", hidden=True, calculated=True, group=group),
        define("message", "string", "textarea"),
        define("hs_analytics_source", "enumeration", "select", read_only=True, group=web,
               options=source),
        define("hs_latest_source", "enumeration", "select", read_only=True, group=web,
               options=source),
        *read_only(
            "hs_analytics_source_data_1 hs_analytics_source_data_2 hs_latest_source_data_1"
            " hs_latest_source_data_2 hs_analytics_first_url hs_analytics_last_url"
            " hs_analytics_last_referrer",
            group=web,
        ),
        *read_only(
            "hs_latest_source_timestamp hs_analytics_last_timestamp"
            " hs_analytics_last_visit_timestamp",
            "datetime",
            "date",
            group=web,
        ),
        *read_only(
            "hs_analytics_num_page_views hs_analytics_num_visits hs_analytics_average_page_views",
            "number",
            "number",
            group=web,
        ),
    ]  # fmt: skip


def _activity() -> list[dict[str, Any]]:
    group = "contact_activity"
    return [
        *read_only(
            "notes_last_contacted notes_last_updated notes_next_activity_date"
            " hs_last_sales_activity_timestamp hs_first_outreach_date",
            "datetime",
            "date",
            group=group,
        ),
        *read_only("num_contacted_notes num_notes", "number", "number", group=group),
        *read_only("hs_last_sales_activity_type", group=group),
        *read_only("hs_time_to_first_engagement", "number", "number", group=group),
    ]


def _internal() -> list[dict[str, Any]]:
    return [
        *read_only("createdate lastmodifieddate", "datetime", "date"),
        *read_only("hs_lastmodifieddate", "datetime", "date", hidden=True),
        *read_only("hs_object_id", "number", "number"),
        *read_only(
            "hs_merged_object_ids hs_calculated_merged_vids hs_all_contact_vids", hidden=True
        ),
        *read_only("hs_created_by_user_id hs_updated_by_user_id", "number", "number"),
        *read_only(
            "hs_object_source hs_object_source_label hs_object_source_id hs_object_source_detail_1"
        ),
        define("hs_unique_creation_key", hidden=True, read_only=True, unique=True),
        define("hs_pinned_engagement_id", "number", "number"),
    ]
