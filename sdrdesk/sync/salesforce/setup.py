"""Requests of ``setup`` and ``doctor`` to an org."""

from __future__ import annotations

from sdrdesk.domain.crm.records import ACTIVITY_KINDS, ActivityKindName
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.capabilities import KeyMode
from sdrdesk.sync.plain_fields import every_field, own_fields
from sdrdesk.sync.port import KeyStep, LeadField, Survey
from sdrdesk.sync.salesforce.mapping import ENTITY
from sdrdesk.sync.salesforce.reading import Reading


class Setup(Reading):
    """The setting-up part of the client."""

    def survey(self) -> Survey:
        """Return options, fields and modes; changes nothing."""
        self._forget_fields()
        own = tuple(
            LeadField(name, one_line(str(field.get("label") or name)), is_boolean=True)
            for name, field in self._fields("Lead").items()
            if field.get("type") == "boolean" and field.get("updateable") is True
        )
        marks = tuple(field for field in own if field.name == self._own.do_not_call) or own
        modes = {kind: self._mode(kind) for kind in ACTIVITY_KINDS}
        labels = {name: field.get("label") or name for name, field in self._fields("Lead").items()}
        used = [
            (table, name, on, getattr(self._own, name))
            for table, name, on in (
                ("lead", "persona", "Lead"), ("call", "outcome", "Task"), ("call", "key", "Task")
            )
        ]  # fmt: skip
        there, missing = own_fields(
            "Salesforce", self._mapping, used, lambda on, name: name in self._fields(on)
        )
        return Survey(
            self.options(),
            marks,
            own,
            "",
            modes,
            self._missing_rights(),
            mapping=there,
            mapping_problems=missing,
            properties=every_field(labels),
        )

    def _missing_rights(self) -> tuple[str, ...]:
        needed = (
            ("Lead", "Status", "updateable"),
            ("Task", "WhoId", "createable"),
            ("Task", "CallDurationInSeconds", "createable"),
            ("Event", "StartDateTime", "createable"),
        )
        return tuple(
            f"{entity}.{name}"
            for entity, name, right in needed
            if self._fields(entity).get(name, {}).get(right) is not True
        )

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:  # noqa: ARG002
        """Say what an administrator has to make; the REST API cannot make fields."""
        if self._mode("call") is KeyMode.UPSERT:
            return ()
        what = f"the field {self._own.key} of Activity: text of 40, external id, unique"
        how = (
            "An administrator makes it under Object Manager, Activity, Fields, and shows it to you."
        )
        return (KeyStep("call", what, False, how),)

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Return what the description of the key field says; nothing is written."""
        self._forget_fields()
        return self._mode(kind)

    def _mode(self, kind: ActivityKindName) -> KeyMode:
        field = self._fields(ENTITY[kind]).get(self._own.key, {})
        if not field.get("createable"):
            return KeyMode.MARKER
        unique = field.get("externalId") is True and field.get("unique") is True
        return KeyMode.UPSERT if unique else KeyMode.FIELD
