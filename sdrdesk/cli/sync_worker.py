"""The background sync, in a process of its own: ``python -m sdrdesk.cli.sync_worker``.

The workbench starts it and talks to it in lines: events go out, kicks come in. In the workbench's
own process it would hold the interpreter's lock, and a key would wait up to half a second during a
first load (``bench.next_lead``).
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sdrdesk.cli.session import open_session
from sdrdesk.clock import system_clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.services.sync.events import KICK_RELEASE, to_line
from sdrdesk.services.views.desk import SyncEvent

if TYPE_CHECKING:
    from sdrdesk.services.sync.loop import SyncLoop

_LAST_WORDS_S = 1.0
"""How long a round may continue after the workbench is gone. Cutting it off loses nothing: pages
and cursor are stored together, and an item being sent is looked up before it is sent again."""
_NICE = 10


def main() -> None:
    """Sync until the workbench closes the connection or ends."""
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(_NICE)  # the screen comes first
    ahead = timedelta(seconds=float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
    stop = threading.Event()

    def tell(event: SyncEvent) -> None:
        try:
            sys.stdout.write(to_line(event))
            sys.stdout.flush()
        except OSError:
            stop.set()  # the workbench is gone

    try:
        with open_session(clock=lambda: system_clock() + ahead) as session:
            session.db.in_background = True
            loop = session.sync_loop()
            threading.Thread(target=_listen, args=(loop, stop), daemon=True).start()
            loop.run(tell, stop.is_set)
            session.needs_person = False  # the screen says it
    except SdrDeskError as error:
        tell(SyncEvent("failed", str(error)))
        sys.exit(1)
    except Exception:
        # stderr goes nowhere; the workbench refers the rep to the log.
        logging.getLogger(__name__).exception("the background sync ended unexpectedly")
        sys.exit(1)


def _listen(loop: SyncLoop, stop: threading.Event) -> None:
    """Pass kicks on; end when the workbench is gone, however it ended."""
    with suppress(OSError, ValueError):
        for line in sys.stdin:
            loop.kick(release_held=line.strip() == KICK_RELEASE)
    stop.set()
    loop.kick()
    time.sleep(_LAST_WORDS_S)
    os._exit(0)


if __name__ == "__main__":
    main()
