"""HubSpot's answers as typed models: nothing unchecked goes further in.

Every value of a property is text or null. Ids may come as numbers and are kept as text. What a
model does not name is ignored.
"""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sdrdesk.sync.errors import SyncError


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, frozen=True)


class Next(_Answer):
    """Where the next page begins."""

    after: str


class Paging(_Answer):
    """Paging of a listing; ``next`` is absent on the last page. ``link`` is never followed."""

    next: Next | None = None


class _Paged(_Answer):
    paging: Paging | None = None

    @property
    def after(self) -> str:
        """Cursor of the next page, ``""`` on the last."""
        return self.paging.next.after if self.paging and self.paging.next else ""


class LinkedId(_Answer):
    """The older shape of an association inside a record."""

    id: str


class Linked(_Answer):
    """Associations of one record to one type, cut at some number."""

    results: list[LinkedId] = []
    paging: Paging | None = None


class Version(_Answer):
    """One value in a property's history, newest first."""

    value: str | None = None
    timestamp: str = ""


class Record(_Answer):
    """One CRM record."""

    id: str
    properties: dict[str, str | None] = Field(default_factory=dict)
    archived: bool = False
    associations: dict[str, Linked] = Field(default_factory=dict)
    history: dict[str, list[Version]] = Field(default_factory=dict, alias="propertiesWithHistory")
    new: bool | None = None
    trace: str = Field(default="", alias="objectWriteTraceId")
    """What the input of a batch was called."""


class Records(_Paged):
    """A page of a listing or a search."""

    results: list[Record] = []
    total: int | None = None


class ErrorItem(_Answer):
    """One of several errors inside an answer."""

    message: str = ""
    code: str = ""
    category: str = ""
    sub_category: str = Field(default="", alias="subCategory")
    context: dict[str, list[str]] = {}


class Batch(_Answer):
    """Answer of a batch, 200, 201 or 207."""

    results: list[Record] = []
    errors: list[ErrorItem] = []


class ToRecord(_Answer):
    """One association, v4 shape."""

    to_id: str = Field(alias="toObjectId")


class Links(_Paged):
    """Associations of one record."""

    results: list[ToRecord] = []


class LinksOf(_Paged):
    """Associations of one record inside a batch."""

    source: LinkedId = Field(alias="from")
    to: list[ToRecord] = []


class LinksBatch(_Answer):
    """Associations of many records; those without any are errors that mean zero."""

    results: list[LinksOf] = []
    errors: list[ErrorItem] = []


class Owner(_Answer):
    """A HubSpot owner."""

    id: str
    email: str | None = None
    first_name: str | None = Field(default=None, alias="firstName")
    last_name: str | None = Field(default=None, alias="lastName")
    user_id: str | None = Field(default=None, alias="userId")
    user_id_ever: str | None = Field(default=None, alias="userIdIncludingInactive")
    archived: bool = False


class Owners(_Paged):
    """A page of owners."""

    results: list[Owner] = []


class Option(_Answer):
    """One option of an enumeration."""

    label: str = ""
    value: str
    description: str | None = None
    hidden: bool = False
    display_order: int | None = Field(default=None, alias="displayOrder")


class Definition(_Answer):
    """Definition of a property."""

    name: str
    label: str = ""
    type: str = ""
    options: list[Option] = []
    has_unique_value: bool = Field(default=False, alias="hasUniqueValue")
    archived: bool = False


class Definitions(_Answer):
    """All property definitions of a type; never paged."""

    results: list[Definition] = []


class Account(_Answer):
    """Details of the account."""

    portal_id: str = Field(default="", alias="portalId")
    time_zone: str | None = Field(default=None, alias="timeZone")
    ui_domain: str | None = Field(default=None, alias="uiDomain")


class TokenInfo(_Answer):
    """What the token may do."""

    user_id: str | None = Field(default=None, alias="userId")
    hub_id: str | None = Field(default=None, alias="hubId")
    scopes: list[str] = []


class ListFound(_Answer):
    """A list (segment)."""

    list_id: str = Field(alias="listId")
    name: str = ""
    processing_type: str = Field(default="", alias="processingType")


class ListsFound(_Answer):
    """Lists that match a name."""

    lists: list[ListFound] = []


class ListAdded(_Answer):
    """Answer to adding members. The first key really is spelled with two plurals."""

    added: list[str] = Field(default=[], alias="recordsIdsAdded")
    missing: list[str] = Field(default=[], alias="recordIdsMissing")


class Problem(_Answer):
    """The error envelope; every field is optional."""

    message: str = ""
    category: str = ""
    correlation_id: str = Field(default="", alias="correlationId")
    policy: str = Field(default="", alias="policyName")
    errors: list[ErrorItem] = []


AnswerT = TypeVar("AnswerT", bound=_Answer)


def parse(model: type[AnswerT], content: bytes) -> AnswerT:
    """Return the answer as ``model``.

    Raises:
        SyncError: the CRM answered something that is not what it documents.
    """
    try:
        return model.model_validate_json(content or b"{}")
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors(include_input=False)[0]["loc"])
        raise SyncError(
            f"The CRM sent an answer that cannot be read ({model.__name__}, at {where or 'top'}).",
            kept="Nothing of it was stored; everything else is kept.",
            next_step="Run sdrdesk sync again; if it stays, check SDRDESK_API_URL.",
        ) from error


def parse_problem(content: bytes) -> Problem:
    """Return the error envelope, empty when the body is none (HTML from the edge, nothing)."""
    try:
        return Problem.model_validate_json(content)
    except ValidationError:
        return Problem()
