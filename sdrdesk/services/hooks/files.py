"""The hook programs on this machine: which there are, and whether each may run.

A hook runs with everything the rep may do. So nobody else may be able to write it: not the file,
and no folder above it. One that came with the team's rules runs after the rep agreed to its
content, and again after each change.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, NamedTuple

from sdrdesk.clock import Clock, iso
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.plain_file import read_plain, write_owned
from sdrdesk.rule_files import HOOKS
from sdrdesk.services.hooks.watchdog import DONE, keep

EVENTS: Final = ("after-outcome", "fresh-lead", "meeting-set", "block-end", "sync-failed")
"""The events, and so the names of hooks; ``after-outcome.py`` is one too."""
MOST_BYTES: Final = 4 * 1024 * 1024

Origin = Literal["own", "team"]
State = Literal["ready", "refused", "asks"]


class Hook(NamedTuple):
    """One hook program."""

    event: str
    path: Path
    origin: Origin
    """``team``: it came with the team's rules."""
    state: State
    """``asks``: the rep has not agreed to its content."""
    why: str = ""
    """Why it does not run, ``""`` when it does."""
    digest: str = ""
    """SHA-256 of the content of a team's hook."""

    @property
    def key(self) -> str:
        """Name of its result, such as ``team-after-outcome.py``."""
        return f"{self.origin}-{self.path.name}"


class HookFiles:
    """Finds the hooks.

    Args:
        own: the rep's folder of hooks; it need not exist.
        team: the folder of the team's rules in force, ``None`` for none.
        place: where results and agreements are kept.
        clock: the present moment.
    """

    def __init__(
        self, own: Path, team: Callable[[], Path | None], place: Path, clock: Clock
    ) -> None:
        self.own = own
        self.place = place
        self._team = team
        self._clock = clock

    def all(self) -> list[Hook]:
        """Return every hook, those that may not run too, in the order of the events."""
        found = [hook for event in EVENTS for hook in self.of(event)]
        strangers = [
            Hook("", path, "own", "refused", f"no event has that name; events: {', '.join(EVENTS)}")
            for path in _files(self.own)
            if _event_of(path.name) not in EVENTS
        ]
        return found + strangers

    def of(self, event: str) -> list[Hook]:
        """Return the hooks of an event, the rep's own first."""
        return [
            self._judge(event, path, origin)
            for origin, folder in self._folders()
            for path in _files(folder)
            if _event_of(path.name) == event
        ]

    def agree(self, name: str) -> Hook:
        """Keep that the rep agrees to the present content of a team's hook.

        Raises:
            UsageError: the team has no hook of that name.
        """
        team = [hook for hook in self.all() if hook.origin == "team"]
        hook = next((each for each in team if name in (each.path.name, each.event)), None)
        if hook is None or not hook.digest:
            names = ", ".join(each.path.name for each in team)
            raise UsageError(
                f"The team's rules have no hook {one_line(name, limit=60)!r}.",
                kept="Nothing was changed.",
                next_step=f"Their hooks: {names}." if names else "See them: sdrdesk hooks list",
            )
        agreed = {**self._agreed(), hook.digest: f"{hook.path.name} {iso(self._clock())}"}
        self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_owned(self.place / "agreed.json", json.dumps(agreed, indent=1))
        return self._judge(hook.event, hook.path, "team")

    def _folders(self) -> Sequence[tuple[Origin, Path]]:
        team = self._team()
        return (("own", self.own), *([("team", team / HOOKS)] if team else ()))

    def _judge(self, event: str, path: Path, origin: Origin) -> Hook:
        if os.name == "nt":
            return Hook(event, path, origin, "refused", "hooks need the file permissions of Unix")
        try:
            digest = _digest(path) if origin == "team" else ""
            problem = why_unsafe(path)
        except OSError as error:
            return Hook(event, path, origin, "refused", f"it cannot be read: {error.strerror}")
        if problem:
            return Hook(event, path, origin, "refused", problem, digest)
        if origin == "team" and digest not in self._agreed():
            why = f"new content; read it, then: sdrdesk hooks agree {path.name}"
            return Hook(event, path, origin, "asks", why, digest)
        if not os.access(path, os.X_OK):
            return Hook(event, path, origin, "refused", f"not executable: chmod u+x {path}", digest)
        return Hook(event, path, origin, "ready", digest=digest)

    def _agreed(self) -> dict[str, object]:
        try:
            found = json.loads(read_plain(self.place / "agreed.json", MOST_BYTES))
        except (OSError, ValueError, RecursionError):
            return {}
        return found if isinstance(found, dict) else {}

    # Their results.

    def result(self, hook: Hook) -> dict[str, object]:
        """Return ``at``, ``ok``, ``what`` and ``seconds`` of the last run, ``{}`` without one."""
        return _read(self.place / f"{hook.key}.json")

    def keep_failure(self, hook: Hook, what: str) -> None:
        """Keep that a hook could not run."""
        with suppress(OSError):  # a full disk must not stop the event
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
        keep(self.place, hook.key, {"ok": False, "what": what, "seconds": 0.0, "event": hook.event})

    def done(self) -> list[str]:
        """Return the keys of events whose hooks all ran."""
        return [path.name.removesuffix(DONE) for path in self.place.glob(f"*{DONE}")]

    def forget_done(self, keys: Sequence[str]) -> None:
        """Forget that these ran; their events are taken."""
        for key in keys:
            with suppress(OSError):
                (self.place / f"{key}{DONE}").unlink()

    def news(self) -> list[str]:
        """Return each failure that was not told yet, in a sentence; it counts as told now."""
        said = []
        for hook in self.all():
            last = self.result(hook)
            if last.get("ok", True) or last.get("told"):
                continue
            said.append(
                f"Hook {hook.path.name} failed: {one_line(str(last.get('what')), limit=200)}."
            )
            with suppress(Exception):  # a read-only disk: told again
                path = self.place / f"{hook.key}.json"
                write_owned(path, json.dumps({**last, "told": True}))
        return said


def why_unsafe(path: Path) -> str:
    """Return who else could write a program or put another in its place, ``""`` for nobody.

    Raises:
        OSError: it cannot be looked at.
    """
    real, named = path.resolve(strict=True), path.absolute()
    if not real.is_file():
        return "it is not a regular file"
    for part in dict.fromkeys((real, *real.parents, *named.parents)):
        info = part.stat()
        # Windows has no such call; hooks are off there.
        if sys.platform != "win32" and info.st_uid not in (0, os.getuid()):
            return f"{part} belongs to another user"
        others = info.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
        if others and not info.st_mode & stat.S_ISVTX:  # in /tmp nobody can move what is mine
            return f"others may write to {part}: chmod go-w {part}"
    return ""


def _event_of(name: str) -> str:
    return name.partition(".")[0]


def _files(folder: Path) -> list[Path]:
    try:
        found = sorted(folder.iterdir())
    except OSError:
        return []
    hidden = (".", "README")
    return [p for p in found if not p.name.startswith(hidden) and not p.name.endswith("~")]


def _digest(path: Path) -> str:
    return hashlib.sha256(read_plain(path, MOST_BYTES)).hexdigest()


def _read(path: Path) -> dict[str, object]:
    try:
        found = json.loads(read_plain(path, 64 * 1024))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
