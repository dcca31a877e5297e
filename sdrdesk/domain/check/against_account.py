"""Compare the names in the rules with those of the account."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from sdrdesk.domain.check.account import AccountField, AccountOption, AccountView
from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.domain.check.mentions import Kind, Mention
from sdrdesk.domain.config.reader import nearest
from sdrdesk.domain.crm.crm_name import CRM_NAME
from sdrdesk.domain.outcome.types import DEFAULT_STAGES

_WORDS: Final[dict[Kind, str]] = {
    "status": "lead status",
    "lifecycle": "lifecycle stage",
    "outcome": "call outcome",
    "persona": "persona",
    "list": "static list",
    "owner": "owner",
    "property": "property",
}
_BY_LABEL: Final = ("outcome", "persona")
"""Kinds that rules name by label; the others by value."""
NUMBERS: Final = ("phone", "mobilephone")
"""Fields that numbers are read from when ``crm.toml`` names none."""
_LISTED: Final = 12
"""Most names listed in one message."""
_BELOW: Final = ' (a new file begins with extends = "shipped")'
_NOT_WORDS: Final = re.compile(r"[\W_]+")


def names_not_there(mentions: Iterable[Mention], account: AccountView) -> Iterator[Finding]:
    """Yield each name of the rules that the account does not have, with what it has."""
    for mention in mentions:
        if renamed := _renamed(mention, account):
            yield renamed
        elif mention.kind in ("list", "owner"):
            yield from _not_listed(mention, account)
        elif mention.kind != "property" and account.known(mention.kind):
            if options := account.options[mention.kind]:
                yield from _not_an_option(mention, options)
            else:
                yield _no_options(mention)


def _renamed(mention: Mention, account: AccountView) -> Finding | None:
    """Return the finding about a name that an admin has changed since, ``None`` for no such."""
    kind, value, place = mention
    now = account.renamed.get(kind, {}).get(value.strip().casefold())
    if now is None:
        return None
    by_id = kind != "persona"
    goes_on = "it is found by its id" if by_id else "rules with the old name fit no lead"
    said = f'the {_WORDS[kind]} "{value}" is called "{now}" at the account now; {goes_on}'
    line = f'{place.key[-1]} = "{now}"' if by_id and place.key else f'"{now}"'
    return Finding("warning", (kind, value), said, (place,), f"Write {line}")


def _no_options(mention: Mention) -> Finding:
    what = _WORDS[mention.kind]
    return Finding(
        "error",
        ("no options", mention.kind),
        f"the account's field of the {what} has no options, so every change of it will be refused",
        (mention.place,),
        f"Name the field that has them in crm.toml: [fields] {mention.kind} = …, or add the "
        "options at the CRM",
    )


def _not_an_option(mention: Mention, options: Sequence[AccountOption]) -> Iterator[Finding]:
    kind, value, place = mention
    by_label = kind in _BY_LABEL
    shown = [option for option in options if not option.hidden]
    names = [option.label if by_label else option.value for option in shown]
    if value in names or (kind == "persona" and _plain(value) in map(_plain, names)):
        return
    what = _WORDS[kind]
    hidden = [o for o in options if o.hidden and value in (o.label if by_label else o.value,)]
    if hidden:
        said = f'{what} "{value}" is hidden at the account: leads may have it, nobody can choose it'
        yield Finding("warning", (kind, value), said, (place,), _has(names, value))
        return
    meant = [o for o in shown if _plain(value) in (_plain(o.value), _plain(o.label))]
    if meant:
        right = meant[0].label if by_label else meant[0].value
        other = "value" if by_label else "label"
        is_other = value == (meant[0].value if by_label else meant[0].label)
        said = (
            f'"{value}" is the {other} of {right}, and {"labels are" if by_label else "values are"}'
            " asked for here"
            if is_other
            else f'the account writes the {what} "{value}" as {right}'
        )
        yield Finding("error", (kind, value), said, (place,), f'Write "{right}"')
        return
    said = f'the account has no {what} "{value}"'
    yield Finding("error", (kind, value), said, (place,), _has(names, value))


def _not_listed(mention: Mention, account: AccountView) -> Iterator[Finding]:
    kind, value = mention.kind, mention.value
    if kind == "list":
        known = account.lists
        there = known is None or value.strip().casefold() in {n.strip().casefold() for n in known}
        names = list(known or ())
    else:
        owners = account.owners
        present = [owner for owner in owners or () if not owner.archived]
        names = [owner.email or owner.owner_id for owner in present]
        wanted = value.strip().casefold()
        there = owners is None or any(
            wanted in (owner.owner_id, owner.email.casefold()) for owner in present
        )
        gone = [
            o for o in owners or () if o.archived and wanted in (o.owner_id, o.email.casefold())
        ]
        if gone and not there:
            said = f'owner "{value}" has left the account'
            yield Finding("warning", (kind, value), said, (mention.place,), _has(names, value))
            return
    if not there:
        said = f'the account has no {_WORDS[kind]} "{value}"'
        yield Finding("error", (kind, value), said, (mention.place,), _has(names, value))


def _has(names: Sequence[str], wanted: str) -> str:
    """Return the likely name to write, and what the account has."""
    if not names:
        return "The account has none"
    near = nearest(wanted, names)
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    listed = f"It has: {', '.join(names[:_LISTED])}{more}"
    return f'Write "{near}"? {listed}' if near else listed


def with_own_line(finding: Finding) -> Finding:
    """Return a finding about a name in a shipped file with the line to write in one's own."""
    place = finding.places[0]
    names = [key for key in place.key if not key.isdecimal()]
    if finding.fact[0] not in _WORDS or len(names) < 2:
        return finding
    *table, name = names
    line = f"Write in {place.file}{_BELOW}: [{'.'.join(table)}] {name} = …"
    return finding._replace(fix=f"{finding.fix}. {line}" if finding.fix else line)


def _plain(text: str) -> str:
    return _NOT_WORDS.sub(" ", text.casefold()).strip()


def unmentioned(
    mentions: Iterable[Mention], account: AccountView, qualified_stage: str
) -> Iterator[Finding]:
    """Yield the statuses and stages of the account that no rule names.

    Leads in them stay in the queue. A stage before the one of qualified leads is where that is
    probably right, so it is a note only; stages that every account has are known anyway.
    """
    named: dict[str, set[str]] = {"status": set(), "lifecycle": set(DEFAULT_STAGES)}
    for mention in mentions:
        named.setdefault(mention.kind, set()).add(mention.value)
    named["lifecycle"].add(qualified_stage)
    counts = account.leads.by_value if account.leads else {}
    for kind in ("status", "lifecycle"):
        options = [o for o in account.options.get(kind, ()) if not o.hidden]
        values = [option.value for option in options]
        handed_over = values.index(qualified_stage) if qualified_stage in values else len(values)
        for at, option in enumerate(options):
            # Naming it by its label is a mistake that is reported already.
            if {option.value, option.label} & named[kind]:
                continue
            count = counts.get(kind, {}).get(option.value, 0)
            before = kind == "lifecycle" and at < handed_over
            yield _unmentioned(kind, option, count, before=before)


def _unmentioned(kind: Kind, option: AccountOption, count: int, *, before: bool) -> Finding:
    where = (
        f'[lifecycle] past = [..., "{option.value}"]'
        if kind == "lifecycle"
        else f'[status] closed or until_conversion = [..., "{option.value}"], or a lead_status of '
        "dispositions.toml"
    )
    leads = f" ({count} on this machine)" if count else ""
    label = f" ({option.label})" if option.label not in ("", option.value) else ""
    return Finding(
        "note" if before else "warning",
        ("unmentioned", kind, option.value),
        f'no rule names the {_WORDS[kind]} "{option.value}"{label}: its leads{leads} stay in the '
        "queue",
        (),
        f"If that is wrong, write in rules.toml{_BELOW}: {where}",
    )


def of_leads(
    account: AccountView,
    *,
    unassigned: bool,
    owners: str,
    numbers: Sequence[str] = NUMBERS,
) -> Iterator[Finding]:
    """Yield what the leads themselves show: no owner, no number, a persona that is no option.

    Args:
        account: the account.
        unassigned: whether leads without an owner are in the queue.
        owners: ``[queue] owners`` of the settings.
        numbers: fields that numbers are read from.
    """
    leads = account.leads
    if leads is None or not leads.total:
        return
    if leads.unowned * 5 >= leads.total and not unassigned and owners == "mine":
        yield Finding(
            "warning",
            ("unowned",),
            f"{leads.unowned} of {leads.total} leads have no owner, and nobody calls them",
            (),
            "Write unassigned = true under [owner] in rules.toml (a new file begins with "
            'extends = "shipped"); or give them owners at the CRM',
        )
    fields = [one for one in account.number_fields or () if one.name not in numbers]
    if leads.without_number * 5 >= leads.total and fields:
        named = ", ".join(f"{one.name} ({one.label})" for one in fields[:_LISTED])
        order = ", ".join(f'"{name}"' for name in (*numbers, fields[0].name))
        yield Finding(
            "warning",
            ("numbers",),
            f"{leads.without_number} of {leads.total} leads have no number in the fields that are "
            "read",
            (),
            f"The account has other fields that look like numbers: {named}. Write in crm.toml: "
            f"[fields] numbers = [{order}]",
        )
    if account.known("persona"):
        known = {option.value for option in account.options["persona"]}
        for value, count in sorted(leads.by_value.get("persona", {}).items()):
            if value and value not in known:
                yield Finding(
                    "warning",
                    ("persona value", value),
                    f'{count} leads have the persona "{value}", which is no option of the account',
                    (),
                    "Add the option at the CRM, or correct those leads; no script and no view fits "
                    "them",
                )


def of_access(account: AccountView) -> Iterator[Finding]:
    """Yield the scopes the token lacks, all at once."""
    if account.missing_scopes:
        listed = ", ".join(account.missing_scopes)
        yield Finding(
            "error",
            ("scopes",),
            f"the {CRM_NAME.key} lacks the {CRM_NAME.rights}: {listed}",
            (),
            f"Grant all of them to the {CRM_NAME.key} at the CRM, then check again",
        )


def of_do_not_call(account: AccountView, chosen: str, place: FileSetting) -> Iterator[Finding]:
    """Yield the problem with the account's "do not call" field.

    Args:
        account: the account.
        chosen: ``property``, ``property=value``, ``none``, or ``""`` for no choice.
        place: the setting.
    """
    if account.fields is None:
        return
    if not chosen.strip():
        if account.do_not_call_fields:
            likely = [f for f in account.fields if f.name in account.do_not_call_fields]
            named = "; ".join(f"{_choices(one)} ({one.label})" for one in likely)
            yield Finding(
                "error",
                ("do not call",),
                "no do-not-call field is chosen, so marks at the CRM are not read",
                (place,),
                f"Write do_not_call under [crm]; the account has {named}",
            )
        return
    if problem := do_not_call_problem(chosen, account.fields):
        yield Finding("error", ("do not call",), *_with_fix(problem, place))


def _with_fix(problem: str, place: FileSetting) -> tuple[str, tuple[FileSetting, ...], str]:
    said, _, fix = problem.partition(". ")
    return said, (place,), fix


def do_not_call_problem(chosen: str, fields: Sequence[AccountField]) -> str:
    """Return what is wrong with ``property`` or ``property=value``, ``""`` for nothing.

    A field with options says nothing on its own: each of its values may be the mark.
    """
    name, _, value = (part.strip() for part in chosen.partition("="))
    if name.casefold() == "none" and not value:
        return ""
    field = next((one for one in fields if one.name == name), None)
    if field is None:
        near = nearest(name, [one.name for one in fields])
        return f'the account has no field "{name}"' + (f'. Write "{near}"?' if near else "")
    if not field.options or value in dict(field.options):
        return ""
    listed = ", ".join(f'"{name}={key}" ({label})' for key, label in field.options[:_LISTED])
    if value:
        meant = [
            key for key, label in field.options if _plain(value) in (_plain(key), _plain(label))
        ]
        if meant:
            return f'"{value}" is not how the account writes it. Write "{name}={meant[0]}"'
        return f'the field "{name}" has no option "{value}". Write one of {listed}'
    return f'the field "{name}" has options, and one of them is the mark. Write one of {listed}'


def _choices(field: AccountField) -> str:
    if not field.options:
        return field.name
    return " or ".join(f"{field.name}={value}" for value, _ in field.options[:_LISTED])
