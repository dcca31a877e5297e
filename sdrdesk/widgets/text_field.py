"""A field that text can be typed into.

Textual's field of several lines takes 50 ms to import. Screens that only ask whether the rep is
typing ask here, so that the queue is painted without it.
"""

from __future__ import annotations

from typing import Protocol, TypeGuard


class TextField(Protocol):
    """A field of one line or of several."""

    @property
    def selected_text(self) -> str:
        """The selected part, ``""`` for none."""
        ...


def is_text_field(widget: object) -> TypeGuard[TextField]:
    """Return whether it is one. Each key asks: ``isinstance`` with a protocol takes 70 calls."""
    return hasattr(type(widget), "selected_text")
