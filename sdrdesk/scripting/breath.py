"""Limits on how long a line takes to say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from sdrdesk.scripting.model import Section, SectionKind

WORDS_PER_SENTENCE: Final = 28
"""One breath: eleven seconds at 150 words a minute. A judgement from reading scripts aloud, not a
study."""

WORDS_PER_TURN: Final = 60
"""24 seconds at that pace; by then the other person should have spoken."""

WORDS_PER_VOICEMAIL: Final = 75
"""Thirty seconds at that pace; longer messages are deleted before the number comes."""

_SPEECH: Final = {
    SectionKind.OPENER: WORDS_PER_TURN,
    SectionKind.REASON: WORDS_PER_TURN,
    SectionKind.GATEKEEPER: WORDS_PER_TURN,
    SectionKind.CLOSE: WORDS_PER_TURN,
    SectionKind.VOICEMAIL: WORDS_PER_VOICEMAIL,
}
_FIELD: Final = re.compile(r"\{\{.*?\}\}")
_TAG: Final = re.compile(r"\{%.*?%\}")
_SENTENCE: Final = re.compile(r"(?<=[.?!…])\s+|\n")


def too_long(section: Section) -> Iterator[tuple[int, str]]:
    """Yield line and description of everything in ``section`` that is too long to say."""
    if section.kind is SectionKind.EMAIL:
        return
    limit = _SPEECH.get(section.kind)
    if limit is not None:
        words = _count(section.text)
        if words > limit:
            yield section.line, f"takes {words} words to say, more than {limit}"
    for line, text in _spoken(section):
        for sentence in _SENTENCE.split(spoken(text)):
            words = len(sentence.split())
            if words > WORDS_PER_SENTENCE:
                start = " ".join(sentence.split()[:5])
                yield (
                    line,
                    f'"{start} …" is a sentence of {words} words, more than '
                    f"{WORDS_PER_SENTENCE}: too long for one breath",
                )


def _spoken(section: Section) -> Iterator[tuple[int, str]]:
    yield section.line, section.text
    for item in section.items:
        # The other person says the heading of an objection.
        yield item.line, item.answer if item.key else item.text


def spoken(text: str) -> str:
    """Return a text as it is said: a merge field as about two words, a tag not at all."""
    return _TAG.sub("", _FIELD.sub("some words", text))


def _count(text: str) -> int:
    return len(spoken(text).split())
