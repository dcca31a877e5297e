"""Finds possible numbers in a telephone field, with the words around them.

``phone_plan`` decides which of these digits are a number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from sdrdesk.domain.light_dataclass import dataclass

_RUN = re.compile(r"(?:\+[\s(]{0,2})?\(?\d(?:[ ().\-/\[\]_~·]{0,4}\d)*")
"""Digits and separators."""
_SHORT = 4
"""Most digits that replace the end of the number before, unless they fill a group."""
_GAP = re.compile(r"[ ().\-/\[\]_~·]+")
_WORD = re.compile(r"[^\W\d_]+")
_NOISE = re.compile(
    r"\S+@\S+"
    r"|(?:https?://|www\.)\S+"
    # Dates: the year first or last, with the same separator twice. With blanks, or with a year of
    # two digits, they could be numbers.
    r"|(?<![\d+])(?<!\d[-/.])(?:(?:19|20)\d\d([-/.])\d\d?\1\d\d?|\d\d?([-/.])\d\d?\2(?:19|20)\d\d)"
    r"(?![-/.]?\d)(?:T\d[\d:.]*Z?)?"
    r"|\d[\d.,]*E[+-]?\d+",
    re.IGNORECASE,
)
"""Addresses, dates and exponents."""
_AMOUNT = re.compile(r"(?<![\d.,+-])(\+?\d{7,15})[.,]0{1,2}(?![\d.,])")
"""A number that a spreadsheet formatted as an amount."""

_EXTENSION = re.compile(
    r"[\s(\[,;:./-]{0,5}(?:(?:(?:then|and|dann|dial|ask\sfor)\s){0,2}"
    r"(?:extension|extensi[oó]n|extens[aã]o|extn?|ex|xtn|durchwahl|dw|nebenstelle|nst"
    r"|klappe|poste|interno|interna|interne|intern|int|anexo|ramal|toestel|tst|anknytning|ankn"
    r"|добавочный|доб|внутр|вн|wewn[eę]trzny|wewn?|linka|klapka|lok[aá]ln[ií]|lokal|lok|local|alanumero"
    r"|dahili|mell[eé]k|εσωτερικό|εσωτ|内線|内线|分機|分机|내선|שלוחה|تحويلة|داخلی|option|opt|press|dial|apparat|app)"
    r"(?![^\W\d_])[\s.:=#-]{0,3}(?:(?:number|num|no|nr)\b[\s.:#]{0,2})?|[x×][\s.:]{0,2}|[#*]\s?)"
    r"(\d{1,9})#?(?!\d|[.-]\d)"
    # Pauses before further digits.
    r"|\s?,(?:\s?,)+\s?(\d{1,9})#?(?!\d)|(?:[,;]|[pw~]{1,4}(?=\d))(\d{1,6})#?(?![\s-]?\d)",
    re.IGNORECASE,
)
"""An extension after a number."""

_LABELS = frozenset(
    """
a b c d f h m o p t w ph tel tél telf telef teléfono telefono telefone telefon téléphone
telephone telefoon telefonnummer telephon phone fon fono fone mob mobil mobile mobiel móvil
movil cell cellulare cel celular cellphone cellular gsm natel handy handynummer portable port
work office direct direkt direkte direkter dir desk home private privat business biz main
switchboard hq zentrale büro buero bureau kantoor oficina ufficio dienst reception landline
festnetz fixe fijo fisso fixed vast line call me on at or oder ou und and et y e no nr number
num nummer numero número numéro whatsapp wa sms telegram signal viber skype my is please bitte
the after before ab nach bis only nur тел моб телефон мобильный τηλ κιν 電話 携帯 电话
手机 電話番号 전화 휴대폰 هاتف جوال טלפון נייד pm am ext callto sip
""".split()  # noqa: SIM905
)
"""Words that go with a telephone number."""
_NEUTRAL = frozenset("no nr n number num nummer numero número numéro is the ist".split())  # noqa: SIM905
_AGAINST = frozenset(
    """
invoice inv order ord ref reference referenz ticket case id vat ust ustid uid tax steuer po box
postfach iban bic account acct acc konto kontonummer rechnung rechnungsnummer rg facture factura
fattura fatura factuur customer client kunde kundennummer kdnr cliente member serial sku isbn
ssn siret siren cif nif nip kvk crn zip plz postcode postal suite room raum apt unit floor
passport licence license badge contract vertrag policy booking reservation quote bestellung pedido
commande ordine pin
""".split()  # noqa: SIM905
)
"""Words before other numbers, such as invoices and accounts."""
_FAX = re.compile(
    r"\W*(?:tele)?fax(?:nummer)?[\s.:#-]*(?:(?:no|nr|number)\b[\s.:#]*)?", re.IGNORECASE
)
"""The label of a fax number; "Tel/Fax" is both."""
_FAX_AFTER = re.compile(r"\s*\((?:tele)?fax\)", re.IGNORECASE)
_COUNTED = frozenset(
    "eur euro euros usd gbp chf dollars employees users people km kg years".split()  # noqa: SIM905
)

_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")
"""Letters on telephone keys (ITU-T E.161)."""
_FREE = frozenset("800 822 833 844 855 866 877 888 900".split())  # noqa: SIM905
_VANITY = re.compile(
    r"(?P<one>\+?1[-. ]?)?(?P<area>\([2-9]\d\d\)|[2-9]\d\d)(?P<gap>[-. ]?)"
    r"(?P<rest>[A-Za-z0-9]+(?:[-. ][A-Za-z0-9]+)*)"
)
_VANITY_ABROAD = re.compile(
    r"(?P<area>(?:\+\d{1,3}[ -]?)?0?\d{3,4})(?P<gap>[ -])(?P<rest>[A-Z]{4,12})"
)
_LETTERS = re.compile(r"[A-Za-z]{3}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Digits that may be one or several numbers."""

    run: str
    extension: str
    """Digits to dial after pick-up, ``""`` none."""
    joined: str
    """The text between the piece before and this one."""
    against: bool
    """The words around it show that it is something else."""
    in_prose: bool
    """Some words around it do not go with a telephone number."""


@dataclass(frozen=True, slots=True)
class Cut:
    """A place where digits may be split into two numbers."""

    before: str
    after: str
    sign: str
    """The separator."""

    @property
    def slash(self) -> bool:
        """True if the separator has a slash, as between numbers or after an area code."""
        return "/" in self.sign

    @property
    def ending(self) -> bool:
        """True if ``after`` may replace the last digits: ``"0142/43"``, ``"0142-43"``."""
        return self.slash or (self.sign.strip() == "-" and len(self.after) <= _SHORT)

    @property
    def sure(self) -> bool:
        """True if ``before`` is a number in any case: ``"0142 / ?"``, ``"0142 (2)"``."""
        return self.ending or ("(" in self.sign and len(self.after) <= _SHORT)


def tidy(raw: str) -> str:
    """Return ``raw`` with plain digits, dashes and blanks; line breaks stay."""
    text = raw if raw.isascii() else "".join(map(_plain, unicodedata.normalize("NFKC", raw)))
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _plain(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    if char in "\u2044\u2215":
        return "/"
    return "-" if category == "Pd" or char == "\u2212" else char


def without_noise(text: str) -> str:
    """Return ``text`` with addresses, dates and exponents replaced by line breaks."""
    return _NOISE.sub("\n", text)


def without_cents(text: str) -> str:
    """Return ``text`` without the decimals that a spreadsheet added to numbers."""
    return _AMOUNT.sub(r"\1", text)


def pieces(text: str) -> Iterator[Piece]:
    """Yield the possible numbers in ``text``, in order."""
    end = 0
    while found := _RUN.search(text, end):
        said = _EXTENSION.match(text, found.end())
        joined, end = text[end : found.start()], said.end() if said else found.end()
        before, after = _line(joined, -1), _line(text[end:], 0)
        yield Piece(
            run=found[0],
            extension=next(filter(None, said.groups()), "") if said else "",
            joined=joined,
            against=_is_against(before, after, glued=not said),
            in_prose=not _known(before) or not _known(after),
        )


def _line(text: str, which: int) -> str:
    """Return the text next to a number: on its line, up to the next digit."""
    if which == 0:
        return re.split(r"[\n;\d]", text, maxsplit=1)[0]
    return re.split(r"[\n;]", text)[-1]


def _known(text: str) -> bool:
    words = _WORD.findall(re.sub(r"\([^)]*\)", "", text))
    return all(word.casefold() in _LABELS for word in words)


def _is_against(before: str, after: str, *, glued: bool) -> bool:
    words = [word.casefold() for word in _WORD.findall(before)]
    touched = before[-1:].isalnum() or before[-1:] in {"_", "@"}
    if touched and (not words or words[-1] not in _LABELS):
        return True
    if glued and after and (after[0].isalpha() or after[0] in "_@%"):
        touching = _WORD.match(after)
        if touching is None or touching[0].casefold() not in _LABELS:
            return True
    if _FAX.fullmatch(before) or _FAX_AFTER.match(after):
        return True
    sign = before.rstrip()[-1:]
    if sign and (sign in "€$£¥" or (sign in "#№" and not words)):
        return True
    nearest = next((word for word in reversed(words) if word not in _NEUTRAL), "")
    following = _WORD.search(after)
    return nearest in _AGAINST or (following is not None and following[0].casefold() in _COUNTED)


def cuts(run: str) -> list[Cut]:
    """Return the ways to split ``run`` into two numbers, the likeliest first."""
    found = [
        Cut(run[: gap.start()], run[gap.end() :], gap[0])
        for gap in _GAP.finditer(run)
        if gap.start() > 4  # before that it is an area code
    ]
    return sorted(found, key=lambda cut: 0 if cut.slash else 1 if cut.after[:1] == "0" else 2)


def with_ending(number: str, ending: str) -> str:
    """Return ``number`` with its last digits replaced, as by ``"43"``; ``""`` if impossible.

    More than four digits must fill a group: ``"(212) 555-0142"`` and ``"555-0143"``.
    """
    wanted = re.sub(r"\D", "", ending)
    digits = re.sub(r"[^\d+]", "", number)
    if len(wanted) > _SHORT:
        after_gaps = (re.sub(r"\D", "", number[gap.end() :]) for gap in _GAP.finditer(number))
        fits = wanted[0] != "0" and len(wanted) in map(len, after_gaps)
    else:
        fits = 0 < len(wanted) < len(digits) - 3
    return digits[: -len(wanted)] + wanted if fits else ""


def goes_on(joined: str) -> bool:
    """Return whether ``joined`` lets another ending of the number before follow."""
    return joined.strip(" /&").casefold() in {"", "or", "oder", "ou", "und", "and", "et"}


def without_extension(text: str) -> tuple[str, str]:
    """Return ``text`` without its extension, and the extension."""
    for said in _EXTENSION.finditer(text):
        before = text[: said.start()]
        in_word = said[0][0].isalpha() and before[-1:].isalpha()
        if said.end() == len(text) and not in_word:
            return before, next(filter(None, said.groups()), "")
    return text, ""


def vanity(text: str) -> tuple[str, ...]:
    """Return the possible numbers for a number in letters, such as ``1-800-FLOWERS``.

    ``1234 Jones St`` looks similar, so signs are required that a street never has.
    """
    words = [w for w in re.split(r"[\s:]+", text) if w.rstrip(".").casefold() not in _LABELS]
    text = " ".join(words)
    if not _LETTERS.search(text):
        return ()
    found = _VANITY.fullmatch(text)
    if found is not None and _is_vanity(found):
        rest = re.sub(r"[^A-Za-z0-9]", "", found["rest"])
        return (f"+1{found['area'].strip('()')}{_keyed(rest)[:7]}",)
    found = _VANITY_ABROAD.fullmatch(text)
    if found is None or (found["gap"] == " " and found["area"][0] not in "0+"):
        return ()
    digits = _keyed(found["rest"])
    return tuple(found["area"] + digits[:most] for most in range(len(digits), 3, -1))


def _is_vanity(found: re.Match[str]) -> bool:
    one, area, gap, rest = found["one"] or "", found["area"], found["gap"], found["rest"]
    letters = re.sub(r"[^A-Za-z0-9]", "", rest)
    spoken = one[-1:] in {"-", ".", " "} or area[0] == "(" or gap in {"-", "."}
    spoken = spoken or (bool(one) and not gap and rest.isalpha() and area in _FREE)
    if not spoken or not 7 <= len(letters) <= 12:
        return False
    if area.strip("()") in _FREE:
        return " " not in rest or one[-1:] in {"-", "."}
    return len(letters) == 7 and letters.isupper() and not {" ", "."} & set(rest) and gap != " "


def _keyed(letters: str) -> str:
    return letters.upper().translate(_KEYPAD)
