"""Commands that check the team's rule files against the local data and the account."""

from __future__ import annotations

import typer

from sdrdesk.cli.commands.queue import AsJson

fit_app = typer.Typer(
    help="The fit rules: check them.", rich_markup_mode=None, no_args_is_help=True
)
dispositions_app = typer.Typer(
    help="The outcomes: check them.", rich_markup_mode=None, no_args_is_help=True
)


def register(app: typer.Typer) -> None:
    """Add the commands of this module to ``app``."""
    app.add_typer(fit_app, name="fit")
    app.add_typer(dispositions_app, name="dispositions")


@fit_app.callback()
def fit() -> None:
    """The fit rules: check them."""


@fit_app.command("lint")
def fit_lint(as_json: AsJson = False) -> None:
    """Name the rules of fit.toml that match nobody or everybody in the local data."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person, print_json, say
    from sdrdesk.domain.ranking.fit import lint_fit
    from sdrdesk.store.reports.lookups import every_lead

    with open_session() as session:
        session.follow_rules()  # a rule may ask for the persona
        found = lint_fit(every_lead(session.db), session.rulebook.fit)
        if as_json:
            print_json(
                {
                    "leads": found.leads,
                    "never": list(found.never),
                    "always": list(found.always),
                    "matches": dict(found.matches),
                }
            )
        else:
            for name in found.never:
                say(f"{name}: matches none of {found.leads} leads")
            for name in found.always:
                say(f"{name}: matches all of {found.leads} leads, so it tells none apart")
            say(f"{len(found.matches)} rules over {found.leads} leads")
        if found.never or found.always:
            raise need_person()


@dispositions_app.callback()
def dispositions() -> None:
    """The outcomes: check them."""


@dispositions_app.command("lint")
def dispositions_lint(as_json: AsJson = False) -> None:
    """Check dispositions.toml against itself and against what is known of the account."""
    from sdrdesk.cli.session import open_session
    from sdrdesk.cli.terminal.output import need_person, print_json, say
    from sdrdesk.domain.outcome.lint import lint_dispositions
    from sdrdesk.services.account.rules import account_rules

    with open_session() as session:
        known = account_rules(session.db, session.settings)
        found = lint_dispositions(session.rulebook.dispositions, known)
        if as_json:
            print_json([{"level": f.level, "key": f.key, "message": f.message} for f in found])
        else:
            for finding in found:
                say(f"{finding.level}: {finding.key or 'all'}: {finding.message}")
            say(f"{len(session.rulebook.dispositions)} outcomes, {len(found)} findings")
        if any(finding.level == "error" for finding in found):
            raise need_person()
