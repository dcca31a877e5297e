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


def array(items: Schema, longest: int | None = None) -> Schema:
    """Return the schema of an array."""
    made: Schema = {"type": "array", "items": items}
    return made if longest is None else made | {"minItems": 1, "maxItems": longest}


def struct(required: str, **fields: Schema) -> Schema:
    """Return the schema of an object; ``required`` fields are separated by blanks."""
    made: Schema = {"type": "object", "properties": fields}
    return made | {"required": required.split()} if required else made


ERROR = struct("status message", status=TEXT, message=TEXT, correlationId=TEXT, category=TEXT)
VALUES: Schema = {"type": "object", "additionalProperties": {"type": "string", "nullable": True}}
NEXT = struct("next", next=struct("after", after=TEXT, link=TEXT))
RECORD = struct(
    "id properties createdAt updatedAt archived",
    id=ID,
    properties=VALUES,
    createdAt=WHEN,
    updatedAt=WHEN,
    archived=FLAG,
    archivedAt=WHEN,
)
SPEC = struct(
    "associationCategory associationTypeId",
    associationCategory={"type": "string", "enum": ["HUBSPOT_DEFINED"]},
    associationTypeId={"type": "integer", "minimum": 1, "maximum": 1000},
)
INLINE = struct("to types", to=struct("id", id=ID), types=array(SPEC))
WRITE: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
NEW = struct("properties", properties=WRITE, associations=array(INLINE), objectWriteTraceId=TEXT)
FILTER = struct(
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
    values=array(TEXT),
)
SEARCH = struct(
    "",
    filterGroups=array(struct("filters", filters=array(FILTER))),
    query=TEXT,
    sorts=array(struct("propertyName", propertyName=TEXT, direction=TEXT)),
    properties=array(TEXT),
    limit={"type": "integer", "minimum": 0, "maximum": MAX_LIMIT},
    after=TEXT,
)
OPTION = struct(
    "label value displayOrder hidden", label=TEXT, value=TEXT, displayOrder=WHOLE, hidden=FLAG
)
PROPERTY = struct(
    "name label type fieldType groupName",
    name={"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
    label=TEXT,
    type=TEXT,
    fieldType=TEXT,
    groupName=TEXT,
    options=array(OPTION),
    hasUniqueValue=FLAG,
    hidden=FLAG,
    formField=FLAG,
    displayOrder=WHOLE,
    description=TEXT,
)
GROUP = struct("name label", name=TEXT, label=TEXT, displayOrder=WHOLE)
PAGE = struct("results", results=array(RECORD), paging=NEXT)
BATCH = struct(
    "status results startedAt completedAt",
    status=TEXT,
    results=array({"type": "object"}),
    numErrors=WHOLE,
    errors=array({"type": "object"}),
    startedAt=WHEN,
    completedAt=WHEN,
)
OWNER = struct("id type archived", id=ID, type=TEXT, archived=FLAG, email=TEXT)
END = struct("id", id=ID)
TOKEN_FORM = struct(
    "grant_type", grant_type=TEXT, client_id=TEXT, client_secret=TEXT, refresh_token=TEXT, code=TEXT
)

UPSERT = struct("id idProperty properties", id=TEXT, idProperty=TEXT, properties=WRITE)

BODIES: dict[str, Schema] = {
    "objects.create": NEW,
    "objects.update": struct("properties", properties=WRITE),
    "objects.merge": struct(
        "primaryObjectId objectIdToMerge", primaryObjectId=ID, objectIdToMerge=ID
    ),
    "objects.gdpr_delete": struct("objectId", objectId=TEXT, idProperty=TEXT),
    "search.search": SEARCH,
    "batch.read": struct(
        "inputs", inputs=array(END, 100), properties=array(TEXT), propertiesWithHistory=array(TEXT),
        idProperty=TEXT,
    ),
    "batch.create": struct("inputs", inputs=array(NEW, 100)),
    "batch.update": struct(
        "inputs",
        inputs=array(
            struct("id properties", id=TEXT, properties=WRITE, idProperty=TEXT,
                 objectWriteTraceId=TEXT),
            100,
        ),
    ),
    "batch.upsert": struct(
        "inputs",
        inputs=array(UPSERT, 100),
    ),
    "batch.archive": struct("inputs", inputs=array(END, 100)),
    "associations.put_labelled": array(SPEC),
    "associations.batch_read": struct(
        "inputs", inputs=array(struct("id", id=ID, after=TEXT), 1000)
    ),
    "associations.batch_create": struct(
        "inputs",
        inputs=array(
            struct("from to types", **{"from": END, "to": END, "types": array(SPEC)}), 2000
        ),
    ),
    "associations.batch_default": struct(
        "inputs", inputs=array(struct("from to", **{"from": END, "to": END}), 2000)
    ),
    "associations.batch_archive": struct(
        "inputs", inputs=array(struct("from to", **{"from": END, "to": array(END)}), 2000)
    ),
    "properties.create": PROPERTY,
    "properties.update": struct(
        "", label=TEXT, description=TEXT, groupName=TEXT, options=array(OPTION), hidden=FLAG
    ),
    "properties.create_group": GROUP,
    "properties.batch_read": struct("inputs", inputs=array(struct("name", name=TEXT))),
    "lists.create": struct(
        "name objectTypeId processingType",
        name=TEXT,
        objectTypeId={"type": "string", "enum": ["0-1", "0-2"]},
        processingType={"type": "string", "enum": ["MANUAL", "SNAPSHOT", "DYNAMIC"]},
    ),
    "lists.search": struct(
        "", query=TEXT, listIds=array(TEXT), processingTypes=array(TEXT), objectTypeId=TEXT,
        count={"type": "integer", "minimum": 0, "maximum": 500},
        offset={"type": "integer", "minimum": 0},
    ),
    "lists.add": array(ID),
    "lists.remove": array(ID),
    "lists.add_and_remove": struct("", recordIdsToAdd=array(ID), recordIdsToRemove=array(ID)),
    "accounts.private_app_token": struct("tokenKey", tokenKey=TEXT),
    "accounts.oauth_token": TOKEN_FORM,
    "accounts.introspect": struct("token", token=TEXT, client_id=TEXT, client_secret=TEXT),
    "accounts.revoke": struct("token", token=TEXT),
}  # fmt: skip

ANSWERS: dict[str, dict[str, Schema | None]] = {
    "objects.listing": {"200": PAGE},
    "objects.create": {"201": RECORD},
    "objects.read": {"200": RECORD},
    "objects.update": {"200": RECORD},
    "objects.delete": {"204": None},
    "objects.merge": {"200": RECORD},
    "objects.gdpr_delete": {"204": None},
    "search.search": {
        "200": struct("total results", total=WHOLE, results=array(RECORD), paging=NEXT)
    },
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
    "properties.listing": {"200": struct("results", results=array(PROPERTY))},
    "properties.legacy_listing": {"200": array(PROPERTY)},
    "properties.create_group": {"201": GROUP},
    "properties.read_group": {"200": GROUP},
    "owners.listing": {"200": struct("results", results=array(OWNER), paging=NEXT)},
    "owners.read": {"200": OWNER},
    "lists.delete": {"204": None},
    "accounts.revoke": {"204": None},
    "accounts.dispositions": {"200": array({"type": "object"})},
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
    "lists.rename": _texts("listName"),
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
