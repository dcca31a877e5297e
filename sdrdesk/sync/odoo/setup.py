"""Setting up an Odoo database: its fields, its rights, and what is missing."""

from __future__ import annotations

from functools import partial
from typing import Final

from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    ActivityKindName,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.errors import (
    Rejected,
)
from sdrdesk.sync.odoo.leads import Leads
from sdrdesk.sync.odoo.mapping import (
    MODEL,
    Names,
)
from sdrdesk.sync.plain_fields import every_field, key_step, own_fields
from sdrdesk.sync.plain_texts import OUTCOMES
from sdrdesk.sync.port import KeyStep, LeadField, Survey

_KEYED: Final[tuple[ActivityKindName, ...]] = ("call", "task", "meeting")
"""One kind for each model with a key."""
_NEEDED: Final = (
    ("crm.lead", "read"), ("crm.lead", "write"), ("mail.message", "create"),
    ("mail.activity", "create"), ("calendar.event", "create"),
)  # fmt: skip
_ADVICE: Final = "An administrator can: sdrdesk setup with their key"
_ONCE_FROM: Final = 18
"""From this version on Odoo may refuse a repeat; 17 writes the same entry again."""


class SettingUp(Leads):
    """The part of the client that looks at what the database has."""

    def survey(self) -> Survey:
        """Return options, fields, modes and rights; changes nothing."""
        options = self.options()
        self._api.version()
        found = self.shape("crm.lead").fields["crm.lead"]
        own = tuple(
            LeadField(name, one_line(str(d.get("string") or name)), is_boolean=True)
            for name, d in sorted(found.items())
            if d.get("type") == "boolean" and name.startswith("x_") and not d.get("readonly")
        )
        there, missing = self._fields_there()
        problem = ""
        if not self.can_mark and self._names.do_not_call != Names().do_not_call:
            problem = f'Odoo has no field "{self._names.do_not_call}" on leads'
        return Survey(
            options,
            own,
            own,
            problem,
            {kind: self.probe(kind) for kind in ACTIVITY_KINDS},
            tuple(f"{op} {model}" for model, op in _NEEDED if not self.may(model, op)),
            mapping=there,
            mapping_problems=missing,
            properties=every_field({name: d.get("string") or name for name, d in found.items()}),
            lists=tuple(one_line(str(r["name"])) for r in self.search("crm.tag", [], ["name"])),
        )

    def _fields_there(self) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
        """Return the team's own fields that are there, and words on those named in vain."""
        used = [
            (table, name, model, str(getattr(self._names, name)))
            for table, name, model in (
                ("lead", "persona", "crm.lead"),
                ("lead", "last_outcome", "crm.lead"),
                ("call", "outcome", "mail.message"),
                ("call", "duration", "mail.message"),
                ("call", "key", "mail.message"),
            )
        ]
        there, missing = own_fields(
            "Odoo", self._mapping, used, lambda model, name: self.shape(model).has(model, name)
        )
        reason = self._names.lost_reason
        if reason and not self.search("crm.lost.reason", [["name", "=", reason]], ["name"]):
            missing += (f'Odoo has no lost reason "{reason}"',)
        if self._api.language:  # Odoo shows each user the stages in the user's own language
            there.setdefault("lead", {})["language"] = self._api.language
        return there, missing

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Return how a kind is logged once. Without a key field the key ends the text.

        The external id keeps it unique in any case.
        """
        model = MODEL[kind]
        if not self.shape(model).has(model, self._names.key):
            return KeyMode.MARKER
        refuses = model == "mail.message" and self._api.version()[0] >= _ONCE_FROM
        return KeyMode.ONCE if refuses else KeyMode.UPSERT

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Create the fields that sdrdesk uses and the tag of leads that rest, where missing."""
        shape, names = self.call_shape(), self._names
        shape = self.shape("crm.lead")
        wanted: list[tuple[ActivityKindName, str, dict[str, object]]] = [
            (kind, MODEL[kind], _field(names.key, "sdrdesk key", "char", index=True))
            for kind in _KEYED
        ]
        choices = [
            [0, 0, {"value": name, "name": name, "sequence": place}]
            for place, name in enumerate(OUTCOMES, 1)
        ]
        wanted += [
            ("call", "mail.message",
             _field(names.outcome, "Call outcome", "selection", selection_ids=choices)),
            ("call", "mail.message", _field(names.duration, "Seconds", "integer")),
            ("call", "crm.lead", _field(names.do_not_call, "Do not call", "boolean")),
        ]  # fmt: skip
        steps = []
        for kind, model, vals in wanted:
            if not shape.has(model, str(vals["name"])):
                what = f'make the field "{vals["name"]}" on {model}'
                add = partial(self._add_field, model, vals)
                steps.append(key_step(kind, what, None if dry_run else add, _ADVICE))
        if not self.lead_shape().nurture_tag:
            tag = [{"name": names.nurture}]
            what = f'make the tag "{names.nurture}" for leads that rest'
            make = partial(self._api.call, "crm.tag", "create", vals_list=tag)
            steps.append(key_step("call", what, None if dry_run else make, _ADVICE))
        if steps and not dry_run:
            self.look_again()
        return tuple(steps)

    def _add_field(self, model: str, vals: dict[str, object]) -> None:
        found = self.search("ir.model", [["model", "=", model]], ["model"], limit=1)
        if not found:
            raise Rejected(f"Odoo has no model {model}")
        body = {**vals, "model_id": int(found[0]["id"])}
        self._api.call("ir.model.fields", "create", vals_list=[body])


def _field(name: str, label: str, kind: str, **more: object) -> dict[str, object]:
    fixed = {"name": name, "field_description": label, "ttype": kind, "state": "manual"}
    return {**fixed, "copied": False, **more}
