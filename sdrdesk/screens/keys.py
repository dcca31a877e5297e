"""How screens declare their keys: one line each, always with a public id and a tooltip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from textual.binding import Binding


def key(
    keys: str, action: str, label: str, binding_id: str, tooltip: str, *, footer: bool = False
) -> Binding:
    """Return a binding; ``binding_id`` is public, users remap by it; ``footer`` shows the key."""
    return Binding(keys, action, label, id=binding_id, tooltip=tooltip, show=footer)


def clashes(
    bindings: Iterable[Binding],
    keymap: Mapping[str, str],
    letters: Mapping[str, str] | None = None,
) -> list[tuple[str, str, str]]:
    """Return each key that ``keymap`` gives to two actions, with both their ids.

    ``letters`` are keys that the screen takes without a binding, with what they are for. Only keys
    the keymap names are looked at: what ships may share a key on purpose, as a list and the screen
    around it do.
    """
    taken = dict(letters or {})
    found: list[tuple[str, str, str]] = []
    wanted = {name.strip() for keys in keymap.values() for name in keys.split(",")}
    for binding in bindings:
        if binding.id is None:
            continue
        for name in keymap.get(binding.id, binding.key).split(","):
            other = taken.setdefault(name.strip(), binding.id)
            if other != binding.id and name.strip() in wanted:
                found.append((name.strip(), other, binding.id))
    return found
