"""Telephone numbers as people type them, only from ranges reserved for fiction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sdrdesk.sandbox.world.data.places import NO_TRUNK_PREFIX
from sdrdesk.sandbox.world.dice import Dice, Table


@dataclass(frozen=True, slots=True)
class Number:
    """A number before it is formatted."""

    calling_code: str
    groups: tuple[str, ...]

    @property
    def national(self) -> str:
        """Return the national digits without trunk prefix."""
        return "".join(self.groups)

    @property
    def e164(self) -> str:
        """Return the international form, ``+`` and digits."""
        return f"+{self.calling_code}{self.national}"


@dataclass(frozen=True, slots=True)
class Typed:
    """The text of a number field, and the CRM's reading of it."""

    raw: str
    number: Number | None
    """``None`` without a callable number."""


_STYLES: Table[str] = Table(
    [
        ("spaced", 30.0),
        ("e164", 18.0),
        ("national", 14.0),
        ("brackets", 10.0),
        ("dashes", 9.0),
        ("dots", 4.0),
        ("zeros", 3.0),
        ("plus_zero", 3.0),
        ("slash", 2.0),
        ("extension", 3.0),
        ("labelled", 1.5),
        ("uri", 0.7),
        ("fullwidth", 0.5),
        ("arabic_digits", 0.4),
        ("nbsp", 0.7),
        ("apostrophe", 0.6),
        ("padded", 0.6),
    ]
)
_UNUSABLE = (
    "n/a",
    "-",
    "none",
    "12345",
    "000000000",
    "0000",
    "call me",
    "see e-mail",
    "TBC",
    "x",
    "+",
    "555",
    "on request",
    "+1 555",
    "1111111111",
    "ask reception",
    "privat",
    "no phone pls",
    "tel.",
    "999",
)
_FULLWIDTH = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）　")
_ARABIC_INDIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def draw_number(dice: Dice, calling_code: str, pattern: str) -> Number:
    """Return a number of a pattern; each ``#`` becomes a digit."""
    digits = "".join(str(dice.below(10)) if c == "#" else c for c in pattern)
    return Number(calling_code, tuple(digits.split()))


def unusable(dice: Dice) -> Typed:
    """Return a filled-in field without a usable number."""
    return Typed(dice.pick(_UNUSABLE), None)


def typed(dice: Dice, number: Number) -> Typed:
    """Return a number as typed in one of many ways."""
    return Typed(_write(dice, number, _STYLES.draw(dice)), number)


def _spaced(number: Number) -> str:
    return f"+{number.calling_code} {' '.join(number.groups)}"


def _extended(dice: Dice, number: Number) -> str:
    mark = dice.pick((" ext. ", " x", " #", ";ext="))
    return f"{_spaced(number)}{mark}{dice.between(10, 4999)}"


def _labelled(dice: Dice, number: Number) -> str:
    label = dice.pick(("Office: {n}", "{n} (direct)", "mob {n}", "{n} after 2pm", "Tel. {n}"))
    return label.replace("{n}", _spaced(number))


_INTERNATIONAL: dict[str, Callable[[Dice, Number], str]] = {
    "spaced": lambda _, n: _spaced(n),
    "e164": lambda _, n: n.e164,
    "zeros": lambda _, n: f"00{n.calling_code}{n.national}",
    "uri": lambda _, n: f"tel:{n.e164}",
    "nbsp": lambda _, n: _spaced(n).replace(" ", "\u00a0"),
    "apostrophe": lambda _, n: f"'{_spaced(n)}",
    "padded": lambda _, n: f"  {_spaced(n)} ",
    "fullwidth": lambda _, n: _spaced(n).translate(_FULLWIDTH),
    "arabic_digits": lambda _, n: _spaced(n).translate(_ARABIC_INDIC),
    "extension": _extended,
    "labelled": _labelled,
}


def _write(dice: Dice, number: Number, style: str) -> str:
    writer = _INTERNATIONAL.get(style)
    return writer(dice, number) if writer is not None else _national(dice, number, style)


def _national(dice: Dice, number: Number, style: str) -> str:
    trunk = "" if number.calling_code in NO_TRUNK_PREFIX else "0"
    first, rest = trunk + number.groups[0], number.groups[1:]
    if style == "brackets":
        head = f"+{number.calling_code} " if dice.chance(0.5) and not trunk else ""
        return f"{head}({first}) {'-'.join(rest)}"
    if style == "dashes":
        head = "1-" if number.calling_code == "1" and dice.chance(0.3) else ""
        return head + "-".join((first, *rest))
    if style == "dots":
        return ".".join((first, *rest))
    if style == "slash":
        return f"{first}/{'-'.join(rest)}"
    if style == "plus_zero" and trunk:
        return f"+{number.calling_code} (0){number.groups[0]} {' '.join(rest)}"
    return " ".join((first, *rest))
