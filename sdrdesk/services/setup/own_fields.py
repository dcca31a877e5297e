"""Find fields of a HubSpot account used for the standard ones, by their values in leads.

A field is proposed where the standard one is empty in the latest leads and another of the right
kind and name is filled. With more than one such field a person chooses.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sdrdesk.config import CrmSettings
from sdrdesk.sync.port import FieldUse

_FILLED: Final = 0.1
"""Least share of leads that have a value in a field that is in use."""
_STANDARD: Final = {
    "status": (
        "hs_lead_status", "choice",
        r"status|stand\b|stufe|phase|statut|estado|stato|ステータス|状態",
    ),
    "persona": (
        "hs_persona", "choice",
        r"persona|buyer|rolle|\brole|zielgruppe|k[aä]ufer|funktion|r[oô]le|perfil|profil|ペルソナ",
    ),
    "conversion_date": (
        "recent_conversion_date", "date",
        r"conver|form|anfrage|inquiry|enquiry|demande|solicitud|richiesta|request|問い?合わ?せ",
    ),
    "owner": (
        "hubspot_owner_id", "choice",
        r"owner|betreuer|zust[aä]ndig|besitzer|propri[eé]taire|responsable|担当",
    ),
    "score": ("hubspotscore", "number", r"score|scoring|punkt|punteggio|puntuaci[oó]n|スコア"),
    "employees": (
        "company:numberofemployees", "number",
        r"employee|mitarbeiter|besch[aä]ftigt|headcount|\bstaff|effectif|salari[eé]s|empleados"
        r"|dipendenti|medewerkers|従業員|社員数",
    ),
}  # fmt: skip
"""Setting of ``[fields]`` to HubSpot's field, the kind, and how others are called."""
_NUMBERS: Final = ("phone", "mobilephone")
_COMPANY: Final = "company:"
_NOT_OWN: Final = ("hs_", "lifecyclestage", "first_", "recent_", "num_")
"""Beginnings of HubSpot's own names."""


@dataclass(frozen=True, slots=True)
class OwnFields:
    """A first ``[fields]`` of ``crm.toml``."""

    fields: Mapping[str, tuple[str, ...]]
    """Setting to the field used for the standard one; of numbers the order."""
    open: Mapping[str, tuple[FieldUse, ...]]
    """Setting to the fields among which a person has to choose; several for numbers."""

    def chosen(self, setting: str, *names: str) -> OwnFields:
        """Return the fields with a person's choice; standard numbers not named come last."""
        left = {key: some for key, some in self.open.items() if key != setting}
        if setting == "numbers":
            names = tuple(dict.fromkeys((*names, *_NUMBERS)))
        return OwnFields({**self.fields, setting: names}, left)


def own_fields(
    uses: Sequence[FieldUse], number_fields: Sequence[str], marks: Sequence[str] = ()
) -> OwnFields:
    """Return the fields used for the standard ones.

    Args:
        uses: every field with how many of the latest leads have it, and those of companies
            (``company:NAME``) with how many of the leads' companies do.
        number_fields: names of fields that look like telephone numbers.
        marks: names of fields that look like "do not call"; they are nothing else.
    """
    fields: dict[str, tuple[str, ...]] = {}
    undecided: dict[str, tuple[FieldUse, ...]] = {}
    share = {use.name: use.filled / use.of if use.of else 0.0 for use in uses}
    numbers = [use for use in uses if use.name in number_fields and share[use.name] >= _FILLED]
    best = max(share.get(name, 0.0) for name in _NUMBERS)
    if len(numbers) == 1 and best < 0.5 <= share[numbers[0].name]:
        fields["numbers"] = (numbers[0].name, *_NUMBERS)
    elif numbers:
        standard_ones = [use for use in uses if use.name in _NUMBERS and use.filled]
        undecided["numbers"] = (*standard_ones, *numbers)
    for setting, (standard, kind, words) in _STANDARD.items():
        if share.get(standard, 0.0):
            continue
        pattern = re.compile(words, re.IGNORECASE)
        found = [
            use
            for use in uses
            if use.kind == kind
            and share[use.name] >= _FILLED
            and use.name not in marks
            and use.name.startswith(_COMPANY) == standard.startswith(_COMPANY)
            and not use.name.removeprefix(_COMPANY).startswith(_NOT_OWN)
            and pattern.search(f"{use.name} {use.label}")
        ]
        if len(found) == 1:
            fields[setting] = (found[0].name,)
        elif found:
            undecided[setting] = tuple(found)
    return OwnFields(fields, undecided)


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
    lines += ["", "[fields]  # of the account's own, instead of HubSpot's standard ones"]
    for setting, names in found.fields.items():
        listed = ", ".join(map(_quoted, names))
        lines.append(f"{setting} = [{listed}]" if setting == "numbers" else f"{setting} = {listed}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
