"""Tells hooks of events: in the background, never holding a key or a command."""

from __future__ import annotations

import json
import logging
import queue
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sdrdesk import __version__
from sdrdesk.clock import Clock, iso
from sdrdesk.services.hooks import watchdog
from sdrdesk.services.hooks.files import Hook, HookFiles

_log = logging.getLogger(__name__)

SECONDS = 10.0
"""Longest run of a hook."""
VERSION = 1
"""Of the JSON that hooks get; additions keep it."""
_PASSED = (
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "DISPLAY",
    "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SDRDESK_HOME",
)  # fmt: skip
"""Variables of the environment that a hook sees: names and places, no secret."""
IN_HOOK = "SDRDESK_IN_HOOK"
"""Set for hooks: what sdrdesk does when a hook calls it starts no hook again."""
_MOST_WAITING = 64
_HAND_OVER_S = 5.0

Json = Mapping[str, object]


class _Job(NamedTuple):
    event: str
    hooks: Sequence[Hook]
    make: Callable[[], Json]
    key: str
    begins: Callable[[], bool]


def hook_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a hook."""
    passed = {n: v for n, v in environ.items() if n in _PASSED or n.startswith("LC_")}
    return {**passed, IN_HOOK: "1"}


class Hooks:
    """Starts the hooks of this machine.

    Args:
        files: the hook programs.
        environ: the environment, of which hooks get a small part.
        clock: the present moment.
        on: ``False`` in the demo.
        seconds: how long a hook may take.
    """

    def __init__(
        self,
        files: HookFiles,
        environ: Mapping[str, str],
        clock: Clock,
        *,
        on: bool = True,
        seconds: float = SECONDS,
    ) -> None:
        self.files = files
        self._environ = environ
        self._clock = clock
        self.on = on and IN_HOOK not in environ
        self._seconds = seconds
        self._waiting: queue.Queue[_Job | None]
        self._waiting = queue.Queue(_MOST_WAITING)
        self._thread: threading.Thread | None = None

    def ready(self, event: str) -> list[Hook]:
        """Return the hooks of an event that would run now."""
        found = self.files.of(event) if self.on else []
        return [hook for hook in found if hook.state == "ready"]

    def fire(
        self,
        event: str,
        make: Callable[[], Json],
        key: str = "",
        begins: Callable[[], bool] = lambda: True,
    ) -> None:
        """Tell the hooks of an event and return at once; raises nothing.

        Args:
            event: one of ``EVENTS``.
            make: returns what the event is about; called in another thread.
            key: of an event that is sent until its hooks are done with it; ``""`` makes one.
            begins: asked just before the hooks start, in that thread; ``False`` leaves them.
        """
        if not self.on:
            return
        ready = self.ready(event)
        for hook in self.files.of(event):
            if hook.state == "refused" and self.files.result(hook).get("what") != hook.why:
                self.files.keep_failure(hook, hook.why)
        if not ready:
            return
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="hooks", daemon=True)
            self._thread.start()
        try:
            self._waiting.put_nowait(_Job(event, ready, make, key, begins))
        except queue.Full:
            self._left_out(ready)

    def payload(self, event: str, about: Json, key: str = "") -> bytes:
        """Return the JSON that a hook gets on stdin."""
        head = {
            "version": VERSION,
            "event": event,
            "key": key or str(uuid.uuid4()),
            "at": iso(self._clock()),
            "sdrdesk": __version__,
        }
        return json.dumps({**head, **about}, ensure_ascii=False).encode("utf-8", "replace")

    def test(self, hook: Hook, about: Json) -> dict[str, object]:
        """Run one hook now, wait for it, and return what became of it and what it printed."""
        payload, environ = self.payload(hook.event, about), hook_environment(self._environ)
        return watchdog.run(str(hook.path), payload, self._seconds, stdout=True, environ=environ)

    def close(self) -> None:
        """Wait a moment until what happened is handed to the hooks; they run on on their own."""
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(_HAND_OVER_S)
            self._thread = None

    def _work(self) -> None:
        while (job := self._waiting.get()) is not None:
            try:
                payload = self.payload(job.event, job.make(), job.key)
                if job.begins():
                    self._start(job.event, job.hooks, payload, job.key)
            except Exception:  # noqa: BLE001 - a hook must not stop the others
                _log.exception("the hooks of %s could not be started", job.event)
                for hook in job.hooks:
                    self.files.keep_failure(hook, "it could not be started")

    def _start(self, event: str, hooks: Sequence[Hook], payload: bytes, key: str) -> None:
        place = self.files.place
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        named = [part for hook in hooks for part in (hook.key, str(hook.path))]
        subprocess.run(  # noqa: S603 - our own module, no shell
            (
                sys.executable, "-I", "-S", str(Path(watchdog.__file__)),
                str(place), f"{self._seconds:g}", event, key, *named,
            ),
            input=payload,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=hook_environment(self._environ),
            start_new_session=True,
            check=True,
        )  # fmt: skip

    def _left_out(self, hooks: Sequence[Hook]) -> None:
        for hook in hooks:
            self.files.keep_failure(hook, "too many events at once; this one was left out")
