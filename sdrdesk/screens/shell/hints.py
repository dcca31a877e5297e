"""The keys of a screen, read from its bindings for the footer, the help and the palette."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple, TypeVar

from textual.screen import Screen

from sdrdesk.widgets.lines import KeyHint

_Result = TypeVar("_Result")

_NAMES = {
    "enter": "⏎",
    "escape": "esc",
    "question_mark": "?",
    "ampersand": "&",
    "at": "@",
    "comma": ",",
    "number_sign": "#",
    "percent_sign": "%",
    "slash": "/",
    "full_stop": ".",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left_parenthesis": "(",
    "right_parenthesis": ")",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "delete": "Del",
    "asterisk": "*",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "exclamation_mark": "!",
    "semicolon": ";",
    "colon": ":",
    "plus": "+",
    "minus": "-",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


_HELP = "screen.help"
"""The footer shows it at its end."""


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


def hints_of(
    screen: Screen[_Result],
    taken: Container[str] = frozenset(),
    *,
    order: str = "",
    rest: bool = True,
) -> tuple[KeyHint, ...]:
    """Return the keys of ``screen`` for its footer, the most important first.

    Args:
        screen: the screen.
        taken: keys that mean something else there, such as the letters of a team's outcomes.
        order: ids of the first keys, with blanks; ``""`` for those declared for the footer.
        rest: whether the others follow, as declared: a wide terminal has room for them.
    """
    found: dict[str, KeyHint] = {}
    first: list[str] = order.split()
    for active in screen.active_bindings.values():
        binding, name = active.binding, active.binding.id
        if not name or name in found or name == _HELP or active.node is not screen:
            continue
        if key_name(binding.key) in taken:
            continue
        if binding.show and not order:
            first.append(name)
        action = binding.action if "." in binding.action else f"screen.{binding.action}"
        shown = key_name(binding.key)
        found[name] = KeyHint(shown, binding.description, action, active.enabled)
    wanted = dict.fromkeys([*first, *found] if rest else first)
    return tuple(found[name] for name in wanted if name in found)


def key_help(screen: Screen[_Result], more: Sequence[KeyHelp] = ()) -> list[KeyHelp]:
    """Return every key that works on ``screen``, grouped by action.

    ``more`` are keys that the screen handles without a binding; they come before the app's own.
    """
    found: dict[tuple[str, str], KeyHelp] = {}
    taken = {key for item in more for key in item.keys}
    # The keys of the screen first, then those of its widgets, then those of the app.
    order = {screen: 0, screen.app: 2}
    for active in sorted(
        screen.active_bindings.values(), key=lambda active: order.get(active.node, 1)
    ):
        binding = active.binding
        if not binding.id:
            continue
        name = key_name(binding.key)
        if name in taken and not name.isdigit():
            continue
        at = (binding.id, binding.action)
        before = found.get(at)
        keys = f"{before.keys} {name}" if before else name
        found[at] = KeyHelp(
            keys, binding.description, active.tooltip or binding.tooltip, binding.id
        )
    last = (_HELP, "app.")
    items = [(name.startswith(last), item) for (name, _), item in found.items()]
    return [
        *(item for at_end, item in items if not at_end),
        *more,
        *(item for at_end, item in items if at_end),
    ]
