"""Possible duplicates of a lead, and the question before a merge, which cannot be undone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.worker import Worker

from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.errors import SdrDeskError
from sdrdesk.domain.lead.lead import Lead
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, Work, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.dialogs import MenuModal
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.people.merge import Merged, MergePlan, Twin
from sdrdesk.widgets.cells import MUTED


class MergeModal(DeskModal[Merged]):
    """Shows what a merge would do; only ``y`` merges."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("exclamation_mark", "merge", "Merge", "merge.yes", "Merge them for good"),
        key("tab", "swap", "Swap", "merge.swap", "Let the other one stay"),
        key("enter", "close", "Back", "merge.no", "Merge nothing"),
    ]

    def __init__(self, place: Workplace, keep_id: str, other_id: str) -> None:
        super().__init__(place)
        self._ids = (keep_id, other_id)
        self._plan: MergePlan | None = None
        self._merging = False

    def compose(self) -> ComposeResult:
        """Lay out the plan."""
        with VerticalScroll(classes="box"):
            yield head("Merge these two for good?")
            yield Static(id="lines", markup=False)
            yield foot("\n⏎ back, nothing is merged · tab the other one stays · ! merge")

    def on_mount(self) -> None:
        """Read the plan."""
        self._read_plan()

    def _read_plan(self) -> None:
        self._plan = None
        self.read("merge.plan", lambda: self.desk.people.plan_merge(*self._ids), self._show)

    def show_error(self, error: SdrDeskError) -> None:
        """Show it in the dialog, too."""
        super().show_error(error)
        if self.is_open:
            told = f"! {error.what} {error.kept} {error.next_step}"
            self.query_one("#lines", Static).update(Content.styled(told, "$text-warning"))

    def _show(self, plan: MergePlan) -> None:
        self._plan = plan
        lines = [Content(line) for line in plan.lines]
        lines[-1] = Content.assemble(("! ", "bold $text-warning"), (plan.lines[-1], "bold"))
        self.query_one("#lines", Static).update(Content("\n").join(lines))

    def action_swap(self) -> None:
        """Let the other one stay."""
        if not self._merging:
            self._ids = (self._ids[1], self._ids[0])
            self._read_plan()

    def action_merge(self) -> None:
        """Merge, once the plan was shown."""
        if self._plan is None or self._merging:
            return
        self._merging = True
        told = Content.styled(f"{CRM_NAME} merges them …", MUTED)
        self.query_one("#lines", Static).update(told)
        # Not ``write``: it waits for the network, and outcomes must not wait for it.
        work: Work = self._run
        _: Worker[None] = self.app.run_worker(work, name="merge", group="merge")

    async def _run(self) -> None:
        people, ids = self.desk.people, self._ids
        try:
            done = await asyncio.to_thread(partial(people.merge, *ids))
        except SdrDeskError as error:
            self._merging, self._plan = False, None
            self.show_error(error)
            return
        if self.is_open:
            self.dismiss(done)
        else:
            self.app.notify(f"Merged: {done.name}.", markup=False)


def ask_duplicates(screen: DeskScreen, lead_id: str, then: Callable[[Merged], None]) -> None:
    """Show the possible duplicates of a lead; the chosen one can be merged."""

    def merged(done: Merged | None) -> None:
        if done is not None:
            then(done)

    def chosen(other_id: str | None) -> None:
        if other_id:
            screen.app.push_screen(MergeModal(screen.place, lead_id, other_id), merged)

    def ask(found: tuple[Lead, tuple[Twin, ...]]) -> None:
        lead, twins = found
        if not twins:
            screen.say(Content(f"No possible duplicates of {lead.name} here."))
            return
        options = [(twin.lead_id, twin.words) for twin in twins[:9]]
        title = f"Possible duplicates of {lead.name}: look at a merge with …"
        screen.app.push_screen(MenuModal(screen.place, title, options), chosen)

    screen.read("lead.dupes", lambda: screen.desk.people.twins(lead_id), ask)
