"""A field that text can be typed into.

Textual's field of several lines takes 50 ms to import. Screens that only ask whether the rep is
typing ask by this protocol, so that the queue is painted without it.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable


@runtime_checkable
class TextField(Protocol):
    """A field of one line or of several."""

    @property
    def selected_text(self) -> str:
        """The selected part, ``""`` for none."""
        ...
