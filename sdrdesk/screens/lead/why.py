"""Why a lead is where it is, and how all leads shrink to the callable ones."""

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
from sdrdesk.services.views.desk import FunnelView, WhyView
from sdrdesk.widgets.cells import fit, shorten

MUTED = "$foreground-muted"
BAR_CELLS = 18
RULE_CELLS = 32


class WhyModal(DeskModal[None]):
    """Place, reasons and rules of one lead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("question_mark,enter,q", "close", "Back", "why.back", "Back to the queue"),
        key("w", "funnel", "Funnel", "why.funnel", "How all leads shrink to the callable ones"),
    ]

    def __init__(self, place: Workplace, lead_id: str) -> None:
        super().__init__(place)
        self._lead_id = lead_id

    def compose(self) -> ComposeResult:
        """Lay out the answer."""
        with VerticalScroll(classes="box table"):
            yield Static(id="answer", markup=False)

    def on_mount(self) -> None:
        """Ask."""
        self.read("why", lambda: self.desk.queue.why(self._lead_id), self._show)

    def _show(self, why: WhyView) -> None:
        self.query_one("#answer", Static).update(Content("\n").join(why_lines(why)))

    def action_funnel(self) -> None:
        """Go on to the funnel."""
        self.app.switch_screen(FunnelModal(self.place))


class FunnelModal(DeskModal[None]):
    """The waterfall, rule by rule."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("w,enter,q", "close", "Back", "funnel.back", "Back to the queue"),
    ]

    def compose(self) -> ComposeResult:
        """Lay out the answer."""
        with VerticalScroll(classes="box table"):
            yield Static(id="answer", markup=False)

    def on_mount(self) -> None:
        """Ask."""
        self.read("funnel", lambda: self.desk.queue.funnel(), self._show)

    def _show(self, funnel: FunnelView) -> None:
        self.query_one("#answer", Static).update(Content("\n").join(funnel_lines(funnel)))


def why_lines(why: WhyView) -> list[Content]:
    """Return the answer about one lead, line by line."""
    lines = [_headline(why), Content("")]
    lines += [
        Content.assemble(("! ", "$text-warning"), block.text, _until(block.until))
        for block in why.blocked_by
    ]
    if why.blocked_by:
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
        at = f"{moment_words(why.overtakes_at.astimezone())} (your time)"
        lines.append(Content(f"Overtakes at {at}{because}"))
    return [*lines, Content(""), _footer("esc back   w funnel")]


def reason_lines(reasons: tuple[Reason, ...], score: float) -> list[Content]:
    """Return one line per reason and their sum; numbers come first and align right."""
    lines = [
        Content.assemble(
            (f"{reason.points:+8.2f}  ", "bold"),
            (fit(reason.factor.replace("_", " "), 14), MUTED),
            reason.text,
        )
        for reason in reasons
    ]
    return [*lines, Content.assemble((f"{score:+8.2f}  ", "bold"), ("sum", MUTED))]


def funnel_lines(funnel: FunnelView) -> list[Content]:
    """Return the waterfall, one rule a line, with what is left drawn to scale."""
    lines = [
        Content.styled("From all leads to the callable ones", "bold"),
        Content(""),
        Content.assemble(
            fit("leads on disk", RULE_CELLS), f"{'':>8}", f"{funnel.total:>8}  ", _bar(1.0)
        ),
    ]
    for step in funnel.steps:
        removed = f"−{step.removed}" if step.removed else "·"
        share = step.left / funnel.total if funnel.total else 0.0
        lines.append(
            Content.assemble(
                fit(step.text, RULE_CELLS),
                (f"{removed:>8}", "$text-warning" if step.removed else MUTED),
                f"{step.left:>8}  ",
                _bar(share),
            )
        )
    lines.append(
        Content.assemble(
            (fit("= callable now", RULE_CELLS), "bold"),
            f"{'':>8}",
            (f"{funnel.callable:>8}", "bold"),
        )
    )
    return [*lines, Content(""), _footer("esc back")]


def _headline(why: WhyView) -> Content:
    name = shorten(why.name, 40)
    if why.rank is None:
        return Content.assemble((name, "bold"), " is not in the queue")
    if why.rank == 1:
        return Content.assemble((name, "bold"), " is next: rank 1")
    return Content.assemble(("Why is ", ""), (name, "bold"), f" not next? Rank {why.rank}")


def _until(until: datetime | None) -> str:
    return "" if until is None else f" · until {moment_words(until.astimezone())} (your time)"


def _terms(reasons: tuple[Reason, ...]) -> str:
    return " · ".join(f"{reason.text} {reason.points:+.2f}" for reason in reasons)


def _bar(share: float) -> Content:
    return Content.styled("█" * round(share * BAR_CELLS), "$primary")


def _footer(text: str) -> Content:
    return Content.styled(text, MUTED)
