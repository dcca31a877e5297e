"""The command line of the sandbox: ``python -m sdrdesk.sandbox serve``.

It prints one line of JSON on stdout when it is ready; messages for people go to stderr.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import logging
import os
import sys
import threading
from pathlib import Path

from sdrdesk.sandbox.account.settings import Settings
from sdrdesk.sandbox.account.state import StateError
from sdrdesk.sandbox.server.serving import LOOPBACK, Options, Running, build, listen, serve
from sdrdesk.sandbox.times import parse_instant


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m sdrdesk.sandbox", description="A HubSpot-compatible CRM on loopback."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    serve_ = commands.add_parser("serve", help="serve a generated account on 127.0.0.1")
    add = serve_.add_argument
    add("--host", default=LOOPBACK, help="only 127.0.0.1 is accepted")
    add("--port", type=int, default=8642, help="0 picks a free one")
    add("--leads", type=int, default=400, help="how many contacts to make up")
    add("--seed", type=int, default=7, help="the same seed gives the same account")
    add("--state", type=Path, help="keep the account in this file between runs")
    add("--live", action="store_true", help="let leads convert and colleagues work meanwhile")
    add("--now", help="the account's time at the start, ISO 8601; it then runs on")
    add("--hostile", type=float, default=2.0, metavar="PERCENT", help="share of hostile text")
    add("--token", help="accept only this token; by default any that begins with pat-")
    add("--control-token", help="token of the control API; by default a random one")
    add("--lag-ms", type=int, default=None, help="how late search sees a change")
    add("--no-limits", action="store_true", help="no rate limits")
    add("--exit-with-parent", action="store_true", help="end when stdin is closed")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the command and return the exit code: 0 done, 1 error, 2 wrong usage."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(
        level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(message)s"
    )
    if arguments.host not in (LOOPBACK, "localhost"):
        return _complain("The sandbox serves 127.0.0.1 only: it has no protection of its own.", 2)
    try:
        options = _options(arguments)
    except ValueError as error:
        return _complain(str(error), 2)
    try:
        sock = listen(arguments.port)
    except (OSError, OverflowError) as error:
        return _complain(
            f"Port {arguments.port} cannot be used ({error}). Nothing was started; "
            "try another --port, or 0 for a free one.",
            1,
        )
    gc.disable()  # a large account has no cycles; saves a third of the time
    try:
        app = build(options)
    except StateError as error:
        sock.close()
        return _complain(str(error), 1)
    finally:
        gc.enable()
    gc.freeze()
    token = options.token or "pat-sandbox"
    asyncio.run(serve(app, sock, lambda up: _ready(up, token, arguments), live=arguments.live))
    return 0


def _options(arguments: argparse.Namespace) -> Options:
    if not 0 <= arguments.leads <= 1_000_000:
        raise ValueError("--leads takes a number from 0 to 1,000,000.")
    if not 0 <= arguments.hostile <= 100:
        raise ValueError("--hostile takes a percentage from 0 to 100.")
    settings = Settings()
    if arguments.lag_ms is not None:
        settings.change({"lag_ms": arguments.lag_ms, "rollup_ms": arguments.lag_ms // 2})
    if arguments.no_limits:
        settings.change({"ten_second_limit": None, "search_limit": None, "daily_limit": None})
    now_ms = None
    if arguments.now is not None:
        now_ms = parse_instant(arguments.now)
        if now_ms is None:
            raise ValueError(f"--now takes an ISO 8601 time, not {arguments.now!r}.")
    options = Options(
        leads=arguments.leads,
        seed=arguments.seed,
        now_ms=now_ms,
        hostile_percent=arguments.hostile,
        token=arguments.token,
        state=arguments.state,
        live=arguments.live,
        settings=settings,
    )
    if arguments.control_token:
        options.control_token = arguments.control_token
    return options


def _ready(running: Running, token: str, arguments: argparse.Namespace) -> None:
    sys.stdout.write(json.dumps(running.ready_line(token)) + "\n")
    sys.stdout.flush()
    if arguments.exit_with_parent:
        threading.Thread(target=_end_with_stdin, args=(running,), daemon=True).start()


def _end_with_stdin(running: Running) -> None:
    """Stop when stdin is closed, because the parent process has exited.

    It reads the raw descriptor, not ``sys.stdin``: a thread that holds its lock at interpreter exit
    would abort the process.
    """
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        pass
    running.server.should_exit = True


def _complain(sentence: str, code: int) -> int:
    sys.stderr.write(sentence + "\n")
    return code
