"""The command that lists the CRMs this installation can speak to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from sdrdesk.cli.options import json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer
from sdrdesk.services.account.service import MODE_WORDS
from sdrdesk.sync.registry import Connector
from sdrdesk.sync.registry import connectors as installed

if TYPE_CHECKING:
    from sdrdesk.sync.registry import Connector, Unusable


@click.command
@json_option
def connectors(as_json: bool) -> None:
    """List the CRMs this installation can connect to, with versions and what each can do."""
    with open_session(forgiving=True) as session:
        chosen = session.settings.crm.kind
    found = installed()
    answer(as_json, [_to_json(one, chosen) for one in found], _lines(found, chosen))


def _to_json(one: Connector | Unusable, chosen: str) -> dict[str, object]:
    if not isinstance(one, Connector):
        return {"kind": one.kind, "problem": one.problem, "chosen": one.kind == chosen}
    return {
        "kind": one.kind,
        "name": one.name,
        "versions": one.versions,
        "chosen": one.kind == chosen,
        "modes": [str(mode) for mode in one.modes],
        "needs": _needs(one),
        "capabilities": asdict(one.capabilities),
        "notice": one.notice,
        "problem": "",
    }


def _needs(one: Connector) -> list[str]:
    return ["token", *(() if one.url else ("api_url",)), *one.needs]


def _lines(found: Sequence[Connector | Unusable], chosen: str) -> Iterator[str]:
    for one in found:
        mark = " (yours)" if one.kind == chosen else ""
        if not isinstance(one, Connector):
            yield f"{one.kind}{mark}: cannot be loaded, {one.problem}"
            continue
        yield f"{one.kind}{mark}: {one.name}, {one.versions}"
        yield f"  Logged once: {'; '.join(MODE_WORDS[mode] for mode in one.modes)}"
        key = f"{one.key_name} or your team's app (client_id)" if one.oauth else one.key_name
        yield f"  Needs: {', '.join((key, *_needs(one)[1:]))}"
        if one.notice:
            yield f"  {one.notice}"
