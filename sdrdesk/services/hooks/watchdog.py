"""Runs the hooks of one event and ends them in time; a process of its own, standard library only.

``python -I -S watchdog.py RESULTS SECONDS EVENT KEY ID PATH [ID PATH ...]``, with the JSON of the
event on stdin. sdrdesk starts it and does not wait, so a hook outlives a command or a workbench
that quits, and one that hangs, crashes or prints without end costs only this process. What became
of each hook is in ``RESULTS/ID.json``; when all ran, ``RESULTS/KEY.done`` says so, unless KEY is
empty.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

MOST_OUTPUT = 2_000
"""Bytes kept of what a hook prints; the rest is read and dropped."""
RUNNING = 4
"""Events whose hooks run at one moment on this machine; others wait for them."""
WAITING = 20
"""Events that run or wait; more are left out."""
DONE = ".done"
_NAP_S = 0.05


def run(
    path: str,
    payload: bytes,
    seconds: float,
    *,
    stdout: bool = False,
    environ: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Run a hook; return ``{"ok", "what", "seconds", "said"}``.

    Args:
        path: the program; it gets no arguments.
        payload: for its stdin; it need not read it.
        seconds: after which it and everything it started is killed.
        stdout: keep the beginning of its stdout in ``said``.
        environ: its environment, ``None`` for that of this process.
    """
    began = time.monotonic()
    try:
        process = subprocess.Popen(  # noqa: S603 - the rep's own program, no shell
            [path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if stdout else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd=str(Path(path).parent),
            env=environ,
            start_new_session=True,
        )
    except OSError as error:
        what = f"it cannot be started: {_why_not(error, path)}"
        return {"ok": False, "what": what, "seconds": 0.0, "said": ""}
    said, errors = bytearray(), bytearray()
    jobs: list[tuple[Any, ...]] = [
        (_feed, process.stdin, payload),
        (_drain, process.stderr, errors),
        *([(_drain, process.stdout, said)] if stdout else []),
    ]
    threads = [threading.Thread(target=job[0], args=job[1:], daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    late, code = _end(process, seconds)
    took = time.monotonic() - began
    for thread in threads:
        thread.join(1.0)
    what = f"it took more than {seconds:g} s and was ended" if late else _failure(code, errors)
    return {
        "ok": not what,
        "what": what,
        "seconds": round(took, 2),
        "said": said.decode("utf-8", "replace"),
    }


def _why_not(error: OSError, path: str) -> str:
    """Return why a hook cannot be started; the system says of both kinds of first line nothing."""
    if error.errno == errno.ENOEXEC:
        return "its first line names no program, such as #!/bin/sh"
    if error.errno == errno.ENOENT and Path(path).exists():
        return "this machine does not have the program that its first line (#!) names"
    return error.strerror or "no reason was given"


def _end(process: subprocess.Popen[bytes], seconds: float) -> tuple[bool, int]:
    """Wait for a hook, then kill what is left of it; return whether it was late, and its code."""
    try:
        process.wait(seconds)
        late = False
    except subprocess.TimeoutExpired:
        late = True
    if sys.platform != "win32":
        with contextlib.suppress(OSError):  # also what it left running
            os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    return late, process.wait()


def _failure(code: int, errors: bytearray) -> str:
    if not code:
        return ""
    lines = errors.decode("utf-8", "replace").strip().splitlines()
    what = f"it ended by signal {-code}" if code < 0 else f"it ended with code {code}"
    return what + (f": {lines[0][:200]}" if lines else "")


def _feed(pipe: IO[bytes], payload: bytes) -> None:
    with contextlib.suppress(OSError):  # a hook need not read it
        pipe.write(payload)
    with contextlib.suppress(OSError):
        pipe.close()


def _drain(pipe: IO[bytes], kept: bytearray) -> None:
    with contextlib.suppress(OSError, ValueError), pipe:
        while part := os.read(pipe.fileno(), 65_536):
            kept += part[: MOST_OUTPUT - len(kept)]


def keep(folder: Path, name: str, result: dict[str, Any]) -> None:
    """Store a result; a failure that was reported is not reported again until the hook works."""
    path = folder / f"{name}.json"
    before: dict[str, Any] = {}
    with contextlib.suppress(OSError, ValueError):
        before = json.loads(path.read_bytes())
    told = not result["ok"] and not before.get("ok", True) and bool(before.get("told"))
    text = json.dumps({**result, "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "told": told})
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with contextlib.suppress(OSError):
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


@contextlib.contextmanager
def place(folder: Path, kind: str, places: int, patience_s: float) -> Iterator[bool]:
    """Wait for one of a number of places; yield whether there was one."""
    until = time.monotonic() + patience_s
    with contextlib.ExitStack() as held:
        while True:
            for number in range(places):
                file = held.enter_context((folder / f"{kind}-{number}.lock").open("wb"))
                if _locked(file):
                    yield True
                    return
                file.close()
            if time.monotonic() > until:
                yield False
                return
            time.sleep(_NAP_S)


def _locked(file: IO[bytes]) -> bool:
    if sys.platform != "win32":  # hooks are off there
        import fcntl  # not on Windows

        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def main(arguments: list[str]) -> None:
    """Run the hooks of one event, one after the other."""
    folder, seconds, event, key, *named = arguments
    payload = sys.stdin.buffer.read()
    # The process that started this has nothing to wait for or to collect.
    if sys.platform != "win32" and os.fork():
        os._exit(0)
    results, most = Path(folder), float(seconds)
    with (
        place(results, "waiting", WAITING, 0.0) as let_in,
        place(results, "running", RUNNING, most if let_in else 0.0) as free,
    ):
        for name, path in zip(named[::2], named[1::2], strict=True):
            busy = {"ok": False, "what": "too many events at once; this one was left out"}
            result = run(path, payload, most) if let_in and free else {**busy, "seconds": 0.0}
            result.pop("said", None)
            keep(results, name, {**result, "event": event})
        if key and let_in and free:
            with contextlib.suppress(OSError):
                (results / f"{key}{DONE}").touch()


if __name__ == "__main__":
    main(sys.argv[1:])
