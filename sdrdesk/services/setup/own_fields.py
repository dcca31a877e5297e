"""Find fields of an account used for the CRM's standard ones, by their values in leads.

A field is proposed where the standard one is empty in the latest leads and another of the right
kind and name is filled. With more than one such field a person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sdrdesk.config import CrmSettings
from sdrdesk.sync.field_use import FieldUse, StandardFields

_FILLED: Final = 0.1
"""Least share of leads that have a value in a field that is in use."""
_WORDS: Final = {
    "status": r"status|stand\b|stufe|phase|statut|estado|stato|ステータス|状態",
    "persona": r"persona|buyer|rolle|\brole|zielgruppe|k[aä]ufer|funktion|r[oô]le|perfil|profil"
    r"|ペルソナ",
    "conversion_date": r"conver|form|anfrage|inquiry|enquiry|demande|solicitud|richiesta|request"
    r"|問い?合わ?せ",
    "owner": r"owner|betreuer|zust[aä]ndig|besitzer|propri[eé]taire|responsable|担当",
    "score": r"score|scoring|punkt|punteggio|puntuaci[oó]n|スコア",
    "employees": r"employee|mitarbeiter|besch[aä]ftigt|headcount|\bstaff|effectif|salari[eé]s"
    r"|empleados|dipendenti|medewerkers|従業員|社員数",
}
"""Setting of ``[fields]`` to how fields of its kind are called."""
_COMPANY: Final = "company:"


@dataclass(frozen=True, slots=True)
class OwnFields:
    """A first ``[fields]`` of ``crm.toml``."""

    fields: Mapping[str, tuple[str, ...]]
    """Setting to the field used for the standard one; of numbers the order."""
    open: Mapping[str, tuple[FieldUse, ...]]
    """Setting to the fields among which a person has to choose; several for numbers."""
    numbers: tuple[str, ...]
    """The CRM's standard fields for numbers."""

    def chosen(self, setting: str, *names: str) -> OwnFields:
        """Return the fields with a person's choice; standard numbers not named come last."""
        left = {key: some for key, some in self.open.items() if key != setting}
        if setting == "numbers":
            names = tuple(dict.fromkeys((*names, *self.numbers)))
        return OwnFields({**self.fields, setting: names}, left, self.numbers)


def own_fields(
    uses: Sequence[FieldUse],
    standard: StandardFields,
    number_fields: Sequence[str],
    marks: Sequence[str] = (),
) -> OwnFields:
    """Return the fields used for the standard ones.

    Args:
        uses: every field with how many of the latest leads have it, and those of companies
            (``company:NAME``) with how many of the leads' companies do.
        standard: the CRM's own fields.
        number_fields: names of fields that look like telephone numbers.
        marks: names of fields that look like "do not call"; they are nothing else.
    """
    fields: dict[str, tuple[str, ...]] = {}
    undecided: dict[str, tuple[FieldUse, ...]] = {}
    share = {use.name: use.filled / use.of if use.of else 0.0 for use in uses}
    numbers = [use for use in uses if use.name in number_fields and share[use.name] >= _FILLED]
    best = max(share.get(name, 0.0) for name in standard.numbers)
    if len(numbers) == 1 and best < 0.5 <= share[numbers[0].name]:
        fields["numbers"] = (numbers[0].name, *standard.numbers)
    elif numbers:
        standard_ones = [use for use in uses if use.name in standard.numbers and use.filled]
        undecided["numbers"] = (*standard_ones, *numbers)
    for setting, (usual, kind) in standard.fields.items():
        if share.get(usual, 0.0):
            continue
        pattern = re.compile(_WORDS[setting], re.IGNORECASE)
        found = [
            use
            for use in uses
            if use.kind == kind
            and share[use.name] >= _FILLED
            and use.name not in marks
            and use.name.startswith(_COMPANY) == usual.startswith(_COMPANY)
            and not use.name.removeprefix(_COMPANY).startswith(standard.beginnings)
            and pattern.search(f"{use.name} {use.label}")
        ]
        if len(found) == 1:
            fields[setting] = (found[0].name,)
        elif found:
            undecided[setting] = tuple(found)
    return OwnFields(fields, undecided, standard.numbers)


def crm_text(found: OwnFields, crm: CrmSettings) -> str:
    """Return a first ``crm.toml`` with what is chosen for the account."""
    lines = [
        "# Names at the account, for the whole team. Written by sdrdesk setup: change it as",
        "# you like, sdrdesk doctor checks it. Keep it in the folder of the team's rules.",
    ]
    said = {
        "do_not_call": crm.do_not_call,
        "qualified_stage": crm.qualified_stage,
        "default_country": crm.default_country,
    }
    lines += [f"{key} = {_quoted(text)}" for key, text in said.items() if text]
    lines += ["", "[fields]  # of the account's own, instead of the standard ones"]
    for setting, names in found.fields.items():
        listed = ", ".join(map(_quoted, names))
        lines.append(f"{setting} = [{listed}]" if setting == "numbers" else f"{setting} = {listed}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
