"""The shapes of a call script: as written, as matched, as shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal


class SectionKind(StrEnum):
    """The parts of a call, in the order they come up."""

    OPENER = "opener"
    REASON = "reason"
    QUESTIONS = "questions"
    OBJECTIONS = "objections"
    VOICEMAIL = "voicemail"
    GATEKEEPER = "gatekeeper"
    CLOSE = "close"
    OTHER = "other"
    """A heading of the team's own; shown after the rest."""


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a section: a question, or an objection with what to answer."""

    text: str
    slot: str = ""
    """Qualification slot that the answer fills, ``""`` none."""
    key: str = ""
    """``"1"`` to ``"9"``: the key that opens an objection, ``""`` none."""
    answer: str = ""
    """What to say to an objection."""
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

    @property
    def slot_keys(self) -> tuple[str, ...]:
        """The qualification slots this section asks for, in order, each once."""
        return tuple(dict.fromkeys(item.slot for item in self.items if item.slot))

    @property
    def objection_keys(self) -> tuple[str, ...]:
        """The number keys of this section's objections."""
        return tuple(item.key for item in self.items if item.key)


FACETS = ("persona", "conversion", "industry", "stage", "language")
"""What a script may be written for, the most telling first."""


@dataclass(frozen=True, slots=True)
class Script:
    """One file of the library. An empty facet means "any"."""

    script_id: str
    title: str
    version: str
    """First twelve hexadecimal digits of the file's SHA-256: what was on screen, exactly."""
    path: Path
    origin: Literal["team", "shipped"]
    sections: tuple[Section, ...]
    """Templates, not yet merged."""
    persona: tuple[str, ...] = ()
    conversion: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()
    language: tuple[str, ...] = ()
    priority: int = 0
    """Settles equals only: of two scripts that fit as closely, the higher wins."""

    @property
    def reference(self) -> str:
        """Id and version in one text, for the record of a call."""
        return f"{self.script_id}@{self.version}"

    def facet(self, name: str) -> tuple[str, ...]:
        """Return the values of one of ``FACETS``."""
        values = {
            "persona": self.persona,
            "conversion": self.conversion,
            "industry": self.industry,
            "stage": self.stage,
            "language": self.language,
        }
        return values[name]


@dataclass(frozen=True, slots=True)
class ScriptMatch:
    """The script for a lead and why it is this one."""

    script: Script
    reasons: tuple[str, ...]
    """Such as ``persona Technical Builder``, ``converted on a demo request``."""
    specificity: int
    """How many facets of the script fit this lead; 0 is the general fallback."""


@dataclass(frozen=True, slots=True)
class RenderedScript:
    """A script merged with one lead: plain text, ready to be said."""

    script_id: str
    title: str
    version: str
    sections: tuple[Section, ...]
    missing: tuple[str, ...] = ()
    """Merge fields that had no value and no fallback; they show as ``[first name?]``."""

    def section(self, kind: SectionKind) -> Section | None:
        """Return the first section of ``kind``, ``None`` when the script has none."""
        return next((section for section in self.sections if section.kind is kind), None)

    @property
    def slot_keys(self) -> tuple[str, ...]:
        """Every slot the script asks for, in order, each once."""
        return tuple(dict.fromkeys(key for section in self.sections for key in section.slot_keys))


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One thing the linter says about the library."""

    level: Literal["error", "warning"]
    rule: str
    """Short name of the rule, such as ``no-fallback``."""
    script_id: str
    """``""`` when it is about the library as a whole."""
    path: str
    line: int
    """From 1; 0 when it is about the whole file."""
    message: str
