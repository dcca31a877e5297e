"""The script library for screens and commands."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from sdrdesk.config import RepSettings
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.outcome.qualification import Qualification
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.model import SectionKind
from sdrdesk.services.views.call import ScriptItem, ScriptSection, ScriptView

_FRESH_S = 17.0
"""Time that files count as unchanged after a look: screens look ahead every fifteen seconds,
and forty files take as long as the rest of a lead."""


class ScriptEntry(NamedTuple):
    """One script of the library."""

    script_id: str
    title: str
    persona: str
    conversion: str
    source: str
    """``team`` or ``shipped``."""
    path: str


class LibraryProblem(NamedTuple):
    """One problem that the linter found."""

    level: str
    where: str
    text: str


class RenderedMail(NamedTuple):
    """A follow-up e-mail, merged: plain text, not yet read by the rep."""

    reference: str
    """Id and version of its script."""
    title: str
    """Heading of its section."""
    subject: str
    body: str
    missing: tuple[str, ...]
    """Fields without a value; they are shown as ``[first name?]``."""


class ScriptShelf:
    """The team's scripts, then the shipped ones; read on first use."""

    def __init__(
        self,
        folders: Path | Callable[[], tuple[Path, ...]],
        rep: RepSettings,
        slots: Callable[[], Qualification] = Qualification,
    ) -> None:
        self._folders = (lambda: (folders,)) if isinstance(folders, Path) else folders
        self._read: tuple[tuple[Path, ...], ScriptLibrary] | None = None
        self._rep = rep
        self._slots = slots
        self._followed = float("-inf")

    @property
    def _library(self) -> ScriptLibrary:
        folders = self._folders()  # others after a pull of rules
        if self._read is None or self._read[0] != folders:
            self._read = folders, ScriptLibrary.load(folders)
        return self._read[1]

    def follow(self) -> None:
        """Read changed files again. During a call this is done ahead of the next lead."""
        self._library.reload_if_changed()
        self._followed = time.monotonic()

    def script_for(
        self, lead: Lead, rep: str, now: datetime, *, missed: bool = False
    ) -> ScriptView:
        """Return the most specific script for ``lead``, rendered.

        Changed files are read again, unless ``follow`` did that just now.

        ``missed``: they did not come to their meeting.
        """
        if time.monotonic() - self._followed > _FRESH_S:
            self.follow()
        match = self._library.match(lead, "no_show" if missed else "")
        slot_for = self._slots().slot_for
        shown = self._library.render(
            match.script,
            lead,
            self._mine(rep),
            now,
        )
        return ScriptView(
            script_id=match.script.reference,
            title=shown.title,
            version=shown.version,
            reasons=match.reasons,
            sections=tuple(
                ScriptSection(
                    kind=section.kind.value,
                    title=section.title,
                    text=section.text,
                    items=tuple(
                        ScriptItem(item.text, slot_for(item.slot), item.key, item.answer)
                        for item in section.items
                    ),
                )
                for section in shown.sections
                if section.kind is not SectionKind.EMAIL  # not said; see ``mail_for``
            ),
        )

    def _mine(self, rep: str) -> dict[str, str]:
        return {
            "first_name": rep.partition(" ")[0],
            "name": rep,
            "company": self._rep.company,
            "offer": self._rep.offer,
            "number": self._rep.number,
        }

    def mail_for(
        self,
        lead: Lead,
        rep: str,
        now: datetime,
        after: str,
        call: Mapping[str, str],
        answers: Mapping[str, str],
        template: str = "",
    ) -> RenderedMail:
        """Return the follow-up e-mail of the most specific script that has one, merged.

        Args:
            lead: the lead.
            rep: the rep's name.
            now: aware.
            after: what it follows, of ``MAIL_AFTER``.
            call: values under ``call.``.
            answers: values under ``answer.``, by slot.
            template: id of the script; ``""`` finds one.

        Raises:
            UsageError: no script has one, or there is no such script.
        """
        self._library.reload_if_changed()
        situation = "no_show" if after == "no_show" else ""
        wanted = template.partition("@")[0]
        found = self._library.mail(lead, after, situation, wanted)
        if found is None:
            raise UsageError(
                f'The script "{one_line(wanted, limit=60)}" has no e-mail.'
                if wanted
                else "No script for this lead has an e-mail.",
                kept="Nothing was opened.",
                next_step="Add a section such as ## E-mail after a voicemail: sdrdesk scripts path",
            )
        script, section = found
        alone = replace(script, sections=(section,))
        more = {"call": call, "answer": answers}
        shown = self._library.render(alone, lead, self._mine(rep), now, more)
        (mail,) = shown.sections
        subject = mail.items[0].text if mail.items else ""
        # A condition that is not met leaves its paragraph empty.
        body = re.sub(r"\n{3,}", "\n\n", mail.text).strip()
        return RenderedMail(script.reference, mail.title, subject.strip(), body, shown.missing)

    def mail_templates(self) -> list[str]:
        """Return the ids of the scripts with an e-mail, the team's own first."""
        return list(self._library.mail_templates)

    def entries(self) -> list[ScriptEntry]:
        """Return every script, the team's own first."""
        return [
            ScriptEntry(
                script_id=script.script_id,
                title=script.title,
                persona=", ".join(script.persona),
                conversion=", ".join(script.conversion),
                source=script.origin,
                path=str(script.path),
            )
            for script in self._library.scripts
        ]

    def ids(self) -> frozenset[str]:
        """Return the id of every script of this machine."""
        return frozenset(script.script_id for script in self._library.scripts)

    def asked_slots(self) -> frozenset[str]:
        """Return the slots of the chosen set that some script asks for."""
        slot_for = self._slots().slot_for
        return frozenset(
            slot_for(item.slot)
            for script in self._library.scripts
            for section in script.sections
            for item in section.items
            if item.slot
        )

    def need(self, reference: str) -> str:
        """Return ``reference`` (an id, with or without a version) if there is such a script.

        Raises:
            UsageError: there is none; names the nearest.
        """
        wanted = reference.partition("@")[0]
        known = [script.script_id for script in self._library.scripts]
        if wanted in known:
            return reference
        near = get_close_matches(wanted, known, n=3, cutoff=0.3)
        raise UsageError(
            f'There is no script "{one_line(wanted, limit=60)}" (script).',
            kept="Nothing was recorded.",
            next_step=(f"Did you mean {', '.join(near)}? " if near else "")
            + "See them with: sdrdesk scripts list",
        )

    def lint(
        self, personas: tuple[str, ...] = (), languages: Mapping[str, int] = MappingProxyType({})
    ) -> list[LibraryProblem]:
        """Return the problems of the library, and notes on leads without a script.

        Args:
            personas: those of the account.
            languages: number of leads by language code.
        """
        from sdrdesk.scripting.lint import unspoken  # loads Jinja

        library = self._library
        found = library.lint(personas=personas, slots=sorted(self._slots().keys))
        return [
            LibraryProblem(
                finding.level,
                f"{finding.path}:{finding.line}"
                if finding.path
                else finding.script_id or "library",
                finding.message,
            )
            for finding in (*found, *unspoken(library.scripts, languages))
        ]
