from __future__ import annotations

import re
from pathlib import Path

from sdrdesk.scripting.breath import WORDS_PER_SENTENCE, WORDS_PER_TURN, WORDS_PER_VOICEMAIL
from sdrdesk.scripting.conversion import Situation
from sdrdesk.scripting.fields import MERGE_FIELDS, MY_FIELDS
from sdrdesk.scripting.model import FACETS
from tests.scripting.write import library

PAGE = (Path(__file__).parents[2] / "docs" / "scripts.md").read_text("utf-8")


def test_every_field_facet_and_conversion_is_documented_and_no_other() -> None:
    fields = set(re.findall(r"`((?:lead|my)\.\w+)`", PAGE))
    assert fields == {f"lead.{f}" for f in MERGE_FIELDS} | {f"my.{f}" for f in MY_FIELDS}
    for name in (*FACETS, *Situation):
        assert f"`{name}`" in PAGE


def test_the_example_is_a_good_script(tmp_path: Path) -> None:
    example = PAGE.split("```markdown\n")[1].split("```")[0]
    (tmp_path / "x.md").write_text(example, encoding="utf-8")
    books = library(tmp_path)
    assert books.lint(slots=["need", "budget"]) == []
    assert len(books.scripts[0].sections) == 7


def test_the_page_has_the_linters_limits_and_rules() -> None:
    limits = (WORDS_PER_SENTENCE, WORDS_PER_TURN, WORDS_PER_VOICEMAIL)
    assert "{} words in a sentence, {} in one turn, {} on a voicemail".format(*limits) in PAGE
    source = (Path(__file__).parents[2] / "sdrdesk/scripting/lint.py").read_text("utf-8")
    rules = set(re.findall(r'_finding\(\s*"\w+", "([a-z-]+)"', source))
    documented = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", PAGE.split("## Lint")[1]))
    assert len(rules) > 8
    assert documented == rules
