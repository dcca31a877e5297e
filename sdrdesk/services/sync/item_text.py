"""What an outbox item does in the CRM, in a few words."""

from __future__ import annotations

from collections.abc import Mapping

from sdrdesk.domain.people.edit import field_words

_TASK_WORDS = {"close": "complete", "move": "move", "reopen": "open again:"}


def item_words(kind: str, payload: Mapping[str, object], labels: Mapping[str, str]) -> str:
    """Return the effect of an item.

    Args:
        kind: of the item.
        payload: its content.
        labels: the account's labels of statuses and stages, by value.
    """
    if payload.get("change") == "correct":
        return f"correct call: {payload.get('outcome_label') or 'its note'}"
    if kind == "contact":
        changes = _fields(payload, "changes")
        named = ", ".join(f"{name} {labels.get(str(value), value)}" for name, value in changes)
        left = [f"; {name} was not written: {why}" for name, why in _fields(payload, "left")]
        return "".join([f"set {named}", *left])
    if kind == "task" and "change" in payload:
        left = [f"; it stays: {why}" for _, why in _fields(payload, "left")]
        to = f" to {payload.get('due_at')}" if payload["change"] == "move" else ""
        verb = _TASK_WORDS.get(str(payload["change"]), "change")
        return "".join([f"{verb} call task{to}", *left])
    words = {
        "call": f"log call: {payload.get('outcome_label') or 'no outcome'}",
        "task": f"task: {payload.get('subject', '')}",
        "meeting": f"log meeting: {payload.get('start_at', '')}",
        "email": f"log e-mail: {payload.get('subject', '')}",
        "message": f"log message: {payload.get('channel', '')}",
        "list": f"add to list {payload.get('list_name', '')}",
    }
    return words.get(kind, "note")


def _fields(payload: Mapping[str, object], part: str) -> list[tuple[str, object]]:
    held = payload.get(part)
    pairs = held.items() if isinstance(held, dict) else ()
    return [(field_words(str(name)).lower(), value) for name, value in pairs]
