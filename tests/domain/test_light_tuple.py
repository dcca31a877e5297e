"""Named tuples that are quick to define behave as those of ``typing``."""

from __future__ import annotations

import pickle
from typing import NamedTuple as Standard
from typing import get_type_hints

import pytest

from sdrdesk.domain.light_tuple import NamedTuple


class Light(NamedTuple):
    """A place."""

    name: str
    miles: float = 0.5
    """From here."""
    tags: tuple[str, ...] = ()

    @property
    def far(self) -> bool:
        return self.miles > self.limit()

    @classmethod
    def limit(cls) -> float:
        return 100


class Usual(Standard):
    """A place."""

    name: str
    miles: float = 0.5
    tags: tuple[str, ...] = ()


def test_it_is_a_tuple_with_names_defaults_and_methods() -> None:
    place = Light("Cork", 160)
    assert tuple(place) == tuple(Usual("Cork", 160))
    assert place.far
    assert not place._replace(miles=1).far
    assert repr(place) == "Light(name='Cork', miles=160, tags=())"
    assert place._asdict() == {"name": "Cork", "miles": 160, "tags": ()}
    assert Light._make(["Cork", 1, ()]).name == "Cork"
    assert pickle.loads(pickle.dumps(place)) == place
    with pytest.raises(AttributeError):
        place.name = "Ennis"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Light()  # type: ignore[call-arg]


def test_it_is_defined_like_the_standard_one() -> None:
    assert Light._fields == Usual._fields
    assert Light._field_defaults == Usual._field_defaults
    assert get_type_hints(Light) == get_type_hints(Usual)
    assert (Light.__doc__, Light.__module__, Light.__qualname__) == ("A place.", __name__, "Light")
