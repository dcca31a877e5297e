"""Merges a script with a lead in a sandbox that can only read fields.

Templates come from a shared folder, values from strangers. A value is inserted as plain text on one
line and never read as a template; a template cannot call anything.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.domain.lead.properties import properties_of
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.scripting.fields import lead_values, my_values
from sdrdesk.scripting.model import RenderedScript, Script, Section


class Values:
    """Named values a template may read."""

    __slots__ = ("_label", "_missing", "_values")

    def __init__(self, values: Mapping[str, str], label: str, missing: list[str]) -> None:
        self._values = {name: value for name, value in values.items() if value}
        self._label = label
        self._missing = missing

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    @staticmethod
    def report(values: Values, name: str) -> str:
        """Note that ``name`` is missing and return its label."""
        label = f"{values._label}{name}".replace("_", " ")
        if label not in values._missing:
            values._missing.append(label)
        return label


class Missing(StrictUndefined):
    """A missing value: false in a test, ``[first name?]`` in the text."""

    # The base class refuses both.
    def __str__(self) -> str:  # type: ignore[override]
        name = str(self._undefined_name or "value")
        if isinstance(self._undefined_obj, Values):
            return f"[{Values.report(self._undefined_obj, name)}?]"
        return f"[{name.replace('_', ' ')}?]"

    def __bool__(self) -> bool:  # type: ignore[override]
        return False


_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.If,
    nodes.CondExpr,
    nodes.Name,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Const,
    nodes.Filter,
    nodes.Test,
    nodes.Keyword,
    nodes.Compare,
    nodes.Operand,
    nodes.Not,
    nodes.And,
    nodes.Or,
    nodes.Concat,
)
"""Syntax a script may use. No calls, loops or arithmetic: ``"x" * 10**9`` would fill the memory."""


def default_to(value: object, fallback: str) -> str:
    """Return ``value``, or ``fallback`` when there is none."""
    return fallback if not value else str(value)


def short(value: object, limit: int = 120) -> object:
    """Return ``value`` cut at a word to at most ``limit`` characters, without a final full stop."""
    # Missing stays missing. A final full stop would come before the quotation mark.
    text = str(value).rstrip(" .。") if value else ""
    if len(text) <= limit:
        return text or value
    cut = text[:limit].rsplit(" ", 1)[0].rstrip(" ,.;:")
    return f"{cut} …"


def _when_there(change: Callable[[str], str]) -> Callable[[object], object]:
    return lambda value: change(str(value)) if value else value


def _make_environment() -> SandboxedEnvironment:
    """Return the environment for all scripts."""
    # Not HTML: a terminal draws the text with markup off.
    env = SandboxedEnvironment(autoescape=False, undefined=Missing, cache_size=0)
    env.globals.clear()
    env.filters.clear()
    env.filters.update(
        default_to=default_to,
        short=short,
        lower=_when_there(str.lower),
        upper=_when_there(str.upper),
    )
    return env


_ENVIRONMENT = _make_environment()


def parse_template(source: str) -> nodes.Template:
    """Return the syntax tree of one piece of a script.

    Raises:
        TemplateError: it is not a template, or uses syntax a script may not.
    """
    with _refusing_depth():
        tree = _ENVIRONMENT.parse(source)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ALLOWED):
                raise TemplateSyntaxError(
                    f"{type(node).__name__.lower()} is not available in a script", node.lineno
                )
        _ENVIRONMENT.compile(tree)  # finds filters that do not exist
    return tree


@contextmanager
def _refusing_depth() -> Iterator[None]:
    """Report brackets nested thousands deep as the author's mistake."""
    try:
        yield
    except (RecursionError, MemoryError, SyntaxError) as error:
        # The last two come from Python's compiler, for the code Jinja generated.
        raise TemplateSyntaxError("it is nested too deep", 1) from error


@functools.lru_cache(maxsize=4096)
def _template(source: str) -> Template:
    parse_template(source)
    return _ENVIRONMENT.from_string(source)


def render(
    script: Script,
    lead: Lead,
    context: Mapping[str, str],
    now: datetime | None = None,
    more: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
) -> RenderedScript:
    """Return ``script`` merged with ``lead`` and the rep's own values.

    A piece that cannot be merged shows the problem in brackets.

    Args:
        script: the script.
        lead: fields for ``lead.…`` and ``extra.…``.
        context: fields for ``my.…``: ``first_name``, ``company``, ``offer`` …
        now: aware UTC; without it ``lead.converted_ago`` has no value.
        more: fields of an e-mail: ``call`` and ``answer``.
    """
    missing: list[str] = []
    values = {
        "lead": Values(lead_values(lead, now), "", missing),
        "my": Values(my_values(context), "my ", missing),
        "extra": Values({k: one_line(v) for k, v in _extra(lead).items()}, "", missing),
    }
    for name in ("call", "answer"):
        lines = {key: one_line(value) for key, value in more.get(name, {}).items()}
        values[name] = Values(lines, f"{name} ", missing)
    sections = tuple(_section(section, values) for section in script.sections)
    return RenderedScript(script.script_id, script.title, script.version, sections, tuple(missing))


def _extra(lead: Lead) -> dict[str, str]:
    """Return values by the names that scripts use: ``utm_source``, ``company_tier``."""
    own = properties_of(lead).items()
    return lead.extra | {n.removeprefix("property:").replace(":", "_"): text for n, text in own}


def _section(section: Section, values: Mapping[str, Values]) -> Section:
    items = tuple(
        replace(item, text=_merge(item.text, values), answer=_merge(item.answer, values))
        for item in section.items
    )
    return replace(section, text=_merge(section.text, values), items=items)


def _merge(source: str, values: Mapping[str, Values]) -> str:
    if "{" not in source:
        return source
    try:
        merged = _template(source).render(values)
    except TemplateError as error:
        return f"[this line cannot be merged: {one_line(error.message)}]"
    except (TypeError, ValueError, ArithmeticError, RecursionError) as error:
        return f"[this line cannot be merged: {type(error).__name__}]"
    # An empty ``if`` leaves two spaces, which would show.
    return "\n".join(" ".join(line.split()) for line in merged.split("\n"))
