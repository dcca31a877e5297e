"""Properties that the team's files name, and the account does not have or means otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from sdrdesk.domain.check.account import AccountField, AccountView
from sdrdesk.domain.check.finding import FileSetting, Finding
from sdrdesk.domain.check.mentions import Mention, ScriptFacets
from sdrdesk.domain.config.reader import nearest

LEAD: Final = "fields of contacts"
COMPANY: Final = "fields of companies"
"""Parts that were not read, in the words of ``AccountView.not_read``."""
_KINDS: Final = {
    "conversion_date": ("date",),
    "status": ("choice",),
    "persona": ("choice",),
    "owner": ("choice",),
    "score": ("number",),
    "employees": ("number",),
}
"""Kinds of property that a setting of ``[fields]`` can use."""
_ALWAYS: Final = frozenset(("persona_value",))
"""Names that ``extra`` always has."""
_NO_NUMBER: Final = ("date", "choice", "yes/no")


def not_there(mentions: Iterable[Mention], account: AccountView) -> Iterator[Finding]:
    """Yield each property that the account does not have, or that cannot be used so."""
    for mention in mentions:
        if mention.kind != "property":
            continue
        known = account.properties.get(_of(mention.value))
        if known is not None:
            yield from _judged(mention, known)


def not_looked_at(mentions: Iterable[Mention], account: AccountView) -> dict[str, str]:
    """Return whose properties are named and were not read, and why."""
    if "the account" in account.not_read:
        return {}
    named = {_of(mention.value) for mention in mentions if mention.kind == "property"}
    why = "the connector or the snapshot does not tell them (sdrdesk setup --snapshot FILE)"
    words = {"lead": LEAD, "company": COMPANY}
    return {
        words[kind]: account.not_read.get(words[kind], why)
        for kind in sorted(named - account.properties.keys(), reverse=True)
    }


def not_read(scripts: Iterable[ScriptFacets], named: Iterable[str]) -> Iterator[Finding]:
    """Yield the properties that scripts merge and no file asks the CRM for.

    Args:
        scripts: the team's scripts.
        named: properties that rules and ``crm.toml`` name, such as ``property:utm_source``.
    """
    known = {name.removeprefix("property:").replace(":", "_") for name in named} | _ALWAYS
    for script in scripts:
        for name, line in script.extra:
            if name in known:
                continue
            near = nearest(name, sorted(known))
            of_company = name.startswith("company_")
            own = f"company:{name.removeprefix('company_')}" if of_company else name
            yield Finding(
                "warning",
                ("extra", name),
                f"extra.{name} is always empty: no file names this field",
                (FileSetting(script.file, ("extra", name), line),),
                f"{f'Write extra.{near}? ' if near else ''}Write in crm.toml: [fields] "
                f'also = ["{own}"]',
            )


def _of(name: str) -> str:
    return "company" if name.startswith("company:") else "lead"


def _judged(mention: Mention, known: tuple[AccountField, ...]) -> Iterator[Finding]:
    prefix, _, name = mention.value.partition(":")
    fact, places = ("property", mention.value), (mention.place,)
    found = next((one for one in known if one.name == name), None)
    if found is None:
        whose = "companies" if prefix == "company" else "leads"
        by_label = [one.name for one in known if one.label.casefold() == name.casefold()]
        near = by_label[0] if by_label else nearest(name, [one.name for one in known])
        yield Finding(
            "error",
            fact,
            f'the account has no field "{name}" of {whose}',
            places,
            f'Did you mean "{near}"?' if near else "sdrdesk fit fields lists what it has",
        )
        return
    key = mention.place.key[1] if mention.place.file == "crm.toml" else ""
    unfit = found.kind in _NO_NUMBER if key == "numbers" else found.kind not in _KINDS.get(key, "")
    if found.kind and (key == "numbers" or key in _KINDS) and unfit:
        wanted = "text or a telephone number" if key == "numbers" else f"a {_KINDS[key][0]}"
        yield Finding(
            "error",
            (*fact, key),
            f'the field "{name}" ({found.label}) is a {found.kind} field; {key} needs {wanted}',
            places,
            f"Name another field under [fields] {key}, or remove the line",
        )
