"""Headings of the products that export people, and their fields."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib import resources
from typing import NamedTuple

from sdrdesk.domain.people.values import fold_heading, word_set

PERSON_FIELDS: dict[str, str] = {
    "email": "e-mail address",
    "other_email": "further e-mail address",
    "name": "whole name",
    "first_name": "first name",
    "last_prefix": "particle of the last name",
    "last_name": "last name",
    "title": "job title",
    "company": "company",
    "phone": "telephone",
    "mobile": "mobile",
    "extension": "extension of the telephone",
    "other_phone": "further telephone",
    "street": "street",
    "city": "city",
    "postcode": "postcode",
    "state": "state or region",
    "country": "country",
    "do_not_call": "do not call",
    "may_call": "may be called",
    "note": "kept as a note",
}
"""Fields of a column, by their name in ``--map``, and their labels."""

_IGNORE = "ignore"
_AMBIGUOUS = {"name", "nom", "nombre", "nome", "naam"}
"""A whole name, or the part of it without a column of its own."""
_PREFIXES = (
    "person", "contact", "lead", "prospect", "attendee", "participant", "delegate", "guest",
    "kontakt", "contacto", "contatto", "contato", "customer", "client",
)  # fmt: skip
_LABEL = re.compile(r"(?:phone|email|address|website|organization|event|relation)\d*(?:type|label)")


_PLAIN = word_set(
    "work business professional office mailing primary main text only line numbers"
    " geschaftlich geschaftliche dienstlich beruflich arbeit buro professionnel professionnelle"
    " bureau travail laboral trabajo oficina profesional comercial trabalho profissional escritorio"
    " lavoro ufficio professionale werk zakelijk zakelijke kantoor"
    " the of de del do da di du van von la le el a alt alternate address postal postale"
)
"""Words that do not change the meaning of a telephone, e-mail or place."""
_FURTHER = word_set(
    "any other further second secondary alternative home private personal whats app whatsapp"
    " company group hq"
    " weitere weiteres weiterer privat private privates firma zentrale auto haupt"
    " autre domicile personnel entreprise empresa particular casa otro bedrijf"
    " outro residencial pessoal altro privato personale aziendale azienda andere prive thuis"
)
"""Words of second and further numbers and addresses."""
_BY_WORDS = frozenset(
    ("email", "other_email", "phone", "mobile", "other_phone", "note", "street", "city", "postcode",
     "state", "country")
)  # fmt: skip
_FURTHER_FIELD = {"phone": "other_phone", "mobile": "other_phone", "email": "other_email"}


class Meaning(NamedTuple):
    """The field of a heading, and its rank among columns of the same field."""

    field: str
    rank: int


def meaning_of(heading: str) -> Meaning | None:
    """Return the meaning of a heading, ``None`` when unknown; ``ignore`` is a field too."""
    word = fold_heading(heading)
    if not word:
        return None
    if _LABEL.fullmatch(word):
        return Meaning(_IGNORE, 0)
    table = _table()
    return table.get(word) or _refused(heading) or _of_part(word) or _of_words(heading)


def is_ambiguous(heading: str) -> bool:
    """Return whether a heading is a whole name only if no other column has a part of it."""
    return fold_heading(heading) in _AMBIGUOUS


def _of_part(word: str) -> Meaning | None:
    """Read ``Person - Phone - Work`` and ``Phone 4`` by the known part."""
    table = _table()
    for prefix in _PREFIXES:
        if word.startswith(prefix) and (found := table.get(word.removeprefix(prefix))):
            return found
    base = word.rstrip("0123456789")
    found = table.get(base) if base != word else None
    if found is None:
        return None
    number = int(word[len(base) :][:4])
    return Meaning(_FURTHER_FIELD.get(found.field, found.field), found.rank + 100 * number)


def _of_words(heading: str) -> Meaning | None:
    """Read ``Telefon (geschäftlich) 2`` and ``Alt. address: city`` by the relevant words.

    Only for fields that further words do not change: "Firma Name" is not a name.
    """
    words = spaced(heading).split()
    more = [word for word in words if word in _FURTHER or word.isdigit()]
    core = [word for word in words if word not in _PLAIN and word not in more]
    found = _table().get("".join(core))
    if found is None or found.field not in _BY_WORDS:
        return None
    if not more:
        return found
    return Meaning(_FURTHER_FIELD.get(found.field, found.field), found.rank + 1000)


@cache
def _table() -> dict[str, Meaning]:
    table: dict[str, Meaning] = {}
    text = resources.files("sdrdesk.domain.people").joinpath("headings.tsv")
    for line in text.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            field, _, spellings = line.partition("\t")
            for spelling in spellings.split(";"):
                table.setdefault(fold_heading(spelling), Meaning(field, len(table)))
    return table


# Consent, in the words of many products.

_NOT_CALL = re.compile(
    r"\b(?:do not|dont|don t|not to be|never|no|please do not)(?: be)?(?: allow)?"
    r" (?:call|calls|called|phone|phones|phoned|telephone|contact|contacted|ring|cold call)"
    r"|\bdonot(?:call|phone|contact)|\bdnc\b|\bdo not allow phone"
    r"|\b(?:nicht|keine?) (?:\w+ )?(?:anruf|kontaktier|telefon)|(?:anruf|telefon|ruf|kontakt)sperre"
    r"|anrufverbot|ne pas (?:\w+ )?(?:appel|contact|telephon)|pas d.?appel|bloctel|liste rouge"
    r"|no (?:\w+ )?(?:llam|contact|telefon)|lista robinson|robinson"
    r"|n[a]o (?:\w+ )?(?:ligar|telefon|contat|contact|ligue|chamar|perturbe)"
    r"|non (?:\w+ )?(?:chiam|contatt|telefon)|registro (?:delle )?opposizioni"
    r"|niet (?:\w+ )?(?:bell|contact|telefon)|bel me niet"
)
_OPT_OUT = re.compile(
    r"\bopt(?:ed|ing)? ?out\b|\boptout|unsubscribe|\babgemeldet|widerspr[uo]ch|werbesperre"
    r"|desinscri|desabonn|\bbaja\b|disiscri|cancel\w* (?:a|la) (?:inscricao|suscripcion)"
    r"|annullata iscrizione|uitgeschreven|afgemeld|suppress"
)
_CONSENT = re.compile(
    r"\bconsent|\bopt(?:ed)? ?in\b|\boptin|gdpr|dsgvo|rgpd|\blgpd|einwilligung|zustimmung"
    r"|consentement|consentimiento|consentimento|consenso|toestemming|permission\b|blacklist"
    r"|\bblocklist|do not (?:mail|email|text|sms|fax|disturb|process|sell)"
)
_NOT_WAY = re.compile(r"\bdo not (?:mail|e ?mail|text|sms|fax|process|sell)|\bno e ?mails?\b")
_OTHER_WAY = re.compile(
    r"e ?mails?\b|correo|courriel|newsletter|\bsms\b|\btext|\bfax|\bpost\b|letter|\bmailing|bulk"
    r"|whatsapp|marketing"
)
_BY_PHONE = re.compile(r"phone|\bcalls?\b|\btel|anruf|appel|llamad|chamad|chiamat|bell")


_CALLING = re.compile(
    r"call|phone|\bring\b|contact|solicit|approach|anruf|gerufen|telefo|kontakt|appel|telephon|demarch"
    r"|llam|ligac|ligar|chamad|chiam|contatt|contat|oproep|bell|gebeld|benader"
)
_REFUSING = re.compile(
    r"\b(?:not|never|dont|don t|stop|sin|nicht|kein\w*|verb[oi]\w*|verweiger\w*|gesperrt|pas|plus"
    r"|aucune?s?|nao|niet|geen|non|refus\w*|rechaz\w*|recus\w*|rifiut\w*|weiger\w*|geweiger\w*"
    r"|opposi\w*|oppos[et]\w*|opos\w*|restrict\w*|exclu\w*|block\w*|prohibit\w*|forbid\w*"
    r"|declin\w*|object\w*|withdr\w*|revok\w*|widerruf\w*)\b|\bno (?!of\b|\d)\w|\bc?tps\b"
)
_ALLOWING = re.compile(
    r"\b(?:ok|okay|allow\w*|accept\w*|permi\w*|may|can|agree\w*|callable|contactable|erlaub\w*"
    r"|darf|gestattet|mag|autori[sz]\w*|accord|agreed|acept\w*|aceit\w*|puede|pode|puo|toegest\w*)\b"
)


def _refused(heading: str) -> Meaning | None:
    """Return ``do_not_call`` for a heading about refusing calls."""
    text = spaced(heading)
    if _OTHER_WAY.search(text) and not _BY_PHONE.search(text):
        return None
    refuses = _NOT_CALL.search(text) or _OPT_OUT.search(text)
    return Meaning("do_not_call", 0) if refuses else None


def spaced(heading: str) -> str:
    """Return ``has opted out of call`` for ``HasOptedOutOfCall``."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", heading)
    bare = "".join(
        ch for ch in unicodedata.normalize("NFKD", apart) if not unicodedata.combining(ch)
    )
    return " ".join(re.sub(r"[^\w]+|_", " ", bare.casefold()).split())


def is_about_consent(heading: str) -> bool:
    """Return whether a heading is about consent of any kind."""
    text = spaced(heading)
    return any(rule.search(text) for rule in (_NOT_CALL, _OPT_OUT, _CONSENT))


def is_refusal_elsewhere(heading: str) -> bool:
    """Return whether a heading refuses e-mail, text messages, fax or letters, but not calls."""
    text = spaced(heading)
    refuses = _OPT_OUT.search(text) or _NOT_WAY.search(text)
    return bool(refuses) and _OTHER_WAY.search(text) is not None


def may_be_consent(heading: str) -> bool:
    """Return whether a heading mentions calls and refusing or allowing; its cells decide."""
    text = spaced(heading)
    if re.search(r"\bc?tps\b", text):
        return True
    refuses = _REFUSING.search(text) or _ALLOWING.search(text)
    return bool(refuses) and _CALLING.search(text) is not None
