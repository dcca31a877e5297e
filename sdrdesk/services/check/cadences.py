"""Checks the cadence files against the outcomes, the scripts and the rules of retry."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from sdrdesk.cadence_files import CadenceFiles
from sdrdesk.domain.cadence.cadence import Cadence, Step
from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.domain.check.mentions import Mention
from sdrdesk.domain.config.reader import suggest
from sdrdesk.rulebook import shipped_path
from sdrdesk.toml_file import TomlFileError, text_of
from sdrdesk.toml_lines import KeyPath, key_lines


class CadenceCheck:
    """Looks at every cadence file once.

    Args:
        files: the files.
        name_of: returns how a file is called in a finding.
        outcomes: keys of the outcomes.
        most_calls: ``max_attempts`` of the retry rule.
        templates: ids of the scripts with an e-mail; ``None`` when the scripts cannot be read.
    """

    def __init__(
        self,
        files: CadenceFiles,
        name_of: Callable[[Path], str],
        outcomes: Collection[str],
        most_calls: int,
        templates: Collection[str] | None,
    ) -> None:
        self._files = files
        self._name_of = name_of
        self._outcomes = list(outcomes)
        self._most_calls = most_calls
        self._templates = None if templates is None else list(templates)

    def findings(self) -> Iterator[Finding]:
        """Yield what is wrong in the files, each with its line."""
        cadences = self._files()
        for error in self._files.problems:
            path = error.path or Path()
            place = FileSetting(self._name_of(path), error.key, error.line or 1)
            yield Finding("error", ("file", str(path), str(error.line)), error.said, (place,))
        for name, cadence in cadences.items():
            yield from self._of(name, cadence)

    def mentions(self) -> Iterator[Mention]:
        """Yield every persona and rep that the files name, for a look at the account."""
        for name, cadence in self._files().items():
            for step in cadence.steps:
                for persona in sorted(step.when.personas):
                    yield Mention("persona", persona, self._place(name, step, "when", "persona"))
            if cadence.hand_to:
                yield Mention("owner", cadence.hand_to, self._place(name, None, "end", "to"))

    def _of(self, name: str, cadence: Cadence) -> Iterator[Finding]:
        if cadence.calls > self._most_calls:
            said = (
                f"{name} plans {cadence.calls} calls, and after {self._most_calls} a lead leaves "
                "the queue (max_attempts in retry.toml)"
            )
            yield Finding("warning", ("cadence calls", name), said, (self._place(name, None),))
        for step in cadence.steps:
            for key, named in (("outcome", step.when.outcomes), ("without", step.when.without)):
                for outcome in sorted(named - set(self._outcomes)):
                    near = suggest(outcome, self._outcomes)
                    yield Finding(
                        "error",
                        ("cadence outcome", name, outcome),
                        f'{name} asks for the outcome "{outcome}", which does not exist{near}',
                        (self._place(name, step, "when", key),),
                    )
            if self._templates is not None and step.template not in ("", *self._templates):
                near = suggest(step.template, self._templates)
                said = f'no script "{step.template}" has an e-mail{near}'
                where = self._place(name, step, "template")
                yield Finding("error", ("cadence template", name, step.template), said, (where,))

    def _place(self, name: str, step: Step | None, *keys: str) -> FileSetting:
        path = self._files.paths[name]
        key = ("step", str(step.place), *keys) if step else keys
        shipped = path.is_relative_to(shipped_path(""))
        return FileSetting(self._name_of(path), key, _line(path, key), shipped)


def _line(path: Path, key: KeyPath) -> int:
    try:
        lines = key_lines(text_of(path))
    except (TomlFileError, IndexError, ValueError):
        return 1
    return next((lines[key[:n]] for n in range(len(key), 0, -1) if key[:n] in lines), 1)
