"""Entry point of ``sdrdesk`` and ``python -m sdrdesk``.

The parser of command lines is imported only for a command: the workbench starts without it.
"""

from __future__ import annotations

import gc
import os
import sys

COLLECT_AFTER = 50_000
"""New objects before the interpreter looks for garbage. Imports make tens of thousands, and none of
them is garbage: with the default of 700, looking for it is a tenth of a command's start."""


def main() -> None:
    """Open the workbench, or run the command that is named; exit with its code."""
    if "_SDRDESK_COMPLETE" in os.environ:  # a shell asks, at a press of Tab
        from sdrdesk.cli.terminal.values import main as complete

        complete(os.environ)
        return
    if None in (sys.stdin, sys.stdout, sys.stderr):
        _open_closed_streams()
    arguments = sys.argv[1:]
    if arguments:
        gc.set_threshold(COLLECT_AFTER)
        from sdrdesk.cli.main import run

        code = run(arguments)
        gc.freeze()  # the process ends: nothing is worth freeing one by one
        sys.exit(code)
    from sdrdesk.memory import start_fast

    start_fast()
    from sdrdesk.cli.terminal.exit import ended
    from sdrdesk.cli.workbench import open_workbench

    sys.exit(ended(open_workbench))


def _open_closed_streams() -> None:
    """Connect the standard streams that were closed (``>&-``) with nothing.

    Else the next file that is opened, such as the database, would be where programs print.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is not None:
            continue
        nothing = os.open(os.devnull, os.O_RDWR)
        if nothing != number:
            os.dup2(nothing, number)
            os.close(nothing)
        mode = "w" if number else "r"
        setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))


if __name__ == "__main__":
    main()
