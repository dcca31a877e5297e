"""The generator of the world: companies, their people, conversions and the team's work.

The unit is a *block*, one company with its people, made from its own dice. Blocks are made one by
one while the records are read, so that a large world is never in memory at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sdrdesk.sandbox.account.records import Link, Record, World
from sdrdesk.sandbox.world import account, hostile
from sdrdesk.sandbox.world.clock import DAY, HOUR, MINUTE, in_office, iso
from sdrdesk.sandbox.world.dice import Dice, Table
from sdrdesk.sandbox.world.history import contacts, conversions, engagements
from sdrdesk.sandbox.world.history.activity import LAST_WORDS, Touch, call_person, promised_call
from sdrdesk.sandbox.world.history.conversions import Conversion
from sdrdesk.sandbox.world.history.engagements import Ids, LinkLog, PersonContext
from sdrdesk.sandbox.world.history.required_leads import draw_required_leads
from sdrdesk.sandbox.world.people import companies
from sdrdesk.sandbox.world.people.companies import Company
from sdrdesk.sandbox.world.people.person import Person, draw_person, duplicate_of, ensure_number
from sdrdesk.sandbox.world.people.places import COUNTRIES, City, draw_city

_BLOCK_SIZES = Table([(1, 45.0), (2, 25.0), (3, 16.0), (4, 9.0), (5, 3.5), (7, 1.5)])
WITHOUT_COMPANY = 0.07
"""Share of one-person blocks without a company (about 2 % of all contacts)."""
DUPLICATES = 0.05
"""Probability that another person of a company is a duplicate (about 3 % of all)."""
TEAM_CAPACITY = 15_000
"""Leads that the team can work in 30 days; others in larger worlds are untouched."""
EXTRAS_OF = 10_000
"""Number of leads with form submissions and list memberships; a sample in larger worlds."""


@dataclass(slots=True)
class Block:
    """One company with its people and all their records."""

    company: Record | None
    contacts: list[Record] = field(default_factory=list)
    histories: list[list[Conversion]] = field(default_factory=list)
    engagements: list[Record] = field(default_factory=list)
    is_first: bool = False
    """True if one of them is at the top of the queue."""

    def records(self) -> Iterator[Record]:
        """Return all records, referenced ones first."""
        if self.company is not None:
            yield self.company
        yield from self.contacts
        yield from self.engagements


class Generator:
    """Makes the blocks of one world, the same each time."""

    def __init__(self, seed: int, leads: int, now_ms: int, hostile_percent: float) -> None:
        self._seed = seed
        self._leads = leads
        self._now_ms = now_ms
        self._hostile = hostile_percent / 100
        self._plan = draw_required_leads(seed, leads)
        self._pace = min(1.0, TEAM_CAPACITY / max(1, leads))

    def blocks(self, links: LinkLog) -> Iterator[Block]:
        """Yield all blocks in order and add their associations to the log."""
        ids = Ids()
        index = made = 0
        taken: set[str] = set()
        while made < self._leads:
            dice = Dice(self._seed, "block", index)
            size = min(_BLOCK_SIZES.draw(dice), self._leads - made)
            yield self._block(dice, index, range(made, made + size), ids, links, taken)
            taken.clear()  # addresses of a company are unique by domain, others by number
            made += size
            index += 1

    def _block(
        self,
        dice: Dice,
        index: int,
        ordinals: range,
        ids: Ids,
        links: LinkLog,
        taken: set[str],
    ) -> Block:
        planned = self._plan.is_planned(ordinals)
        city, known = self._place(dice, index, planned)
        owner = account.OWNER_OF_LEAD.draw(dice)
        if planned and dice.chance(0.75):
            owner = account.RITA
        company = None
        if len(ordinals) > 1 or not dice.chance(WITHOUT_COMPANY):
            id_ = self._id(dice, ids, "companies")
            company = companies.draw_company(dice, id_, index, city, known)
        block = Block(None)
        people: list[Person] = []
        for ordinal in ordinals:
            id_ = self._id(dice, ids, "contacts")
            if people and dice.chance(DUPLICATES):
                person = duplicate_of(dice, id_, people[-1], taken)
            else:
                person = draw_person(dice, id_, city, company, taken, ordinal)
            people.append(person)
            self._live(PersonContext(dice, ids, links, self._now_ms), block, person, ordinal, owner)
        if company is not None:
            block.company = self._company_record(dice, company, block, owner)
        return block

    def _id(self, dice: Dice, ids: Ids, type_: str) -> str:
        id_ = ids.take(type_)
        if dice.chance(self._hostile * 0.25):
            return str(hostile.BIG_ID + int(id_))
        return id_

    def _place(
        self, dice: Dice, index: int, planned: bool
    ) -> tuple[City, tuple[str, str, str] | None]:
        """Return the city and, if hand-written, the company of a block.

        Planned leads are, if possible, in a place with office hours now, so that a rep who opens
        the demo finds someone to call.
        """
        known = companies.known_firm(self._seed, index)
        city = dice.pick(COUNTRIES[known[0]].cities) if known else draw_city(dice)
        if not planned:
            return city, known
        for _ in range(6):
            if in_office(self._now_ms, city.zone):
                break
            city, known = draw_city(dice), None
        return city, known

    def _live(
        self, context: PersonContext, block: Block, person: Person, ordinal: int, owner: str | None
    ) -> None:
        """Give one person a history and add the records to the block."""
        dice, now_ms = context.dice, self._now_ms
        fresh = self._plan.fresh.get(ordinal)
        language = COUNTRIES[person.city.country].language
        history = conversions.draw_history(dice, now_ms, fresh, language)
        if ordinal in self._plan.callbacks:
            ensure_number(dice, person)
            history = _before(history, now_ms - 4 * HOUR) if history else history
        touches = call_person(dice, person, history, owner, now_ms, self._pace)
        touches = self._keep_plan(dice, ordinal, history, touches, owner)
        properties = person.properties
        properties.update(conversions.properties(dice, history))
        properties.update(contacts.state(dice, history, touches, owner, now_ms))
        is_first = self._comes_first(ordinal, history, touches)
        if dice.chance(self._hostile) and not is_first:
            hostile.spoil_contact(dice, properties)
        created = contacts.created_ms(dice, history, now_ms)
        updated = contacts.updated_ms(created, history, touches, now_ms)
        block.contacts.append(Record("contacts", person.id, properties, created, updated))
        block.histories.append(history)
        if person.company is not None:
            for type_id in (engagements.PRIMARY_COMPANY, engagements.ANY_COMPANY):
                context.links.add("contacts", person.id, type_id, person.company.id)
        block.is_first |= is_first
        self._engage(context, block, person, touches, owner, is_first)

    def _comes_first(self, ordinal: int, history: list[Conversion], touches: list[Touch]) -> bool:
        """Return whether a rep sees this lead at the top of the queue: its text is harmless.

        The first impression of a demo is a person, and hostile text is met a little later; a world
        asked to be hostile throughout is.
        """
        if self._hostile >= 1:
            return False
        soon = self._now_ms + HOUR
        promised = any(t.due_ms is not None and not t.kept and t.due_ms <= soon for t in touches)
        is_fresh = bool(history) and self._now_ms - history[-1].at_ms <= HOUR
        return promised or is_fresh or self._plan.is_planned([ordinal])

    def _keep_plan(
        self,
        dice: Dice,
        ordinal: int,
        history: list[Conversion],
        touches: list[Touch],
        owner: str | None,
    ) -> list[Touch]:
        plan = self._plan.callbacks.get(ordinal)
        if plan is None:
            return touches
        since = history[-1].at_ms if history else self._now_ms - DAY
        promised = promised_call(dice, owner or account.RITA, plan, self._now_ms, since)
        if promised is None:
            return touches
        before = [
            t
            for t in touches
            if t.at_ms < promised.at_ms - MINUTE
            and t.outcome not in LAST_WORDS
            and (t.due_ms is None or t.kept)
        ]
        return [*before, promised]

    def _engage(
        self,
        context: PersonContext,
        block: Block,
        person: Person,
        touches: list[Touch],
        owner: str | None,
        is_first: bool,
    ) -> None:
        dice, found = context.dice, block.engagements
        first = len(found)
        for touch in touches:
            found.append(engagements.call_record(context, person, touch))
            if touch.due_ms is not None:
                found.append(engagements.callback_task(context, person, touch))
            if touch.outcome == "meeting_set":
                found.append(engagements.meeting_record(context, person, touch))
            if touch.outcome in ("qualified", "meeting_set") or dice.chance(0.04):
                found.append(
                    engagements.note_record(context, person, touch.logged_ms + MINUTE, touch.owner)
                )
        if owner is not None and dice.chance(0.03 * self._pace):
            found.append(engagements.other_task(context, person, owner))
        for record in found[first:]:
            if dice.chance(self._hostile) and not is_first:
                hostile.spoil_engagement(dice, record.type, record.properties)

    def _company_record(
        self, dice: Dice, company: Company, block: Block, owner: str | None
    ) -> Record:
        properties = companies.properties(dice, company)
        properties["num_associated_contacts"] = str(len(block.contacts))
        if owner is not None:
            properties["hubspot_owner_id"] = owner
        latest = max((h[-1] for h in block.histories if h), key=lambda c: c.at_ms, default=None)
        if latest is not None:
            properties["recent_conversion_date"] = iso(latest.at_ms)
            properties["recent_conversion_event_name"] = latest.event_name
        if dice.chance(self._hostile) and not block.is_first:
            hostile.spoil_company(dice, properties)
        created = min(contact.created_ms for contact in block.contacts)
        updated = max(contact.updated_ms for contact in block.contacts)
        return Record("companies", company.id, properties, created, updated)


def _before(history: list[Conversion], latest_ms: int) -> list[Conversion]:
    """Return a history moved back so that its last conversion is not after a time."""
    shift = max(0, history[-1].at_ms - latest_ms)
    return [
        Conversion(c.at_ms - shift, c.form, c.title, c.path, c.event_name, c.message)
        for c in history
    ]


class _Stream:
    """Records made while they are read, and their links."""

    def __init__(self, generator: Generator) -> None:
        self._generator = generator
        self._links: LinkLog | None = None

    def __iter__(self) -> Iterator[Record]:
        links = LinkLog()
        for block in self._generator.blocks(links):
            yield from block.records()
        self._links = links

    def links(self) -> Iterator[Link]:
        """Return the associations; make them again unless all records were read."""
        links = self._links
        if links is None:
            links = LinkLog()
            for _ in self._generator.blocks(links):
                pass
        return iter(links)


class _Links:
    """The associations of a stream, which can be read repeatedly."""

    def __init__(self, stream: _Stream) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[Link]:
        return self._stream.links()


@dataclass(slots=True)
class _Extras:
    """Submissions, newest first, and list members."""

    submissions: list[dict[str, object]]
    members: dict[str, list[str]]
    """Contact ids by list id."""


def _extras(generator: Generator) -> _Extras:
    found: list[tuple[int, dict[str, object]]] = []
    members: dict[str, list[str]] = {id_: [] for id_ in account.LIST_IDS}
    leads = 0
    for block in generator.blocks(LinkLog()):
        for contact, history in zip(block.contacts, block.histories, strict=True):
            found.extend((c.at_ms, conversions.submission(contact.properties, c)) for c in history)
            for id_ in account.lists_of(contact.properties):
                members[id_].append(contact.id)
        leads += len(block.contacts)
        if leads >= EXTRAS_OF:
            break
    found.sort(key=lambda item: -item[0])
    return _Extras([item for _, item in found], members)


def generate(
    seed: int,
    leads: int,
    now_ms: int,
    hostile_percent: float = 2.0,
    renamed_outcomes: Mapping[str, str] | None = None,
) -> World:
    """Return an account with ``leads`` contacts; equal arguments give equal bytes.

    Args:
      seed: any integer; each seed is another world.
      leads: number of contacts, at least 0.
      now_ms: the time of the world, milliseconds since the epoch, UTC; only open tasks and
          meetings are later.
      hostile_percent: share of contacts, companies and engagements with hostile text, 0 to 100.
      renamed_outcomes: new label by default label of renamed call outcomes, for example
          ``{"No answer": "Not home"}``; ``None`` keeps the default labels.

    Returns:
      The world; ``records`` and ``links`` are made while they are read and can be read again.

    Raises:
      ValueError: a negative number of leads or a share outside 0 to 100.
    """
    if leads < 0 or not 0 <= hostile_percent <= 100:
        raise ValueError("leads must not be negative and hostile_percent must be from 0 to 100")
    generator = Generator(seed, leads, now_ms, hostile_percent)
    stream = _Stream(generator)
    extras = _extras(generator)
    return World(
        account=account.account_info(now_ms, seed),
        owners=account.owners(now_ms),
        default_owner_email=account.DEFAULT_OWNER_EMAIL,
        property_changes=account.property_changes(renamed_outcomes),
        forms=account.forms(now_ms),
        submissions=extras.submissions,
        lists=account.lists(now_ms, extras.members),
        records=stream,
        links=_Links(stream),
    )
