"""Marks that tests of several rooms share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet


def in_long(*values: object) -> list[ParameterSet]:
    """Return parameters whose tests run in ``make long`` only: the same thing once more."""
    return [pytest.param(value, marks=pytest.mark.long) for value in values]
