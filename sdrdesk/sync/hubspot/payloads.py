"""HubSpot's answers as typed models.

Property values may be anything; ``domain.crm.foreign_values`` reads them. Ids may be numbers and
are kept as text. Unknown fields are ignored, and an unreadable element of a list is left out (see
``salvage``). Fields of every successful answer are required, so that another service's JSON does
not pass for an empty page.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError

from sdrdesk.domain.crm.foreign_values import MOST_WHOLE, ForeignRecord, LeftOut, choice, identity
from sdrdesk.sync.errors import Unreadable, UnreadableId
from sdrdesk.sync.hubspot.salvage import loads, spare

Id = Annotated[str, BeforeValidator(identity)]
"""An id that can be requested again; a record without one is unreadable."""


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)

    _left_out: tuple[LeftOut, ...] = PrivateAttr(default=())

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Values of this answer that could not be read."""
        return self._left_out


class Next(_Answer):
    """The next page."""

    after: str


class Paging(_Answer):
    """Paging of a listing; ``next`` is absent on the last page. ``link`` is not followed."""

    next: Next | None = None


class _Paged(_Answer):
    paging: Paging | None = None

    @property
    def after(self) -> str:
        """Cursor of the next page, ``""`` on the last."""
        return self.paging.next.after if self.paging and self.paging.next else ""


class LinkedId(_Answer):
    """The older shape of an association inside a record."""

    id: Id


class Linked(_Answer):
    """Associations of one record to one type; the first ones when there are many."""

    results: list[LinkedId] = []
    paging: Paging | None = None


class Record(_Answer):
    """One CRM record; only its id is checked."""

    id: Id
    properties: Any = None
    archived: Any = False
    associations: Any = None
    history: Any = Field(default=None, alias="propertiesWithHistory")
    new: Any = None
    trace: Any = Field(default="", alias="objectWriteTraceId")
    """The name of the batch input."""

    def value(self, name: str) -> str:
        """Return a property as text, ``""`` if invalid."""
        return ForeignRecord("", self.id, self.properties).raw(name)

    def has(self, name: str) -> bool:
        """Return whether the answer has a property."""
        return isinstance(self.properties, dict) and name in self.properties

    def linked_id(self, name: str) -> str:
        """Return a property as the id of another record, ``""`` if invalid."""
        return ForeignRecord("", self.id, self.properties).record(name)

    def moment(self, name: str) -> int | None:
        """Return a property as a time in milliseconds, ``None`` if invalid."""
        return ForeignRecord("", self.id, self.properties).moment(name)

    def linked(self, name: str) -> Linked | None:
        """Return the associations to one type of record, ``None`` without any.

        Raises:
            ValidationError: they are invalid.
        """
        found = self.associations.get(name) if isinstance(self.associations, dict) else None
        return None if found is None else Linked.model_validate(found)

    def changed(self, name: str) -> object:
        """Return when a property was last set by its history, ``None`` unknown."""
        return self._newest(name).get("timestamp")

    def changed_by(self, name: str) -> tuple[str, str]:
        """Return HubSpot's type of source and the user of the last change; ``""`` unknown."""
        newest = self._newest(name)
        source, user = newest.get("sourceType"), newest.get("updatedByUserId")
        known = isinstance(user, int) and not isinstance(user, bool) and 0 <= user <= MOST_WHOLE
        return (source if isinstance(source, str) else ""), (str(user) if known else "")

    def _newest(self, name: str) -> dict[str, Any]:
        versions = self.history.get(name) if isinstance(self.history, dict) else None
        newest = versions[0] if isinstance(versions, list) and versions else None
        return newest if isinstance(newest, dict) else {}


class Records(_Paged):
    """A page of a listing or a search."""

    results: list[Record]
    total: int | None = None


class ErrorItem(_Answer):
    """One of several errors inside an answer."""

    message: str = ""
    code: str = ""
    category: str = ""
    context: dict[str, list[str]] = {}


class Batch(_Answer):
    """Answer to a batch: 200, 201 or 207."""

    results: list[Record]
    errors: list[ErrorItem] = []


class ToRecord(_Answer):
    """One association, v4 shape."""

    to_id: Id = Field(alias="toObjectId")


class Links(_Paged):
    """Associations of one record."""

    results: list[ToRecord]


class LinksOf(_Paged):
    """Associations of one record inside a batch."""

    source: LinkedId = Field(alias="from")
    to: list[ToRecord] = []


class LinksBatch(_Answer):
    """Associations of many records; those without any are among the errors."""

    results: list[LinksOf]
    errors: list[ErrorItem] = []


class OwnerAnswer(_Answer):
    """A HubSpot owner."""

    id: Id
    email: str | None = None
    first_name: str | None = Field(default=None, alias="firstName")
    last_name: str | None = Field(default=None, alias="lastName")
    user_id: str | None = Field(default=None, alias="userId")
    user_id_ever: str | None = Field(default=None, alias="userIdIncludingInactive")
    archived: bool = False


class OwnersPage(_Paged):
    """A page of owners."""

    results: list[OwnerAnswer]


class PropertyOption(_Answer):
    """One option of an enumeration."""

    label: str = ""
    value: Annotated[str, BeforeValidator(choice)]
    description: str | None = None
    hidden: bool = False
    display_order: int | None = Field(default=None, alias="displayOrder")


class Limits(_Answer):
    """Limits on changes of a property."""

    read_only: bool | None = Field(default=None, alias="readOnlyValue")


class PropertyDefinition(_Answer):
    """Definition of a property."""

    name: str
    label: str = ""
    type: str = ""
    field_type: str = Field(default="", alias="fieldType")
    options: list[PropertyOption] = []
    has_unique_value: bool = Field(default=False, alias="hasUniqueValue")
    archived: bool = False
    calculated: bool | None = None
    limits: Limits | None = Field(default=None, alias="modificationMetadata")

    @property
    def read_only(self) -> bool:
        """True if the property cannot be written."""
        return bool(self.limits and self.limits.read_only)


class PropertyDefinitions(_Answer):
    """All property definitions of a type; never paged."""

    results: list[PropertyDefinition]


class AccountAnswer(_Answer):
    """Details of the account."""

    portal_id: str = Field(alias="portalId")
    time_zone: str | None = Field(default=None, alias="timeZone")
    ui_domain: str | None = Field(default=None, alias="uiDomain")


class TokenInfo(_Answer):
    """User, account and scopes of the token."""

    user_id: str | None = Field(default=None, alias="userId")
    hub_id: str | None = Field(default=None, alias="hubId")
    scopes: list[str] = []


class ListFound(_Answer):
    """A list (segment)."""

    list_id: str = Field(alias="listId")
    name: str = ""


class ListsFound(_Answer):
    """Lists that match a name."""

    lists: list[ListFound]


class ListAdded(_Answer):
    """Answer to adding members; HubSpot spells the first key with two plurals."""

    added: list[str] = Field(default=[], alias="recordsIdsAdded")
    missing: list[str] = Field(default=[], alias="recordIdsMissing")


class Problem(_Answer):
    """The error envelope; every field is optional."""

    message: str = ""
    category: str = ""
    correlation_id: str = Field(default="", alias="correlationId")
    policy: str = Field(default="", alias="policyName")
    status: str = ""
    error_type: str = Field(default="", alias="errorType")
    errors: list[ErrorItem] = []

    @property
    def is_hubspots(self) -> bool:
        """True if this is HubSpot's envelope and not a proxy's JSON.

        All fields are optional, but HubSpot's refusals have at least one of these; a ``message``
        alone may be any proxy's.
        """
        marks = (self.category, self.correlation_id, self.policy, self.error_type)
        return any(marks) or self.status == "error" or "Existing ID:" in self.message


AnswerT = TypeVar("AnswerT", bound=_Answer)


def parse(model: type[AnswerT], content: bytes, kind: str = "") -> AnswerT:
    """Return the answer as ``model``.

    Args:
        model: the expected answer.
        content: the body of the answer.
        kind: the kind of its elements, for ``left_out``.

    Raises:
        Unreadable: it is not as HubSpot documents it. A write may have been carried out.
    """
    try:
        return model.model_validate_json(content)
    except ValidationError:
        document = loads(content)
    left_out: list[LeftOut] = []
    while True:
        try:
            answer = model.model_validate(document)
        except ValidationError as error:
            spared = spare(document, error, kind)
            if not spared:
                raise _unreadable(model, error, document) from error
            left_out += spared
        else:
            answer._left_out = tuple(left_out)
            return answer


def _unreadable(
    model: type[_Answer], error: ValidationError, document: object
) -> Unreadable | UnreadableId:
    if (
        model is Record
        and isinstance(document, dict)
        and isinstance(document.get("properties"), dict)
    ):
        return UnreadableId()
    where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
    return Unreadable(f"{model.__name__}, at {where[:80] or 'its beginning'}")


def parse_problem(content: bytes) -> Problem:
    """Return the error envelope, an empty one for other bodies (HTML, nothing)."""
    try:
        return Problem.model_validate_json(content)
    except ValidationError:
        return _bare_problem(content)


def _bare_problem(content: bytes) -> Problem:
    """Return the texts of an envelope with an invalid field."""
    given = loads(content)
    if not isinstance(given, dict):
        return Problem()
    return Problem.model_validate({k: v for k, v in given.items() if isinstance(v, str)})
