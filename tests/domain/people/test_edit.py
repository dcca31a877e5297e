"""A person's own data as a rep types it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sdrdesk.domain.crm.field_merge import Decision, decide, same_value
from sdrdesk.domain.crm.records import PERSON_DATA, RemoteLead
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.people.edit import (
    EDIT_FIELDS,
    FIELD_LABELS,
    LONGEST,
    FieldEdit,
    checked_number,
    read_edits,
)
from sdrdesk.domain.place.phone import parse_phones
from tests.domain.phone_table import cases

LEAD = Lead(
    "7", "Begoña", "Zúñiga", "b@acme.example", "Buyer", phone="+34 910 55 01 42", region="ES"
)


def changes(**given: str) -> dict[str, str]:
    return {edit.field: edit.new for edit in read_edits(LEAD, given)}


def test_the_form_the_labels_and_the_records_name_the_same_fields() -> None:
    assert tuple(EDIT_FIELDS.values()) == tuple(FIELD_LABELS) == PERSON_DATA
    assert set(PERSON_DATA) <= set(RemoteLead._fields)


def test_only_what_differs_is_changed() -> None:
    assert changes(first="Begoña", last=" Zúñiga  Ruiz ", email="B@ACME.example") == {
        "last_name": "Zúñiga Ruiz"
    }


def test_a_whole_name_is_divided() -> None:
    assert changes(name="Sam van der Lee") == {"first_name": "Sam", "last_name": "van der Lee"}


def test_a_national_number_is_read_in_the_country_of_the_lead() -> None:
    assert changes(mobile="612 34 56 78") == {"mobile": "+34 612 34 56 78"}


def test_an_empty_value_clears_but_never_the_last_thing_that_names_the_person() -> None:
    assert changes(email="", phone="") == {"email": "", "phone": ""}
    with pytest.raises(UsageError, match="a name or an e-mail"):
        changes(name="", email="")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"email": "nobody at acme"}, "is not an e-mail address"),
        ({"email": "a@" + "x" * 260 + ".example"}, "is not an e-mail address"),
        ({"phone": "ask reception"}, "cannot be dialled"),
        ({"title": "x" * (LONGEST + 1)}, "longer than"),
        ({"phnoe": "1"}, "did you mean 'phone'"),
        ({"title": "Buyer"}, "has these values already"),
    ],
)
def test_what_cannot_be_used_is_refused_and_named(given: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_edits(LEAD, given)


def test_a_number_without_a_country_is_never_guessed() -> None:
    with pytest.raises(UsageError, match="without its country code"):
        checked_number("555 0142", "")


@given(st.sampled_from(cases()))
def test_a_stored_number_reads_back_as_the_same_numbers_anywhere(
    case: tuple[str, str | None, str],
) -> None:
    raw, region, _ = case
    first = [(n.e164, n.extension) for n in parse_phones(raw, region) if n.e164]
    if not first:
        return
    try:
        written = checked_number(raw, region or "")
    except UsageError:
        return  # too many for one field
    assert [(n.e164, n.extension) for n in parse_phones(written, None)] == first


def test_escapes_of_a_paste_are_removed() -> None:
    assert changes(title="Head\x1b[31m of\nOps") == {"job_title": "Head[31m of Ops"}


def test_an_old_number_that_cannot_be_dialled_is_known_as_such() -> None:
    assert not FieldEdit("phone", "ask reception", "+34 910 55 01 42").can_return
    assert FieldEdit("phone", "", "+34 910 55 01 42").can_return


# How such fields merge.


def test_a_crm_may_space_a_number_and_lower_an_address() -> None:
    assert same_value("phone", "+34 910 55 01 42", "+34910550142")
    assert same_value("phone", "+34 910 55 01 42 ext. 5", "+34910550142 x5")
    assert not same_value("phone", "+34910550142 x5", "+349105501425")
    assert same_value("email", "B@Acme.example", "b@acme.example")
    assert not same_value("phone", "+34910550142", "+34910550143")
    assert not same_value("phone", "", "n/a")
    assert not same_value("job_title", "CEO", "ceo")


def test_a_number_that_both_sides_changed_is_a_conflict() -> None:
    assert decide("phone", "+34910550142", "+34910550143", "+34910550144") is Decision.CONFLICT
    assert decide("phone", "+34 910 55 01 42", "+34910550143", "+34910550142") is Decision.SEND
    assert decide("phone", "+34910550142", "+34 910 550 143", "+34910550143") is Decision.SAME
