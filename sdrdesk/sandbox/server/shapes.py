"""JSON schemas of requests and answers by handler, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from sdrdesk.sandbox.reads.search import MAX_LIMIT

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
WHOLE: Schema = {"type": "integer"}
WHEN: Schema = {"type": "string", "format": "date-time"}
ID: Schema = {"type": "string", "pattern": "^[0-9]{1,19}$"}


def many(items: Schema, longest: int | None = None) -> Schema:
    """Return the schema of an array."""
    made: Schema = {"type": "array", "items": items}
    return made if longest is None else made | {"minItems": 1, "maxItems": longest}


def some(required: str, **fields: Schema) -> Schema:
    """Return the schema of an object; ``required`` fields are separated by blanks."""
    made: Schema = {"type": "object", "properties": fields}
    return made | {"required": required.split()} if required else made


ERROR = some("status message", status=TEXT, message=TEXT, correlationId=TEXT, category=TEXT)
VALUES: Schema = {"type": "object", "additionalProperties": {"type": "string", "nullable": True}}
NEXT = some("next", next=some("after", after=TEXT, link=TEXT))
RECORD = some(
    "id properties createdAt updatedAt archived",
    id=ID,
    properties=VALUES,
    createdAt=WHEN,
    updatedAt=WHEN,
    archived=FLAG,
    archivedAt=WHEN,
)
SPEC = some(
    "associationCategory associationTypeId",
    associationCategory={"type": "string", "enum": ["HUBSPOT_DEFINED"]},
    associationTypeId={"type": "integer", "minimum": 1, "maximum": 1000},
)
INLINE = some("to types", to=some("id", id=ID), types=many(SPEC))
WRITE: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
NEW = some("properties", properties=WRITE, associations=many(INLINE), objectWriteTraceId=TEXT)
FILTER = some(
    "propertyName operator",
    propertyName={"type": "string", "example": "hs_object_id"},
    operator={
        "type": "string",
        "enum": [
            "EQ",
            "NEQ",
            "LT",
            "LTE",
            "GT",
            "GTE",
            "BETWEEN",
            "IN",
            "NOT_IN",
            "HAS_PROPERTY",
            "NOT_HAS_PROPERTY",
            "CONTAINS_TOKEN",
            "NOT_CONTAINS_TOKEN",
        ],
    },
    value=TEXT,
    highValue=TEXT,
    values=many(TEXT),
)
SEARCH = some(
    "",
    filterGroups=many(some("filters", filters=many(FILTER))),
    query=TEXT,
    sorts=many(some("propertyName", propertyName=TEXT, direction=TEXT)),
    properties=many(TEXT),
    limit={"type": "integer", "minimum": 0, "maximum": MAX_LIMIT},
    after=TEXT,
)
OPTION = some(
    "label value displayOrder hidden", label=TEXT, value=TEXT, displayOrder=WHOLE, hidden=FLAG
)
PROPERTY = some(
    "name label type fieldType groupName",
    name={"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
    label=TEXT,
    type=TEXT,
    fieldType=TEXT,
    groupName=TEXT,
    options=many(OPTION),
    hasUniqueValue=FLAG,
    hidden=FLAG,
    formField=FLAG,
    displayOrder=WHOLE,
    description=TEXT,
)
GROUP = some("name label", name=TEXT, label=TEXT, displayOrder=WHOLE)
PAGE = some("results", results=many(RECORD), paging=NEXT)
BATCH = some(
    "status results startedAt completedAt",
    status=TEXT,
    results=many({"type": "object"}),
    numErrors=WHOLE,
    errors=many({"type": "object"}),
    startedAt=WHEN,
    completedAt=WHEN,
)
ROWS = some("results", results=many({"type": "object"}))
OWNER = some("id type archived", id=ID, type=TEXT, archived=FLAG, email=TEXT)
END = some("id", id=ID)
TOKEN_FORM = some(
    "grant_type", grant_type=TEXT, client_id=TEXT, client_secret=TEXT, refresh_token=TEXT, code=TEXT
)

UPSERT = some("id idProperty properties", id=TEXT, idProperty=TEXT, properties=WRITE)

BODIES: dict[str, Schema] = {
    "objects.create": NEW,
    "objects.update": some("properties", properties=WRITE),
    "objects.merge": some(
        "primaryObjectId objectIdToMerge", primaryObjectId=ID, objectIdToMerge=ID
    ),
    "objects.gdpr_delete": some("objectId", objectId=TEXT, idProperty=TEXT),
    "search.search": SEARCH,
    "batch.read": some(
        "inputs", inputs=many(END, 100), properties=many(TEXT), propertiesWithHistory=many(TEXT),
        idProperty=TEXT,
    ),
    "batch.create": some("inputs", inputs=many(NEW, 100)),
    "batch.update": some(
        "inputs",
        inputs=many(
            some("id properties", id=TEXT, properties=WRITE, idProperty=TEXT,
                 objectWriteTraceId=TEXT),
            100,
        ),
    ),
    "batch.upsert": some(
        "inputs",
        inputs=many(UPSERT, 100),
    ),
    "batch.archive": some("inputs", inputs=many(END, 100)),
    "associations.put_labelled": many(SPEC),
    "associations.batch_read": some("inputs", inputs=many(some("id", id=ID, after=TEXT), 1000)),
    "associations.batch_create": some(
        "inputs",
        inputs=many(some("from to types", **{"from": END, "to": END, "types": many(SPEC)}), 2000),
    ),
    "associations.batch_default": some(
        "inputs", inputs=many(some("from to", **{"from": END, "to": END}), 2000)
    ),
    "associations.batch_archive": some(
        "inputs", inputs=many(some("from to", **{"from": END, "to": many(END)}), 2000)
    ),
    "properties.create": PROPERTY,
    "properties.update": some(
        "", label=TEXT, description=TEXT, groupName=TEXT, options=many(OPTION), hidden=FLAG
    ),
    "properties.create_group": GROUP,
    "properties.batch_read": some("inputs", inputs=many(some("name", name=TEXT))),
    "lists.create": some(
        "name objectTypeId processingType",
        name=TEXT,
        objectTypeId={"type": "string", "enum": ["0-1", "0-2"]},
        processingType={"type": "string", "enum": ["MANUAL", "SNAPSHOT", "DYNAMIC"]},
    ),
    "lists.search": some(
        "", query=TEXT, listIds=many(TEXT), processingTypes=many(TEXT), objectTypeId=TEXT,
        count={"type": "integer", "minimum": 0, "maximum": 500},
        offset={"type": "integer", "minimum": 0},
    ),
    "lists.add": many(ID),
    "lists.remove": many(ID),
    "lists.add_and_remove": some("", recordIdsToAdd=many(ID), recordIdsToRemove=many(ID)),
    "accounts.private_app_token": some("tokenKey", tokenKey=TEXT),
    "accounts.oauth_token": TOKEN_FORM,
    "accounts.introspect": some("token", token=TEXT, client_id=TEXT, client_secret=TEXT),
    "accounts.revoke": some("token", token=TEXT),
}  # fmt: skip

ANSWERS: dict[str, dict[str, Schema | None]] = {
    "objects.listing": {"200": PAGE},
    "objects.create": {"201": RECORD},
    "objects.read": {"200": RECORD},
    "objects.update": {"200": RECORD},
    "objects.delete": {"204": None},
    "objects.merge": {"200": RECORD},
    "objects.gdpr_delete": {"204": None},
    "search.search": {"200": some("total results", total=WHOLE, results=many(RECORD), paging=NEXT)},
    "batch.read": {"200": BATCH, "207": BATCH},
    "batch.create": {"201": BATCH, "207": BATCH},
    "batch.update": {"200": BATCH, "207": BATCH},
    "batch.upsert": {"200": BATCH, "207": BATCH},
    "batch.archive": {"204": None},
    "associations.put_default": {"200": BATCH},
    "associations.put_labelled": {"201": {"type": "object"}},
    "associations.delete": {"204": None},
    "associations.batch_read": {"200": BATCH, "207": BATCH},
    "associations.batch_create": {"201": BATCH, "207": BATCH},
    "associations.batch_default": {"200": BATCH, "207": BATCH},
    "associations.batch_archive": {"204": None},
    "properties.create": {"201": PROPERTY},
    "properties.read": {"200": PROPERTY},
    "properties.update": {"200": PROPERTY},
    "properties.delete": {"204": None},
    "properties.listing": {"200": some("results", results=many(PROPERTY))},
    "properties.legacy_listing": {"200": many(PROPERTY)},
    "properties.create_group": {"201": GROUP},
    "properties.read_group": {"200": GROUP},
    "owners.listing": {"200": some("results", results=many(OWNER), paging=NEXT)},
    "owners.read": {"200": OWNER},
    "lists.delete": {"204": None},
    "accounts.revoke": {"204": None},
    "accounts.dispositions": {"200": many({"type": "object"})},
}

_LIMIT = {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1}}
_AFTER = {"name": "after", "in": "query", "schema": {"type": "string", "pattern": "^[0-9]{1,9}$"}}
_ARCHIVED = {"name": "archived", "in": "query", "schema": FLAG}


def _texts(*names: str) -> list[Schema]:
    return [{"name": name, "in": "query", "schema": TEXT} for name in names]


QUERIES: dict[str, list[Schema]] = {
    "objects.listing": [
        _LIMIT, _AFTER, _ARCHIVED, *_texts("properties", "propertiesWithHistory", "associations"),
    ],
    "objects.read": [
        _ARCHIVED, *_texts("properties", "propertiesWithHistory", "associations", "idProperty"),
    ],
    "objects.update": _texts("idProperty"),
    "batch.read": [_ARCHIVED],
    "associations.listing": [_LIMIT, _AFTER],
    "properties.listing": [_ARCHIVED],
    "properties.read": [_ARCHIVED],
    "owners.listing": [_LIMIT, _AFTER, _ARCHIVED, *_texts("email")],
    "owners.read": [_ARCHIVED, *_texts("idProperty")],
    "lists.listing": _texts("listIds"),
    "lists.memberships": [_LIMIT, _AFTER],
    "forms.listing": [_LIMIT, _AFTER, _ARCHIVED, *_texts("formTypes")],
    "forms.submissions": [_LIMIT, _AFTER],
}  # fmt: skip


def body_of(module: str, name: str) -> Schema | None:
    """Return the schema of a handler's request body, None for none."""
    return BODIES.get(f"{module}.{name}")


def query_of(module: str, name: str) -> list[Schema]:
    """Return the query parameters of a handler."""
    return QUERIES.get(f"{module}.{name}", [])


def answers_of(module: str, name: str) -> dict[str, Schema | None]:
    """Return the schemas of a handler's successful answers, by status."""
    default: dict[str, Schema | None] = {"200": {"type": "object"}}
    return ANSWERS.get(f"{module}.{name}", default)
