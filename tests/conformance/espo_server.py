"""A small EspoCRM 9 for tests, in this process: it keeps records and answers as the real one does.

``test_espo_recordings`` compares its answers with those of a real server.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable
from email.utils import format_datetime
from typing import Any

import httpx

from sdrdesk.clock import Clock

STATUSES = ["New", "Assigned", "In Process", "Converted", "Recycled", "Dead"]
OUTCOMES = ["", "Connected", "No answer", "Left voicemail", "Wrong number"]
_COMMON = {"id", "name", "createdAt", "modifiedAt", "createdById", "assignedUserId", "teamsIds"}
_OWNED = ("Lead", "Call", "Task", "Meeting")
TEAM = "team1"
PEOPLE = {"admin": "admin", "rita": "regular", "sam": "regular", "desk": "api"}
"""Users and what they are; all but the administrator are in the team."""
_LONGEST_ADDRESS = 8190
_ONLY_ALONE = {"phoneNumberData", "teamsIds", "usersIds"}
"""Attributes that lists do not show."""
_EVENT = {"status", "dateStart", "dateEnd", "parentType", "parentId", "leadsIds", "usersIds"}
FIELDS: dict[str, set[str]] = {
    "Lead": {
        "firstName", "lastName", "title", "accountName", "emailAddress", "phoneNumber", "source",
        "status", "doNotCall", "description", "website", "addressCity", "addressState",
        "addressCountry", "phoneNumberData", "phoneNumberIsOptedOut", "phoneNumberIsInvalid",
        "phoneNumberNumeric", "emailAddressIsOptedOut", "cPersona", "cLostReason", "convertedAt",
        "versionNumber",
    },
    "Call": {*_EVENT, "direction", "description", "cOutcome"},
    "Meeting": {*_EVENT, "description"},
    "Task": {"status", "priority", "dateEnd", "parentType", "parentId", "description"},
    "Note": {"type", "post", "parentType", "parentId"},
    "TargetList": set(),
    "User": {"userName", "isActive", "type", "emailAddress"},
}  # fmt: skip
_ENUMS = {("Lead", "status"): STATUSES, ("Call", "cOutcome"): OUTCOMES}
_REQUIRED = {
    "Call": ("dateStart", "dateEnd", "assignedUserId"),
    "Meeting": ("dateStart", "dateEnd", "assignedUserId"),
    "Task": ("assignedUserId",),
}
KEY = "API-KEY"


class Refusal(Exception):  # noqa: N818  # an answer, not a fault
    """An answer that is no success."""

    def __init__(self, status: int, reason: str | None = "", body: Any = "") -> None:
        self.status, self.reason, self.body = status, reason, body


class EspoServer(httpx.BaseTransport):
    """The server; also the transport of a client."""

    def __init__(self, clock: Clock, *, key_field: bool, script: bool, versions: bool) -> None:
        self.clock = clock
        self.fields = {name: _COMMON | more for name, more in FIELDS.items()}
        for entity in ("Call", "Task", "Meeting") if key_field else ():
            self.fields[entity].add("cSdrdeskKey")
        self.enums = dict(_ENUMS)
        self.user = "admin"
        """Who asks; what tests do themselves, the administrator does."""
        self.makes_no: set[str] = set()
        """Entities that reps may not create."""
        self.reads = "all"
        """The right to read leads; the rights of each record do not follow it here."""
        self.deletes = "own"
        """The right to delete calls; other records are for administrators to delete."""
        self.barred: dict[str, list[str]] = {"read": [], "edit": []}
        """Fields of leads that the role lets reps not read, and not edit."""
        self.script = script
        self.versions = versions
        self.records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in FIELDS}
        self.hidden: set[str] = set()
        self.members: dict[str, list[str]] = {}
        self.lock = threading.RLock()
        self.made = 0
        self.wrong_keys = 0
        self.version = "9.1.7"
        self.down = 0
        """The status of a server that is being restarted."""
        self.in_maintenance = False
        """As with ``maintenanceMode``, for everybody but administrators."""
        for user, kind in PEOPLE.items():
            row = {"id": user, "name": user.title(), "userName": user, "isActive": True}
            email = f"{user}@team.example"
            self.records["User"][user] = {**row, "type": kind, "emailAddress": email}
        self.records["TargetList"]["list1"] = {"id": "list1", "name": "Nurture"}

    def now(self) -> str:
        return self.clock().strftime("%Y-%m-%d %H:%M:%S")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        headers = {"Date": format_datetime(self.clock(), usegmt=True)}
        if self.down:
            return httpx.Response(self.down, text="<h1>Maintenance</h1>", headers=headers)
        if self.in_maintenance:
            headers |= {"X-Status-Reason": "Application is in maintenance mode."}
            said = {"message": "The application currently is in maintenance mode."}
            return httpx.Response(503, json=said, headers=headers)
        if len(request.url.raw_path) > _LONGEST_ADDRESS:
            return httpx.Response(414, text="<h1>Request-URI Too Long</h1>", headers=headers)
        try:
            with self.lock:
                found, status, reason = self._answer(request), 200, None
        except Refusal as refusal:
            found, status, reason = refusal.body, refusal.status, refusal.reason
        is_json = status == 200 or reason is not None
        kind = "application/json" if is_json else "text/html; charset=UTF-8"
        headers |= {"Content-Type": kind}
        headers |= {"X-App-Timestamp": "1795977292"} if status == 200 else {}
        headers |= {"X-Status-Reason": reason} if reason is not None else {}
        # "Nothing" is an empty body, with success too.
        content = b"" if found in ("", None) else json.dumps(found).encode()
        return httpx.Response(status, headers=headers, content=content)

    def _who(self, request: httpx.Request) -> str:
        """Return the user of a request."""
        if request.headers.get("X-Api-Key") == KEY:
            return "desk"
        login = request.headers.get("Authorization", "").removeprefix("Basic ")
        name, _, password = base64.b64decode(login or "").decode().partition(":")
        if name in PEOPLE and PEOPLE[name] != "api" and password == f"{name}-password":
            return name
        self.wrong_keys += 1
        raise Refusal(403 if self.wrong_keys > 11 else 401, None)

    def _answer(self, request: httpx.Request) -> Any:
        self.user = self._who(request)
        path = request.url.path.split("/api/v1/", 1)[1].split("/")
        query = request.url.params.multi_items()
        try:
            body = json.loads(request.content) if request.content else {}
        except ValueError as error:
            raise Refusal(500, None) from error
        fixed: dict[str, Callable[[], Any]] = {
            "App/user": self._user,
            "I18n": lambda: {"Lead": {"options": {"status": {s: s for s in STATUSES}}}},
            "Metadata": lambda: self._metadata(dict(query)["key"].split(".")),
        }
        if (answer := fixed.get("/".join(path))) is not None:
            return answer()
        if path[0] == "Admin":
            return self._admin(path, body)
        if path[0] not in self.records:
            raise Refusal(404, f"Controller '{path[0]}' does not exist.")
        if path[2:] == ["stream"]:
            return self._stream(path[1], dict(query))
        if path[2:] == ["leads"]:
            return self._on_list(path[1], body["ids"])
        return self._crud(request, path, query, body)

    def _stream(self, lead: str, query: dict[str, str]) -> Any:
        """Return a page of the posts of a lead."""
        if lead not in self.records["Lead"]:
            raise Refusal(404, "Record not found.")
        if lead in self.hidden:
            raise Refusal(403, "No stream access.")
        posts = [n for n in self.records["Note"].values() if n.get("parentId") == lead]
        start, size = (int(query.get(n, or_)) for n, or_ in (("offset", 0), ("maxSize", 200)))
        return {"total": len(posts), "list": posts[start : start + size]}

    def _on_list(self, target_list: str, leads: list[str]) -> bool:
        """Put leads on a target list."""
        if not set(leads) <= self.records["Lead"].keys():
            raise Refusal(404, "")
        if self.hidden & set(leads):
            text = "No foreign record access for link operation (TargetList:leads)."
            raise Refusal(403, text, _translated("noAccessToForeignRecord", {"action": "read"}))
        kept = self.members.setdefault(target_list, [])
        kept += [i for i in leads if i not in kept]
        return True

    def _admin(self, path: list[str], body: dict[str, Any]) -> Any:
        """Make a field; its name gets a c before it."""
        if self.user != "admin":
            raise Refusal(403, "")
        name = f"c{body['name'][0].upper()}{body['name'][1:]}"
        self.fields[path[2]].add(name)
        if body["type"] == "enum":
            self.enums[(path[2], name)] = body["options"]
        return {n: v for n, v in body.items() if n != "name"} | {"isCustom": True}

    def _crud(self, request: httpx.Request, path: list[str], query: Any, body: Any) -> Any:
        entity, method = path[0], request.method
        if method == "GET" and len(path) == 1:
            return self._list(entity, query, request.headers.get("X-No-Total") == "true")
        if method == "POST":
            if self.user != "admin" and entity in self.makes_no:
                raise Refusal(403, "No create access.")
            return self._loaded(entity, self.create(entity, body, self.user))
        record = self.one(entity, path[1], "exist" if method == "GET" else "found")
        if method != "GET":
            self._may_edit(entity, record, "edit" if method == "PUT" else "delete")
        if method == "DELETE":
            del self.records[entity][path[1]]
            return True
        if method == "PUT":
            version = request.headers.get("X-Version-Number")
            checked = self.versions and entity == "Lead" and version is not None
            if checked and version != str(record.get("versionNumber")):
                values = {name: record.get(name) for name in body}
                shown = {"values": values, "versionNumber": record.get("versionNumber")}
                raise Refusal(409, "modified", shown)
            self.update(
                entity, path[1], {n: v for n, v in body.items() if n not in self._no("edit")}
            )
        return self._loaded(entity, record)

    def _no(self, what: str) -> list[str]:
        return [] if self.user == "admin" else self.barred[what]

    def _loaded(self, entity: str, record: dict[str, Any]) -> dict[str, Any]:
        """Return a record as it is shown alone."""
        found = dict(record)
        if entity == "Lead":
            held = {"phoneNumber": found.get("phoneNumber"), "primary": True, "type": "Mobile"}
            flags = {"optOut": found.get("phoneNumberIsOptedOut") is True, "invalid": False}
            found["phoneNumberData"] = [held | flags] if found.get("phoneNumber") else []
        return {n: v for n, v in found.items() if entity != "Lead" or n not in self._no("read")}

    def _may_edit(self, entity: str, record: dict[str, Any], what: str) -> None:
        """Check that the record is the user's or their team's."""
        is_mine = record.get("assignedUserId") == self.user
        is_teams = TEAM in (record.get("teamsIds") or ())
        if what == "delete":
            is_mine, is_teams = is_mine and entity == "Call" and self.deletes == "own", False
        if entity in _OWNED and self.user != "admin" and not (is_mine or is_teams):
            raise Refusal(403, f"No {what} access.")

    def _check_assignment(self, kept: dict[str, Any]) -> None:
        """Check the assignment within the team, as the role of the reps allows it."""
        owner, teams = kept.get("assignedUserId"), kept.get("teamsIds") or []
        is_allowed = bool(owner or teams) and set(teams) <= {TEAM}
        if not is_allowed or (owner and owner not in PEOPLE):
            raise Refusal(403, "Assignment failure: assigned user or team not allowed.")

    def _check_lead(self, entity: str, lead: str | None) -> None:
        """Check that a new record may be of this lead."""
        is_there, link = lead in self.records["Lead"], "parent" if entity == "Task" else "leads"
        if not lead or (is_there and lead not in self.hidden):
            return
        about = {"foreignEntityType": "Lead"}
        if entity == "Note":
            raise Refusal(403, "No create access.")
        if not is_there:
            text = f"Can't relate with non-existing record. entity type: {entity}, link: {link}."
            raise Refusal(403, text, _translated("cannotRelateNonExisting", about))
        if entity == "Task":
            text = "No access for link operation (Task:parent)."
            raise Refusal(403, text, _translated("noLinkAccess", about | {"link": link}))
        text = f"No foreign record access for link operation ({entity}:leads)."
        raise Refusal(403, text, _translated("cannotRelateForbidden", about | {"action": "read"}))

    def one(self, entity: str, record_id: str, word: str = "exist") -> dict[str, Any]:
        record = self.records[entity].get(record_id)
        if record is None:
            end = "does not exist" if word == "exist" else "not found"
            raise Refusal(404, f"Record {record_id} {end}.")
        if record_id in self.hidden:
            raise Refusal(403, "No 'read' access." if word == "exist" else "No edit access.")
        return record

    def create(self, entity: str, body: dict[str, Any], user: str = "admin") -> dict[str, Any]:
        kept = {n: v for n, v in body.items() if n in self.fields[entity] and n != "id"}
        for name in _REQUIRED.get(entity, ()):
            if not kept.get(name):
                raise _invalid(entity, name.removesuffix("Id"), "required")
        self._check(entity, kept)
        if entity in _OWNED and user != "admin":
            self._check_assignment(kept)
        for lead in (*kept.get("leadsIds", ()), kept.get("parentId")):
            self._check_lead(entity, lead)
        key = kept.get("cSdrdeskKey")
        if key and self.script and entity in ("Call", "Task", "Meeting"):
            same = [r for r in self.records[entity].values() if r.get("cSdrdeskKey") == key]
            if same:
                raise Refusal(409, "duplicate", [dict(same[0]) | {"_entityType": None}])
        self.made += 1
        record_id = f"{0x6B0C70A1000000000 + self.made * 7919:x}"
        now = self.now()
        start: dict[str, Any] = {
            "id": record_id,
            "createdAt": now,
            "modifiedAt": now,
            "versionNumber": None,
        }
        if entity == "Lead":
            start |= {"status": "New", "doNotCall": False}
            name = f"{kept.get('firstName', '')} {kept.get('lastName', '')}".strip()
            start["name"] = name
            kept.setdefault("teamsIds", [TEAM])
        self.records[entity][record_id] = start | kept
        return dict(self.records[entity][record_id])

    def update(self, entity: str, record_id: str, body: dict[str, Any]) -> None:
        kept = {n: v for n, v in body.items() if n in self.fields[entity]}
        self._check(entity, kept)
        record = self.records[entity][record_id]
        version = (record.get("versionNumber") or 0) + 1 if self.versions else None
        record |= kept | {"modifiedAt": self.now(), "versionNumber": version}

    def merge(self, keep: str, other: str) -> None:
        """Merge as the real server does: calls keep their dead parent, and their date."""
        del self.records["Lead"][other]
        for entity in ("Call", "Meeting"):
            for record in self.records[entity].values():
                if other in record.get("leadsIds", ()):
                    record["leadsIds"] = [keep]
        self.update("Lead", keep, {})

    def _check(self, entity: str, kept: dict[str, Any]) -> None:
        for name, value in kept.items():
            allowed = self.enums.get((entity, name))
            if allowed is not None and value not in allowed:
                raise _invalid(entity, name, "valid")
            if isinstance(value, str) and name == "lastName" and len(value) > 100:
                raise _invalid(entity, name, "maxLength")
            is_name = name == "name" and entity in ("Call", "Task", "Meeting")
            if is_name and (len(value) > 255 or re.search("[<>=]", value)):
                raise _invalid(entity, name, "maxLength" if len(value) > 255 else "pattern")
            if name == "emailAddress" and value and "@" not in value:
                raise _invalid(entity, name, "emailAddress")

    def _list(self, entity: str, query: list[tuple[str, str]], no_total: bool) -> Any:
        asked = dict(query)
        size = int(asked.get("maxSize", 200))
        if size > 200:
            raise Refusal(403, "Max size should not exceed 200. Use offset and limit.")
        order = asked.get("orderBy", "createdAt")
        if order not in self.fields[entity]:
            raise Refusal(400, f"Order by non-existing field '{order}'.")
        rows = [r for r in self.records[entity].values() if r["id"] not in self.hidden]
        for kind, attribute, value in _conditions(query):
            if attribute not in self.fields[entity]:
                raise Refusal(400, f"Not existing attribute '{attribute}' in where.")
            rows = [row for row in rows if _meets(_held(row, attribute), kind, value)]
        if entity == "User" and self.user != "admin":
            rows = [row for row in rows if row["isActive"] and row["type"] != "api"]
        rows.sort(key=lambda row: (str(row.get(order) or ""), row["id"]))
        if asked.get("order") == "desc":
            rows.reverse()
        start = int(asked.get("offset", 0))
        wanted = {"id", "assignedUserId", *asked.get("select", "").split(",")} - _ONLY_ALONE
        wanted -= set(self._no("read")) if entity == "Lead" else set()
        page = [{n: v for n, v in row.items() if n in wanted} for row in rows[start : start + size]]
        return {"total": -1 if no_total else len(rows), "list": page}

    def _user(self) -> Any:
        every = {"create": "yes", "read": "all", "edit": "team", "delete": "no", "stream": "all"}
        table = dict.fromkeys(("Lead", "Call", "Task", "Meeting", "User"), every)
        table |= {"Call": every | {"delete": self.deletes}, "Lead": every | {"read": self.reads}}
        acl: dict[str, Any] = {"table": table}
        barred = {what: {"yes": [], "no": self._no(what)} for what in self.barred}
        acl["fieldTableQuickAccess"] = {"Lead": {"attributes": barred}}
        me = self.records["User"][self.user]
        user = {n: me[n] for n in ("id", "name", "userName", "type", "isActive")}
        user |= {"defaultTeamId": None, "teamsIds": [] if self.user == "admin" else [TEAM]}
        settings = {"timeZone": "UTC", "version": self.version}
        return {"token": None, "user": user, "acl": acl, "settings": settings}

    def _metadata(self, path: list[str]) -> Any:
        if path[0] != "entityDefs":
            return None
        _, entity, _, *field = path
        found = {name: self._defined(entity, name) for name in self.fields.get(entity, ())}
        return found.get(field[0]) if field else found

    def _defined(self, entity: str, name: str) -> dict[str, Any]:
        options = self.enums.get((entity, name))
        if options:
            return {"type": "enum", "options": options}
        return {"type": "bool" if name == "doNotCall" else "varchar"}


def _held(row: dict[str, Any], attribute: str) -> Any:
    if attribute == "phoneNumberNumeric":
        return re.sub(r"\D", "", str(row.get("phoneNumber") or ""))
    held = row.get(attribute)
    return str(held).lower() if attribute == "emailAddress" and held else held


def _conditions(query: list[tuple[str, str]]) -> list[tuple[str, str, Any]]:
    parts: dict[str, dict[str, Any]] = {}
    for name, value in query:
        found = re.fullmatch(r"where\[(\d+)\]\[(\w+)\](\[\])?", name)
        if found:
            row = parts.setdefault(found[1], {})
            if found[3]:
                row.setdefault(found[2], []).append(value)
            else:
                row[found[2]] = value
    return [(row["type"], row["attribute"], row.get("value", "")) for row in parts.values()]


def _meets(held: Any, kind: str, value: Any) -> bool:
    text = "" if held is None else str(held)
    tests: dict[str, Callable[[], bool]] = {
        "equals": lambda: text == value,
        "in": lambda: text in value,
        "contains": lambda: value in text,
        "greaterThan": lambda: text > value,
        "lessThan": lambda: text < value,
        "greaterThanOrEquals": lambda: text >= value.replace("T", " ").rstrip("Z"),
    }
    return tests[kind]()


def _translated(label: str, data: dict[str, str]) -> dict[str, Any]:
    return {"messageTranslation": {"label": label, "scope": None, "data": data}}


def _invalid(entity: str, field: str, kind: str) -> Refusal:
    text = f"Field validation failure; entityType: {entity}, field: {field}, type: {kind}."
    return Refusal(400, text, _translated("validationFailure", {"field": field, "type": kind}))
