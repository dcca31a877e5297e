"""How screens declare their keys: one line each, always with a public id and a tooltip."""

from __future__ import annotations

from textual.binding import Binding


def key(
    keys: str, action: str, label: str, binding_id: str, tooltip: str, *, footer: bool = False
) -> Binding:
    """Return a binding; ``binding_id`` is public, users remap by it; ``footer`` shows the key."""
    return Binding(keys, action, label, id=binding_id, tooltip=tooltip, show=footer)
