"""Commands of the hooks: list, test, agree."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import CommandGroup, flag, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person, say_err, table
from sdrdesk.domain.errors import UsageError
from sdrdesk.services.desk.hook_events import sample
from sdrdesk.services.hooks.files import EVENTS

if TYPE_CHECKING:
    from sdrdesk.services.hooks.files import Hook, HookFiles

_SHOWN = 20_000
"""Characters of a hook shown before the rep agrees to it."""
_LINES = 20
"""Lines shown of what a tested hook printed."""


@click.group(cls=CommandGroup, no_args_is_help=True)
def hooks() -> None:
    """Your own programs that sdrdesk starts after an outcome, for a new lead, and so on."""


@hooks.command("list")
@json_option
def list_hooks(as_json: bool) -> None:
    """List the hooks, whether each runs, and how its last run went."""
    with open_session() as session:
        files = session.hooks.files
        found = files.all()
        rows = [
            (hook.event or "?", hook.path.name, hook.origin, hook.state, _last(files, hook))
            for hook in found
        ]
        lines = list(table(("event", "hook", "from", "state", "last run"), rows))
        lines += [f"! {hook.path.name}: {hook.why}" for hook in found if hook.why]
        if not found:
            events = ", ".join(EVENTS)
            lines = [f"No hooks. Put programs named by event into {files.own}: {events}"]
        answer(as_json, [_hook_json(files, hook) for hook in found], lines)


@hooks.command("test")
@click.argument("event", metavar="EVENT", type=click.Choice(EVENTS))
@json_option
def test_hooks(event: str, as_json: bool) -> None:
    """Run the hooks of one event now, with made-up data, and print how they went."""
    with open_session() as session:
        found = session.hooks.files.of(event)
        if not found:
            raise UsageError(
                f"There is no hook for {event}.",
                kept="Nothing was run.",
                next_step=f"Put a program of that name into {session.hooks.files.own}.",
            )
        documents, lines = [], list[str]()
        for hook in found:
            if hook.state == "ready":
                done = session.hooks.test(hook, sample(event))
            else:
                done = {"ok": False, "what": hook.why, "seconds": 0.0, "said": ""}
            documents.append({"hook": str(hook.path), "origin": hook.origin, **done})
            result = "worked" if done["ok"] else f"failed: {done['what']}"
            lines.append(f"{hook.path.name} {result} ({done['seconds']} s)")
            lines += [f"  {line}" for line in str(done["said"]).splitlines()[:_LINES]]
        answer(as_json, documents, lines)
        if not all(each["ok"] for each in documents):
            raise need_person()


@hooks.command
@click.argument("name", metavar="NAME")
@flag("--yes", "Agree without being asked.")
@json_option
def agree(name: str, yes: bool, as_json: bool) -> None:
    """Agree to the content of a hook that came with the team's rules, after reading it."""
    with open_session() as session:
        files = session.hooks.files
        hook = next(
            (h for h in files.all() if h.origin == "team" and name in (h.path.name, h.event)), None
        )
        if hook is not None and not yes:
            _show(hook)
            if not sys.stdin.isatty() or not click.confirm("Run it from now on?", err=True):
                say_err("Nothing was changed.")
                raise need_person()
        agreed = files.agree(name)
        said = f"{agreed.path.name} runs from now on, until its content changes."
        answer(as_json, _hook_json(files, agreed), [agreed.why or said])


def _show(hook: Hook) -> None:
    text = hook.path.read_bytes()[: _SHOWN + 1].decode("utf-8", "replace")
    say_err(f"{hook.path.name}, for {hook.event}:")
    for line in text[:_SHOWN].splitlines():
        say_err(f"  {line}")
    if len(text) > _SHOWN:
        say_err(f"  … the rest is in {hook.path}")


def _last(files: HookFiles, hook: Hook) -> str:
    last = files.result(hook)
    if not last:
        return "never"
    return f"{last.get('at', '')} {'worked' if last.get('ok') else last.get('what', '')}"


def _hook_json(files: HookFiles, hook: Hook) -> dict[str, object]:
    last = files.result(hook)
    names = ("at", "ok", "what", "seconds")
    return {
        "event": hook.event or None,
        "name": hook.path.name,
        "path": str(hook.path),
        "origin": hook.origin,
        "state": hook.state,
        "why": hook.why or None,
        "last": {name: last.get(name) for name in names} if last else None,
    }
