"""Writing leads to Odoo: one at a time, and read again, because Odoo answers only "yes"."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from typing import Any, Final

from sdrdesk.domain.crm.records import (
    Added,
    LeadFields,
    NewLead,
    RemoteLead,
)
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import (
    OutcomeMissing,
    Refused,
    Rejected,
    TakenAway,
)
from sdrdesk.sync.odoo.mapping import (
    LOST,
    PLAIN,
    link_of,
    numbers,
    split_name,
    status_of,
)
from sdrdesk.sync.odoo.reading import Domain, Reading
from sdrdesk.sync.plain_crm import Row, id_of
from sdrdesk.sync.richtext import to_html

_NEW_LEAD: Final = {
    "title": "function", "company": "partner_name", "phone": "phone", "mobile": "mobile",
    "street": "street", "city": "city", "postcode": "zip",
}  # fmt: skip
_SURVIVOR: Final = re.compile(r"\d+")


class Leads(Reading):
    """The part of the client that writes leads."""

    can_merge = True

    @property
    def can_mark(self) -> bool:
        """True if the database has a do-not-call field: Odoo has none of its own."""
        return self.shape("crm.lead").has("crm.lead", self._names.do_not_call)

    def lead_fields(self, lead_id: str, names: Sequence[str], *, times: bool) -> LeadFields:  # noqa: ARG002
        """Return fields of a lead. Odoo tells administrators only when one was set."""
        return self._read_of(self.lead_row(lead_id), names)

    def _read_of(self, row: Row, names: Sequence[str]) -> LeadFields:
        known = self._values(row)
        return LeadFields(
            lead_id=id_of(row.get("id")), values={n: known[n] for n in names if n in known}
        )

    def _values(self, row: Row) -> dict[str, str]:
        shape = self.lead_shape()
        first, last = split_name(one_line(str(row.get("contact_name") or "")))
        found = {
            "status": status_of(row, shape),
            "do_not_call": "true" if row.get(self._names.do_not_call) is True else "false",
            "persona": one_line(str(row.get(self._names.persona) or "")),
            "first_name": first,
            "last_name": last,
        }
        for name, field in PLAIN.items():
            if shape.has("crm.lead", field):
                value = row.get(field)
                link = link_of(row, field)
                found[name] = str(link) if link else one_line(str(value or ""))
        return found

    def change_lead(
        self,
        lead_id: str,
        changes: dict[str, str],
        *,
        seen_version: str = "",  # noqa: ARG002
    ) -> LeadFields:
        """Change a lead and read it again: Odoo answers "yes" without showing what it kept."""
        row = self.lead_row(lead_id)
        values = self._vals(row, changes)
        ids = numbers([lead_id])
        try:
            if "status" in changes and changes["status"] != LOST and row.get("active") is False:
                self._api.call("crm.lead", "action_unarchive", ids)  # in 17 as well
            if values:
                self._api.call("crm.lead", "write", ids, vals=values)
            if changes.get("status") == LOST and row.get("active") is not False:
                self._lose(ids)
        except TakenAway:
            self._must_be_allowed("write")
            raise
        except OutcomeMissing:
            raise
        except Rejected as error:
            raise self._named(error, values) from error
        return self._read_of(self.lead_row(lead_id), tuple(changes))

    def _named(self, error: Rejected, values: Mapping[str, object]) -> Rejected:
        """Return a refusal with our names of the fields that its text names."""
        ours = {field: name for name, field in PLAIN.items()}
        own = self._names
        ours |= {own.persona: "persona", own.do_not_call: "do_not_call", "stage_id": "status"}
        fields = tuple(ours[f] for f in values if f in ours and f in error.message)
        kind = OutcomeMissing if "persona" in fields else Rejected
        return kind(error.message, fields=fields)

    def _vals(self, row: Row, changes: Mapping[str, str]) -> dict[str, object]:
        """Return the values to write, by Odoo's names."""
        shape, values = self.lead_shape(), dict[str, object]()
        own = {"persona": self._names.persona, "do_not_call": self._names.do_not_call}
        for name, value in changes.items():
            if name == "status":
                values |= self._status_vals(row, value)
            elif name in ("first_name", "last_name"):
                both = dict(zip(("first_name", "last_name"), _names_of(row), strict=True))
                both |= {n: changes[n] for n in both if n in changes}
                values["contact_name"] = " ".join(filter(None, both.values()))
            elif name == "lifecycle":
                raise OutcomeMissing("Odoo has no lifecycle of a lead", fields=(name,))
            elif not shape.has("crm.lead", field := own.get(name) or PLAIN.get(name, "")):
                what = f'field "{field}"' if field else "field"
                raise Rejected(f"Odoo has no {what} on leads for {name}", fields=(name,))
            elif name == "do_not_call":
                values[field] = value == "true"
            else:
                ids = numbers([value]) if name == "owner_id" else []
                values[field] = ids[0] if ids else value or False
        return values

    def _status_vals(self, row: Row, status: str) -> dict[str, object]:
        if status == LOST:
            return {}
        shape = self.lead_shape()
        is_tagged = bool(shape.nurture_tag) and shape.nurture_tag in (row.get("tag_ids") or ())
        if status == self._names.nurture and shape.nurture_tag:
            return {"tag_ids": [[4, shape.nurture_tag]]}
        vals: dict[str, object] = {"tag_ids": [[3, shape.nurture_tag]]} if is_tagged else {}
        wanted = status.casefold()
        for stage_id, (name, _) in shape.stages.items():
            if name.casefold() == wanted:
                return vals | {"stage_id": stage_id}
        raise OutcomeMissing(
            f'Odoo has no stage or tag "{status}"; name the one to use under [status] in crm.toml',
            fields=("status",),
        )

    def _lose(self, ids: list[int]) -> None:
        reason: dict[str, Any] = {}
        if name := self._names.lost_reason:
            found = self.search("crm.lost.reason", [["name", "=", name]], ["name"], limit=1)
            if not found:
                raise OutcomeMissing(
                    f'Odoo has no lost reason "{name}"; correct lost_reason in crm.toml',
                    fields=("status",),
                )
            reason = {"lost_reason_id": int(found[0]["id"])}
        self._api.call("crm.lead", "action_set_lost", ids, **reason)

    def find_leads(self, emails: Sequence[str]) -> dict[str, str]:
        """Return e-mail to id of the leads found."""
        if not emails:
            return {}
        any_of: Domain = ["|"] * (len(emails) - 1)
        any_of += [["email_from", "ilike", _literally(email)] for email in emails]
        rows = self.search("crm.lead", any_of, ["email_from"])
        wanted = {email.lower() for email in emails}
        found = {parseaddr(str(r.get("email_from") or ""))[1].lower(): id_of(r["id"]) for r in rows}
        return {email: lead_id for email, lead_id in found.items() if email in wanted}

    def find_numbers(self, wanted: Sequence[str]) -> tuple[RemoteLead, ...]:
        """Return leads with one of these numbers."""
        if not wanted:
            return ()
        shape = self.lead_shape()
        held = [f for f in ("phone_sanitized", "phone", "mobile") if shape.has("crm.lead", f)]
        any_of: Domain = ["|"] * (len(held) - 1) + [[f, "in", list(wanted)] for f in held]
        rows = self.search("crm.lead", any_of, shape.lead_fields())
        return self.leads_of(rows)

    def add_leads(self, leads: Sequence[NewLead], owner_id: str) -> tuple[Added, ...]:
        """Create leads one by one, so that a bad one refuses no other."""
        return tuple(self._add(lead, owner_id) for lead in leads)

    def _add(self, lead: NewLead, owner_id: str) -> Added:
        there = self.find_leads((lead.email,)).get(lead.email) if lead.email else None
        if there:
            return Added(there, existed=True)
        said, shape = lead.values, self.shape("crm.lead")
        name = " ".join(filter(None, (said.get("first_name"), said.get("last_name"))))
        title = said.get("company") or name or lead.email or next(iter(lead.numbers), "Lead")
        body: dict[str, object] = {"name": title, "contact_name": name, "email_from": lead.email}
        body |= {_NEW_LEAD[n]: value for n, value in said.items() if n in _NEW_LEAD}
        body |= {self._names.do_not_call: True} if lead.do_not_call else {}
        body |= {"user_id": own[0]} if (own := numbers([owner_id])) else {}
        body |= {"type": self._names.type} if self._names.type else {}
        notes = [*lead.notes, *(said[n] for n in ("state", "country") if said.get(n))]
        body |= {"description": to_html("\n".join(notes))} if notes else {}
        kept = {n: v for n, v in body.items() if v and shape.has("crm.lead", n)}
        if lead.do_not_call and self._names.do_not_call not in kept:
            return Added(problem="Odoo has no field for do not call")
        try:
            found = self._api.call("crm.lead", "create", vals_list=[kept])
            return Added(id_of(found[0] if isinstance(found, list) and found else found))
        except Refused as error:
            return Added(problem=error.message)

    def merge_leads(self, keep_id: str, other_id: str) -> str:
        """Merge two leads; Odoo itself ranks which of them survives."""
        both = numbers([keep_id, other_id])
        left = [row["id"] for row in self.search("crm.lead", [["id", "in", both]], ["name"])]
        if len(left) < 2:
            return id_of(left[0] if left else keep_id)  # merged before
        said = self._api.call("crm.lead", "merge_opportunity", both)
        found = _SURVIVOR.search(str(said))  # 17 answers "crm.lead(12,)", 19 [12]
        if found is None or int(found[0]) not in both:
            raise Rejected(f"Odoo did not say which of the leads {both} is left")
        return found[0]

    def add_to_list(self, list_name: str, lead_id: str) -> str:
        """Put a tag on a lead."""
        tags = self.search("crm.tag", [["name", "=", list_name]], ["name"], limit=1)
        if not tags:
            raise OutcomeMissing(f'Odoo has no tag "{list_name}" to put on leads')
        tag = int(tags[0]["id"])
        self._api.call("crm.lead", "write", numbers([lead_id]), vals={"tag_ids": [[4, tag]]})
        return str(tag)


def _names_of(row: Row) -> tuple[str, str]:
    return split_name(one_line(str(row.get("contact_name") or "")))


def _literally(text: str) -> str:
    """Return a text for ``ilike`` without wildcards."""
    return re.sub(r"([\\%_])", r"\\\1", text)
