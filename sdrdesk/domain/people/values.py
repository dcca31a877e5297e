"""One cell of a file: what is empty, what a spreadsheet added, what says "do not call"."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from sdrdesk.domain.text.plain_text import one_line

EMAIL = re.compile(r"[^@\s<>\",;:()\\]+@(?:[^\W_](?:[\w-]*\w)?\.)+[^\W\d_]{2,}")
"""Loose: the CRM has the last word. What cannot be an address anywhere is reported by line."""
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
"""What programs write for nothing, folded. ``NA`` is Namibia, ``Nan`` and ``Na`` are names."""

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
    """Return a heading for comparing: letters and digits only, no accents, lower case."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(ch for ch in plain if ch.isalnum())


@lru_cache(maxsize=8192)
def plain(cell: str) -> str:
    """Return the text of a cell, ``""`` for a word that means nothing is there.

    An apostrophe that keeps a formula from running goes.
    """
    text = one_line(cell)
    if text.startswith("'") and text[1:].startswith(_FORMULA):
        text = text[1:]
    return "" if is_null(text) else text


def is_null(text: str) -> bool:
    """Whether a text is what a program writes for nothing."""
    if text in ("nil", "NIL"):  # Nil is a name
        return True
    return not text or (text.casefold() in _NULL and text != "Nan")


def is_email(text: str) -> bool:
    """Whether a text can be an e-mail address."""
    return "@" in text and EMAIL.fullmatch(text) is not None


def looks_like_phone(text: str) -> bool:
    """Whether a text is written as only telephone numbers are: with a plus, or in groups."""
    digits = sum(ch.isdigit() for ch in text)
    return (
        7 <= digits <= 17 and _PHONE.fullmatch(text) is not None and _DATE.fullmatch(text) is None
    )


def consent(text: str, own_value: str = "") -> Consent:
    """Return what a cell of a do-not-call column says.

    Args:
        text: the cell, plain.
        own_value: the value that means it at the account, ``""`` any that says yes.
    """
    word = text.casefold()
    if not word or word in _NO:
        return "no"
    if word in _YES or (own_value and word == own_value.casefold()):
        return "yes"
    return "unclear"


def may_call(text: str) -> Consent:
    """Return whether a cell of a column "may be called" forbids it; empty says nothing."""
    said = consent(text)
    if not text or said == "unclear":
        return "no" if not text else "unclear"
    return "no" if said == "yes" else "yes"
