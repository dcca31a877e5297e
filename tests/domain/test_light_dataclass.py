"""A light dataclass behaves as the standard one, and is pure Python until it is first made."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, field, replace
from typing import Any, ClassVar, get_type_hints

import pytest

from sdrdesk.domain.light_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Light:
    """As most of ours are."""

    name: str
    calls: int = 0
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False, compare=False)
    double: int = field(init=False, compare=False)
    kind: ClassVar[str] = "lead"
    last: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", self.calls * 2)


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """The same with the decorator of the standard library."""

    name: str
    calls: int = 0
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="", repr=False, compare=False)
    double: int = field(init=False, compare=False)
    kind: ClassVar[str] = "lead"
    last: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        object.__setattr__(self, "double", self.calls * 2)


@dataclass(slots=True)
class Changing:
    """One that can be changed."""

    count: int = 0


@dataclass
class Below(Changing):
    """A subclass with a field of its own and a counter."""

    more: int = 1
    begun: int = field(default=0, init=False)


@dataclass(frozen=True, slots=True)
class Nothing:
    """One without fields."""


MADE: list[Any] = [Light, Standard]


@pytest.mark.parametrize("made", MADE)
def test_both_make_compare_copy_and_show_the_same(made: Any) -> None:
    one = made("Ada", 2, last="x")
    assert (one.name, one.calls, one.tags, one.double, one.last) == ("Ada", 2, [], 4, "x")
    assert one == made("Ada", 2, [], "other", last="x") != made("Ada", 3, last="x")
    assert one.tags is not made("Ada").tags
    assert repr(one) == f"{made.__name__}(name='Ada', calls=2, tags=[], double=4, last='x')"
    assert replace(one, calls=5).double == 10
    assert asdict(one)["double"] == 4
    for again in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert again == one
        assert again.double == 4
    assert list(inspect.signature(made).parameters) == ["name", "calls", "tags", "secret", "last"]
    assert get_type_hints(made.__init__)["calls"] is int
    assert made.__match_args__ == ("name", "calls", "tags", "secret")


@pytest.mark.parametrize("made", MADE)
def test_both_refuse_the_same(made: Any) -> None:
    one = made("Ada")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "Bo"
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    with pytest.raises(TypeError, match="name"):
        made()
    with pytest.raises(TypeError, match="positional"):
        made("Ada", 1, [], "", "last")
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)  # it has a list


def test_equal_values_of_two_classes_differ_and_a_frozen_one_can_be_a_key() -> None:
    light: object = Light("Ada")
    assert light != Standard("Ada")
    assert {Nothing(): 1}[Nothing()] == 1
    assert hash(Nothing()) == hash(Nothing())


def test_one_that_can_be_changed_has_no_hash_and_subclasses_add_fields() -> None:
    one = Changing()
    one.count += 1
    assert one == Changing(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    assert repr(Below(3)) == "Below(count=3, more=1, begun=0)"
    assert Below(3, 4) == Below(count=3, more=4) != Changing(3)


def test_nothing_is_compiled_before_the_first_one_is_made() -> None:
    @dataclass(frozen=True, slots=True)
    class Late:
        """Never made before."""

        name: str

    assert not inspect.isfunction(Late.__dict__["__init__"])
    assert Late("Ada").name == "Ada"
    assert inspect.isfunction(Late.__dict__["__init__"])


def test_a_class_without_a_text_needs_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("tokenizing one takes two milliseconds")

    monkeypatch.setattr(inspect, "signature", fail)

    @dataclass(frozen=True, slots=True)
    class Plain:
        name: str

    assert (Plain.__doc__, Plain("Ada").name) == ("Plain", "Ada")
