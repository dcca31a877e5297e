"""A small Salesforce for tests, in this process, by the public documentation alone."""

from __future__ import annotations

import json
import re
import threading
from base64 import urlsafe_b64encode
from collections.abc import Callable
from email.utils import format_datetime
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import httpx

from sdrdesk.clock import Clock

ORG, RITA, SAM = "00D000000000001EAA", "005000000000001AAA", "005000000000002AAA"
STATUSES = ["Open - Not Contacted", "Working - Contacted", "Closed - Not Converted"]
DATA = "/services/data/v64.0/"
TOKEN = "00D!live"
_PREFIX = {"Lead": "00Q", "Task": "00T", "Event": "00U", "Campaign": "701", "CampaignMember": "00v"}
_COMMON = {"Id", "OwnerId", "CreatedDate", "SystemModstamp", "IsDeleted"}
FIELDS: dict[str, set[str]] = {
    "Lead": {
        "FirstName", "LastName", "Title", "Company", "Email", "Phone", "MobilePhone", "Status",
        "DoNotCall", "Description", "Website", "City", "State", "Country", "LeadSource", "Industry",
        "IsConverted", "MasterRecordId",
    },
    "Task": {
        "Subject", "Status", "IsClosed", "TaskSubtype", "WhoId", "Description", "ActivityDate",
        "ReminderDateTime", "IsReminderSet", "CompletedDateTime", "CallObject", "CallType",
        "CallDurationInSeconds", "CallDisposition",
    },
    "Event": {"Subject", "WhoId", "Description", "StartDateTime", "EndDateTime"},
    "Campaign": {"Name"},
    "CampaignMember": {"CampaignId", "LeadId"},
    "User": {"Name", "Email", "IsActive", "UserType"},
    "TaskStatus": {"ApiName", "IsClosed", "IsDefault"},
}  # fmt: skip
KEY = "sdrdesk_key__c"


class Refusal(Exception):  # noqa: N818  # an answer, not a fault
    """An answer that is no success."""

    def __init__(self, status: int, code: str, message: str = "", *fields: str) -> None:
        self.status = status
        self.body = [{"errorCode": code, "message": message or code, "fields": list(fields)}]


class ForceServer(httpx.BaseTransport):
    """The org; also the transport of a client."""

    def __init__(self, clock: Clock, *, key: str) -> None:
        """Make an org whose key field is ``unique``, ``plain`` or missing (``""``)."""
        self.clock = clock
        self.org = ORG
        self.fields = {name: _COMMON | more for name, more in FIELDS.items()}
        self.unique = key == "unique"
        for entity in ("Task", "Event") if key else ():
            self.fields[entity].add(KEY)
        self.records: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in FIELDS}
        self.hidden: set[str] = set()
        self.lock = threading.RLock()
        self.made = 0
        self.used, self.most = 0, 100_000
        self.token = TOKEN
        self.page = 2000
        self.wrong_tokens = 0
        self.renewals = 0
        self.refresh, self.rotates = "refresh", False
        """The refresh token, and whether a renewal replaces it at once."""
        self.statuses = [*STATUSES]
        self.rule: Callable[[str, dict[str, Any]], None] = lambda *_: None
        """A rule of the org for what is written."""
        self.codes: dict[str, tuple[str, str]] = {}
        """Code to the challenge of who asked for it, and the address it was sent to."""
        self._open_queries: dict[str, list[dict[str, Any]]] = {}
        for user, name in ((RITA, "Rita"), (SAM, "Sam")):
            row = {"Id": user, "Name": name, "Email": f"{name.lower()}@team.example"}
            self.records["User"][user] = {**row, "IsActive": True, "UserType": "Standard"}
        for number, (name, closed) in enumerate((("Not Started", False), ("Completed", True))):
            kept: dict[str, Any] = {"Id": str(number), "ApiName": name, "IsClosed": closed}
            self.records["TaskStatus"][str(number)] = kept | {"IsDefault": not closed}
        self.put("Campaign", {"Name": "Nurture"})

    def now(self) -> str:
        return self.clock().strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "+0000"

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.read()
        path = request.url.raw_path.decode()
        with self.lock:
            self.used += 1
            if path == "/services/oauth2/token":
                return self._log_in(request)
            if path == "/services/oauth2/revoke":
                self.refresh = self.token = ""
                return httpx.Response(200)
            if path.startswith("/services/oauth2/authorize?"):
                return self._allow(request)
            try:
                if request.headers.get("Authorization") != f"Bearer {self.token}":
                    self.wrong_tokens += 1
                    raise Refusal(401, "INVALID_SESSION_ID", "Session expired or invalid")
                if len(path) > 16_000:
                    raise Refusal(414, "URI_TOO_LONG", "The URI is too long")
                if self.used > self.most:
                    raise Refusal(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
                body = json.loads(request.content) if request.content else None
                status, found = self._answer(request.method, path, body)
            except Refusal as refusal:
                status, found = refusal.status, refusal.body
        headers = {
            "Date": format_datetime(self.clock(), usegmt=True),
            "Sforce-Limit-Info": f"api-usage={self.used}/{self.most}",
        }
        return httpx.Response(
            status, headers=headers, content=b"" if status == 204 else json.dumps(found).encode()
        )

    def _allow(self, request: httpx.Request) -> httpx.Response:
        """Send the browser back with a code that is good once, as if the rep allowed it."""
        asked = dict(parse_qsl(request.url.query.decode()))
        code = f"code-{len(self.codes)}"
        self.codes[code] = (asked["code_challenge"], asked["redirect_uri"])
        answer = urlencode({"code": code, "state": asked["state"]})
        return httpx.Response(302, headers={"Location": f"{asked['redirect_uri']}?{answer}"})

    def _is_asked_for(self, form: dict[str, str]) -> bool:
        challenge, redirect = self.codes.pop(form.get("code", ""), ("", ""))
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        proof = urlsafe_b64encode(digest).decode().rstrip("=")
        return proof == challenge and form.get("redirect_uri") == redirect

    def _log_in(self, request: httpx.Request) -> httpx.Response:
        form = dict(parse_qsl(request.content.decode()))
        by_code, sent = form.get("grant_type") == "authorization_code", form.get("refresh_token")
        if not (self._is_asked_for(form) if by_code else sent and sent == self.refresh):
            if self.rotates and sent:  # used twice: nobody knows by whom
                self.refresh = self.token = ""
            said = {"error": "invalid_grant", "error_description": "expired access/refresh token"}
            return httpx.Response(400, json=said)
        self.renewals += 1
        self.token = f"{TOKEN}-{self.renewals}"
        who = f"https://login.salesforce.com/id/{ORG}/{RITA}"
        host = request.headers["Host"]
        here = f"http://{host}" if host.startswith("127.") else "https://acme.example"
        said = {"access_token": self.token, "instance_url": here, "id": who}
        if by_code or self.rotates:
            self.refresh = f"refresh-{self.renewals}" if self.rotates else "refresh"
            said["refresh_token"] = self.refresh
        return httpx.Response(200, json=said)

    def _answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        parts = urlsplit(path)
        if parts.path == "/services/oauth2/userinfo":
            return 200, {"user_id": RITA, "organization_id": self.org, "zoneinfo": "Europe/Dublin"}
        if not parts.path.startswith(DATA):
            raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        steps = parts.path.removeprefix(DATA).split("/")
        if steps[0] in ("query", "queryAll"):
            if len(steps) == 2:
                return 200, self._page(self._open_queries.pop(steps[1]))
            return 200, self._page(self._rows(query["q"], every=steps[0] == "queryAll"))
        if steps == ["composite"]:
            return 200, self._composite(body)
        if steps == ["composite", "sobjects"]:
            return 200, [self._one_of_many(row) for row in body["records"]]
        if steps[0] == "sobjects" and steps[1] in self.fields:
            return self._record(method, steps[1:], query, body)
        raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")

    def _page(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        now, later = rows[: self.page], rows[self.page :]
        answer: dict[str, Any] = {"done": not later, "totalSize": len(rows), "records": now}
        if later:
            name = f"01g{len(self._open_queries):06d}-{self.used}"
            self._open_queries[name] = later
            answer["nextRecordsUrl"] = f"{DATA}query/{name}"
        return answer

    def _composite(self, body: Any) -> Any:
        answers: list[dict[str, Any]] = []
        for asked in body["compositeRequest"]:
            try:
                status, found = self._answer(asked["method"], asked["url"], asked.get("body"))
            except Refusal as refusal:
                status, found = refusal.status, refusal.body
            answers.append({"httpStatusCode": status, "body": found})
        if body.get("allOrNone") and any(a["httpStatusCode"] >= 400 for a in answers):
            halted = [{"errorCode": "PROCESSING_HALTED", "message": "halted"}]
            for answer in answers:
                if answer["httpStatusCode"] < 400:
                    answer |= {"httpStatusCode": 400, "body": halted}
        return {"compositeResponse": answers}

    def _one_of_many(self, row: dict[str, Any]) -> dict[str, Any]:
        entity = row.pop("attributes")["type"]
        try:
            return {"id": self.put(entity, row), "success": True, "errors": []}
        except Refusal as refusal:
            said = refusal.body[0]
            error = {"statusCode": said["errorCode"], "message": said["message"], "fields": []}
            return {"success": False, "errors": [error]}

    def _record(
        self, method: str, steps: list[str], query: dict[str, str], body: Any
    ) -> tuple[int, Any]:
        entity, *rest = steps
        if rest == ["describe"]:
            return 200, {"fields": [self._describe(entity, f) for f in sorted(self.fields[entity])]}
        if method == "POST":
            return 201, {"id": self.put(entity, body), "success": True, "errors": []}
        if len(rest) == 2:
            return self._upsert(entity, rest[0], rest[1], body)
        record = self.records[entity].get(rest[0])
        if record is None or rest[0] in self.hidden:
            raise Refusal(404, "NOT_FOUND", "The requested resource does not exist")
        if record["IsDeleted"]:
            raise Refusal(404, "ENTITY_IS_DELETED", "entity is deleted")
        if method == "PATCH":
            self.change(entity, rest[0], body)
            return 204, None
        wanted = query["fields"].split(",") if "fields" in query else self.fields[entity]
        return 200, {name: record.get(name) for name in wanted}

    def _upsert(self, entity: str, field: str, key: str, body: Any) -> tuple[int, Any]:
        if field not in self.fields[entity]:
            said = f"Provided external ID field does not exist or is not accessible: {field}"
            raise Refusal(404, "NOT_FOUND", said)
        same = [
            r
            for r in self.records[entity].values()
            if str(r.get(field)).casefold() == key.casefold() and not r["IsDeleted"]
        ]
        if len(same) > 1:
            return 300, [f"{DATA}sobjects/{entity}/{row['Id']}" for row in same]
        if same:
            if "TaskSubtype" in body:
                said = "Unable to create/update fields: TaskSubtype"
                raise Refusal(400, "INVALID_FIELD_FOR_INSERT_UPDATE", said, "TaskSubtype")
            self.change(entity, same[0]["Id"], body)
            return 200, {"id": same[0]["Id"], "success": True, "errors": [], "created": False}
        made = self.put(entity, body | {field: key})
        return 201, {"id": made, "success": True, "errors": [], "created": True}

    def put(self, entity: str, body: dict[str, Any]) -> str:
        self._check(entity, body)
        for name in {"Lead": ("LastName", "Company"), "Event": ("StartDateTime",)}.get(entity, ()):
            if not body.get(name):
                said = f"Required fields are missing: [{name}]"
                raise Refusal(400, "REQUIRED_FIELD_MISSING", said, name)
        if entity == "CampaignMember" and any(
            row["LeadId"] == body["LeadId"] for row in self.records[entity].values()
        ):
            raise Refusal(400, "DUPLICATE_VALUE", "Already a campaign member.")
        self.made += 1
        made, now = f"{_PREFIX[entity]}{self.made:012d}AAA", self.now()
        start: dict[str, Any] = {"Id": made, "CreatedDate": now, "IsDeleted": False}
        start |= {"OwnerId": RITA, "SystemModstamp": now}
        if entity == "Lead":
            start |= {"Status": STATUSES[0], "DoNotCall": False, "IsConverted": False}
        self.records[entity][made] = start
        self._keep(entity, start, body)
        return made

    def change(self, entity: str, record_id: str, body: dict[str, Any]) -> None:
        self._check(entity, body)
        record = self.records[entity][record_id]
        if record.get("IsConverted"):
            raise Refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        self._keep(entity, record, body)

    def _keep(self, entity: str, record: dict[str, Any], body: dict[str, Any]) -> None:
        record |= body | {"SystemModstamp": self.now()}
        if entity == "Task":
            closed = record.get("Status") == "Completed"
            record |= {"IsClosed": closed, "CompletedDateTime": self.now() if closed else None}

    def _check(self, entity: str, body: dict[str, Any]) -> None:
        self.rule(entity, body)
        for name, value in body.items():
            if name not in self.fields[entity]:
                said = f"No such column '{name}' on sobject of type {entity}"
                raise Refusal(400, "INVALID_FIELD", said)
            if name == "LastName" and len(value or "") > 80:
                raise Refusal(400, "STRING_TOO_LONG", "LastName: data value too large", name)
        who = body.get("WhoId")
        lead = self.records["Lead"].get(who) if who else None
        if lead is not None and lead.get("IsConverted"):
            raise Refusal(400, "CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
        if who and (lead is None or lead["IsDeleted"]):
            raise Refusal(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id")
        if who in self.hidden:
            code = "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
            raise Refusal(400, code, "insufficient access rights on cross-reference id")

    def merge(self, keep: str, other: str) -> None:
        lead = self.records["Lead"][other]
        lead |= {"IsDeleted": True, "MasterRecordId": keep, "SystemModstamp": self.now()}
        for entity in ("Task", "Event"):
            for record in self.records[entity].values():
                if record.get("WhoId") == other:
                    record |= {"WhoId": keep, "SystemModstamp": self.now()}
        self.change("Lead", keep, {})

    def _describe(self, entity: str, name: str) -> dict[str, Any]:
        is_key = name == KEY
        found: dict[str, Any] = {
            "name": name,
            "label": name,
            "type": "boolean" if name in ("DoNotCall", "IsConverted") else "string",
            "createable": name not in _COMMON - {"OwnerId"},
            "updateable": name not in _COMMON - {"OwnerId"} and name != "IsConverted",
            "externalId": is_key and self.unique,
            "unique": is_key and self.unique,
            "picklistValues": [],
        }
        if (entity, name) == ("Lead", "Status"):
            shown = [
                *self.statuses,
                "Closed - Converted",
            ]  # the last only by Salesforce's own screen
            listed = [{"value": s, "label": s, "active": True} for s in shown]
            found["picklistValues"] = [*listed, {"value": "Old", "label": "Old", "active": False}]
        return found

    # Queries.

    def _rows(self, query: str, *, every: bool) -> list[dict[str, Any]]:
        found = re.fullmatch(
            r"SELECT (.+?) FROM (\w+)(?: WHERE (.+?))?(?: ORDER BY ([\w, ]+?))?(?: LIMIT (\d+))?",
            query,
            re.DOTALL,
        )
        if found is None or found[2] not in self.records:
            raise Refusal(400, "MALFORMED_QUERY", query)
        entity = found[2]
        rows = [row for i, row in self.records[entity].items() if i not in self.hidden]
        rows = [row for row in rows if every or not row.get("IsDeleted")]
        if found[3]:
            meets = _Condition(found[3], self.fields[entity]).read()
            rows = [row for row in rows if meets(row)]
        if "COUNT(" in found[1]:
            newest = max((row["SystemModstamp"] for row in rows), default=None)
            return [{"newest": newest, "total": len(rows)}]
        for name in reversed((found[4] or "Id").split(",")):
            field, _, way = name.strip().partition(" ")
            rows.sort(key=lambda row: str(row.get(field) or ""), reverse=way == "DESC")
        names = [name.strip() for name in found[1].split(",")]
        for name in names:
            if name not in self.fields[entity]:
                said = f"No such column '{name}' on entity '{entity}'."
                raise Refusal(400, "INVALID_FIELD", said)
        rows = rows[: int(found[5])] if found[5] else rows
        return [{"attributes": {"type": entity}} | {n: r.get(n) for n in names} for r in rows]


Row = dict[str, Any]
Test = Callable[[Row], bool]


class _Condition:
    """Reads the condition of a query."""

    def __init__(self, text: str, fields: set[str]) -> None:
        self._parts = re.findall(r"'(?:[^'\\]|\\.)*'|[(),]|[<>!]?=|[<>]|[\w.:+-]+", text)
        self._at = 0
        self._fields = fields

    def read(self) -> Test:
        test = self._either()
        if self._at != len(self._parts):
            raise Refusal(400, "MALFORMED_QUERY", f"unexpected token: {self._parts[self._at]}")
        return test

    def _next(self) -> str:
        self._at += 1
        return str(self._parts[self._at - 1])

    def _comes(self, word: str) -> bool:
        if self._at < len(self._parts) and self._parts[self._at] == word:
            self._at += 1
            return True
        return False

    def _either(self) -> Test:
        tests = [self._both()]
        while self._comes("OR"):
            tests.append(self._both())
        return lambda row: any(test(row) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._comes("AND"):
            tests.append(self._one())
        return lambda row: all(test(row) for test in tests)

    def _one(self) -> Test:
        if self._comes("NOT"):
            denied = self._one()
            return lambda row: not denied(row)
        if self._comes("("):
            inner = self._either()
            assert self._next() == ")"
            return inner
        field, way = self._next(), self._next()
        if field not in self._fields:
            raise Refusal(400, "INVALID_FIELD", f"No such column '{field}'")
        if field == "Description":
            raise Refusal(
                400, "INVALID_FIELD", "field 'Description' can not be filtered in a query"
            )
        if way == "IN":
            assert self._next() == "("
            values = [self._value()]
            while self._comes(","):
                values.append(self._value())
            assert self._next() == ")"
            return lambda row: any(_same(row.get(field), value) for value in values)
        value = self._value()
        if way == "LIKE":
            pattern = re.escape(value).replace("%", ".*").replace("_", ".")
            like = re.compile(pattern, re.IGNORECASE | re.DOTALL)
            return lambda row: bool(like.fullmatch(str(row.get(field) or "")))
        tests: dict[str, Test] = {
            "=": lambda row: _same(row.get(field), value),
            "!=": lambda row: not _same(row.get(field), value),
            ">": lambda row: _order(row.get(field)) > _order(value),
            ">=": lambda row: _order(row.get(field)) >= _order(value),
        }
        return tests[way]

    def _value(self) -> str:
        part: str = self._next()
        if part.startswith("'"):
            unescape = {"n": "\n", "r": "\r"}
            return re.sub(r"\\(.)", lambda m: unescape.get(m[1], m[1]), part[1:-1])
        return part


def _same(held: Any, value: str) -> bool:
    if isinstance(held, bool):
        return str(held).lower() == value
    return str(held if held is not None else "").casefold() == value.casefold()


def _order(value: Any) -> str:
    return str(value or "").replace("+0000", "").rstrip("Z")
