"""Errors to messages and exit codes, for every command."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from contextlib import suppress

from sdrdesk.cli.terminal.output import abandon_stdout, say_err, tell_error
from sdrdesk.domain.errors import ExitCode, SdrDeskError

_INTERRUPTED = 130
"""Exit code after Ctrl-C, as in shells (128 + SIGINT)."""
_NOT_READ = 141
"""Exit code when the reader of the output left, as in shells (128 + SIGPIPE). Not 0: a check may
have found something."""


def ended(act: Callable[[], object]) -> int:
    """Run ``act``; return its exit code, 0 if it returns none. Never raises."""
    try:
        outcome = act()
        sys.stdout.flush()
    except SdrDeskError as error:
        return tell_error(error)
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            say_err("")  # leave the line with the progress or the terminal's ^C
        say_err("sdrdesk: interrupted. Everything recorded so far is kept.")
        return _INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        return _NOT_READ
    except OSError as error:
        return _system_error(error)
    except Exception as error:  # noqa: BLE001 - it goes into the report; no caller could do more
        return _unexpected(error)
    return outcome if isinstance(outcome, int) else int(ExitCode.DONE)


def _system_error(error: OSError) -> int:
    """Report a refusal of the operating system, most often a full disk under stdout."""
    from sdrdesk.disk_room import is_full

    if error.filename is None and is_full(error.errno):
        with suppress(OSError, ValueError):
            abandon_stdout()  # else exiting would try to write the rest again
        say_err(
            "sdrdesk: the disk that the output goes to is full. Everything recorded so far is "
            "kept. Free some space, then try again."
        )
        return int(ExitCode.ERROR)
    return _unexpected(error)


def _unexpected(error: Exception) -> int:
    from sdrdesk.logs import write_report

    report = write_report(error)
    where = f"The report is in {report}." if report else "The report cannot be written; it follows."
    say_err(
        "sdrdesk: an unexpected error stopped this command. Everything recorded so far is "
        f"kept. {where}"
    )
    if report is None:
        say_err("".join(traceback.format_exception(error)))
    return int(ExitCode.ERROR)
