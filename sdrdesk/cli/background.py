"""The loop of the background sync and its team feed, made of a session's parts.

Imported by the process that runs them; the workbench only starts that process.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from sdrdesk.credentials import find_feed_key
from sdrdesk.services.account.rules import rep_of
from sdrdesk.services.feed.team import TeamFeed
from sdrdesk.services.sync.loop import SyncLoop

if TYPE_CHECKING:
    from sdrdesk.cli.session import Session
    from sdrdesk.services.feed.mailbox import Mailbox


def team_feed(session: Session) -> TeamFeed | None:
    """Return this desk's side of the team feed, not running yet; ``None`` without one."""
    settings = session.settings
    url = "" if session.demo else settings.feed.url
    if not url:
        return None
    key = find_feed_key(session.environ)

    def my_owner_id() -> str:
        rep = rep_of(session.db, settings)
        return rep.owner_id if rep else ""

    return TeamFeed(
        session.db,
        url,
        key.value if key else "",
        my_owner_id,
        session.clock,
        everybody=settings.queue.owners == "all",
        share_presence=settings.feed.share_presence,
        offers=session.desk.offers,
        in_turn=lambda: session.rulebook.team.round_robin,
    )


def sync_loop(session: Session, feed: Mailbox | None = None) -> SyncLoop:
    """Return the loop that syncs until stopped, and hears of changes by ``feed``."""

    def between_rounds() -> int:
        """Do the daily work and agree with the rep's other machines; return what counted."""
        session.housekeeping.run()
        done = session.folder.run()
        for problem in done.problems:
            logging.getLogger(__name__).warning("shared folder: %s", problem)
        return done.applied

    return SyncLoop(
        lambda should_stop: session.engine(should_stop=should_stop),
        session.settings.sync,
        session.desk,
        first=lambda *heard: session.rules_update.announce(*heard),
        new_rules=session.rulebook.follow,
        between_rounds=between_rounds,
        hear=session.hear,
        feed=feed,
    )
