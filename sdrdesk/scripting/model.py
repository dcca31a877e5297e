"""Call scripts as written, as matched and as shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal


class SectionKind(StrEnum):
    """The parts of a call, in order."""

    OPENER = "opener"
    REASON = "reason"
    QUESTIONS = "questions"
    OBJECTIONS = "objections"
    VOICEMAIL = "voicemail"
    GATEKEEPER = "gatekeeper"
    CLOSE = "close"
    EMAIL = "email"
    """A follow-up e-mail: the subject is its only item, the text its body."""
    OTHER = "other"
    """A heading of the team; shown after the rest."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a section: a question, or an objection with its answer."""

    text: str
    slot: str = ""
    """Qualification slot of the answer, ``""`` none."""
    key: str = ""
    """Number key of an objection, ``"1"`` to ``"9"``, ``""`` none."""
    answer: str = ""
    """Answer to an objection."""
    line: int = 0
    """Line of the file, from 1."""


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a script: running text, then items."""

    kind: SectionKind
    title: str
    text: str = ""
    items: tuple[Item, ...] = ()
    line: int = 0
    after: str = ""
    """Of an e-mail: what it follows, one of ``MAIL_AFTER``; ``""`` for anything."""


MAIL_AFTER: Mapping[str, str] = {
    "voicemail": "after a voicemail",
    "no_answer": "after no answer",
    "talk": "after a talk",
    "no_show": "after a no-show",
}
"""Calls that an e-mail may follow, with the words of its heading: ``## E-mail after a …``."""


FACETS = ("persona", "conversion", "industry", "stage", "language")
"""Settings that narrow a script to some leads, the most specific first."""


@dataclass(frozen=True, slots=True)
class Script:
    """One file of the library. An empty facet means "any"."""

    script_id: str
    title: str
    version: str
    """First twelve hexadecimal digits of the file's SHA-256."""
    path: Path
    origin: Literal["team", "shipped"]
    sections: tuple[Section, ...]
    """Not yet merged."""
    persona: tuple[str, ...] = ()
    conversion: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    priority: int = 0
    """Decides between scripts that fit equally well; the higher wins."""

    @property
    def reference(self) -> str:
        """Id and version, as recorded with a call."""
        return f"{self.script_id}@{self.version}"

    def facet(self, name: str) -> tuple[str, ...]:
        """Return the values of one of ``FACETS``."""
        values: tuple[str, ...] = getattr(self, name)
        return values


@dataclass(frozen=True, slots=True)
class ScriptMatch:
    """The script for a lead, with reasons."""

    script: Script
    reasons: tuple[str, ...]
    """Such as ``persona Technical Builder``, ``converted on a demo request``."""


@dataclass(frozen=True, slots=True)
class RenderedScript:
    """A script merged with one lead: plain text."""

    script_id: str
    title: str
    version: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...] = ()
    """Merge fields without a value or a fallback; they show as ``[first name?]``."""


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One problem of the library."""

    level: Literal["error", "warning", "note"]
    rule: str
    """Name of the rule, such as ``no-fallback``."""
    script_id: str
    """``""`` for the library as a whole."""
    path: str
    line: int
    """From 1; 0 for the whole file."""
    message: str
