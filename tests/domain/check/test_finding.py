"""A finding in one line."""

from __future__ import annotations

from sdrdesk.domain.check.finding import FileSetting, Finding, grouped


def test_the_places_of_a_file_are_named_together() -> None:
    fact = ("status", "NEW")
    lines = [3, 9, 3, 12]
    found = [Finding("error", fact, "no NEW", (FileSetting("a.toml", ("x",), n),)) for n in lines]
    found.append(Finding("error", fact, "no NEW", (FileSetting("a.toml", line=7, shipped=True),)))
    found.append(Finding("error", fact, "no NEW", (FileSetting("b.toml"),)))
    (one,) = grouped(found)
    assert (
        one.words == "a.toml, lines 3, 9 and 12 and a.toml (as shipped), line 7 and b.toml: no NEW"
    )
