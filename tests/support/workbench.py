"""Runs the workbench on the fake desk: ``python -m tests.support.workbench [hostile|N]``."""

from __future__ import annotations

import sys
from datetime import timedelta

from sdrdesk.app import SdrDeskApp
from sdrdesk.clock import system_clock
from tests.support import fake_leads
from tests.support.fake_desk import FakeDesk


class MovingDesk(FakeDesk):
    """A fake desk whose clock runs from its frozen moment on."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self._started = system_clock()

    def now(self):  # type: ignore[no-untyped-def]
        self.at = fake_leads.NOW + (system_clock() - self._started) + timedelta(0)
        return self.at


def main() -> None:
    which = sys.argv[1] if len(sys.argv) > 1 else "believable"
    makers = {"believable": fake_leads.believable, "hostile": fake_leads.hostile}
    leads = makers[which]() if which in makers else fake_leads.plain(int(which))
    SdrDeskApp(MovingDesk(leads), None, theme=sys.argv[2] if len(sys.argv) > 2 else "").run()


if __name__ == "__main__":
    main()
