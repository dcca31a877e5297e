"""The dialogs of a lead's place in the queue and of the funnel to the callable leads."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from sdrdesk.domain.ranking.scoring import Reason
from sdrdesk.domain.text.humanize import moment_words
from sdrdesk.screens.shell.base import DeskModal
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.views.queue import FunnelView, WhyView
from sdrdesk.widgets.cells import MUTED, fit, shorten

_BAR_CELLS = 18
_RULE_CELLS = 32
_WEIGHT_CELLS = 10
"""The longest bar of a reason, and a blank."""
_LEAST_POINTS = 0.005
"""Less is shown as 0.00: the reason neither raises nor lowers."""


class _TableModal(DeskModal[None]):
    def compose(self) -> ComposeResult:
        """Lay out the text."""
        with VerticalScroll(classes="box table"):
            yield Static(markup=False)

    def show(self, lines: list[Content]) -> None:
        """Show these lines."""
        self.query_one(Static).update(Content("\n").join(lines))


class WhyModal(_TableModal):
    """Place, reasons and rules of one lead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("question_mark,enter,q", "close", "Back", "why.back", "Back to the queue"),
        key("F", "funnel", "Funnel", "why.funnel", "Show how many leads each rule keeps out"),
    ]

    def __init__(self, place: Workplace, lead_id: str) -> None:
        super().__init__(place)
        self._lead_id = lead_id

    def on_mount(self) -> None:
        """Read the reasons."""
        self.read(
            "why", lambda: why_lines(self.desk.queue.why(self._lead_id), self.desk.now()), self.show
        )

    def action_funnel(self) -> None:
        """Show the funnel instead."""
        self.app.switch_screen(FunnelModal(self.place))


class FunnelModal(_TableModal):
    """Leads kept out, rule by rule."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("F,enter,q", "close", "Back", "funnel.back", "Back to the queue"),
    ]

    def on_mount(self) -> None:
        """Read the funnel."""
        self.read("funnel", lambda: funnel_lines(self.desk.queue.funnel()), self.show)


def why_lines(why: WhyView, now: datetime) -> list[Content]:
    """Return the reasons for a lead's place, line by line."""
    lines = [_headline(why), Content("")]
    lines += [
        Content.assemble(("! ", "$text-warning"), block.text, _until(block.until))
        for block in why.blocked_by
    ]
    lines += [Content.styled(f"  {rule}", MUTED) for rule in why.offices]
    if why.blocked_by or why.offices:
        lines.append(Content(""))
    lines += reason_lines(why.reasons, why.score)
    if why.above:
        total = sum(reason.points for reason in why.above_reasons)
        lines += [
            Content(""),
            Content.assemble(("One place above: ", MUTED), (why.above, "bold"), f"  {total:+.2f}"),
            Content.assemble(("  ", ""), (_terms(why.above_reasons), MUTED)),
        ]
    if why.overtakes_at is not None:
        because = f": {why.overtakes_because}" if why.overtakes_because else ""
        at = why.overtakes_at.astimezone()
        same_day = at.date() == now.astimezone().date()
        when = f"{at:%H:%M}" if same_day else moment_words(at)
        lines.append(Content(f"Moves up at {when}{because}"))
    return [*lines, Content(""), Content.styled("esc back   F funnel", MUTED)]


def reason_lines(reasons: tuple[Reason, ...], score: float) -> list[Content]:
    """Return one line per reason and their sum: what it does, how much, and the number."""
    most = max((abs(reason.points) for reason in reasons), default=0.0)
    lines = [
        Content.assemble(
            (fit(reason.factor.replace("_", " "), 12), MUTED),
            fit(effect(reason.points), 7),
            _weight(reason.points, most),
            (f"{reason.points:+7.2f}  ", "bold"),
            reason.text,
        )
        for reason in reasons
    ]
    gap = " " * (12 + 7 + _WEIGHT_CELLS)
    total = Content.assemble(gap, (f"{score:+7.2f}  ", "bold"), ("sum: log-odds", MUTED))
    return [*lines, total]


def effect(points: float) -> str:
    """Return in a word what a term of the score does to a lead's place."""
    if abs(points) < _LEAST_POINTS:
        return "·"
    return "raises" if points > 0 else "lowers"


def _weight(points: float, most: float) -> Content:
    cells = max(1, round(abs(points) / most * (_WEIGHT_CELLS - 1))) if most else 0
    bar = "" if abs(points) < _LEAST_POINTS else "█" * cells
    return Content.styled(fit(bar, _WEIGHT_CELLS), "$text-success" if points > 0 else "$warning")


def funnel_lines(funnel: FunnelView) -> list[Content]:
    """Return one line per rule, with a bar of the leads left."""
    lines = [
        Content.styled("From all leads to the callable ones", "bold"),
        Content(""),
        Content.assemble(
            fit("all leads", _RULE_CELLS), f"{'':>8}", f"{funnel.total:>8}  ", _bar(1.0)
        ),
    ]
    for step in funnel.steps:
        removed = f"−{step.removed}" if step.removed else "·"
        share = step.left / funnel.total if funnel.total else 0.0
        lines.append(
            Content.assemble(
                fit(step.text, _RULE_CELLS),
                (f"{removed:>8}", "$text-warning" if step.removed else MUTED),
                f"{step.left:>8}  ",
                _bar(share),
            )
        )
    lines.append(
        Content.assemble(
            (fit("= callable now", _RULE_CELLS), "bold"),
            f"{'':>8}",
            (f"{funnel.callable:>8}", "bold"),
        )
    )
    return [*lines, Content(""), Content.styled("esc back", MUTED)]


def _headline(why: WhyView) -> Content:
    name = shorten(why.name, 40)
    if why.rank is None:
        return Content.assemble((name, "bold"), " is not in the queue")
    if not why.callable:
        place = f"; it would be rank {why.rank}" if why.rank else ""
        return Content.assemble((name, "bold"), f" is not callable now{place}")
    if why.rank == 1:
        return Content.assemble((name, "bold"), " is next: rank 1")
    return Content.assemble(("Why is ", ""), (name, "bold"), f" not next? Rank {why.rank}")


def _until(until: datetime | None) -> str:
    return "" if until is None else f" · until {moment_words(until.astimezone())} (your time)"


def _terms(reasons: tuple[Reason, ...]) -> str:
    return " · ".join(f"{reason.text} {reason.points:+.2f}" for reason in reasons)


def _bar(share: float) -> Content:
    return Content.styled("█" * round(share * _BAR_CELLS), "$primary")
