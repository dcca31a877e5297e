"""Names of the reports, without the charts that their screen loads."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sdrdesk.screens.shell.base import DeskScreen
from sdrdesk.screens.shell.dialogs import MenuModal

if TYPE_CHECKING:
    from sdrdesk.services.reports.registry import ReportName

ORDER: Final[tuple[ReportName, ...]] = (
    "speed", "sla", "outcomes", "scripts", "funnel", "rhythm", "goals", "week", "partners",
    "fit", "cadences",
)  # fmt: skip

NAMES: Final[dict[ReportName, str]] = {
    "speed": "Speed to lead",
    "sla": "SLA, marketing and sales",
    "outcomes": "Outcomes by rep",
    "scripts": "Results by script",
    "funnel": "From lead to customer",
    "rhythm": "Hours and weekdays",
    "goals": "Goals and actuals",
    "week": "The week on a page",
    "partners": "Partners",
    "fit": "Fit and outcomes",
    "cadences": "Cadences",
}


def choose_report(screen: DeskScreen, show: Callable[[ReportName], None]) -> None:
    """Offer the list of reports, and show the one chosen."""

    def then(name: str | None) -> None:
        found = next((report for report in ORDER if report == name), None)
        if found is not None:
            show(found)

    names = [(name, NAMES[name]) for name in ORDER]
    screen.app.push_screen(MenuModal(screen.place, "Which report?", names), then)
