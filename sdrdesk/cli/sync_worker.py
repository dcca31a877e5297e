"""The background sync, in a process of its own: ``python -m sdrdesk.cli.sync_worker``.

The workbench starts it and talks to it in lines: events go out, kicks come in. In the workbench's
own process it would hold the interpreter's lock, and a key would wait up to half a second during a
first load (``bench.next_lead``).
"""

from __future__ import annotations

import json
import logging
import os
import sys
import threading
import time
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from sdrdesk.cli.background import sync_loop, team_feed
from sdrdesk.cli.session import open_session
from sdrdesk.clock import system_clock
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.memory import collect_between_rounds, round_ended
from sdrdesk.services.sync.events import CLAIM, CLAIMED, KICK_RELEASE, LOOK, to_line
from sdrdesk.services.views.sync import SyncEvent

if TYPE_CHECKING:
    from sdrdesk.services.feed.team import TeamFeed
    from sdrdesk.services.sync.loop import SyncLoop

_LAST_WORDS_S = 1.0
"""Longest that a round continues after the workbench is gone. Cutting it off loses nothing: pages
and cursor are stored together, and an item being sent is looked up before it is sent again."""
_NICE = 10


def main() -> None:
    """Sync until the workbench closes the connection or ends."""
    if sys.platform != "win32":  # it has no such call
        with suppress(OSError):
            os.nice(_NICE)  # the screen comes first
    ahead = timedelta(seconds=float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
    stop = threading.Event()

    collect_between_rounds()

    def tell(event: SyncEvent) -> None:
        if event.kind == "finished":
            round_ended()
        try:
            sys.stdout.write(to_line(event))
            sys.stdout.flush()
        except OSError:
            stop.set()  # the workbench is gone

    try:
        with open_session(clock=lambda: system_clock() + ahead) as session:
            session.db.in_background = True
            team = team_feed(session)
            loop = sync_loop(session, team.mailbox if team else None)
            if team is not None:
                run = team.desk.run
                threading.Thread(target=run, args=(stop.is_set,), daemon=True).start()
            threading.Thread(target=_listen, args=(loop, stop, team), daemon=True).start()
            loop.run(tell, stop.is_set)
            session.needs_person = False  # the screen says it
    except SdrDeskError as error:
        tell(SyncEvent("failed", str(error)))
        sys.exit(1)
    except Exception:
        # stderr goes nowhere; the workbench refers the rep to the log.
        logging.getLogger(__name__).exception("the background sync ended unexpectedly")
        sys.exit(1)


def _listen(loop: SyncLoop, stop: threading.Event, team: TeamFeed | None) -> None:
    """Pass kicks and claims on; end when the workbench is gone, however it ended."""
    with suppress(OSError, ValueError):
        for line in sys.stdin:
            words = line.split()
            if words[:1] == [CLAIM]:
                _claim(team, words[1:])
            elif words[:1] == [LOOK]:
                if team is not None:
                    team.look_at(words[1] if len(words) == 2 else "")
            else:
                loop.kick(release_held=line.strip() == KICK_RELEASE)
    stop.set()
    loop.kick()
    time.sleep(_LAST_WORDS_S)
    os._exit(0)


def _claim(team: TeamFeed | None, words: list[str]) -> None:
    """Answer a question of ``SyncProcess.ask_team``."""
    if len(words) != 2 or not words[0].isdecimal():
        return
    claim = team.desk.claim(words[1]) if team is not None else None
    told: dict[str, object] = {CLAIMED: int(words[0])}
    if claim is not None:
        told |= {"owner": claim.owner, "state": claim.state}
    with suppress(OSError):
        # One write for a whole line: events of the other thread do not get between.
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
