"""The CRM as reps call it, for texts on screen."""

from __future__ import annotations

from typing import Final


class _CrmName:
    """A name that reads like a text; set once, before the screens are imported."""

    def __init__(self, name: str) -> None:
        self.become(name)

    def become(self, name: str, key: str = "token", rights: str = "scopes") -> None:
        """Take another name, and its words for what logs a rep in and for what that allows."""
        self._name = name
        self.key = key
        self.rights = rights

    def __str__(self) -> str:
        return self._name


CRM_NAME: Final = _CrmName("HubSpot")
