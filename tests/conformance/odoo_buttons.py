"""What the buttons of Odoo's own screen do, in the small Odoo of these tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.conformance.odoo_records import wrong
from tests.conformance.odoo_writing import OdooWriting


class OdooButtons(OdooWriting):
    """The methods behind buttons."""

    def do_action_feedback(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        feedback: str = "",
    ) -> int:
        made = 0
        for i in ids:
            row = self.one(uid, model, i)
            words = f"Call done: {row.get('summary')} {feedback} Original note: {row.get('note')}"
            made = self._log(uid, row["res_id"], words, row["activity_type_id"])
            if self.version < 19:
                del self.records[model][i]
                self.external = {x: at for x, at in self.external.items() if at != (model, i)}
            else:
                row |= {"active": False, "write_date": self.now(), "feedback": feedback}
                row["date_done"] = self.now().strftime("%Y-%m-%d")
        return made

    def do_message_post(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        body: str = "",
        **named: Any,
    ) -> Any:
        known = {"message_type", "subtype_xmlid", "mail_activity_type_id"}
        if odd := set(named) - known:
            raise wrong(f"Those values are not supported when posting or notifying: {odd}")
        self.one(uid, model, ids[0])
        text = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        row = {"model": model, "res_id": ids[0], "body": text, "subtype_id": 2}
        row["mail_activity_type_id"] = named.get("mail_activity_type_id", False)
        made = self.create(uid, "mail.message", row)
        return made if self.version < 19 else [made]

    def do_action_set_lost(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        lost_reason_id: int = 0,
    ) -> None:
        for i in ids:
            more = {"lost_reason_id": lost_reason_id or False, "date_closed": self.now()}
            self.update(
                uid, model, self.one(uid, model, i), {"active": False, "probability": 0.0} | more
            )

    def do_toggle_active(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> None:
        for i in ids:
            row = self.one(uid, model, i)
            self.update(
                uid,
                model,
                row,
                {"active": not row["active"], "lost_reason_id": False, "probability": 50.0},
            )

    def do_action_unarchive(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> None:
        self.do_toggle_active(
            uid, model, context, [i for i in ids if not self.one(uid, model, i)["active"]]
        )

    def do_action_set_won(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> bool:
        for i in ids:
            vals = {"stage_id": 4, "probability": 100.0, "date_closed": self.now(), "active": True}
            self.update(uid, model, self.one(uid, model, i), vals)
        return True

    def do_convert_opportunity(
        self,
        uid: int,
        model: str,
        context: Mapping[str, Any],
        ids: Sequence[int],
        partner: Any = False,
    ) -> bool:
        for i in ids:
            vals = {"type": "opportunity", "date_conversion": self.now()}
            self.update(uid, model, self.one(uid, model, i), vals)
        return True

    def do_merge_opportunity(
        self, uid: int, model: str, context: Mapping[str, Any], ids: Sequence[int]
    ) -> Any:
        for i in ids:
            self.one(uid, model, i)
        keep = self.merge(uid, list(ids))
        return [keep] if self.version >= 19 else f"crm.lead({keep},)"

    def merge(self, uid: int, ids: list[int]) -> int:
        """Merge leads; the last one survives, and what was logged moves to it."""
        *losers, keep = ids
        for model in ("mail.message", "mail.activity"):
            for row in self.records[model].values():
                if row.get("res_id") in losers:
                    row |= {"res_id": keep, "write_date": self.now()}
        for row in self.records["calendar.event"].values():
            if row.get("opportunity_id") in losers:
                row |= {"opportunity_id": keep, "write_date": self.now()}
        for loser in losers:
            del self.records["crm.lead"][loser]
        self.update(uid, "crm.lead", self.records["crm.lead"][keep], {})
        return keep
