"""The pages of ``docs`` that are made from code; ``make docs`` writes them, a test compares."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import click

from sdrdesk import config
from sdrdesk.config import ENVIRONMENT, Settings
from sdrdesk.rulebook import RULE_FILES, shipped_path
from sdrdesk.services.check.versions import marked
from tests.support.keyboards import keyboards_page

DOCS = Path(__file__).parents[2] / "docs"

_CONFIGURATION = """\
# Configuration

Every setting has a default; write the others into `config.toml`, in `SDRDESK_HOME` if that is set, else in the platform's
directory for configuration (`sdrdesk doctor` prints the path). Environment variables override the file. Error messages name
the file, line and key.

*This page is generated from `sdrdesk/config.py` by `make docs`.*
"""  # noqa: E501 - Markdown

_ENVIRONMENT = """\
## Environment

| variable | meaning |
| --- | --- |
| `SDRDESK_HOME` | one directory that holds everything: config, database, scripts, logs, backups |
| `SDRDESK_TOKEN` | CRM access token; overrides the keyring |
| `SDRDESK_DB_KEY` | 64 hex digits, the database key where there is no keyring |
| `SDRDESK_FOLDER_KEY` | the same for the folder that your machines share |
"""

_RULES = """
## The team's rules

A file of one of these names next to `config.toml` replaces the shipped one in `sdrdesk/defaults` as a whole: copy it, change
it, keep it in git.

| file | contents |
| --- | --- |
| `ranking.toml` | how recency, fit, attempts and buying signals add up ([ranking](ranking.md)) |
| `fit.toml`, `personas.toml` | which leads fit, and their buyer persona |
| `rules.toml` | which leads are in the queue |
| `windows.toml` | calling hours by country, state, weekday and holiday; a few entries change what ships ([calling windows](calling-windows.md)) |
| `retry.toml` | when to try again after each outcome |
| `sla.toml` | the promise of a first call, and business hours |
| `team.toml` | teams, goals, partners, who does not call ([reports](reports.md#reps-and-teams)) |
| `views.toml` | saved views of the queue ([ranking](ranking.md#views-and-conditions)) |
| `dispositions.toml` | outcomes: keys, meanings, changes at the CRM ([outcomes](dispositions.md)) |
| `qualification.toml` | the questions that qualify a lead; adds to the shipped sets ([outcomes](dispositions.md#qualification-slots)) |
| `scripts/*.md` | call scripts ([scripts](scripts.md)) |
"""  # noqa: E501 - Markdown

_COMMANDS = """\
# Commands

`--json` prints exactly one JSON document on stdout; everything else goes to stderr. Times in JSON
are ISO 8601 UTC with `Z`; durations have their unit in the name (`_s`, `_ms`); ids are text.

Every command takes `--quiet` (print nothing but errors) and `--verbose` (print method, path and status of each request to the CRM).
`sdrdesk help COMMAND` shows the same text as `--help`, in your pager. `sdrdesk completions SHELL` prints the completion file of a shell.

| exit code | meaning |
| --- | --- |
| 0 | done |
| 1 | an error; one or two sentences on stderr say what happened, what was kept and what to do next |
| 2 | usage: unknown option, bad value |
| 3 | the CRM cannot be reached, or is not available now; nothing local was lost |
| 4 | the token is missing, refused, lacks a scope (the message names it) or opens an account other than this database's |
| 5 | done, but you need to look at something: a conflict or a refused item |
| 130 | interrupted with Ctrl-C; everything recorded so far is kept |
| 141 | the program that read the output stopped before its end (`… \\| head`): it is not known what the code would have been |

*The rest of this page is generated from the program's help by `make docs`.*
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
    for section, settings in Settings()._asdict().items():
        name = type(settings).__name__
        lines += [f"## [{section}]", "", (type(settings).__doc__ or "").strip(), ""]
        lines += ["| setting | default | meaning |", "| --- | --- | --- |"]
        for setting, value in settings._asdict().items():
            text = " ".join(words[name][setting].replace("``", "`").split())
            default = _toml(value)
            lines.append(f"| `{setting}` | `{default}` | {text} |")
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

    return _COMMANDS + "\n" + "\n".join(_help(app, "sdrdesk"))


def _help(command: click.Command, path: str) -> Iterator[str]:
    names = ["-h", "--help"]  # inherited where commands run; a context without a parent has none
    context = click.Context(command, info_name=path, terminal_width=100, help_option_names=names)
    group = command if isinstance(command, click.Group) else None
    if group is None or path != "sdrdesk":
        yield f"## `{path}`\n\n```text\n{command.get_help(context).rstrip()}\n```\n"
    for name in group.list_commands(context) if group else ():
        inner = group.get_command(context, name) if group else None
        if inner is not None:
            yield from _help(inner, f"{path} {name}")


PAGES = {
    "configuration.md": configuration,
    "commands.md": commands,
    "keyboards.md": keyboards_page,
}


def mark_editions() -> None:
    """Write into each shipped rules file which edition it is."""
    for name in RULE_FILES:
        path = shipped_path(f"{name}.toml")
        text = path.read_text(encoding="utf-8")
        path.write_text(marked(path.name, text), encoding="utf-8")


def main() -> None:
    """Write the pages, and the editions of the rules that ship."""
    mark_editions()
    for name, make in PAGES.items():
        (DOCS / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
