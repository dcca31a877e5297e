"""Reads a script file: TOML between ``+++`` lines, then Markdown sections.

The structure is read before anything is merged, so no CRM value can add a heading or a question.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.plain_file import read_plain
from sdrdesk.scripting.conversion import Situation
from sdrdesk.scripting.model import FACETS, MAIL_AFTER, Item, Script, Section, SectionKind
from sdrdesk.toml_file import stray_mark, toml_error
from sdrdesk.toml_lines import key_lines

MAX_BYTES: Final = 64 * 1024
"""A script is a page or two long."""

_HEADINGS: Final = {
    "opener": SectionKind.OPENER,
    "open": SectionKind.OPENER,
    "reason for the call": SectionKind.REASON,
    "reason": SectionKind.REASON,
    "why": SectionKind.REASON,
    "questions": SectionKind.QUESTIONS,
    "ask": SectionKind.QUESTIONS,
    "objections": SectionKind.OBJECTIONS,
    "voicemail": SectionKind.VOICEMAIL,
    "gatekeeper": SectionKind.GATEKEEPER,
    "close": SectionKind.CLOSE,
}
_SLOT: Final = re.compile(r"\[([a-z][a-z0-9_]*)\]\s*")
_ID: Final = re.compile(r"[a-z0-9][a-z0-9._/-]*")
_MAIL: Final = re.compile(r"e-?mail(?:\s+(.+))?")
_SUBJECT: Final = re.compile(r"subject:\s*(.*)", re.IGNORECASE)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_KEYS: Final = {"id", "title", "priority", *FACETS}


class ScriptProblem(SdrDeskError):  # noqa: N818 - a finding, not a crash
    """A script file that cannot be used; the other scripts still work.

    Attributes:
        path: the file.
        line: line of the problem, from 1; 0 for the whole file.
        problem: description without a full stop.
    """

    def __init__(self, path: Path, line: int, problem: str) -> None:
        self.path = path
        self.line = line
        self.problem = problem
        super().__init__(f"{path.name}:{line}: {problem}.", kept="The other scripts work.")


def read_script(
    path: Path,
    origin: Literal["team", "shipped"],
    headings: Mapping[str, SectionKind] = MappingProxyType({}),
) -> Script:
    """Return the script in the file ``path``.

    ``headings`` are the team's own for the sections, in lower case.

    Raises:
        ScriptProblem: it cannot be read, or its front matter says something unknown.
    """
    try:
        raw = read_plain(path, MAX_BYTES)
    except OSError as error:
        raise ScriptProblem(path, 0, f"cannot be read: {error.strerror}") from error
    try:
        text = raw.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise ScriptProblem(path, 0, "is not UTF-8 text") from error
    if stray := stray_mark(text):
        raise ScriptProblem(path, *stray)
    version = hashlib.sha256(raw).hexdigest()[:12]
    front, body, first_line = _split(path, text)
    return _script(path, origin, version, front, _sections(body, first_line, headings))


def _split(path: Path, text: str) -> tuple[dict[str, object], list[str], int]:
    lines = text.split("\n")
    if not lines or lines[0].strip() != "+++":
        raise ScriptProblem(path, 1, "must begin with a +++ line and its settings")
    ends = [at for at, line in enumerate(lines[1:], start=1) if line.strip() == "+++"]
    if not ends:
        raise ScriptProblem(path, 1, "has no second +++ line to end its settings")
    settings = "\n".join(lines[1 : ends[0]])
    below = f"\n{settings}"  # they begin on the second line
    try:
        front = tomllib.loads(below)
    except tomllib.TOMLDecodeError as error:
        said, line = toml_error(error, below)
        problem = f"has settings that are not TOML ({said})"
        raise ScriptProblem(path, line or ends[0], problem) from error
    except (RecursionError, ValueError) as error:  # nested too deep, or an endless number
        raise ScriptProblem(path, 1, "has settings that are too deep or too long") from error
    for key in front:
        if key not in _KEYS:
            said = f'"{key}" is not a setting{suggest(key, sorted(_KEYS))}'
            raise ScriptProblem(path, setting_line(settings, key), said)
    front["+++"] = settings  # where each setting is, for messages
    body = "\n".join(lines[ends[0] + 1 :])
    # Blank a comment but keep its line breaks, so that line numbers stay right.
    body = _COMMENT.sub(lambda found: "\n" * found.group().count("\n"), body)
    return front, body.split("\n"), ends[0] + 2


def _script(
    path: Path,
    origin: Literal["team", "shipped"],
    version: str,
    front: dict[str, object],
    sections: tuple[Section, ...],
) -> Script:
    settings = str(front.pop("+++"))

    def wrong(key: str, said: str) -> ScriptProblem:
        return ScriptProblem(path, setting_line(settings, key), said)

    script_id = front.get("id", "")
    if not isinstance(script_id, str) or not _ID.fullmatch(script_id):
        raise wrong("id", 'needs an id such as "technical-builder/demo-request"')
    title = front.get("title", script_id)
    priority = front.get("priority", 0)
    if not isinstance(title, str):
        raise wrong("title", "title must be text")
    if not isinstance(priority, int) or isinstance(priority, bool):
        raise wrong("priority", "priority must be a whole number")
    facets: dict[str, tuple[str, ...]] = {}
    for name in FACETS:
        found = _facet(front, name)
        if found is None:
            raise wrong(name, f"{name} must be text or a list of texts")
        facets[name] = found
    for kind in facets["conversion"]:
        if kind not in list(Situation):
            said = f'"{kind}" is not a conversion{suggest(kind, list(Situation))}'
            raise wrong("conversion", said)
    return Script(
        script_id=script_id,
        title=title,
        version=version,
        path=path,
        origin=origin,
        sections=sections,
        priority=priority,
        **facets,
    )


def setting_lines(path: Path) -> dict[str, int]:
    """Return the line of each setting of a script file that was read before; none for a bad one."""
    try:
        text = read_plain(path, MAX_BYTES).decode("utf-8-sig").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return {}
    parts = text.split("+++", 2)
    lines = key_lines(parts[1]) if len(parts) == 3 else {}
    return {key[0]: line for key, line in lines.items() if len(key) == 1}


def setting_line(settings: str, key: str) -> int:
    """Return the line in the file of a setting of its front matter, 1 for one that is missing."""
    return key_lines(settings).get((key,), 0) + 1


def _facet(front: dict[str, object], name: str) -> tuple[str, ...] | None:
    value = front.get(name, "")
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
        return None
    texts = [str(v).strip() for v in values]
    return () if "any" in [t.casefold() for t in texts] else tuple(t for t in texts if t)


def _sections(
    lines: list[str], first_line: int, headings: Mapping[str, SectionKind]
) -> tuple[Section, ...]:
    found: list[tuple[str, int, list[tuple[int, str]]]] = []
    for number, line in enumerate(lines, start=first_line):
        if line.startswith("## "):
            found.append((line[3:].strip(), number, []))
        elif found:
            found[-1][2].append((number, line))
    return tuple(
        _section(title, number, body, headings.get(title.casefold()))
        for title, number, body in found
    )


def _section(
    title: str, number: int, body: list[tuple[int, str]], said: SectionKind | None
) -> Section:
    kind = said or _HEADINGS.get(title.casefold(), SectionKind.OTHER)
    mail = _MAIL.fullmatch(title.casefold())
    if mail or kind is SectionKind.EMAIL:
        text, items = _mail(body)
        words = " ".join((mail[1] or "" if mail else "").split())
        after = next((key for key, named in MAIL_AFTER.items() if named == words), words)
        return Section(SectionKind.EMAIL, title, text, items, number, after)
    read = _objections if kind is SectionKind.OBJECTIONS else _lines
    text, items = read(body)
    return Section(kind, title, text, items, number)


def _mail(body: list[tuple[int, str]]) -> tuple[str, tuple[Item, ...]]:
    """Return the text of an e-mail, its paragraphs apart, and the subject.

    Lines of a paragraph are joined; a line that begins with a dash stays a line.
    """
    subject: tuple[Item, ...] = ()
    blocks: list[list[str]] = [[]]
    for number, line in body:
        stripped = line.strip()
        if not subject and not any(blocks) and (found := _SUBJECT.fullmatch(stripped)):
            subject = (Item(found[1], line=number),)
        elif not stripped:
            blocks.append([])
        elif blocks[-1] and not stripped.startswith("- "):
            blocks[-1][-1] += f" {stripped}"
        else:
            blocks[-1].append(stripped)
    return "\n\n".join("\n".join(block) for block in blocks if block), subject


def _lines(body: list[tuple[int, str]]) -> tuple[str, tuple[Item, ...]]:
    prose: list[str] = []
    items: list[tuple[int, str]] = []
    for number, line in body:
        stripped = line.strip()
        if stripped.startswith(("- ", "* ")):
            items.append((number, stripped[2:].strip()))
        elif items and line.startswith("  ") and stripped:
            items[-1] = (items[-1][0], f"{items[-1][1]} {stripped}")
        else:
            prose.append(stripped)
    return _paragraphs(prose), tuple(_question(number, text) for number, text in items)


def _question(number: int, text: str) -> Item:
    slot = _SLOT.match(text)
    if slot is None:
        return Item(text, line=number)
    return Item(text[slot.end() :], slot=slot.group(1), line=number)


def _objections(body: list[tuple[int, str]]) -> tuple[str, tuple[Item, ...]]:
    intro: list[str] = []
    cards: list[tuple[int, str, list[str]]] = []
    for number, line in body:
        if line.startswith("### "):
            cards.append((number, line[4:].strip(), []))
        elif cards:
            cards[-1][2].append(line.strip())
        else:
            intro.append(line.strip())
    items = tuple(
        # There are only nine keys; the linter reports the tenth.
        Item(title, key=str(at) if at <= 9 else "", answer=_paragraphs(answer), line=number)
        for at, (number, title, answer) in enumerate(cards, start=1)
    )
    return _paragraphs(intro), items


def _paragraphs(lines: list[str]) -> str:
    """Return the lines as paragraphs: wrapped lines joined, blank lines kept as one break."""
    blocks = "\n".join(lines).split("\n\n")
    joined = (" ".join(block.split()) for block in blocks)
    return "\n".join(block for block in joined if block)
