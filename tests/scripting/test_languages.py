"""Scripts in the leads' languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.domain.lead.lead import Lead
from sdrdesk.scripting.library import ScriptLibrary
from sdrdesk.scripting.lint import unspoken
from sdrdesk.scripting.model import SectionKind
from tests.scripting.write import script

BUYER = Lead("1", persona="Economic Buyer", converted_on="Request a demo", language="de-at")


def chosen(folder: Path, lead: Lead) -> str:
    return ScriptLibrary.load([folder]).match(lead).script.script_id


def test_a_german_script_comes_before_every_english_one_that_ships(tmp_path: Path) -> None:
    script(tmp_path, "deutsch", 'language = "de"')
    assert chosen(tmp_path, BUYER) == "deutsch"
    english = Lead("2", persona="Economic Buyer", converted_on="Request a demo", language="en")
    assert chosen(tmp_path, english).startswith("economic-buyer/")
    unknown = Lead("3", persona="Economic Buyer", converted_on="Request a demo")
    assert chosen(tmp_path, unknown).startswith("economic-buyer/")


def test_language_counts_before_everything_but_the_persona(tmp_path: Path) -> None:
    script(tmp_path, "deutsch", 'language = "de"')
    script(tmp_path, "demo", 'conversion = "demo_request"\nstage = "lead"')
    lead = Lead("1", persona="Economic Buyer", converted_on="Demo", language="de", lifecycle="lead")
    assert chosen(tmp_path, lead) == "deutsch"
    script(tmp_path, "buyer", 'persona = "Economic Buyer"')
    assert chosen(tmp_path, lead) == "buyer"
    script(tmp_path, "kaeufer", 'persona = "Economic Buyer"\nlanguage = "de"')
    assert chosen(tmp_path, lead) == "kaeufer"


def test_headings_in_the_teams_language_and_no_shipped_scripts(tmp_path: Path) -> None:
    script(
        tmp_path,
        "eins",
        'language = "de"',
        "## Einstieg\n\nGuten Tag.\n\n## Fragen\n\n- Seit wann?",
    )
    library = ScriptLibrary.load([tmp_path])
    (before,) = [found for found in library.scripts if found.script_id == "eins"]
    assert {section.kind for section in before.sections} == {SectionKind.OTHER}
    assert len(library.scripts) > 1
    (tmp_path / "library.toml").write_text(
        'shipped = false\n[headings]\nopener = ["Einstieg", "Begrüßung"]\nquestions = "Fragen"\n',
        encoding="utf-8",
    )
    assert library.reload_if_changed()
    (after,) = library.scripts
    assert [section.kind for section in after.sections] == [
        SectionKind.OPENER,
        SectionKind.QUESTIONS,
    ]
    assert library.problems == ()


@pytest.mark.parametrize("text", ["shiped = true\n", "[headings]\nopening = 'x'\n", "shipped =\n"])
def test_a_wrong_library_file_is_named_and_the_scripts_still_work(
    tmp_path: Path, text: str
) -> None:
    (tmp_path / "library.toml").write_text(text, encoding="utf-8")
    library = ScriptLibrary.load([tmp_path])
    (problem,) = library.problems
    assert (problem.path.name, problem.line >= 1) == ("library.toml", True)
    assert library.scripts


def test_languages_without_a_script_are_counted(tmp_path: Path) -> None:
    script(tmp_path, "eins", 'language = "de"')
    scripts = ScriptLibrary.load([tmp_path]).scripts
    leads = {"de-at": 3, "fr": 2, "fr-ca": 5, "it": 1, "en": 40, "": 9}
    assert [finding.message for finding in unspoken(scripts, leads)] == [
        'no script is in "fr": 7 leads',
        'no script is in "it": 1 lead',
    ]
