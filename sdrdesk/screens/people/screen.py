"""The import screen: match the columns of a file, preview, import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.people.headings import PERSON_FIELDS
from sdrdesk.screens.people import text as import_text
from sdrdesk.screens.shell import status_text
from sdrdesk.screens.shell.base import DeskModal, DeskScreen, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.hints import hints_of
from sdrdesk.screens.shell.import_run import POLL_S, ImportRun
from sdrdesk.screens.shell.keys import key
from sdrdesk.services.sheets.files import Reading
from sdrdesk.widgets.line_list import Line, LineList
from sdrdesk.widgets.lines import KeyLine, NoticeLine, SidesLine

if TYPE_CHECKING:
    from sdrdesk.services.people.create import FileLook

_IGNORE = "ignore"


class ImportScreen(DeskScreen):
    """The columns of a file, the import, and its result."""

    CSS_PATH = "screen.tcss"
    HELP = """\
# Import

Type the path of a `.csv`, `.tsv`, `.xlsx` or `.json` file and press Enter. Each column shows its
field and the values of its first rows. Decide about columns marked `?` first. Nothing is sent
before `ctrl+s`; `F2` previews the import and changes nothing.

The import goes on while you call; leave with Esc and come back with `i`. Importing a file again
adds no one twice. `sdrdesk import --rejects FILE` writes the rows that were left out to a file.
"""
    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "field", "field", "import.field", "Choose the column's field", footer=True),
        key(
            "delete", "leave_out", "leave out", "import.ignore", "Leave the column out", footer=True
        ),
        key("f2", "dry", "preview", "import.look", "Preview; changes nothing", footer=True),
        key(
            "ctrl+s",
            "start",
            "import",
            "import.start",
            "Import the people of the file",
            footer=True,
        ),
        key("slash", "file", "file", "import.file", "Choose another file", footer=True),
        key("escape", "back", "back", "import.back", "Leave; an import goes on", footer=True),
    ]

    def __init__(self, place: Workplace) -> None:
        super().__init__(place)
        self._look: FileLook | None = None
        self._mapped: dict[str, str] = {}
        self._ignored: list[str] = []
        self._drawn = ""

    def compose_body(self) -> ComposeResult:
        """Lay out the file and its columns."""
        yield SidesLine(id="title")
        yield Input(
            id="file", compact=True, placeholder="Path of a .csv, .tsv, .xlsx or .json file"
        )
        yield NoticeLine(id="rule")
        yield LineList(id="columns")
        yield NoticeLine(id="notice")
        yield Static(id="detail", markup=False)
        yield KeyLine(id="keys")

    def on_mount(self) -> None:
        """Ask for a file, or show the running import."""
        self.query_one("#title", SidesLine).left = status_text.title("Import", "")
        run = self.place.import_run
        if run is not None and (run.running or not run.dry_run):
            self._mapped, self._ignored = {}, []
            self.query_one("#file", Input).value = str(run.look.path)
            self._show(run.look)
        else:
            self.query_one("#file", Input).focus()
        self.set_interval(POLL_S, self._show_run)
        self._show_keys()

    # The file.

    @on(Input.Submitted, "#file")
    def _chosen(self, event: Input.Submitted) -> None:
        event.stop()
        self._mapped, self._ignored = {}, []
        self.place.import_run = None if not self._is_running else self.place.import_run
        self._read_file()

    def _read_file(self) -> None:
        path, mapped, ignored = self.query_one("#file", Input).value, self._mapped, self._ignored
        if path.strip():
            file, reading = Path(path.strip()).expanduser(), Reading(mapped=dict(mapped))
            self.read(
                "import.read",
                lambda: self.desk.people.look(file, reading, list(ignored)),
                self._show,
            )

    def _show(self, look: FileLook) -> None:
        self._look = look
        title = self.query_one("#title", SidesLine)
        title.left = status_text.title("Import", f"· {look.path.name}")
        title.right = Content(import_text.counts(look))
        columns = self.query_one(LineList)
        columns.show(
            [
                Line(str(place), text)
                for place, text in enumerate(import_text.lines(look, self.size.width))
            ]
        )
        columns.focus()
        self.query_one("#detail", Static).update(import_text.detail(look))
        self.call_after_refresh(self._show_keys)

    @on(LineList.Moved)
    def _moved(self, event: LineList.Moved) -> None:
        event.stop()
        self._show_keys()

    def action_file(self) -> None:
        """Choose another file."""
        self.query_one("#file", Input).focus()
        self.call_after_refresh(self._show_keys)

    # The columns.

    @property
    def _here(self) -> str:
        """Heading of the column under the cursor, ``""`` for none."""
        place = self.query_one(LineList).key
        return self._look.columns.headings[int(place)] if self._look and place else ""

    def action_field(self) -> None:
        """Choose the field of the column."""
        heading = self._here
        if not heading or self._look is None:
            return
        place = int(self.query_one(LineList).key)
        now = self._look.columns.fields[place]

        def then(field: str | None) -> None:
            if field:
                self._decide(heading, field)

        self.app.push_screen(FieldModal(self.place, heading, now), then)

    def action_leave_out(self) -> None:
        """Leave the column out."""
        if self._here:
            self._decide(self._here, _IGNORE)

    def _decide(self, heading: str, field: str) -> None:
        self._mapped[heading] = field
        self._read_file()

    # The import.

    @property
    def _is_running(self) -> bool:
        return self.place.import_run is not None and self.place.import_run.running

    def action_dry(self) -> None:
        """Preview the import."""
        self._begin(dry_run=True)

    def action_start(self) -> None:
        """Import the people of the file."""
        self._begin(dry_run=False)

    def _begin(self, *, dry_run: bool) -> None:
        if self._look is None or self._is_running:
            return
        run = ImportRun(self.desk, self._look, dry_run=dry_run)
        self.place.import_run = run
        run.start(self.app)
        self._drawn = ""
        self._show_run()

    def _show_run(self) -> None:
        run = self.place.import_run
        if run is None or self._look is None or run.look.path != self._look.path:
            return
        words = run.words()
        if self.is_on_top and not run.running:
            run.seen = True
        if words == self._drawn:
            return
        self._drawn = words
        self.query_one("#detail", Static).update(import_text.receipt(run))
        verb = "Previewing" if run.dry_run else "Importing"
        notice = Content(f"{verb}: {words}") if run.running else Content("")
        self.query_one("#notice", NoticeLine).standing = notice
        self._show_keys()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Dim the keys that do not apply now."""
        if not self.is_mounted:
            return super().check_action(action, parameters)
        if action in ("dry", "start"):
            look = self._look
            ready = look is not None and not look.columns.unplaced and not self._is_running
            return True if ready else None
        if action in ("field", "leave_out"):
            return True if self._look is not None and not self._is_running else None
        return super().check_action(action, parameters)

    def _show_keys(self) -> None:
        self.refresh_bindings()
        self.query_one(KeyLine).hints = hints_of(self)

    def action_back(self) -> None:
        """Leave the text field, then the screen; an import goes on."""
        if self.is_typing and self._look is not None:
            self.query_one(LineList).focus()
            self.call_after_refresh(self._show_keys)
        else:
            self.dismiss()


class FieldModal(DeskModal[str]):
    """Asks for the field of a column."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Choose", "field.choose", "Use this field"),
    ]

    def __init__(self, place: Workplace, heading: str, now: str) -> None:
        super().__init__(place)
        self._heading = heading
        self._now = now

    def compose(self) -> ComposeResult:
        """Lay out the fields."""
        with VerticalScroll(classes="box"):
            yield head(f"Field of {self._heading}")
            yield LineList(id="fields")
            yield foot("\n↑↓ choose · ⏎ use · esc back")

    def on_mount(self) -> None:
        """Focus the list, on the present field."""
        fields = self.query_one(LineList)
        fields.show(
            [
                Line(n, Content(words))
                for n, words in (*PERSON_FIELDS.items(), (_IGNORE, "leave out"))
            ]
        )
        fields.focus()
        if self._now in PERSON_FIELDS:  # after layout: before it the list cannot scroll
            self.call_after_refresh(fields.action_move, [*PERSON_FIELDS].index(self._now))

    def action_choose(self) -> None:
        """Return the chosen field."""
        self.dismiss(self.query_one(LineList).key)
