"""The one place where errors become words and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress

from sdrdesk.cli.terminal.output import abandon_stdout, note, tell_error
from sdrdesk.domain.errors import ExitCode, SdrDeskError

INTERRUPTED = 130
"""Exit code after Ctrl-C, as shells have it (128 + SIGINT)."""


def ended(act: Callable[[], object]) -> int:
    """Run ``act``; return its exit code, 0 when it returns none. Never raises."""
    try:
        outcome = act()
        sys.stdout.flush()
    except SdrDeskError as error:
        return tell_error(error)
    except KeyboardInterrupt:
        if sys.stderr.isatty():
            note("")  # what told how far it was, and the terminal's own ^C, keep their line
        note("sdrdesk: interrupted. Everything recorded so far is kept.")
        return INTERRUPTED
    except BrokenPipeError:
        abandon_stdout()
        return int(ExitCode.DONE)
    except OSError as error:
        return _system_error(error)
    except Exception as error:  # noqa: BLE001 - the report holds it; nobody above could do more
        return _unexpected(error)
    return outcome if isinstance(outcome, int) else int(ExitCode.DONE)


def _system_error(error: OSError) -> int:
    """Say what the operating system refused: most often the disk that the answer goes to."""
    from sdrdesk.disk_room import is_full

    if error.filename is None and is_full(error.errno):
        with suppress(OSError, ValueError):
            abandon_stdout()  # or leaving would try once more to write the rest
        note(
            "sdrdesk: the disk that the output goes to is full. Everything recorded so far is "
            "kept. Free some space, then do it again."
        )
        return int(ExitCode.ERROR)
    return _unexpected(error)


def _unexpected(error: Exception) -> int:
    from sdrdesk.logs import write_report  # here only: `sdrdesk --help` must not wait for it

    report = write_report(error)
    where = f"The report is in {report}." if report else "No disk takes the report; it follows."
    note(
        "sdrdesk: an unexpected error stopped this command. Everything recorded so far is "
        f"kept. {where}"
    )
    if report is None:
        import traceback

        note("".join(traceback.format_exception(error)))
    return int(ExitCode.ERROR)
