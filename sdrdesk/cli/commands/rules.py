"""Commands that check the team's rule files against the local data and the account."""

from __future__ import annotations

import click

from sdrdesk.cli.options import CommandGroup, json_option
from sdrdesk.cli.session import open_session
from sdrdesk.cli.terminal.output import answer, need_person


@click.group(cls=CommandGroup, no_args_is_help=True)
def fit() -> None:
    """Check the fit rules."""


@fit.command("lint")
@json_option
def fit_lint(as_json: bool) -> None:
    """List the rules of fit.toml that match all leads or none of them."""
    from sdrdesk.domain.ranking.fit import lint_fit
    from sdrdesk.store.reports.lookups import every_lead

    with open_session() as session:
        session.follow_rules()  # a rule may ask for the persona
        found = lint_fit(every_lead(session.db), session.rulebook.fit)
        document = {
            "leads": found.leads,
            "never": list(found.never),
            "always": list(found.always),
            "matches": dict(found.matches),
        }
        always = f"matches all {found.leads} leads, so it makes no difference"
        lines = (
            *(f"{name}: matches none of {found.leads} leads" for name in found.never),
            *(f"{name}: {always}" for name in found.always),
            f"{len(found.matches)} rules over {found.leads} leads",
        )
        answer(as_json, document, lines)
        if found.never or found.always:
            raise need_person()


@click.group(cls=CommandGroup, no_args_is_help=True)
def dispositions() -> None:
    """Check the outcomes."""


@dispositions.command("lint")
@json_option
def lint_outcomes(as_json: bool) -> None:
    """Check dispositions.toml against the CRM account."""
    from sdrdesk.domain.outcome.lint import DispositionFinding, lint_dispositions
    from sdrdesk.screens.shell.key_table import letter_problems
    from sdrdesk.services.account.rules import account_rules

    with open_session() as session:
        known = account_rules(session.db, session.settings)
        outcomes = session.rulebook.dispositions
        found = lint_dispositions(outcomes, known)
        for item in outcomes.values():
            found += [DispositionFinding("warning", item.key, p) for p in letter_problems([item])]
        document = [{"level": f.level, "key": f.key, "message": f.message} for f in found]
        lines = [f"{f.level}: {f.key or 'all'}: {f.message}" for f in found]
        lines.append(f"{len(outcomes)} outcomes, {len(found)} findings")
        answer(as_json, document, lines)
        if any(finding.level == "error" for finding in found):
            raise need_person()


@click.group(cls=CommandGroup, no_args_is_help=True)
def qualification() -> None:
    """Check the qualification slots."""


@qualification.command("lint")
@json_option
def lint_slots(as_json: bool) -> None:
    """List the slots of qualification.toml, and check the scripts against them."""
    with open_session() as session:
        found = session.rulebook.qualification
        asked = session.scripts.asked_slots()
        unasked = [slot.key for slot in found.chosen.slots if slot.key not in asked]
        document = {
            "use": found.chosen.key,
            "label": found.chosen.label,
            "others": [known.key for known in found.others],
            "slots": [
                {
                    "key": slot.key,
                    "label": slot.label,
                    "question": slot.question,
                    "required": slot.required,
                }
                for slot in found.chosen.slots
            ],
            "no_script_asks": unasked,
        }
        others = ", ".join(known.key for known in found.others) or "none"
        lines = [f"{found.chosen.label} is used; also known: {others}"]
        for slot in found.chosen.slots:
            needed = " (required for the hand-off)" if slot.required else ""
            lines.append(f"{slot.key}: {slot.label}{needed}. {slot.question}".rstrip(". "))
        lines += [f"{key}: no script asks for it" for key in unasked]
        answer(as_json, document, lines)
