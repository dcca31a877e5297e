"""Describe the effect of an outbox item in a few words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo

from sdrdesk.clock import parse_iso
from sdrdesk.domain.people.edit import field_words
from sdrdesk.domain.text.humanize import moment_words

_TASK_WORDS = {"close": "complete", "move": "move", "reopen": "open again:"}
_YES_NO: Mapping[str, str] = {"true": "yes", "false": "no"}


def item_words(
    kind: str,
    payload: Mapping[str, object],
    labels: Mapping[str, Mapping[str, str]],
    zone: tzinfo | None = None,
) -> str:
    """Return the effect of an item.

    Args:
        kind: of the item.
        payload: its content.
        labels: the account's labels of statuses and stages, by field and value.
        zone: where its times are read; ``None`` is this machine's zone.
    """
    if payload.get("change") == "correct":
        return f"correct call: {payload.get('outcome_label') or 'its note'}"
    if kind == "contact":
        changes = _fields(payload, "changes")
        named = ", ".join(
            f"{_words(name)} {labels.get(name, _YES_NO).get(str(value), value)}"
            for name, value in changes
        )
        left = [f"; {_words(n)} was not written: {why}" for n, why in _fields(payload, "left")]
        return "".join([f"set {named}", *left])
    if kind == "task" and "change" in payload:
        left = [f"; it stays: {why}" for _, why in _fields(payload, "left")]
        to = f" to {_when(payload, 'due_at', zone)}" if payload["change"] == "move" else ""
        verb = _TASK_WORDS.get(str(payload["change"]), "change")
        return "".join([f"{verb} call task{to}", *left])
    words = {
        "call": f"log call: {payload.get('outcome_label') or 'no outcome'}",
        "task": f"task: {payload.get('subject', '')}, {_when(payload, 'due_at', zone)}",
        "meeting": f"log meeting: {_when(payload, 'start_at', zone)}",
        "email": f"log e-mail: {payload.get('subject', '')}",
        "message": f"log message: {payload.get('channel', '')}",
        "list": f"add to list {payload.get('list_name', '')}",
    }
    return words.get(kind, "note")


def _when(payload: Mapping[str, object], name: str, zone: tzinfo | None) -> str:
    text = str(payload.get(name, ""))
    try:
        return moment_words(parse_iso(text).astimezone(zone))
    except ValueError:  # a damaged item
        return text


def _fields(payload: Mapping[str, object], part: str) -> list[tuple[str, object]]:
    held = payload.get(part)
    pairs = held.items() if isinstance(held, dict) else ()
    return [(str(name), value) for name, value in pairs]


def _words(field: str) -> str:
    return field_words(field).lower()
