"""Values of cells: empty ones, telephone numbers, e-mail addresses, consent."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from sdrdesk.domain.text.plain_text import one_line

EMAIL = re.compile(r"[^@\s<>\",;:()\\]+@(?:[^\W_](?:[\w-]*\w)?\.)+[^\W\d_]{2,}")
"""Loose, because the CRM decides; anything else is reported by line."""
_PHONE = re.compile(
    r"(?:\+|00)\d[\d ().\-/]{6,20}"  # with the country
    r"|\(?\d{2,5}\)?[ .\-/]\d{2,4}[ .\-/]\d{2,5}(?:[ .\-/]\d{2,4})?"  # in groups
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}(?:[ T].*)?")
_FORMULA = ("=", "+", "-", "@")


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


_NULL = word_set(
    "null (null) none n/a #n/a #na n.a. n.a nan undefined (blank) (empty) (none) k.a. k.a k/a"
    " #null! #ref! #value! #name? #div/0! #num! \\n <null> - -- --- – — _ * ? . [null] (n/a)"
    " tbd tbc unknown (unknown) unbekannt inconnu inconnue desconocido desconhecido sconosciuto"
    " onbekend"
) | {
    "(not set)", "not set", "not available", "not provided", "not specified", "not applicable",
    "not known", "no name", "no value", "no phone", "no email",
}  # fmt: skip
"""Case-folded spellings of an empty value. ``NA`` is Namibia, ``Nan`` and ``Na`` are names."""

Consent = Literal["yes", "no", "unclear"]

_YES = word_set(
    "1 1.0 -1 true t yes y x xx ja j oui si sí sim s wahr vrai verdadero verdadeiro vero waar"
    " on checked selected ✓ ✔ ☑ ✅ dnc optout"
) | {
    "do not call", "don't call", "opt out", "opt-out", "opted out", "opted-out", "nicht anrufen",
    "ne pas appeler", "no llamar", "não ligar", "non chiamare", "niet bellen", "unsubscribed",
    "do not allow", "blocked", "no calls",
}  # fmt: skip
_NO = word_set(
    "0 0.0 false f no n nein non nao não nee falsch faux falso onwaar off unchecked ☐ ✗ ✘"
    " optin allow allowed"
) | {"opt in", "opt-in", "opted in", "opted-in", "ok to call", "may call", "call ok"}


def fold_heading(text: str) -> str:
    """Return a heading for comparison: letters and digits, no accents, lower case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in plain if ch.isalnum())


@lru_cache(maxsize=8192)
def plain(cell: str) -> str:
    """Return the text of a cell, ``""`` for an empty value, without a formula's apostrophe."""
    text = one_line(cell)
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        text = text[1:]
    return "" if is_null(text) else text


def is_null(text: str) -> bool:
    """Return whether a text is a spelling of an empty value."""
    if text in ("nil", "NIL"):  # Nil is a name
        return True
    return not text or (text.casefold() in _NULL and text != "Nan")


def is_email(text: str) -> bool:
    """Return whether a text can be an e-mail address."""
    return "@" in text and EMAIL.fullmatch(text) is not None


def looks_like_phone(text: str) -> bool:
    """Return whether a text has the form of a telephone number: a plus, or groups."""
    digits = sum(ch.isdigit() for ch in text)
    return (
        7 <= digits <= 17 and _PHONE.fullmatch(text) is not None and _DATE.fullmatch(text) is None
    )


def consent(text: str, own_value: str = "") -> Consent:
    """Return the answer in a do-not-call column; ``own_value`` is the account's value for yes."""
    word = text.casefold()
    if not word or word in _NO:
        return "no"
    if word in _YES or (own_value and word == own_value.casefold()):
        return "yes"
    return "unclear"


def may_call(text: str) -> Consent:
    """Return whether a cell of a column "may be called" forbids calls; an empty one does not."""
    if not text:
        return "no"
    opposite: dict[Consent, Consent] = {"yes": "no", "no": "yes"}
    return opposite.get(consent(text), "unclear")
