"""The keys of a screen, read from its bindings for the footer, the help and the palette."""

from __future__ import annotations

from collections.abc import Container
from typing import NamedTuple, TypeVar

from textual.screen import Screen

from sdrdesk.widgets.lines import KeyHint

_Result = TypeVar("_Result")

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
    "delete": "Del",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "exclamation_mark": "!",
    "plus": "+",
    "minus": "-",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


class KeyHelp(NamedTuple):
    """A key with its texts."""

    keys: str
    label: str
    tooltip: str
    binding_id: str


def key_name(key: str) -> str:
    """Return a key as printed on a keyboard."""
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("f") and key[1:].isdigit():
        return key.upper()
    return key


def hints_of(screen: Screen[_Result], taken: Container[str] = frozenset()) -> tuple[KeyHint, ...]:
    """Return the footer keys of ``screen``, in the order it declares them.

    Keys in ``taken`` mean something else there, such as the letters of a team's outcomes.
    """
    found: dict[str, KeyHint] = {}
    for active in screen.active_bindings.values():
        binding = active.binding
        if key_name(binding.key) in taken:
            continue
        if binding.show and active.node is screen and binding.action not in found:
            found[binding.action] = KeyHint(
                key_name(binding.key),
                binding.description,
                f"screen.{binding.action}",
                active.enabled,
            )
    return tuple(found.values())


def key_help(screen: Screen[_Result]) -> list[KeyHelp]:
    """Return every key that works on ``screen``, grouped by action."""
    found: dict[tuple[str, str], KeyHelp] = {}
    # The keys of the screen first, then those of its widgets, then those of the app.
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
