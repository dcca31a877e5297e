"""Entry point of ``sdrdesk`` and ``python -m sdrdesk``."""

from __future__ import annotations

import sys


def main() -> None:
    """Open the workbench, or run the command that is named; leave with its exit code."""
    arguments = sys.argv[1:]
    if arguments:
        from sdrdesk.cli.main import run

        sys.exit(run(arguments))
    # Most starts name no command, and a rep waits for the first row: the machinery that reads
    # command lines is not loaded for an empty one.
    from sdrdesk.memory import start_fast

    start_fast()
    from sdrdesk.cli.terminal.exit import ended
    from sdrdesk.cli.workbench import open_workbench

    sys.exit(ended(open_workbench))


if __name__ == "__main__":
    main()
