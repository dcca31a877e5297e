"""Dialogs that ask for one of a few options, or for a line of text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from sdrdesk.domain.errors import UsageError
from sdrdesk.screens.shell.base import DeskModal, foot, head
from sdrdesk.screens.shell.context import Workplace
from sdrdesk.screens.shell.keys import key
from sdrdesk.widgets.choice import Choice


class ChoiceModal(DeskModal[str]):
    """Asks for one of ``options``; returns its key.

    Subclasses bind Enter to ``choose`` under a public id of their own.
    """

    def __init__(
        self,
        place: Workplace,
        title: str,
        options: Sequence[tuple[str, str]],
        keys: str,
        chosen: str | None = None,
        *,
        by_number: bool = False,
        first: bool = True,
    ) -> None:
        """Ask for one of ``options``.

        Args:
            place: where the rep works.
            title: the question.
            options: key and label of each.
            keys: the last line.
            chosen: the option to begin at.
            by_number: a number takes its option at once, without Enter.
            first: without ``chosen``, whether the first option is chosen or none.
        """
        super().__init__(place)
        self._by_number, self._first = by_number, first
        self._title = title
        self._options = options
        self._keys = keys
        self._chosen = chosen

    def compose(self) -> ComposeResult:
        """Lay out the options."""
        with VerticalScroll(classes="box"):
            yield head(self._title)
            yield Choice(self._options, chosen=self._first)
            yield foot(self._keys)

    def on_mount(self) -> None:
        """Focus the options, on the one chosen before."""
        choice = self.query_one(Choice)
        known = [option for option, _ in self._options]
        if self._chosen in known:
            choice.set_reactive(Choice.index, known.index(self._chosen))
        choice.focus()

    @on(Choice.Picked)
    def _picked(self, event: Choice.Picked) -> None:
        event.stop()
        if self._by_number:
            self.dismiss(event.value)

    def action_choose(self) -> None:
        """Return the chosen option."""
        if self.query_one(Choice).value or self._first:
            self.dismiss(self.query_one(Choice).value)
        else:
            self.app.bell()


class MenuModal(ChoiceModal):
    """A menu: a number takes its line at once."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "choose", "Choose", "menu.choose", "Take this line"),
    ]

    def __init__(self, place: Workplace, title: str, options: Sequence[tuple[str, str]]) -> None:
        super().__init__(place, title, options, "number, or ↑↓ and ⏎ · esc back", by_number=True)


class ConfirmModal(DeskModal[bool]):
    """Asks before something that a slip of the finger should not do; returns ``True`` for yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        key("enter", "confirm", "Yes", "confirm.yes", "Do it"),
    ]

    def __init__(self, place: Workplace, title: str, words: str, does: str) -> None:
        super().__init__(place)
        self._title, self._words, self._does = title, words, does

    def compose(self) -> ComposeResult:
        """Lay out the question."""
        with VerticalScroll(classes="box"):
            yield head(self._title)
            if self._words:
                yield Static(self._words, markup=False)
            yield foot(f"\n⏎ {self._does} · esc back")

    def action_confirm(self) -> None:
        """Answer yes."""
        self.dismiss(True)


class TextModal(DeskModal[str]):
    """Asks for a line of text; returns it with its blanks tidied.

    With ``means``, the meaning of the text shows below it, and a text without one is not taken.
    """

    def __init__(
        self,
        place: Workplace,
        title: str,
        keys: str,
        *,
        text: str = "",
        question: str = "",
        example: str = "",
        longest: int = 0,
        may_be_empty: bool = False,
        replaces: bool = False,
        means: Callable[[str], str] | None = None,
    ) -> None:
        """Ask for a line of text.

        Args:
            place: where the rep works.
            title: the question.
            keys: the last line.
            text: what the field begins with.
            question: said above the field.
            example: shown in the empty field.
            longest: the most characters, 0 for any number.
            may_be_empty: whether Enter takes the empty field.
            replaces: whether typing replaces ``text``.
            means: returns the meaning of a text, or raises UsageError; runs off the UI thread.
        """
        super().__init__(place)
        self._title, self._keys, self._question = title, keys, question
        self._means = means
        self._may_be_empty = may_be_empty
        self._field = Input(
            text,
            compact=True,
            max_length=longest,
            placeholder=example,
            select_on_focus=replaces,
        )

    def compose(self) -> ComposeResult:
        """Lay out the field."""
        with VerticalScroll(classes="box"):
            yield head(self._title)
            if self._question:
                yield Static(self._question, markup=False)
            yield self._field
            if self._means is not None:
                yield Static(id="meaning", markup=False)
            yield foot(f"\n{self._keys}")

    def on_mount(self) -> None:
        """Focus the field."""
        self._field.focus()

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        text = self._text
        if text and self._means is not None:
            self.write("text.means", lambda: self._understand(text), self._take)
        elif text or self._may_be_empty:
            self.dismiss(text)

    @property
    def _text(self) -> str:
        return " ".join(self._field.value.split())

    @on(Input.Changed)
    def _changed(self) -> None:
        if self._means is not None:
            text = self._text
            self.read("text.meaning", lambda: self._understand(text), self._show)

    def _understand(self, text: str) -> tuple[str, str, str]:
        """Return the text, its meaning, and what is wrong with it."""
        try:
            return text, self._means(text) if text and self._means else "", ""
        except UsageError as error:
            return text, "", f"! {error.what} {error.next_step}"

    def _show(self, read: tuple[str, str, str]) -> None:
        text, meaning, problem = read
        if text == self._text:
            said = Content.styled(problem or meaning, "$text-warning" if problem else "bold")
            self.query_one("#meaning", Static).update(said)

    def _take(self, read: tuple[str, str, str]) -> None:
        if read[1]:
            self.dismiss(read[0])
        else:
            self._show(read)
