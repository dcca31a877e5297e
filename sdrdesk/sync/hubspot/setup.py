"""Inspection and setup of a HubSpot account: fields, scopes, and sdrdesk's key property."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Final, NamedTuple

from sdrdesk.clock import Clock, iso
from sdrdesk.domain.crm.records import (
    ACTIVITY_KINDS,
    ActivityKindName,
    OptionField,
    RemoteKind,
    RemoteOption,
)
from sdrdesk.domain.errors import CredentialsError, SdrDeskError
from sdrdesk.domain.text.plain_text import one_line
from sdrdesk.sync.errors import Conflicting, Gone, MissingScope, Refused
from sdrdesk.sync.field_use import FieldUse
from sdrdesk.sync.hubspot.activity_mapping import BODY, FACTS_PROPERTY, KEY_PROPERTY, WITH_FACTS
from sdrdesk.sync.hubspot.identity import IdentityCalls
from sdrdesk.sync.hubspot.mark_field import options_problem
from sdrdesk.sync.hubspot.own_names import STANDARD_FIELDS
from sdrdesk.sync.hubspot.payloads import (
    Batch,
    ListsFound,
    PropertyDefinition,
    PropertyDefinitions,
    Record,
    Records,
    parse,
)
from sdrdesk.sync.hubspot.pull_pages import PullCalls
from sdrdesk.sync.port import STATUSES, KeyMode, KeyStep, LeadField, Survey

NEEDED_SCOPES: Final = (
    "crm.objects.contacts.read",
    "crm.objects.contacts.write",
    "crm.objects.companies.read",
    "crm.objects.owners.read",
    "crm.schemas.contacts.read",
)
"""Calls, tasks, notes and meetings are covered by the scopes of contacts."""

_REQUIRED: Final[dict[ActivityKindName, dict[str, str]]] = {
    "email": {"hs_email_direction": "EMAIL"},
    "message": {
        "hs_communication_channel_type": "SMS",
        "hs_communication_logged_from": "CRM",
    },
}
"""Values that HubSpot asks for in a new record besides its time."""

_GROUP: Final = {"name": "sdrdesk", "label": "sdrdesk", "displayOrder": -1}

_LOOKS_LIKE_DO_NOT_CALL: Final = re.compile(
    r"do[ _-]*n[o']t[ _-]*(call|contact|phone|ring)|\bdnc\b|_dnc|dnc_|(\b|_)no[ _-]*call"
    r"|(call|phone)[ _-]*opt[ _-]*out|opt[ _-]*out[ _-]*(of[ _-]*)?(call|phone)"
    r"|nicht[ _-]*(an)?rufen|anruf(e|en)?[ _-]*verboten|kontaktsperre|ne[ _-]*pas[ _-]*appeler"
    r"|(an)?ruf[ _-]*sperre|telefon[ _-]*(sperre|verbot)|werbe[ _-]*sperre|keine?[ _-]*(an)?rufe?"
    r"|nicht[ _-]*(mehr[ _-]*)?(kontaktieren|telefonieren)|robinson"
    r"|ne[ _-]*(pas|plus)[ _-]*(contacter|t[eé]l[eé]phoner)|bloctel|opposition[ _-]*t[eé]l"
    r"|no[ _-]*(llamar|contactar|molestar)|n[aã]o[ _-]*(ligar|contactar|perturbe)"
    r"|non[ _-]*(chiamare|contattare)|registro[ _-]*(delle[ _-]*)?opposizioni"
    r"|niet[ _-]*(bellen|contacteren)|bel[ _-]*me[ _-]*niet|nix[ _-]*telefon"
    r"|(ring|kontakta)[ _-]*(inte|ikke|ej)|nie[ _-]*(dzwoni[cć]|kontaktowa[cć])"
    r"|nevolat|ne[ _-]*hívj|[aä]l[aä][ _-]*soita|nu[ _-]*suna"
    # Registers of the United Kingdom, and marks in Japanese.
    r"|(\b|_)c?tps(\b|_)|(tele)?phone[ _-]*preference[ _-]*service"
    r"|(架電|電話|連絡)[ _-]*(禁止|不可|拒否|ng)",
    re.IGNORECASE,
)
_NO_MARK: Final = frozenset(("date", "datetime", "number", "phone_number", "json", "object"))
"""Types of property that cannot mean "do not call"."""


_OPTION_WORDS: Final[dict[OptionField, str]] = {
    "status": STATUSES,
    "lifecycle": "lifecycle stages",
    "outcome": "call outcomes",
    "persona": "personas",
}
_LOOKS_LIKE_NUMBER: Final = re.compile(
    r"phone|tel(efon|éfono|efoon|efono|\b|_)|mobil|m[oó]vil|handy|cell|durchwahl|rufnummer"
    r"|whats ?app|電話|携帯"
    r"|(direct|office|work|home|private|business|main)[ _-]*(dial|line|number)",
    re.IGNORECASE,
)
_READ_NUMBERS: Final = frozenset(("phone", "mobilephone", "fax"))


_MOST_LISTS, _LISTS_AT_ONCE = 2_000, 200
_LATEST: Final = 100
"""Leads whose fields are counted."""
_COMPANY_OF: Final = "associatedcompanyid"


_KINDS: Final = {
    "number": "number",
    "date": "date",
    "datetime": "date",
    "enumeration": "choice",
    "bool": "yes/no",
}


class _Unread:
    """Parts that a survey could not read."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}
        self.scopes: list[str] = []

    def note(self, what: str, error: MissingScope) -> None:
        """Note a refusal, and the scope it names."""
        self.words[what] = error.what
        if error.scope:
            self.scopes.append(error.scope)


class SetupCalls(IdentityCalls, PullCalls):
    """The setup part of the client."""

    _clock: Clock

    def survey(self) -> Survey:
        """Return options, do-not-call fields, key modes and missing scopes."""
        scopes = self.whoami().scopes
        unread = _Unread()
        definitions = self._lead_definitions(unread)
        fields = tuple(_field(d) for d in definitions.values() if _can_be_chosen(d))
        likely = [f for f in fields if _LOOKS_LIKE_DO_NOT_CALL.search(f"{f.name} {f.label}")]
        likely.sort(key=lambda field: (not field.is_boolean, not field.options, field.name))
        options = self._readable_options(unread)
        lists = self._lists(unread)
        lacking = [s for s in NEEDED_SCOPES if scopes is not None and s not in scopes]
        return Survey(
            options=options,
            do_not_call_fields=tuple(likely),
            lead_fields=fields,
            do_not_call_problem=self._do_not_call_problem(definitions) if definitions else "",
            key_modes={kind: self._key_mode(kind) for kind in ACTIVITY_KINDS},
            missing_scopes=tuple(dict.fromkeys((*lacking, *unread.scopes))),
            number_fields=tuple(_field(d) for d in definitions.values() if _is_other_number(d)),
            lists=None if lists is None else tuple(lists),
            list_ids=lists or {},
            not_read=unread.words,
            properties=self._every_field(definitions, unread),
        )

    standard_fields = STANDARD_FIELDS

    def field_use(self, lead_ids: Sequence[str]) -> tuple[FieldUse, ...]:
        """Return every property of contacts, the most often filled first.

        Without ids the latest contacts are counted.

        Raises:
            MissingScope: the token may not read properties.
        """
        return self._use("lead", lead_ids or [record.id for record in self._latest_leads()])

    def company_field_use(self) -> tuple[FieldUse, ...]:
        """Return every property of companies, ``company:NAME``, as filled for the latest leads.

        Raises:
            MissingScope: the token may not read properties of companies.
        """
        latest = self._latest_leads()
        ids = {(record.properties.get(_COMPANY_OF) or "").strip() for record in latest}
        return self._use("company", sorted(ids - {""}), "company:")

    def _use(self, kind: RemoteKind, ids: Sequence[str], prefix: str = "") -> tuple[FieldUse, ...]:
        answer = self._http.get(self._paths.properties(kind))
        found = [d for d in parse(PropertyDefinitions, answer).results if not d.archived]
        records = self._batch(kind, ids, [d.name for d in found]).results if ids else ()
        uses = [
            FieldUse(
                name=prefix + d.name,
                label=one_line(d.label, limit=60),
                kind=_KINDS.get(d.type, "text"),
                filled=sum(1 for r in records if (r.properties.get(d.name) or "").strip()),
                of=len(records),
            )
            for d in found
        ]
        return tuple(sorted(uses, key=lambda use: (-use.filled, use.name)))

    def _latest_leads(self) -> Sequence[Record]:
        body = {
            "filterGroups": [],
            "sorts": [{"propertyName": "createdate", "direction": "DESCENDING"}],
            "properties": [_COMPANY_OF],
            "limit": _LATEST,
        }
        answer = self._http.read(self._paths.search("lead"), body, search=True)
        return parse(Records, answer).results

    def _lead_definitions(self, unread: _Unread) -> dict[str, PropertyDefinition]:
        try:
            answer = self._http.get(self._paths.properties("lead"))
        except MissingScope as error:
            unread.note("fields of contacts", error)
            return {}
        return {d.name: d for d in parse(PropertyDefinitions, answer).results if not d.archived}

    def _every_field(
        self, of_leads: dict[str, PropertyDefinition], unread: _Unread
    ) -> dict[str, tuple[LeadField, ...]]:
        """Return every field of contacts and companies; only some teams need the latter."""
        found = {"lead": tuple(map(_named, of_leads.values()))} if of_leads else {}
        try:
            answer = self._http.get(self._paths.properties("company"))
        except MissingScope as error:
            unread.words["fields of companies"] = error.what
            return found
        of_companies = parse(PropertyDefinitions, answer).results
        return {**found, "company": tuple(_named(d) for d in of_companies if not d.archived)}

    def _readable_options(self, unread: _Unread) -> tuple[RemoteOption, ...]:
        found: list[RemoteOption] = []
        for name, words in _OPTION_WORDS.items():
            try:
                found += self.options([name])
            except MissingScope as error:
                unread.note(words, error)
        return tuple(found)

    def _lists(self, unread: _Unread) -> dict[str, str] | None:
        """Return name and id of the static lists; only teams that use one need the scope."""
        names: dict[str, str] = {}
        try:
            for page in range(_MOST_LISTS // _LISTS_AT_ONCE):
                body = {
                    "processingTypes": ["MANUAL", "SNAPSHOT"],
                    "objectTypeId": "0-1",
                    "count": _LISTS_AT_ONCE,
                    "offset": page * _LISTS_AT_ONCE,
                    "listIds": [],
                    "additionalProperties": [],
                }
                found = parse(ListsFound, self._http.read(self._paths.lists("/search"), body)).lists
                names |= {one_line(one.name): one.list_id for one in found}
                if len(found) < _LISTS_AT_ONCE:
                    break
        except (MissingScope, Refused) as error:
            unread.words["static lists"] = error.what
            return None
        return names

    def create_key_field(self, *, dry_run: bool) -> tuple[KeyStep, ...]:
        """Create the properties ``sdrdesk_key`` and ``sdrdesk_facts`` where they are missing."""
        steps = []
        for kind in ACTIVITY_KINDS:
            if self._own_definition(kind) is None:
                what = f'make the hidden, unique property "{KEY_PROPERTY}" on {kind}s'
                steps.append(
                    KeyStep(kind, what, done=False)
                    if dry_run
                    else self._make_property(kind, what, _KEY)
                )
            if kind in WITH_FACTS and self._own_definition(kind, FACTS_PROPERTY) is None:
                what = f'make the hidden property "{FACTS_PROPERTY}" on {kind}s'
                steps.append(
                    KeyStep(kind, what, done=False)
                    if dry_run
                    else self._make_property(kind, what, _FACTS)
                )
        return tuple(steps)

    def probe(self, kind: ActivityKindName) -> KeyMode:
        """Write one record twice by its key, check that it is one, and archive it."""
        mode = self._key_mode(kind)
        if mode is not KeyMode.UPSERT:
            return mode
        key = f"probe-{uuid.uuid4()}"
        made: list[str] = []
        new: list[bool | None] = []
        try:
            for _ in range(2):
                batch = self._probe_once(kind, key)
                made += [r.id for r in batch.results]
                new += [r.new for r in batch.results]
        except Refused:
            return KeyMode.FIELD
        finally:
            self._archive(kind, made)
        same = len(made) == 2 and made[0] == made[1]
        return KeyMode.UPSERT if same and new[1] is not True else KeyMode.FIELD

    def _do_not_call_problem(self, definitions: dict[str, PropertyDefinition]) -> str:
        chosen = self._do_not_call
        if chosen is None:
            return ""
        definition = definitions.get(chosen.name)
        if definition is None:
            return f'the account has no contact property "{chosen.name}"'
        return options_problem(chosen, definition)

    def _own_definition(
        self, kind: ActivityKindName, name: str = KEY_PROPERTY
    ) -> PropertyDefinition | None:
        try:
            answer = self._http.get(self._paths.properties(kind, f"/{name}"))
        except (Gone, MissingScope):
            return None
        found = parse(PropertyDefinition, answer)
        return None if found.archived else found

    def _key_mode(self, kind: ActivityKindName) -> KeyMode:
        definition = self._own_definition(kind)
        if definition is None:
            return KeyMode.MARKER
        return KeyMode.UPSERT if definition.has_unique_value else KeyMode.FIELD

    def _make_property(self, kind: ActivityKindName, what: str, own: _Own) -> KeyStep:
        try:
            self._post_quietly(self._paths.properties(kind, "/groups"), _GROUP)
            try:
                self._post_quietly(self._paths.properties(kind), _definition(own, own.unique))
            except Refused:
                if not own.unique:
                    raise
                # No unique property possible here; a plain one can still be searched.
                self._post_quietly(self._paths.properties(kind), _definition(own, unique=False))
        except CredentialsError as error:
            scope = error.scope if isinstance(error, MissingScope) else ""
            return KeyStep(kind, what, done=False, problem=f"not allowed: {scope or error.what}")
        except SdrDeskError as error:
            return KeyStep(kind, what, done=False, problem=error.what)
        made = self._own_definition(kind, own.name)
        if made is None:
            return KeyStep(kind, what, done=False, problem="it cannot be read back")
        plain = "made, but the account does not keep it unique"
        if made.has_unique_value or not own.unique:
            plain = ""
        return KeyStep(kind, what, done=True, problem=plain)

    def _post_quietly(self, path: str, body: object) -> None:
        """POST something that may exist already."""
        try:
            self._http.write("POST", path, body)
        except Conflicting:
            return

    def _probe_once(self, kind: ActivityKindName, key: str) -> Batch:
        properties = {
            **_REQUIRED.get(kind, {}),
            "hs_timestamp": iso(self._clock()),
            BODY[kind]: "<p>sdrdesk setup checks this account; removed at once.</p>",
            KEY_PROPERTY: key,
        }
        one = {"id": key, "idProperty": KEY_PROPERTY, "properties": properties}
        path = self._paths.batch(kind, "upsert")
        return parse(Batch, self._http.write("POST", path, {"inputs": [one]}))

    def _archive(self, kind: ActivityKindName, ids: list[str]) -> None:
        if ids:
            inputs = [{"id": i} for i in dict.fromkeys(ids)]
            path = self._paths.batch(kind, "archive")
            self._http.send("POST", path, body={"inputs": inputs}, repeatable=True, bodiless=True)


def _is_other_number(definition: PropertyDefinition) -> bool:
    """Return whether a property may hold numbers to dial, besides the two that are read."""
    name = definition.name
    if definition.archived or definition.calculated or name in _READ_NUMBERS:
        return False
    if name.startswith(("hs_", "ip_")) or _LOOKS_LIKE_DO_NOT_CALL.search(
        f"{name} {definition.label}"
    ):
        return False
    texts = definition.type == "string" and not definition.options
    return (
        definition.type == "phone_number"
        or definition.field_type == "phonenumber"
        or (texts and bool(_LOOKS_LIKE_NUMBER.search(f"{name} {definition.label}")))
    )


def _can_be_chosen(definition: PropertyDefinition) -> bool:
    return (
        not definition.archived
        and not definition.calculated
        and not definition.read_only
        and definition.type not in _NO_MARK
    )


def _field(definition: PropertyDefinition) -> LeadField:
    values = {option.value.casefold() for option in definition.options}
    boolean = definition.type == "bool" or values == {"true", "false"}
    options = tuple(
        (o.value, one_line(o.label) or o.value) for o in definition.options if not o.hidden
    )
    label = one_line(definition.label) or definition.name
    return LeadField(definition.name, label, boolean, () if boolean else options)


def _named(definition: PropertyDefinition) -> LeadField:
    label = one_line(definition.label, limit=60) or definition.name
    return LeadField(definition.name, label, kind=_KINDS.get(definition.type, "text"))


class _Own(NamedTuple):
    """A property of sdrdesk's."""

    name: str
    label: str
    description: str
    unique: bool = False


_KEY = _Own(
    KEY_PROPERTY,
    "sdrdesk key",
    "Set by sdrdesk. One value per logged activity. Do not edit.",
    unique=True,
)
_FACTS = _Own(
    FACTS_PROPERTY,
    "sdrdesk facts",
    "Set by sdrdesk: outcome, reason and script, for the team's reports. Do not edit.",
)


def _definition(own: _Own, unique: bool) -> dict[str, object]:
    return {
        "name": own.name,
        "label": own.label,
        "type": "string",
        "fieldType": "text",
        "groupName": "sdrdesk",
        "hasUniqueValue": unique,
        "hidden": True,
        "formField": False,
        "description": own.description,
    }
