"""The pages of ``docs`` that are made from code; ``make docs`` writes them, a test compares."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

import typer

from sdrdesk import config
from sdrdesk.config import ENVIRONMENT, Settings

DOCS = Path(__file__).parents[2] / "docs"

_CONFIGURATION = """\
# Configuration

Everything has a default; a file is needed for what you want otherwise. It is `config.toml` in `SDRDESK_HOME` when that is
set, else in the platform's directory for configuration (`sdrdesk doctor` prints the path). The environment wins over the
file. What is wrong is named by file, line and key.

*This page is made from `sdrdesk/config.py` by `make docs`.*
"""  # noqa: E501 - Markdown

_ENVIRONMENT = """\
## Environment

| variable | meaning |
| --- | --- |
| `SDRDESK_HOME` | one directory that holds everything: config, database, scripts, logs, backups |
| `SDRDESK_TOKEN` | CRM access token; wins over the keyring |
| `SDRDESK_DB_KEY` | 64 hex digits, the database key where there is no keyring |
"""

_RULES = """
## The team's rules

These files beside `config.toml` replace the shipped ones of the same name in `sdrdesk/defaults`, whole: copy one, change
it, keep it in git.

| file | what |
| --- | --- |
| `ranking.toml` | how recency, fit, attempts and buying signals add up ([ranking](ranking.md)) |
| `fit.toml`, `personas.toml` | which leads fit, and which buyer persona they are |
| `rules.toml` | who is in the queue |
| `windows.toml` | calling hours by country, state, weekday and holiday ([calling windows](calling-windows.md)) |
| `retry.toml` | when to try again after each outcome |
| `sla.toml` | the promise of a first call, and business hours |
| `views.toml` | saved views of the queue ([ranking](ranking.md#views-and-conditions)) |
| `dispositions.toml` | outcomes: keys, meaning, what changes at the CRM ([outcomes](dispositions.md)) |
| `scripts/*.md` | call scripts ([scripts](scripts.md)) |
"""  # noqa: E501 - Markdown

_COMMANDS = """\
# Commands

`--json` prints exactly one JSON document on stdout; everything meant for a person beside it goes to stderr. Times in JSON
are ISO 8601 UTC with `Z`; durations say their unit in the name (`_s`, `_ms`); ids are text.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | an error, told in one or two sentences on stderr: what happened, what was kept, what to do next |
| 2 | usage: unknown option, bad value |
| 3 | the CRM cannot be reached; nothing local was lost |
| 4 | the token is missing, refused, lacks a scope (the scope is named) or opens another account than this database's |
| 5 | done, but something needs a person: a conflict or a refused item |
| 130 | interrupted with Ctrl-C; everything recorded so far is kept |

*The rest of this page is made from the program's own help by `make docs`.*
"""  # noqa: E501 - Markdown


def described() -> dict[str, dict[str, str]]:
    """Return class name to field name to the docstring under the field, from the source."""
    tree = ast.parse(Path(config.__file__).read_text(encoding="utf-8"))
    found: dict[str, dict[str, str]] = {}
    for node in tree.body:
        if not isinstance(node, ast.ClassDef):
            continue
        fields = found.setdefault(node.name, {})
        for field, text in pairwise(node.body):
            if (
                isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(text, ast.Expr)
                and isinstance(text.value, ast.Constant)
            ):
                fields[field.target.id] = str(text.value.value)
    return found


def configuration() -> str:
    """Return ``docs/configuration.md``."""
    lines = [_CONFIGURATION]
    words = described()
    for section in fields(Settings):
        settings = getattr(Settings(), section.name)
        name = type(settings).__name__
        lines += [f"## [{section.name}]", "", (type(settings).__doc__ or "").strip(), ""]
        lines += ["| setting | default | meaning |", "| --- | --- | --- |"]
        for setting in fields(settings):
            text = " ".join(words[name][setting.name].replace("``", "`").split())
            default = _toml(getattr(settings, setting.name))
            lines.append(f"| `{setting.name}` | `{default}` | {text} |")
        lines.append("")
    lines.append(_ENVIRONMENT.rstrip())
    lines += [f"| `{name}` | `[{a}] {b}` |" for name, (a, b) in sorted(ENVIRONMENT.items())]
    return "\n".join(lines) + "\n" + _RULES


def _toml(value: object) -> str:
    if isinstance(value, str):
        return f'"{value}"'
    return "{}" if value == {} else "[]" if value == () else str(value)


def commands() -> str:
    """Return ``docs/commands.md``."""
    from sdrdesk.cli.main import app

    root = typer.main.get_command(app)
    return _COMMANDS + "\n" + "\n".join(_help(root, "sdrdesk"))


def _help(command: object, path: str) -> Iterator[str]:
    group = getattr(command, "commands", None)
    context = command.make_context(  # type: ignore[attr-defined]  # click's own classes are private
        path, [], resilient_parsing=True, terminal_width=100
    )
    if group is None or path != "sdrdesk":
        text = command.get_help(context).rstrip()  # type: ignore[attr-defined]  # as above
        yield f"## `{path}`\n\n```text\n{text}\n```\n"
    for name, inner in (group or {}).items():
        yield from _help(inner, f"{path} {name}")


PAGES = {"configuration.md": configuration, "commands.md": commands}


def main() -> None:
    """Write the pages."""
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
