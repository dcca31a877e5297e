"""Problems of a script library, found before a call."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal

from jinja2 import TemplateError, nodes

from sdrdesk.scripting.breath import spoken, too_long
from sdrdesk.scripting.fields import CALL_FIELDS, MERGE_FIELDS, NEVER_EMPTY
from sdrdesk.scripting.match import normal
from sdrdesk.scripting.model import FACETS, MAIL_AFTER, LintFinding, Script, Section, SectionKind
from sdrdesk.scripting.parse import ScriptProblem
from sdrdesk.scripting.render import parse_template

_NEEDED: Final = (
    SectionKind.OPENER,
    SectionKind.REASON,
    SectionKind.QUESTIONS,
    SectionKind.VOICEMAIL,
    SectionKind.GATEKEEPER,
    SectionKind.CLOSE,
)
_ROOTS: Final = ("lead", "my", "extra")
_OF_MAIL: Final = ("call", "answer")
_LONGEST_SUBJECT: Final = 60
"""Characters that most mail programs show in a list."""
_MOST_WORDS: Final = 130
"""A mail that is read on a telephone without scrolling twice; a judgement."""


def lint(
    scripts: Sequence[Script],
    problems: Sequence[ScriptProblem],
    shadowed: Sequence[tuple[Script, Script]],
    *,
    personas: Sequence[str] = (),
    slots: Sequence[str] = (),
    team_only: bool = False,
) -> list[LintFinding]:
    """Return every finding, errors first, then by file and line.

    ``team_only``: do not look inside of the shipped scripts, which takes most of the time.
    """
    found = [_finding("error", "unreadable", None, p.path, p.line, p.problem) for p in problems]
    for first, second in shadowed:
        text = f'has the same id as {first.path.name}, "{second.script_id}", and is never used'
        found.append(_finding("error", "duplicate-id", second, second.path, 1, text))
    for script in scripts:
        if team_only and script.origin != "team":
            continue
        found += _one(script, slots)
        winner = _winner(script, scripts)
        if winner is not None:
            text = f'is never reached: "{winner.script_id}" fits the same leads and comes first'
            found.append(_finding("warning", "unreachable", script, script.path, 1, text))
    found += _personas(scripts, personas)
    return sorted(found, key=lambda f: (f.level != "error", f.path, f.line, f.rule))


def _finding(
    level: Literal["error", "warning", "note"],
    rule: str,
    script: Script | None,
    path: Path | None,
    line: int,
    message: str,
) -> LintFinding:
    script_id = script.script_id if script else ""
    return LintFinding(level, rule, script_id, str(path) if path else "", line, message)


def _one(script: Script, slots: Sequence[str]) -> Iterator[LintFinding]:
    kinds = {section.kind for section in script.sections}
    for kind in _NEEDED:
        if kind not in kinds:
            text = f"has no section for {kind.value}"
            yield _finding("warning", "missing-section", script, script.path, 1, text)
    for section in script.sections:
        roots = (*_ROOTS, *_OF_MAIL) if section.kind is SectionKind.EMAIL else _ROOTS
        for line, source in _pieces(section):
            yield from _fields(script, line, source, roots)
        if section.kind is SectionKind.EMAIL:
            yield from _mail(script, section)
            continue
        for line, text in too_long(section):
            yield _finding("warning", "too-long", script, script.path, line, text)
        for item in section.items:
            if slots and item.slot and item.slot not in slots:
                text = f"asks for the slot [{item.slot}], which the framework does not have"
                yield _finding("warning", "unknown-slot", script, script.path, item.line, text)
        if section.kind is SectionKind.OBJECTIONS and len(section.items) > 9:
            text = "has more than nine objections; only nine have a key"
            yield _finding("warning", "too-many", script, script.path, section.line, text)


def _mail(script: Script, section: Section) -> Iterator[LintFinding]:
    if section.after and section.after not in MAIL_AFTER:
        known = ", ".join(MAIL_AFTER.values())
        text = f'has an e-mail "{section.after}", which nothing leads to; known: {known}'
        yield _finding("error", "unknown-mail", script, script.path, section.line, text)
    if not section.text:
        text = "has an e-mail without a text"
        yield _finding("error", "empty-mail", script, script.path, section.line, text)
    if not section.items or not section.items[0].text:
        text = "has an e-mail without a subject; begin it with Subject: …"
        yield _finding("error", "no-subject", script, script.path, section.line, text)
    elif len(spoken(section.items[0].text)) > _LONGEST_SUBJECT:
        text = f"has a subject of more than {_LONGEST_SUBJECT} characters"
        yield _finding("warning", "long-subject", script, script.path, section.line, text)
    words = len(spoken(section.text).split())
    if words > _MOST_WORDS:
        text = f"has an e-mail of {words} words, more than {_MOST_WORDS}"
        yield _finding("warning", "long-mail", script, script.path, section.line, text)


def _pieces(section: Section) -> Iterator[tuple[int, str]]:
    yield section.line, section.text
    for item in section.items:
        yield item.line, item.text
        yield item.line, item.answer


def _fields(
    script: Script, line: int, source: str, roots: Sequence[str] = _ROOTS
) -> Iterator[LintFinding]:
    if "{" not in source:
        return
    try:
        tree = parse_template(source)
    except TemplateError as error:
        text = f"cannot be merged: {error.message}"
        yield _finding("error", "unreadable", script, script.path, line, text)
        return
    for name, guarded in _uses(tree, frozenset()):
        root, _, field = name.partition(".")
        if root not in roots or (root == "call" and field not in CALL_FIELDS):
            text = f"merges {name}, which does not exist here"
            yield _finding("error", "unknown-field", script, script.path, line, text)
        elif root == "lead" and field not in MERGE_FIELDS:
            text = f"merges {name}, which does not exist"
            yield _finding("error", "unknown-field", script, script.path, line, text)
        elif not guarded and name not in NEVER_EMPTY:
            text = f'merges {name} without a fallback; write {name} | default_to("…")'
            yield _finding("warning", "no-fallback", script, script.path, line, text)


def own_properties(script: Script) -> tuple[tuple[str, int], ...]:
    """Return the properties of the account that a script merges as ``extra.NAME``, with lines."""
    found: dict[str, int] = {}
    for section in script.sections:
        for line, source in _pieces(section):
            if "extra" not in source:
                continue
            with suppress(TemplateError):  # told as a piece that cannot be merged
                for name, _ in _uses(parse_template(source), frozenset()):
                    root, _, field = name.partition(".")
                    if root == "extra" and field:
                        found.setdefault(field, line)
    return tuple(found.items())


def _uses(node: nodes.Node, tested: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Yield each field below ``node`` and whether it may be empty there.

    It may inside ``default_to``, inside an ``if`` that tests the same field, and as a test.
    """
    if isinstance(node, nodes.Filter) and node.name == "default_to" and node.node is not None:
        yield from ((name, True) for name, _ in _uses(node.node, tested))
        return
    if isinstance(node, nodes.If | nodes.CondExpr):
        yield from _branches(node, tested)
        return
    name = _dotted(node)
    if name:
        yield name, name in tested
        return
    for child in node.iter_child_nodes():
        yield from _uses(child, tested)


def _branches(
    node: nodes.If | nodes.CondExpr, tested: frozenset[str]
) -> Iterator[tuple[str, bool]]:
    names = [name for name, _ in _uses(node.test, tested)]
    yield from ((name, True) for name in names)
    inside = tested | frozenset(names)
    if isinstance(node, nodes.CondExpr):
        yield from _uses(node.expr1, inside)
        if node.expr2 is not None:
            yield from _uses(node.expr2, tested)
        return
    for child in node.body:
        yield from _uses(child, inside)
    for child in [*node.elif_, *node.else_]:
        yield from _uses(child, tested)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    if isinstance(node, nodes.Getitem) and isinstance(node.node, nodes.Name):
        key = node.arg.value if isinstance(node.arg, nodes.Const) else "?"
        return f"{node.node.name}.{key}"
    return ""


def _winner(script: Script, scripts: Sequence[Script]) -> Script | None:
    """Return a script that always comes before ``script`` and fits the same leads, if any."""
    named = [name for name in FACETS if script.facet(name)]
    for other in scripts:
        if other is script or [name for name in FACETS if other.facet(name)] != named:
            continue
        covers = all(_values(script, name) <= _values(other, name) for name in named)
        if covers and _beats(other, script):
            return other
    return None


def _values(script: Script, name: str) -> frozenset[str]:
    return frozenset(normal(value) for value in script.facet(name))


def _beats(one: Script, other: Script) -> bool:
    def place(script: Script) -> tuple[int, bool, str]:
        return (-script.priority, script.origin != "team", script.script_id)

    return place(one) < place(other)


def _personas(scripts: Sequence[Script], personas: Sequence[str]) -> Iterator[LintFinding]:
    if not personas:
        return
    have = {normal(value) for script in scripts for value in script.persona}
    for label in personas:
        if normal(label) not in have:
            text = f'the account\'s persona "{label}" has no script; the general ones are used'
            yield _finding("warning", "persona-without-script", None, None, 0, text)
    known = {normal(label) for label in personas}
    for script in scripts:
        if script.persona and script.origin == "team" and not _values(script, "persona") & known:
            text = f"is for {', '.join(script.persona)}, which the account does not have"
            yield _finding("warning", "unknown-persona", script, script.path, 1, text)


def unspoken(scripts: Sequence[Script], leads: Mapping[str, int]) -> list[LintFinding]:
    """Return a note for each language of leads that no script is in.

    Args:
        scripts: the library; those that name no language are taken for English.
        leads: number of leads by language code, such as ``de`` or ``en-gb``; ``""`` unknown.
    """
    spoken = {normal(code).partition(" ")[0] for script in scripts for code in script.language}
    if any(not script.language for script in scripts):
        spoken.add("en")
    counts: dict[str, int] = {}
    for code, count in leads.items():
        language = normal(code).partition(" ")[0]
        if language and language not in spoken:
            counts[language] = counts.get(language, 0) + count
    notes = []
    for code, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        text = f'no script is in "{code}": {n} {"lead" if n == 1 else "leads"}'
        notes.append(_finding("note", "no-language", None, None, 0, text))
    return notes
