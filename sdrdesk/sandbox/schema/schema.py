"""Object types, association types and their defaults, by HubSpot's published names."""

from __future__ import annotations

from dataclasses import dataclass

from sdrdesk.sandbox.errors import unknown_type


@dataclass(frozen=True, slots=True)
class ObjectType:
    """One kind of record."""

    name: str
    singular: str
    type_id: str
    created: str
    """Name of the property with the creation time."""
    modified: str
    """Name of the property with the modification time, the cursor of incremental syncs."""
    defaults: tuple[str, ...]
    """Properties returned when none are requested."""
    scope: str
    searchable: tuple[str, ...] = ()
    """Properties searched by the free-text ``query``."""
    is_activity: bool = False


def _activity(name: str, singular: str, type_id: str, searchable: tuple[str, ...]) -> ObjectType:
    stamps = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    return ObjectType(
        name, singular, type_id, stamps[0], stamps[1], stamps, "contacts", searchable, True
    )


CONTACTS = ObjectType(
    "contacts",
    "contact",
    "0-1",
    "createdate",
    "lastmodifieddate",
    ("createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"),
    "contacts",
    ("firstname", "lastname", "email", "phone", "hs_additional_emails", "mobilephone", "company"),
)
COMPANIES = ObjectType(
    "companies",
    "company",
    "0-2",
    "createdate",
    "hs_lastmodifieddate",
    ("createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"),
    "companies",
    ("website", "phone", "name", "domain"),
)
CALLS = _activity("calls", "call", "0-48", ("hs_call_title", "hs_body_preview"))
TASKS = _activity("tasks", "task", "0-27", ("hs_task_subject", "hs_task_body"))
NOTES = _activity("notes", "note", "0-46", ("hs_note_body",))
MEETINGS = _activity("meetings", "meeting", "0-47", ("hs_meeting_title", "hs_meeting_body"))
EMAILS = _activity("emails", "email", "0-49", ("hs_email_subject", "hs_email_text"))
COMMUNICATIONS = _activity("communications", "communication", "0-18", ("hs_communication_body",))
_PLAIN = ("createdate", "hs_lastmodifieddate", "hs_object_id")
DEALS = ObjectType(
    "deals",
    "deal",
    "0-3",
    "createdate",
    "hs_lastmodifieddate",
    ("amount", "closedate", "createdate", "dealname", "dealstage", "hs_lastmodifieddate",
     "hs_object_id", "pipeline"),
    "deals",
    ("dealname",),
)  # fmt: skip
LEADS = ObjectType(
    "leads", "lead", "0-136", "hs_createdate", "hs_lastmodifieddate",
    ("hs_createdate", "hs_lastmodifieddate", "hs_object_id", "hs_lead_name"), "leads",
    ("hs_lead_name",),
)  # fmt: skip


def _bare(name: str, singular: str, type_id: str, scope: str = "") -> ObjectType:
    """Return a type without records in the world, which clients may read all the same."""
    stamps = ("hs_createdate", "hs_lastmodifieddate", "hs_object_id")
    return ObjectType(name, singular, type_id, stamps[0], stamps[1], stamps, scope or name)


BARE = (
    _bare("tickets", "ticket", "0-5"),
    _bare("products", "product", "0-7"),
    _bare("line_items", "line_item", "0-8"),
    _bare("quotes", "quote", "0-14"),
    _bare("feedback_submissions", "feedback_submission", "0-19"),
    _bare("goal_targets", "goal_target", "0-74"),
    _bare("users", "user", "0-115"),
    _bare("postal_mail", "postal_mail", "0-116", "contacts"),
)

OBJECT_TYPES = (
    CONTACTS, COMPANIES, CALLS, TASKS, NOTES, MEETINGS, EMAILS, COMMUNICATIONS, DEALS, LEADS, *BARE
)  # fmt: skip

_BY_NAME = {
    alias: kind for kind in OBJECT_TYPES for alias in (kind.name, kind.singular, kind.type_id)
}


def object_type(name: str) -> ObjectType:
    """Return the type of a plural, singular or type id in a path.

    Raises:
      ApiError: 400 when the account has no such type.
    """
    kind = _BY_NAME.get(name) or _BY_NAME.get(name.lower())
    if kind is None:
        raise unknown_type(name[:100])
    return kind


# Directed association types between two object types, HubSpot's ids (association guide, 2026).
# For each pair: (id from the left, id from the right).
_PAIRS: dict[tuple[str, str], tuple[int, int]] = {
    ("calls", "contacts"): (194, 193),
    ("calls", "companies"): (182, 181),
    ("calls", "deals"): (206, 205),
    ("calls", "leads"): (597, 596),
    ("tasks", "contacts"): (204, 203),
    ("tasks", "companies"): (192, 191),
    ("tasks", "deals"): (216, 215),
    ("tasks", "leads"): (647, 646),
    ("notes", "contacts"): (202, 201),
    ("notes", "companies"): (190, 189),
    ("notes", "deals"): (214, 213),
    ("notes", "leads"): (855, 854),
    ("meetings", "contacts"): (200, 199),
    ("meetings", "companies"): (188, 187),
    ("meetings", "deals"): (212, 211),
    ("meetings", "leads"): (601, 600),
    ("calls", "tickets"): (220, 219),
    ("tasks", "tickets"): (230, 229),
    ("notes", "tickets"): (228, 227),
    ("meetings", "tickets"): (226, 225),
    ("emails", "contacts"): (198, 197),
    ("emails", "companies"): (186, 185),
    ("emails", "deals"): (210, 209),
    ("communications", "contacts"): (81, 82),
    ("communications", "companies"): (87, 88),
    ("communications", "deals"): (85, 86),
    ("tickets", "contacts"): (16, 15),
    ("contacts", "companies"): (279, 280),
    ("contacts", "deals"): (4, 3),
    ("companies", "deals"): (342, 341),
    ("leads", "contacts"): (608, 609),
    ("leads", "companies"): (610, 611),
    ("contacts", "contacts"): (449, 449),
    ("companies", "companies"): (450, 450),
}

PRIMARY_COMPANY = 1
"""From a contact to its primary company."""
PRIMARY_COMPANY_BACK = 2

DEFAULT_TYPE: dict[tuple[str, str], int] = {}
"""The unlabelled association type of an ordered pair of object types."""
REVERSE: dict[int, int] = {PRIMARY_COMPANY: PRIMARY_COMPANY_BACK, PRIMARY_COMPANY_BACK: 1}
TYPES_OF: dict[tuple[str, str], list[int]] = {}
"""All association types of an ordered pair."""
for (_left, _right), (_there, _back) in _PAIRS.items():
    DEFAULT_TYPE[_left, _right] = _there
    DEFAULT_TYPE[_right, _left] = _back
    REVERSE[_there] = _back
    REVERSE[_back] = _there
for _pair, _id in DEFAULT_TYPE.items():
    TYPES_OF[_pair] = [_id]
for _pair, _id in {
    ("contacts", "companies"): PRIMARY_COMPANY,
    ("companies", "contacts"): PRIMARY_COMPANY_BACK,
    ("leads", "contacts"): 578,
    ("leads", "companies"): 580,
    ("contacts", "leads"): 579,
    ("companies", "leads"): 581,
}.items():
    TYPES_OF[_pair].append(_id)
REVERSE |= {578: 579, 579: 578, 580: 581, 581: 580}
PRIMARY_LABEL = "Primary"
PRIMARY_TYPES = frozenset({1, 2, 578, 579, 580, 581})


def legacy_name(from_type: ObjectType, to_type: ObjectType, type_id: int) -> str:
    """Return the name of an association type in record answers, such as ``contact_to_company``."""
    base = f"{from_type.singular}_to_{to_type.singular}"
    has_primary = len(TYPES_OF.get((from_type.name, to_type.name), [])) > 1
    if has_primary and type_id not in PRIMARY_TYPES:
        return f"{base}_unlabeled"
    return base
