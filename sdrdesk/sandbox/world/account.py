"""The account: portal, owners, custom properties, forms and lists."""

from __future__ import annotations

from collections.abc import Mapping

from sdrdesk.sandbox.world.clock import DAY, SECOND, TEAM_ZONE, iso, local_minutes
from sdrdesk.sandbox.world.data import content
from sdrdesk.sandbox.world.dice import Table

PORTAL_ID = 48_213_377
"""The account number of the usual seed."""
_USUAL_SEED = 7
DEFAULT_OWNER_EMAIL = "rita@harbourline.example"
DO_NOT_CALL = "do_not_call_phone"
"""The account's own do-not-call property; the CRM has no standard one."""
CUSTOM_STAGE = "51439524"
"""A custom lifecycle stage: digits as value, readable label."""

RITA, OMAR, LUCIA, TOMASZ, GRACE, PRIYA, BEN = (
    "70001", "70002", "70003", "70004", "70005", "70006", "70007"
)  # fmt: skip

_PEOPLE = (
    # (owner id, user id, first name, last name, team, archived)
    (RITA, 9001, "Rita", "Rep", "Inbound SDR", False),
    (OMAR, 9417, "Omar", "Haddad", "Inbound SDR", False),
    (LUCIA, 9024, "Lucía", "Fernández", "Inbound SDR", False),
    (TOMASZ, 9333, "Tomasz", "Wójcik", "Inbound SDR", False),
    (GRACE, 8810, "Grace", "Adeyemi", "Team leads", False),
    (PRIYA, 9502, "Priya", "Raman", "Account executives", False),
    (BEN, 8702, "Ben", "Hollis", "Inbound SDR", True),
)
BEN_LEFT_MS = 25 * DAY
"""Time since Ben left; his leads still have him as owner."""
_TEAMS = {"Inbound SDR": "3", "Team leads": "4", "Account executives": "7"}

OWNER_OF_LEAD: Table[str | None] = Table(
    [
        (RITA, 60.0),
        (OMAR, 10.0),
        (LUCIA, 9.0),
        (TOMASZ, 8.0),
        (GRACE, 2.0),
        (PRIYA, 3.0),
        (BEN, 3.0),
        (None, 5.0),
    ]
)
REPS = (RITA, OMAR, LUCIA, TOMASZ)
"""The owners who call."""

DISPOSITIONS = {
    "Busy": "9d9162e7-6cf3-4944-bf63-4dff82258764",
    "Connected": "f240bbac-87c9-4f6e-bf70-924b57d47db7",
    "Left live message": "a4c4c377-d246-4b32-a13b-75a56a4cd0ff",
    "Left voicemail": "b2cf5968-551e-4856-9783-52b3da59a7d0",
    "No answer": "73a0d17f-1163-4015-bdd5-ec830791da20",
    "Wrong number": "17b47fee-58de-441e-a44c-c6300d46f273",
}
"""Label and GUID of the call outcomes, the same in every account until an admin renames one."""

PERSONAS = (
    ("persona_1", "Technical Builder", "Builds and runs the systems; wants it to fit and to last."),
    ("persona_2", "Economic Buyer", "Signs or refuses; wants a number and no surprises."),
    ("persona_3", "Operations Leader", "Answers for the plan of the day; wants fewer fires."),
    ("persona_4", "Marketing Leader", "Brings in the demand; wants to know what became of it."),
    ("persona_5", "Owner-Founder", "Owns the firm; wants time back and hates lock-in."),
    ("persona_6", "People Leader", "Answers for people and rules; wants fairness on paper."),
)
STAGES = (
    ("subscriber", "Subscriber"),
    ("lead", "Lead"),
    ("marketingqualifiedlead", "Marketing Qualified Lead"),
    (CUSTOM_STAGE, "Sales Accepted Lead"),
    ("salesqualifiedlead", "Sales Qualified Lead"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("evangelist", "Evangelist"),
    ("other", "Other"),
)

LANGUAGES = (
    ("ar", "Arabic"),
    ("bg", "Bulgarian"),
    ("da", "Danish"),
    ("de", "German"),
    ("de-at", "German - Austria"),
    ("el", "Greek"),
    ("en", "English"),
    ("en-au", "English - Australia"),
    ("en-ca", "English - Canada"),
    ("en-gb", "English - United Kingdom"),
    ("en-ie", "English - Ireland"),
    ("en-in", "English - India"),
    ("en-us", "English - United States"),
    ("en-za", "English - South Africa"),
    ("es", "Spanish"),
    ("fi", "Finnish"),
    ("fr", "French"),
    ("he", "Hebrew"),
    ("it", "Italian"),
    ("ja", "Japanese"),
    ("ko", "Korean"),
    ("nl", "Dutch"),
    ("no", "Norwegian"),
    ("pl", "Polish"),
    ("pt", "Portuguese"),
    ("pt-br", "Portuguese - Brazil"),
    ("sv", "Swedish"),
    ("th", "Thai"),
    ("uk", "Ukrainian"),
    ("zh-cn", "Chinese - China"),
)


def portal_id(seed: int) -> int:
    """Return the account's number, which depends on the seed."""
    place = 2 * seed if seed >= 0 else -2 * seed - 1
    return PORTAL_ID + place - 2 * _USUAL_SEED


def account_info(now_ms: int, seed: int = _USUAL_SEED) -> dict[str, object]:
    """Return the answer of account-info/details at a time."""
    minutes = local_minutes(now_ms, TEAM_ZONE)[1] - local_minutes(now_ms, "UTC")[1]
    offset = (minutes + 720) % 1440 - 720
    sign = "-" if offset < 0 else "+"
    return {
        "portalId": portal_id(seed),
        "accountType": "STANDARD",
        "timeZone": TEAM_ZONE,
        "companyCurrency": "EUR",
        "additionalCurrencies": ["GBP", "USD"],
        "utcOffset": f"{sign}{abs(offset) // 60:02}:{abs(offset) % 60:02}",
        "utcOffsetMilliseconds": offset * 60 * SECOND,
        "uiDomain": "app.hubspot.com",
        "dataHostingLocation": "eu1",
    }


def owners(now_ms: int) -> list[dict[str, object]]:
    """Return the owners in the CRM's form, including the former one."""
    found: list[dict[str, object]] = []
    for position, (id_, user_id, first, last, team, archived) in enumerate(_PEOPLE):
        local = {"Lucía": "lucia"}.get(first, first.lower())
        found.append(
            {
                "id": id_,
                "email": f"{local}@harbourline.example",
                "type": "PERSON",
                "firstName": first,
                "lastName": last,
                "userId": None if archived else user_id,
                "userIdIncludingInactive": user_id,
                "createdAt": iso(now_ms - (900 - 40 * position) * DAY),
                "updatedAt": iso(now_ms - (BEN_LEFT_MS if archived else (3 + position) * DAY)),
                "archived": archived,
                "teams": [{"id": _TEAMS[team], "name": team, "primary": True}],
            }
        )
    return found


def _option(value: str, label: str, order: int, description: str = "") -> dict[str, object]:
    return {
        "value": value,
        "label": label,
        "description": description,
        "displayOrder": order,
        "hidden": False,
    }


def property_changes(
    renamed_outcomes: Mapping[str, str] | None,
) -> dict[str, list[dict[str, object]]]:
    """Return the account's property definitions that differ from a new one, by object type.

    Args:
      renamed_outcomes: new label by default label of a call outcome; the GUIDs stay.
    """
    stages = [_option(value, label, n) for n, (value, label) in enumerate(STAGES)]
    personas = [_option(value, label, n, text) for n, (value, label, text) in enumerate(PERSONAS)]
    languages = [_option(value, label, n) for n, (value, label) in enumerate(LANGUAGES)]
    do_not_call: dict[str, object] = {
        "name": DO_NOT_CALL,
        "label": "Do not call",
        "description": "Asked not to be telephoned. Says nothing about e-mail.",
        "groupName": "contactinformation",
        "type": "bool",
        "fieldType": "booleancheckbox",
        "options": [_option("true", "Yes", 0), _option("false", "No", 1)],
        "hasUniqueValue": False,
        "hidden": False,
        "formField": True,
        "hubspotDefined": False,
    }
    changes: dict[str, list[dict[str, object]]] = {
        "contacts": [
            {"name": "hs_persona", "options": personas},
            {"name": "lifecyclestage", "options": stages},
            {"name": "hs_language", "options": languages},
            do_not_call,
        ],
        "companies": [{"name": "lifecyclestage", "options": stages}],
    }
    if renamed_outcomes:
        outcomes = [
            _option(guid, renamed_outcomes.get(label, label), order)
            for order, (label, guid) in enumerate(DISPOSITIONS.items())
        ]
        changes["calls"] = [{"name": "hs_call_disposition", "options": outcomes}]
    return changes


def forms(now_ms: int) -> list[dict[str, object]]:
    """Return the forms as the forms endpoint does."""
    labels = {
        "firstname": "First name",
        "lastname": "Last name",
        "email": "E-mail",
        "company": "Company",
        "jobtitle": "Job title",
        "phone": "Telephone",
        "numemployees": "Employees",
        "message": "What would you like to see?",
    }
    found: list[dict[str, object]] = []
    for position, (key, _, name, form_type, extra) in enumerate(content.FORMS):
        groups = [
            {
                "groupType": "default_group",
                "richTextType": "text",
                "fields": [
                    {
                        "name": field,
                        "label": labels[field],
                        "objectTypeId": "0-1",
                        "fieldType": "email" if field == "email" else "single_line_text",
                        "required": field == "email",
                        "hidden": False,
                    }
                ],
            }
            for field in ("firstname", "lastname", "email", *extra)
        ]
        found.append(
            {
                "id": content.FORM_IDS[key],
                "name": name,
                "createdAt": iso(now_ms - (700 - 31 * position) * DAY),
                "updatedAt": iso(now_ms - (60 - 5 * position) * DAY),
                "archived": False,
                "formType": form_type,
                "fieldGroups": groups,
            }
        )
    return found


NURTURE, FRESH_MQL, BADGES, NEVER_CALL = LIST_IDS = ("101", "102", "103", "104")


def lists_of(properties: Mapping[str, str]) -> list[str]:
    """Return the ids of the lists of a contact."""
    found = []
    if properties.get("hs_lead_status") == "BAD_TIMING":
        found.append(NURTURE)
    if properties.get("lifecyclestage") == "marketingqualifiedlead":
        found.append(FRESH_MQL)
    if properties.get("hs_analytics_source_data_1") == "trade fair badge scan":
        found.append(BADGES)
    if properties.get(DO_NOT_CALL) == "true":
        found.append(NEVER_CALL)
    return found


def lists(now_ms: int, members: Mapping[str, list[str]]) -> list[dict[str, object]]:
    """Return the lists as the lists endpoint does, with ``memberIds`` for the store.

    Args:
      now_ms: the time of the world.
      members: contact ids by list id.
    """
    rows = (
        (NURTURE, "Nurture", "MANUAL"),
        (FRESH_MQL, "Marketing qualified leads", "DYNAMIC"),
        (BADGES, "Trade fair badge scans", "SNAPSHOT"),
        (NEVER_CALL, "Do not call", "DYNAMIC"),
    )
    return [
        {
            "listId": id_,
            "name": name,
            "processingType": kind,
            "objectTypeId": "0-1",
            "processingStatus": "COMPLETE",
            "listVersion": 1,
            "size": len(members[id_]),
            "memberIds": list(members[id_]),
            "createdAt": iso(now_ms - (300 - 20 * position) * DAY),
            "updatedAt": iso(now_ms - (30 - position) * DAY),
        }
        for position, (id_, name, kind) in enumerate(rows)
    ]
