"""The CRM as reps call it, for texts on screen."""

from __future__ import annotations

from typing import Final


class _CrmName:
    """A name that reads like a text; set once, before the screens are imported."""

    def __init__(self, name: str) -> None:
        self._name = name

    def become(self, name: str) -> None:
        """Take another name."""
        self._name = name

    def __str__(self) -> str:
        return self._name


CRM_NAME: Final = _CrmName("HubSpot")
