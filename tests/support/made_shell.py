"""The completion files and the manual page, made from the commands; ``make docs`` writes them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click

from sdrdesk import __version__
from tests.support.shell_templates import BASH, FISH, POWERSHELL, ZSH

SHELL = Path(__file__).parents[2] / "sdrdesk" / "shell"

_KINDS = {
    "lead_id": "lead",
    "keep_id": "lead",
    "other_id": "lead",
    "activity_key": "text",
    "--view": "view",
    "--outcome": "outcome",
    "dispose key": "outcome",
    "settle words": "lead",
    "outbox retry key": "item",
    "outbox drop key": "item",
    "conflicts resolve key": "conflict",
    "restore file": "backup",
}
"""Parameter, alone or with its command, to what completes it from the rep's own data."""


class Entry(NamedTuple):
    """One command: what may follow it."""

    path: str
    subcommands: list[tuple[str, str]]
    options: list[tuple[str, str, str]]
    """Option, kind of its value (``""`` without one), help."""
    arguments: list[str]
    """Kinds of the arguments; the last one also completes those after it if it repeats."""
    help: str


@cache
def entries() -> list[Entry]:
    """Return every command, the root first."""
    from sdrdesk.cli.main import app

    return list(_walk(app, ""))


def _walk(command: click.Command, path: str) -> Iterator[Entry]:
    context = click.Context(command, info_name=path or "sdrdesk", help_option_names=["--help"])
    group = command if isinstance(command, click.Group) else None
    names = group.list_commands(context) if group else []
    inner = [(n, c) for n in names if group and (c := group.get_command(context, n))]
    options, arguments = [("--help", "", "Show this message and exit.")], []
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            kind = _kind(parameter, path, str(parameter.name))
            arguments += [kind, "*"] if parameter.nargs < 0 else [kind]
        elif isinstance(parameter, click.Option) and not parameter.hidden:
            for name in (*parameter.opts, *parameter.secondary_opts):
                if name.startswith("--"):
                    kind = "" if parameter.is_flag else _kind(parameter, path, name)
                    options.append((name, kind, _line(parameter.help or "")))
    yield Entry(
        path,
        [(name, _line(one.get_short_help_str(70))) for name, one in inner],
        options,
        arguments,
        command.help or "",
    )
    for name, one in inner:
        yield from _walk(one, f"{path} {name}".strip())


def _kind(parameter: click.Parameter, path: str, name: str) -> str:
    if isinstance(parameter.type, click.Choice):
        return "=" + " ".join(str(choice) for choice in parameter.type.choices)
    known = _KINDS.get(f"{path} {name}") or _KINDS.get(name)
    if known:
        return known
    return "file" if isinstance(parameter.type, click.Path) else "text"


def _line(text: str) -> str:
    return " ".join(text.split())


def bash() -> str:
    """Return the file for bash."""
    return BASH.replace("@TABLE@", _cases())


def zsh() -> str:
    """Return the file for zsh."""
    return ZSH.replace("@TABLE@", _cases())


def _cases() -> str:
    """Return the table as a ``case``, which bash and zsh read alike."""
    lines = []
    for one in entries():
        subcommands = "\n".join("\t".join(pair) for pair in one.subcommands)
        options = "\n".join("\t".join(option) for option in one.options)
        lines.append(
            f"    {_quoted(one.path)}) _sub={_quoted(subcommands)} _opt={_quoted(options)}"
            f" _arg={_quoted(chr(10).join(one.arguments))} ;;"
        )
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def fish() -> str:
    """Return the file for fish."""
    lines = []
    for one in entries():
        lines.append(f"        case {_fish(one.path)}")
        for name, values in (
            ("sub", ["\t".join(pair) for pair in one.subcommands]),
            ("opt", ["\t".join(option) for option in one.options]),
            ("arg", one.arguments),
        ):
            lines.append(f"            set -g __sdrdesk_{name} {' '.join(map(_fish, values))}")
    return FISH.replace("@TABLE@", "\n".join(lines))


def _fish(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def powershell() -> str:
    """Return the file for PowerShell."""
    lines = []
    for one in entries():
        parts = [
            "@(" + ", ".join(_power(value) for value in values) + ")"
            for values in (
                ["\t".join(pair) for pair in one.subcommands],
                ["\t".join(option) for option in one.options],
                one.arguments,
            )
        ]
        lines.append(f"    {_power(one.path)} = @({', '.join(parts)})")
    return POWERSHELL.replace("@TABLE@", "\n".join(lines))


def _power(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def manual() -> str:
    """Return the manual page."""
    lines = [
        f'.TH SDRDESK 1 "" "sdrdesk {__version__}" "sdrdesk"',
        ".SH NAME",
        "sdrdesk \\- a terminal workbench for sales development reps",
        ".SH SYNOPSIS",
        ".B sdrdesk",
        "[\\fIcommand\\fR] [\\fIoption\\fR]...",
        ".SH DESCRIPTION",
        "Without a command the workbench opens. To try it without an account:",
        ".B sdrdesk demo",
        ".PP",
        "Every command that prints data takes",
        ".BR \\-\\-json .",
        "Exit codes: 0 done, 1 an error, 2 wrong usage, 3 the CRM cannot be reached or is not",
        "available now, 4 the token is missing or refused, 5 done but something needs you.",
        ".SH COMMANDS",
    ]
    for one in entries()[1:]:
        lines += [f".SS sdrdesk {_roff(one.path)}", *_paragraphs(one.help)]
        for name, kind, text in one.options[1:]:
            lines += [".TP", f".B {_roff(name)}{' ' + _roff(_shown(kind)) if kind else ''}",
                      _roff(text)]  # fmt: skip
    lines += [
        ".SH ENVIRONMENT",
        *_environment(),
        ".SH SEE ALSO",
        "The pages in docs/, and",
        ".B sdrdesk help",
        "\\fIcommand\\fR.",
    ]
    return "\n".join(lines) + "\n"


def _environment() -> Iterator[str]:
    for name, text in (
        ("SDRDESK_HOME", "One directory that holds everything."),
        ("SDRDESK_TOKEN", "Access token of the CRM; wins over the keyring."),
        ("SDRDESK_DB_KEY", "Key of the database where there is no keyring."),
        ("NO_COLOR", "No colours."),
    ):
        yield from (".TP", f".B {name}", text)


def _shown(kind: str) -> str:
    return "|".join(kind[1:].split()) if kind.startswith("=") else kind.upper()


def _paragraphs(text: str) -> Iterator[str]:
    for number, part in enumerate(text.split("\n\n")):
        if number:
            yield ".PP"
        yield _roff(_line(part.replace("\b", "")))


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in ".'" else text


FILES = {
    "sdrdesk.bash": bash,
    "_sdrdesk": zsh,
    "sdrdesk.fish": fish,
    "sdrdesk.ps1": powershell,
    "sdrdesk.1": manual,
}


def main() -> None:
    """Write the files."""
    for name, make in FILES.items():
        (SHELL / name).write_text(make(), encoding="utf-8")


if __name__ == "__main__":
    main()
