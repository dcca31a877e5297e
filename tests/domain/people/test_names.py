"""A name in one column, and whether two names are one person's."""

from __future__ import annotations

import pytest

from sdrdesk.domain.people.names import alike, split_name


@pytest.mark.parametrize(
    ("whole", "first", "last"),
    [
        ("Sam Lee", "Sam", "Lee"),
        ("Sam van der Lee", "Sam", "van der Lee"),
        ("Lee, Sam", "Sam", "Lee"),
        ("van der Lee, Sam", "Sam", "van der Lee"),
        ("Lee", "", "Lee"),
        ("van der Berg", "", "van der Berg"),
        ("DUPONT Marie", "Marie", "DUPONT"),
        ("Marie DE LA TOUR", "Marie", "DE LA TOUR"),
        ("José Ortega y Gasset", "José", "Ortega y Gasset"),
        ("María José de la Cruz", "María José", "de la Cruz"),
        ("Mary Jane Watson", "Mary Jane", "Watson"),
        ("Dr. Sam Lee", "Sam", "Lee"),
        ("Sam Lee, PhD", "Sam", "Lee, PhD"),
        ("山田太郎", "", "山田太郎"),
        ("", "", ""),
    ],
)
def test_whole_names_are_split(whole: str, first: str, last: str) -> None:
    assert split_name(whole) == (first, last)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (("Sam", "Lee"), ("Samuel", "Lee"), True),
        (("S", "Lee"), ("Sam", "Lee"), True),
        (("Lee", "Sam"), ("Sam", "Lee"), True),
        (("Jose", "Munoz"), ("José", "Muñoz"), True),
        (("Jon", "Smith"), ("John", "Smith"), True),
        (("", ""), ("Sam", "Lee"), True),
        (("", "Lee"), ("Sam", "Lee"), True),
        (("Ida", "Row"), ("Ben", "Row"), False),
        (("Anna", "Berg"), ("Anne", "Berg"), False),
        (("Ida", "Row"), ("Bob", "Smith"), False),
    ],
)
def test_names_on_one_number(one: tuple[str, str], other: tuple[str, str], same: bool) -> None:
    assert alike(one, other) is same
    assert alike(other, one) is same
