"""The one place where errors become words and exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable

from sdrdesk.cli.output import abandon_stdout, note, tell_error
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
    except Exception:
        import logging  # here only: `sdrdesk --help` must not wait for it

        logging.getLogger("sdrdesk").exception("unexpected error")
        note(
            "sdrdesk: an unexpected error stopped this command. Everything recorded so far is "
            "kept. Details are in the log; `sdrdesk doctor` names its path."
        )
        return int(ExitCode.ERROR)
    return outcome if isinstance(outcome, int) else int(ExitCode.DONE)
