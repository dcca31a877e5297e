"""Every heading of the products that export people goes to its field, and none vanishes."""

from __future__ import annotations

import pytest

from sdrdesk.domain.people.columns import Choices, ColumnMap, place_columns

EXPORTS = {
    "hubspot_en": (
        "Record ID|First Name|Last Name|Email|Phone Number|Mobile Phone Number|Company name"
        "|Job Title|Country/Region|State/Region|City|Postal Code|Street Address|Contact owner",
        "|first_name|last_name|email|phone|mobile|company|title|country|state|city|postcode|street|",
    ),
    "hubspot_de": (
        "Vorname|Nachname|E-Mail|Telefonnummer|Mobiltelefonnummer|Name des Unternehmens"
        "|Land/Region|Bundesland/Region|Stadt|Postleitzahl|Straße|Jobbezeichnung|Kontakt-Inhaber",
        "first_name|last_name|email|phone|mobile|company|country|state|city|postcode|street|title|",
    ),
    "hubspot_fr": (
        "Prénom|Nom|E-mail|Numéro de téléphone|Numéro de téléphone mobile|Nom de l'entreprise"
        "|Pays/région|Ville|Code postal|Intitulé du poste",
        "first_name|last_name|email|phone|mobile|company|country|city|postcode|title",
    ),
    "hubspot_es": (
        "Nombre|Apellidos|Correo|Número de teléfono|Número de teléfono móvil|Nombre de la empresa"
        "|País/región|Ciudad|Código postal|Cargo",
        "first_name|last_name|email|phone|mobile|company|country|city|postcode|title",
    ),
    "hubspot_pt": (
        "Nome|Sobrenome|E-mail|Número de telefone|Número de telefone celular|Nome da empresa"
        "|País/Região|Cidade|Cargo",
        "first_name|last_name|email|phone|mobile|company|country|city|title",
    ),
    "hubspot_it": (
        "Nome|Cognome|E-mail|Numero di telefono|Numero di cellulare|Nome azienda|Paese/Regione"
        "|Città|Qualifica",
        "first_name|last_name|email|phone|mobile|company|country|city|title",
    ),
    "hubspot_nl": (
        "Voornaam|Tussenvoegsel|Achternaam|E-mail|Telefoonnummer|Mobiel telefoonnummer"
        "|Bedrijfsnaam|Land/regio|Plaats|Functie",
        "first_name|last_prefix|last_name|email|phone|mobile|company|country|city|title",
    ),
    "salesforce": (
        "FirstName|LastName|Title|Account Name|Email|Phone|MobilePhone|OtherPhone|HomePhone"
        "|AssistantPhone|Fax|MailingStreet|MailingCity|MailingState|MailingPostalCode"
        "|MailingCountry|DoNotCall|Lead Source|Owner",
        "first_name|last_name|title|company|email|phone|mobile|other_phone|other_phone|note|note"
        "|street|city|state|postcode|country|do_not_call||",
    ),
    "apollo": (
        "First Name|Last Name|Title|Company|Company Name for Emails|Email|Email Status"
        "|Primary Email Source|First Phone|Work Direct Phone|Home Phone|Mobile Phone"
        "|Corporate Phone|Other Phone|Company Phone|Secondary Email|City|State|Country"
        "|Company Address|Company City|Do Not Call",
        "first_name|last_name|title|company|company|email|||phone|phone|other_phone|mobile"
        "|other_phone|other_phone|other_phone|other_email|city|state|country|street|city"
        "|do_not_call",
    ),
    "zoominfo": (
        "ZoomInfo Contact ID|Last Name|First Name|Middle Name|Job Title|Direct Phone Number"
        "|Email Address|Email Domain|Mobile phone|Person City|Person State|Person Zip Code|Country"
        "|Company Name|Company HQ Phone|Company Zip Code",
        "|last_name|first_name|note|title|phone|email||mobile|city|state|postcode|country|company"
        "|other_phone|postcode",
    ),
    "linkedin": (
        "First Name|Last Name|URL|Email Address|Company|Position|Connected On",
        "first_name|last_name||email|company|title|",
    ),
    "outlook": (
        "Title|First Name|Last Name|Company|Job Title|Business Street|Business City"
        "|Business State|Business Postal Code|Business Country/Region|Business Phone"
        "|Business Phone 2|Company Main Phone|Home Phone|Mobile Phone|Business Fax"
        "|Assistant's Phone|E-mail Address|E-mail Type|E-mail 2 Address|Manager's Name",
        "title|first_name|last_name|company|title|street|city|state|postcode|country|phone"
        "|other_phone|other_phone|other_phone|mobile|note|note|email||other_email|",
    ),
    "google": (
        "Name|Given Name|Family Name|E-mail 1 - Type|E-mail 1 - Value|E-mail 2 - Value"
        "|Phone 1 - Type|Phone 1 - Value|Phone 2 - Value|Organization 1 - Name"
        "|Organization 1 - Title|Address 1 - City|Address 1 - Country",
        "name|first_name|last_name||email|other_email||phone|other_phone|company|title|city"
        "|country",
    ),
    "zoho": (
        "Full Name|Account Name|Email|Secondary Email|Phone|Other Phone|Mobile|Mailing Zip"
        "|Mailing Country|Title|Lead Owner",
        "name|company|email|other_email|phone|other_phone|mobile|postcode|country|title|",
    ),
    "pipedrive": (
        "Person - Name|Person - First name|Person - Last name|Person - Organization"
        "|Person - Email - Work|Person - Email - Home|Person - Phone - Work|Person - Phone - Mobile"
        "|Person - Phone - Home|Person - Owner",
        "name|first_name|last_name|company|email|other_email|phone|mobile|other_phone|",
    ),
    "suitecrm": (
        "first_name|last_name|phone_work|phone_mobile|phone_home|phone_fax|email_address"
        "|primary_address_street|primary_address_city|primary_address_postalcode"
        "|primary_address_country|do_not_call|account_name|title",
        "first_name|last_name|phone|mobile|other_phone|note|email|street|city|postcode|country"
        "|do_not_call|company|title",
    ),
}
"""Headings of each product's export, and the field of each."""


def placed(headings: str, *rows: str, **choices: object) -> ColumnMap:
    cells = [row.split("|") for row in rows]
    return place_columns(headings.split("|"), cells, Choices(**choices))  # type: ignore[arg-type]  # as named


@pytest.mark.parametrize("product", EXPORTS)
def test_a_product_s_export_is_known(product: str) -> None:
    headings, fields = EXPORTS[product]
    columns = placed(headings)
    assert dict(zip(columns.headings, columns.fields, strict=True)) == dict(
        zip(headings.split("|"), fields.split("|"), strict=True)
    )
    assert columns.unplaced == ()


@pytest.mark.parametrize(
    "heading",
    [
        "Do Not Call", "DNC", "Opt out", "Call Opt-Out", "HasOptedOutOfCall", "do_not_call",
        "Do Not Phone", "DO-NOT-CALL", "Mobile Phone DNC", "Don't call", "Do not contact",
        "Nicht anrufen", "Bitte nicht anrufen", "Keine Anrufe", "Anrufsperre", "Ne pas appeler",
        "No llamar", "Não ligar", "Non chiamare", "Niet bellen", "Opted out of calls",
        "Phone opt out",
    ],
)  # fmt: skip
def test_do_not_call_headings_are_recognised(heading: str) -> None:
    assert placed(f"Email|{heading}").fields == ("email", "do_not_call")


@pytest.mark.parametrize(
    "heading",
    ["Email Opt Out", "HasOptedOutOfEmail", "Unsubscribed from all email", "SMS opt-out",
     "Uitgeschreven voor alle e-mails", "Do not email"],
)  # fmt: skip
def test_another_consent_is_never_taken_for_calls_and_never_dropped(heading: str) -> None:
    columns = placed(f"Email|{heading}", "a@example.com|1")
    assert (columns.fields[1], columns.unplaced) == ("", ((heading, "consent"),))
    assert placed(f"Email|{heading}", "a@example.com|0").unplaced == ()  # nobody asked for anything


@pytest.mark.parametrize("answer", ["0", "1", "No", "Ja", "withdrawn"])
@pytest.mark.parametrize(
    "heading", ["Consent", "GDPR consent", "Marketing opt-in", "Telephone consent", "Toestemming"]
)
def test_a_consent_that_was_given_or_refused_is_never_dropped(heading: str, answer: str) -> None:
    assert placed(f"Email|{heading}", f"a@example.com|{answer}").unplaced == ((heading, "consent"),)


@pytest.mark.parametrize("answer", ["No", "yes", "1"])
@pytest.mark.parametrize(
    "heading",
    ["Can be called", "Phone allowed", "Calls blocked", "On TPS", "Excluded from calls",
     "Darf nicht angerufen werden", "Refuse les appels", "No quiere ser llamado",
     "Não deseja chamadas", "Geen oproepen", "Niet benaderen"],
)  # fmt: skip
def test_a_column_that_answers_whether_to_call_is_asked_about(heading: str, answer: str) -> None:
    assert placed(f"Email|{heading}", f"a@example.com|{answer}").unplaced == ((heading, "consent"),)


def test_a_count_of_calls_is_no_consent() -> None:
    assert placed("Email|Calls not answered", "a@example.com|14").unplaced == ()


@pytest.mark.parametrize(
    ("heading", "cell", "field"),
    [
        ("Telefonnummer (geschäftlich)", "+49 30 5550142", "phone"),
        ("Telefon geschäftlich 2", "+49 30 5550142", "other_phone"),
        ("Tel bureau", "+33 1 55 50 14 20", "phone"),
        ("Tél. portable", "+33 6 55 50 14 20", "mobile"),
        ("Número de WhatsApp", "+34 655 501 420", "other_phone"),
        ("E-Mail 2: Adresse", "a@example.com", "other_email"),
        ("Correo electrónico laboral", "a@example.com", "email"),
        ("Ort geschäftlich", "Köln", "city"),
        ("alt_address_country", "Spain", "country"),
        ("Mailing Country (text only)", "Spain", "country"),
    ],
)
def test_words_around_a_known_heading_leave_its_meaning(
    heading: str, cell: str, field: str
) -> None:
    assert placed(f"Reference|{heading}", f"x|{cell}").fields == ("", field)


@pytest.mark.parametrize("heading", ["Email Sent", "Email Open", "EmailBouncedReason"])
def test_e_mail_statistics_are_no_addresses(heading: str) -> None:
    assert placed(f"Email|{heading}", "a@example.com|true").unplaced == ()


@pytest.mark.parametrize(
    ("heading", "cell", "what"),
    [
        ("Reach me at", "ada@example.com", "an e-mail address"),
        ("Reach me on", "+353 87 555 0142", "a telephone number"),
        ("Skype phone", "12345678", "a telephone number"),
        ("Second guest first name", "Ada", "a name"),
        ("Vorname des Gastes", "Ada", "a name"),
        ("Delivery street", "1 Quay", "an address"),
    ],
)
def test_a_column_that_may_hold_a_person_s_data_needs_a_decision(
    heading: str, cell: str, what: str
) -> None:
    columns = placed(f"Email|{heading}", f"a@example.com|{cell}")
    assert columns.unplaced == ((heading, what),)
    assert placed(f"Email|{heading}", "a@example.com|").unplaced == ()  # nothing can be lost
    assert placed(f"Email|{heading}", f"a@example.com|{cell}", ignored=[heading]).unplaced == ()
    mapped = placed(f"Email|{heading}", f"a@example.com|{cell}", mapped={heading: "note"})
    assert (mapped.fields[1], mapped.unplaced) == ("note", ())


@pytest.mark.parametrize(
    "heading",
    ["Shoe size", "Campaign name", "Company domain", "IP address", "Phone type", "Contact owner",
     "Event name", "Lifecycle stage", "Email status", "Web address"],
)  # fmt: skip
def test_columns_without_personal_data_are_left_out(heading: str) -> None:
    columns = placed(f"Email|{heading}", "a@example.com|Ada B")
    assert (columns.unplaced, columns.ignored()) == ((), (heading,))


def test_an_ambiguous_name_is_the_part_without_a_column() -> None:
    assert placed("Nom|E-mail").fields == ("name", "email")
    assert placed("Prénom|Nom").fields == ("first_name", "last_name")
    assert placed("Nombre|Apellidos").fields == ("first_name", "last_name")
    assert placed("Vorname|Nachname|Name").fields == ("first_name", "last_name", "name")


def test_cells_decide_for_an_unclear_heading() -> None:
    assert placed("Email|Direct", "a@example.com|yes").fields == ("email", "")
    assert placed("Email|Direct", "a@example.com|+353 1 555 0142").fields == ("email", "phone")
    assert placed("Email|First", "a@example.com|+353 1 555 0142").fields == ("email", "other_phone")


def test_the_account_s_own_name_of_the_field_is_a_consent_column() -> None:
    assert placed("Email|no_dial", do_not_call="no_dial").fields == ("email", "do_not_call")


def test_a_heading_that_is_not_there_is_named() -> None:
    assert placed("Email", mapped={"Shoe": "note"}, ignored=["Hat"]).strange == ("Shoe", "Hat")
