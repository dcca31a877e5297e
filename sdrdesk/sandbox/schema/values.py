"""Validation of property values, and their stored form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sdrdesk.sandbox.errors import PropertyProblem
from sdrdesk.sandbox.times import iso_short, parse_day, parse_instant

LONGEST_TEXT = 65_536
"""Characters in one string property (HubSpot, documented for notes)."""

Definition = dict[str, Any]

_EMAIL = re.compile(r"[^@\s,;<>()\[\]\\\"]{1,64}@[^@\s,;<>()\[\]\\\"]+\.[^@\s.,;<>()\[\]\\\"]{2,}")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def is_read_only(definition: Definition) -> bool:
    """Return whether only the CRM sets the property."""
    return bool(definition["modificationMetadata"]["readOnlyValue"])


def as_written(name: str, value: Any) -> str | None:
    """Return a JSON value as the text to store, None to leave the property unchanged."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")
    if isinstance(value, int | float):
        return format(value, "d") if isinstance(value, int) else repr(value)
    raise PropertyProblem(name, "INVALID_TYPE", f"{name} must be a string")


def normalise(definition: Definition, text: str, current: str | None) -> str:
    """Return the stored form of a non-empty value.

    Args:
      definition: the property.
      text: the value sent.
      current: the old value, for multi-selects that append with a leading ``;``.

    Raises:
      PropertyProblem: the value is invalid for the property.
    """
    if len(text) > LONGEST_TEXT:
        raise PropertyProblem(
            definition["name"],
            "INVALID_STRING_LENGTH",
            f"Property value is too long: {len(text)} characters, at most {LONGEST_TEXT}",
        )
    check = _BY_TYPE.get(definition["type"])
    if check is None:
        return _email(definition, text) if definition["name"] == "email" else text
    return check(definition, text, current)


def _email(definition: Definition, text: str) -> str:
    if len(text) > 254 or not _EMAIL.fullmatch(text.strip()):
        raise PropertyProblem(
            definition["name"], "INVALID_EMAIL", f"Email address {text[:100]} is invalid"
        )
    return text.strip().lower()


def _number(definition: Definition, text: str, _current: str | None) -> str:
    if len(text) > 64 or not _NUMBER.fullmatch(text.strip()):
        raise PropertyProblem(
            definition["name"], "INVALID_LONG", f"{text[:100]} was not a valid number."
        )
    return text.strip()


def _datetime(definition: Definition, text: str, _current: str | None) -> str:
    at_ms = parse_instant(text)
    if at_ms is None or not -62_135_596_800_000 <= at_ms <= 253_402_300_799_999:
        raise PropertyProblem(
            definition["name"], "INVALID_DATE", f"{text[:100]} was not a valid long."
        )
    return iso_short(at_ms)


def _date(definition: Definition, text: str, _current: str | None) -> str:
    day = parse_day(text)
    if day is None:
        raise PropertyProblem(
            definition["name"],
            "INVALID_DATE",
            f"{text[:100]} is at a time other than midnight UTC, or was not a valid date.",
        )
    return day


def _choice(definition: Definition, text: str, current: str | None) -> str:
    if definition["fieldType"] != "checkbox":
        _must_be_option(definition, text)
        return text
    appended = text.startswith(";")
    wanted = [part for part in text.split(";") if part]
    for part in wanted:
        _must_be_option(definition, part)
    kept = current.split(";") if appended and current else []
    return ";".join(dict.fromkeys(kept + wanted))


def _must_be_option(definition: Definition, value: str) -> None:
    allowed = definition["options"]
    if not allowed and definition["externalOptions"]:
        return
    if any(option["value"] == value for option in allowed):
        return
    listed = ", ".join(f"label: {option['label']}, value: {option['value']}" for option in allowed)
    raise PropertyProblem(
        definition["name"],
        "INVALID_OPTION",
        f"{value[:200]} was not one of the allowed options: [{listed[:2000]}]",
    )


def _bool(definition: Definition, text: str, _current: str | None) -> str:
    if text.lower() not in {"true", "false"}:
        raise PropertyProblem(
            definition["name"],
            "INVALID_OPTION",
            f"{text[:100]} was not one of the allowed options: [label: Yes, value: true, "
            "label: No, value: false]",
        )
    return text.lower()


_BY_TYPE: dict[str, Callable[[Definition, str, str | None], str]] = {
    "number": _number,
    "datetime": _datetime,
    "date": _date,
    "enumeration": _choice,
    "bool": _bool,
}
