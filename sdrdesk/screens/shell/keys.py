"""Keys of screens: one line each, with a public id and a tooltip; clashes in a keymap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from textual.binding import Binding

from sdrdesk.domain.outcome.catalog import Disposition

EARLIER: Final = "left_square_bracket,left_parenthesis"
LATER: Final = "right_square_bracket,right_parenthesis"
"""Brackets need AltGr on most European keyboards, parentheses on none."""


def key(
    keys: str, action: str, label: str, binding_id: str, tooltip: str, *, footer: bool = False
) -> Binding:
    """Return a binding. Users remap keys by ``binding_id``; ``footer`` shows it in the footer."""
    return Binding(keys, action, label, id=binding_id, tooltip=tooltip, show=footer)


def clashes(
    bindings: Iterable[Binding],
    keymap: Mapping[str, str],
    letters: Mapping[str, str] | None = None,
) -> list[tuple[str, str, str]]:
    """Return each key that ``keymap`` gives to two actions, with both their ids.

    ``letters`` are keys that the screen handles without a binding, with their meaning. Only keys of
    the keymap count: shipped keys may share one on purpose, as a list and its screen do.
    """
    taken = dict(letters or {})
    found: list[tuple[str, str, str]] = []
    for binding in bindings:
        if binding.id is None:
            continue
        for name in keymap.get(binding.id, binding.key).split(","):
            other = taken.setdefault(name.strip(), binding.id)
            if other != binding.id and (other in keymap or binding.id in keymap):
                found.append((name.strip(), other, binding.id))
    return found


def clash_words(name: str, one: str, other: str) -> str:
    """Return the warning about a key with two meanings."""
    return (
        f"Your keymap gives {name} to {one} and to {other}; only one of them works. "
        "It is in config.toml, under [ui]."
    )


def outcome_letters(outcomes: Iterable[Disposition]) -> dict[str, str]:
    """Return the letters and digits that the call screen handles without a binding."""
    letters = {outcome.hotkey: f"outcome {outcome.label}" for outcome in outcomes}
    return letters | dict.fromkeys("0123456789", "an objection")


def own_bindings(kind: type) -> list[Binding]:
    """Return the bindings that a class and its bases in this package declare."""
    found = (item for base in kind.__mro__ for item in vars(base).get("BINDINGS", ()))
    return [item for item in found if isinstance(item, Binding)]
