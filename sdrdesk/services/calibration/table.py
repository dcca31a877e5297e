"""Calibration on any table of past leads: last year's export, before a team trusts it."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sdrdesk.domain.calibration.calibrate import Calibration, calibrate, split_rows
from sdrdesk.domain.calibration.columns import DataColumn, columns_of, tidy
from sdrdesk.domain.calibration.features import feature_of, judge
from sdrdesk.domain.config.reader import suggest
from sdrdesk.domain.errors import UsageError
from sdrdesk.domain.text.humanize import plural
from sdrdesk.services.sheets.sheet import NoSheet
from sdrdesk.services.sheets.text_sheet import decode

_WON = frozenset({
    "1", "1.0", "yes", "y", "true", "t", "won", "converted", "success", "subscribed", "qualified",
    "booked", "ja", "oui", "si", "sí",
})  # fmt: skip
_LOST = frozenset({
    "0", "0.0", "no", "n", "false", "f", "lost", "not converted", "failure", "unqualified", "nein",
    "non", "-1",
})  # fmt: skip
_DELIMITERS = ",;\t|"
_LOOK_AT = 65_536
"""Bytes from which the encoding is guessed."""
_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class TableCalibration:
    """The result of a table."""

    found: Calibration
    notes: tuple[str, ...]
    """Remarks on the table, in words."""


def calibrate_table(
    path: Path, outcome: str, time: str = "", allowed: Collection[str] = ()
) -> TableCalibration:
    """Learn from a CSV file.

    Args:
        path: the file, with one line of headings.
        outcome: its column of outcomes, two values; ``COLUMN=VALUE`` names the value that is a win.
        time: its column of moments; without it the split is random, the same every time.
        allowed: columns to use although they look as if written after the call.

    Raises:
        UsageError: the file, a column or its values cannot be used.
    """
    columns, left_out = _columns(path)
    outcome_column, won = _outcomes(columns, outcome)
    moments = _moments(_named(columns, time, "--time")) if time else None
    for name in allowed:
        _named(columns, name, "--allow")
    rows = len(won)
    split = split_rows(moments, rows)
    taken = {outcome_column.name, *([_named(columns, time, "--time").name] if time else [])}
    features = []
    for column in columns:
        feature = feature_of(column, won, split.training)
        judge(feature, column, rows, allowed, taken)
        if column.name not in taken:
            features.append(feature)
    return TableCalibration(calibrate(features, won, split), tuple(_notes(columns, rows, left_out)))


def _notes(columns: Sequence[DataColumn], rows: int, left_out: int) -> Iterator[str]:
    if left_out:
        yield (
            f"{left_out:,} {plural(left_out, 'line')} with another number of cells "
            f"{'was' if left_out == 1 else 'were'} left out."
        )
    for column in columns:
        if 0 < column.spellings < len(column.values) and column.numbers() is None:
            several = f"{column.spellings:,} more {plural(column.spellings, 'spelling')}"
            yield f"{column.name}: {several} of the same values; case and spaces do not count."
    same = rows - len(set(zip(*(column.codes for column in columns), strict=True)))
    if same:
        verb = "is the same as another" if same == 1 else "are the same as others"
        yield f"{same:,} {plural(same, 'line')} {verb} in every column; each counts."


def _columns(path: Path) -> tuple[list[DataColumn], int]:
    try:
        with path.open("rb") as file:
            head = file.read(_LOOK_AT)
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}.") from error
    if b"\0" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UsageError(
            f"{path.name} is not a text file.", next_step="Save it as CSV, then run this again."
        )
    encoding = _encoding(path, head)
    csv.field_size_limit(1_000_000)
    try:
        with path.open(encoding=encoding, newline="") as file:
            first = file.readline()
            delimiter = max(_DELIMITERS, key=first.count)
            file.seek(0)
            reader = csv.reader(file, delimiter=delimiter, skipinitialspace=True)
            heading = next(reader, [])
            if not 2 <= len(heading) <= _MOST_COLUMNS:
                raise UsageError(
                    f"{path.name} has {len(heading):,} {plural(len(heading), 'column')} in its "
                    f"first line; 2 to {_MOST_COLUMNS:,} are read."
                )
            return columns_of(heading, reader)
    except (csv.Error, UnicodeError) as error:
        raise UsageError(f"{path.name} cannot be read: {error}.") from error


def _encoding(path: Path, head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    with path.open("rb") as file:
        try:
            for line in file:
                line.decode("utf-8")
        except UnicodeDecodeError:
            pass
        else:
            return "utf-8-sig"
    for name in ("cp1252", "latin-1"):
        try:
            if decode(path.read_bytes(), name):
                return name
        except NoSheet:
            continue
    return "latin-1"  # takes every byte


def _named(columns: Sequence[DataColumn], name: str, option: str) -> DataColumn:
    exact = [column for column in columns if column.name == name]
    folded = exact or [c for c in columns if c.name.casefold() == name.strip().casefold()]
    if len(folded) == 1:
        return folded[0]
    names = [column.name for column in columns]
    shown = ", ".join(names[:12]) + (f" and {len(names) - 12:,} more" if len(names) > 12 else "")
    raise UsageError(
        f"{option}: the table has no column {name!r}{suggest(name, names)}.",
        next_step=f"Its columns: {shown}.",
    )


def _outcomes(columns: Sequence[DataColumn], given: str) -> tuple[DataColumn, array[int]]:
    names = {column.name for column in columns}
    name, equals, wanted = given.rpartition("=")
    if not equals or given in names:
        name, wanted = given, ""
    column = _named(columns, name, "--outcome")
    blank = sum(1 for code in column.codes if not column.values[code])
    if blank:
        raise UsageError(
            f"{column.name} is empty in {blank:,} {plural(blank, 'line')}: what became of them is "
            "not known.",
            next_step="Take these lines out, or give them an outcome.",
        )
    win = _winning(column, tidy(wanted))
    return column, array("b", (column.values[code] == win for code in column.codes))


def _winning(column: DataColumn, wanted: str) -> str:
    values = sorted(column.values)
    shown = ", ".join(values[:8]) + (" …" if len(values) > 8 else "")
    if wanted:
        if wanted not in values:
            raise UsageError(f"{column.name} never is {wanted!r}. Its values: {shown}.")
        return wanted
    wins = [value for value in values if value in _WON]
    if len(wins) == 1 and all(value in _LOST for value in values if value not in wins):
        return wins[0]
    if len(values) == 1:
        return "" if values[0] in _LOST else values[0]
    raise UsageError(
        f"{column.name} does not say which value is a win. Its values: {shown}.",
        next_step=f'Name it: --outcome "{column.name}=VALUE".',
    )


def _moments(column: DataColumn) -> list[float]:
    """Return the moment of each row, in any unit that grows with the time."""
    numbers = column.numbers()
    found: list[float] = []
    for place, value in enumerate(column.values):
        moment = numbers[place] if numbers is not None else _moment(value)
        if moment is None:
            raise UsageError(
                f"{column.name} holds {value or 'nothing'!r}, which is no moment.",
                next_step="Moments are numbers or dates such as 2026-11-20 or 2026-11-20T14:05.",
            )
        found.append(moment)
    return [found[code] for code in column.codes]


def _moment(text: str) -> float | None:
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
