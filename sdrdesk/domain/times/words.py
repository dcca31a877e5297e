"""The words of times, English and German, brought to one spelling before they are read."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

MONTHS: Final = (
    ("january", "januar", "jänner"), ("february", "februar"), ("march", "märz", "maerz"),
    ("april",), ("may", "mai"), ("june", "juni"), ("july", "juli"), ("august",),
    ("september",), ("october", "oktober"), ("november",), ("december", "dezember"),
)  # fmt: skip
"""Names of the twelve months; three letters or more of a name are enough."""
MONTH_SHORT: Final = ("jan", "feb", "mar", "apr", "may", "jun",
                      "jul", "aug", "sep", "oct", "nov", "dec")  # fmt: skip
_DAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GERMAN_DAYS: Final = ("montag", "dienstag", "mittwoch", "donnerstag", "freitag", "samstag",
                       "sonntag")  # fmt: skip

UNITS: Final = {
    "min": ("m", "min", "mins", "minute", "minutes", "minuten"),
    "h": ("h", "hr", "hrs", "hour", "hours", "std", "stunde", "stunden"),
    "d": ("d", "day", "days", "tag", "tage", "tagen"),
    "bd": ("bd", "business day", "business days", "working day", "working days", "workday",
           "workdays", "weekday", "weekdays", "werktag", "werktage", "werktagen",
           "arbeitstag", "arbeitstage", "arbeitstagen"),
    "w": ("w", "wk", "wks", "week", "weeks", "woche", "wochen"),
    "mo": ("mo", "mos", "mth", "mths", "month", "months", "monat", "monate", "monaten"),
    "q": ("quarter", "quarters", "quartal", "quartale", "quartalen"),
    "y": ("y", "yr", "yrs", "year", "years", "jahr", "jahre", "jahren"),
}  # fmt: skip
UNIT_OF: Final = {word: unit for unit, words in UNITS.items() for word in words}

_NUMBERS: Final = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15,
    "thirty": 30, "eins": 1, "zwei": 2, "drei": 3, "vier": 4,
    "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12,
}  # fmt: skip
_ONE: Final = "(?:an?|1|ein(?:e|en|em|er)?)"

# Longer phrases first; each becomes words that the other modules know.
_PHRASES: Final = (
    (r"day after tomorrow|(?:ü|ue)bermorgen", "overmorrow"),
    (r"day before yesterday|vorgestern", "eyester"),
    (r"tom|tomo|tmr|tmrw|tmw|tomorow|tommorow|tommorrow", "tomorrow"),
    (r"heute morgen|heute fr(?:ü|ue)h|this morning", "today morning"),
    (r"morgen fr(?:ü|ue)h|morgen vormittags?", "tomorrow morning"),
    (r"heute (?:abend|nacht)|tonight|tonite|this evening", "today evening"),
    (r"heute nachmittag|this afternoon|this arvo", "today afternoon"),
    (r"later today|later on today|today later|sp(?:ä|ae)ter heute|heute sp(?:ä|ae)ter"
     r"|heute noch|sometime today", "laterday"),
    (r"heute|tod", "today"),
    (r"(?:at )?(?:the )?same time|this time|(?:zur )?(?:gleichen?|selben?) zeit", "sametime"),
    (r"(?:mid|middle of the) morning", "midmorning"),
    (r"late morning", "latemorning"),
    (r"early afternoon", "earlyafternoon"),
    (r"(?:mid|middle of the) afternoon", "midafternoon"),
    (r"late afternoon|sp(?:ä|ae)ter nachmittag", "lateafternoon"),
    (r"early evening", "eod"),
    (r"2moro|2morrow", "tomorrow"),
    (r"after (?:the )?new year'?s?|nach neujahr|nach silvester", "next year"),
    (r"gestern", "yesterday"),
    (r"end of (?:the )?(?:business|working )?day|(?:close|end) of business|cob|eob|feierabend"
     r"|dienstschluss", "eod"),
    (r"(?:end of|late) (?:the |this )?week|late this week|ende der woche|eow", "eow"),
    (r"end of (?:the |this )?month|monatsende|ende des monats|eom", "eom"),
    (r"first thing in the morning|first thing|fr(?:ü|ue)h ?morgens|early morning", "morning"),
    (r"vormittags?|morgens|in der fr(?:ü|ue)h|fr(?:ü|ue)h", "morning"),
    (r"nachmittags?|arvo", "afternoon"),
    (r"abends?|at night|night|nachts", "evening"),
    (r"mittags?|midday", "noon"),
    (r"after lunch|nach dem mittag(?:essen)?", "afterlunch"),
    (r"in the(?= morning| afternoon| evening)", ""),
    (r"next coming|nxt|n(?:ä|ae)chste[nrsm]?", "next"),
    (r"this coming|coming|kommende[nrsm]?|diese[nrsm]?", "this"),
    (r"letzte[nrsm]?", "last"),
    (r"half past", "half"),
    (r"(?:a )?(?:quarter|viertel) (?:past|after|nach)", "quarterpast"),
    (r"(?:a )?(?:quarter|viertel) (?:to|before|of|vor)", "quarterto"),
    (r"(?:after|nach|from)(?= \d{1,2}(?:[:.]\d\d)?(?:(?:am|pm| ?uhr)(?!\w)|$))", ""),
    (r"(?:the )?new year|neue[ns]? jahr(?:e[sn]?)?", "next year"),
    (r"eoy|end of (?:the |this )?year|jahresende|ende des jahres", "late december"),
    (r"(?:the )?(?:early|beginning of|start of|anfang|beginn)(?: (?:the|des))?", "early"),
    (r"(?:the )?(?:mid|middle of|mitte)(?: (?:the|des))?", "mid"),
    (r"(?:the )?(?:late|end of|ende)(?: (?:the|des))?", "late"),
    (r"first quarter|erstes quartal|1st quarter", "q1"),
    (r"second quarter|zweites quartal|2nd quarter", "q2"),
    (r"third quarter|drittes quartal|3rd quarter", "q3"),
    (r"fourth quarter|last quarter|viertes quartal|4th quarter", "q4"),
)  # fmt: skip
_SPANS: Final = (
    (rf"(?:{_ONE} )?(?:hour|h) and (?:a )?half|(?:one|1) and a half hours?|anderthalb stunden"
     r"|eineinhalb stunden", "90min"),
    (rf"(?:three|3) quarters of an hour|(?:{_ONE} )?dreiviertelstunde", "45min"),
    (rf"(?:{_ONE} )?(?:quarter of an hour|quarter hour|viertelstunde)", "15min"),
    (rf"half an hour|(?:{_ONE} )?(?:half hour|halben? stunde)", "30min"),
    (rf"half a year|(?:{_ONE} )?(?:halbe[ns]? jahr|half year)", "6mo"),
    (rf"(?:{_ONE} )?fortnight", "2w"),
    (r"(?:a )?couple(?: of)?(?= (?:min|h|d|w|m|y))", "2"),
)  # fmt: skip
_BEFORE: Final = (
    r"(?:please )?(?:call|ring|try)(?: (?:me|them|him|her))?(?: (?:back|again))?|cb|callback"
    r"|until|till|til|bis|for|f(?:ü|ue)r|any ?time|some ?time|irgendwann"
)
"""Words before a time that say nothing of it."""
_FILLER: Final = frozenset(
    ("at", "on", "um", "the", "den", "dem", "der", "of", "im", "sometime", "anytime", "around",
     "about", "approx",
     "circa", "ca", "gegen", "roughly", "ab")
)  # fmt: skip


def tidy(text: str) -> str:
    """Return ``text`` in lower case with one spelling for each word this package knows."""
    text = text.casefold().replace("ß", "ss").replace("@", " ").replace("~", " ")
    text = text.replace("o'clock", "uhr").replace("oclock", "uhr").replace("o’clock", "uhr")
    text = re.sub(r"(?<=\d),(?=\d(?!\d))", ".", text)
    text = re.sub(r"[,;()]|:(?=\s)|\s-(?=\s)", " ", text)
    text = re.sub(r"(?<=\d)-?ish\b", "", text)
    # "3-dec", "mid-january", but not "-10m", "2026-12-01" or "utc-5".
    text = re.sub(r"(?<=[^\W\d])(?<!utc)(?<!gmt)-(?=\w)|(?<=\d)-(?=[^\W\d])", " ", text)
    text = re.sub(r"(?<![^\W\d])([ap])\.? ?m\b\.?", r"\1m", text)
    text = re.sub(r"(?<=\d) (?=[ap]m\b)", "", text)
    text = re.sub(r"(?<=[^\W\d])[.!?]+(?=\s|$)|[!?]+$", "", text)
    text = re.sub(r"\b([^\W\d]{2,10})(?=\d)", _apart, text)
    text = re.sub(rf"^\s*(?:{_BEFORE})\s", "", text)
    text = " ".join(str(_NUMBERS.get(word, word)) for word in text.split())
    for pattern, word in _patterns():
        text = pattern.sub(word, text)
    units = "|".join(sorted(UNIT_OF, key=len, reverse=True))
    text = re.sub(rf"(?<!\w)(?:{_ONE}) (?=(?:{units})(?!\w))", "1 ", text)
    words = text.split()
    kept = []
    for place, word in enumerate(words):
        if word == "am" and place < len(words) - 1:
            continue  # the German preposition; the English one comes after the hour
        if word in _FILLER:
            continue
        kept.append(word)
    return " ".join(kept)


def _apart(match: re.Match[str]) -> str:
    """Put a blank between a day's name and the hour behind it: ``thu10``."""
    word = match[1]
    is_day = weekday_index(word) is not None or word in ("today", "tomorrow", "heute", "morgen")
    return f"{word} " if is_day else word


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Compile the phrases when a time is typed: 30 ms that a screen need not wait for."""
    return tuple(
        (re.compile(rf"(?<!\w)(?:{pattern})(?!\w)"), word) for pattern, word in (*_SPANS, *_PHRASES)
    )


def month_index(word: str) -> int | None:
    """Return 0 to 11 for a month's name or three letters of it or more."""
    if len(word) < 3:
        return None
    if word in ("sept", "mrz", "mär"):
        return 8 if word == "sept" else 2
    for place, names in enumerate(MONTHS):
        if any(name.startswith(word) for name in names):
            return place
    return None


def weekday_index(word: str) -> tuple[int, bool] | None:
    """Return 0 (Monday) to 6 for a weekday's name, and whether the word is German."""
    if len(word) == 2 and word in ("mo", "di", "mi", "do", "fr", "sa", "so"):
        return ("mo", "di", "mi", "do", "fr", "sa", "so").index(word), True
    if word in ("weds", "thurs", "sonnabend"):
        return {"weds": (2, False), "thurs": (3, False), "sonnabend": (5, True)}[word]
    if len(word) < 3:
        return None
    for place, name in enumerate(_DAYS):
        if name.startswith(word) or word == f"{name}s":
            return place, False
    for place, name in enumerate(_GERMAN_DAYS):
        if name.startswith(word) or word == f"{name}s":
            return place, True
    return None
