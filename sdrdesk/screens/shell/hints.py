"""The keys of a screen, read from its bindings: the footer, the help and the palette agree."""

from __future__ import annotations

from typing import NamedTuple, TypeVar

from textual.screen import Screen

from sdrdesk.widgets.lines import KeyHint

Result = TypeVar("Result")

_NAMES = {
    "enter": "⏎",
    "escape": "esc",
    "question_mark": "?",
    "slash": "/",
    "full_stop": ".",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


class KeyHelp(NamedTuple):
    """A key with all its words."""

    keys: str
    label: str
    tooltip: str
    binding_id: str


def key_name(key: str) -> str:
    """Return a key as a keyboard shows it."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    return key


def hints_of(screen: Screen[Result]) -> tuple[KeyHint, ...]:
    """Return the footer keys of ``screen``, in the order it declares them."""
    found: dict[str, KeyHint] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if binding.show and active.node is screen and binding.action not in found:
            found[binding.action] = KeyHint(
                key_name(binding.key),
                binding.description,
                f"screen.{binding.action}",
                active.enabled,
            )
    return tuple(found.values())


def key_help(screen: Screen[Result]) -> list[KeyHelp]:
    """Return every key that works on ``screen``, those of one action together."""
    found: dict[tuple[str, str], KeyHelp] = {}
    # What the screen itself offers first, then what moves inside it, then what works everywhere.
    order = {screen: 0, screen.app: 2}
    for active in sorted(
        screen.active_bindings.values(), key=lambda active: order.get(active.node, 1)
    ):
        binding = active.binding
        if not binding.id:
            continue
        name = key_name(binding.key)
        at = (binding.id, binding.action)
        before = found.get(at)
        keys = f"{before.keys} {name}" if before else name
        found[at] = KeyHelp(
            keys, binding.description, active.tooltip or binding.tooltip, binding.id
        )
    return list(found.values())
