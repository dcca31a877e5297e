"""Counting which fields of leads an account uses: a part of the port that not every CRM has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable


@dataclass(frozen=True, slots=True)
class FieldUse:
    """A field of leads at the account, and how many of some leads have a value in it."""

    name: str
    """The CRM's own name."""
    label: str
    kind: str
    """``text``, ``number``, ``date``, ``choice`` or ``yes/no``."""
    filled: int
    of: int


@dataclass(frozen=True, slots=True)
class StandardFields:
    """The CRM's own fields that an account may have replaced by others."""

    fields: Mapping[str, tuple[str, str]]
    """Setting of ``[fields]`` in ``crm.toml`` to name and kind; ``company:NAME`` of companies."""
    numbers: tuple[str, ...]
    beginnings: tuple[str, ...]
    """Beginnings of names that are the CRM's own."""


@runtime_checkable
class FieldUsePort(Protocol):
    """Counting which fields of leads are filled in; not every connector can."""

    @property
    def standard_fields(self) -> StandardFields:
        """The fields that a team may use others for."""

    def field_use(self, lead_ids: Sequence[str]) -> tuple[FieldUse, ...]:
        """Return every field of leads, the most often filled first; changes nothing.

        ``lead_ids``: the leads that are counted; none: the latest of the account.
        """

    def company_field_use(self) -> tuple[FieldUse, ...]:
        """Return every field of companies, ``company:NAME``, as filled for the latest leads."""
