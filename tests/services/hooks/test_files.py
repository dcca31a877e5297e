"""Which programs are hooks, and which of them run."""

from __future__ import annotations

from pathlib import Path

import pytest

from sdrdesk.domain.errors import UsageError
from sdrdesk.services.hooks.files import HookFiles, why_unsafe
from tests.services.hooks.conftest import NOW, Write, write_hook


def states(files: HookFiles) -> dict[str, str]:
    return {hook.path.name: hook.state for hook in files.all()}


def test_a_hook_is_named_after_its_event_and_must_be_executable(
    files: HookFiles, write: Write
) -> None:
    write("after-outcome", "true")
    write("after-outcome.py", "true")
    write("block-end.sh", "true").chmod(0o644)
    write("lunch", "true")
    write("README.md", "true")
    write("fresh-lead~", "true")
    assert states(files) == {
        "after-outcome": "ready",
        "after-outcome.py": "ready",
        "block-end.sh": "refused",
        "lunch": "refused",
    }
    assert [hook.path.name for hook in files.of("after-outcome")] == [
        "after-outcome",
        "after-outcome.py",
    ]
    assert "chmod u+x" in files.of("block-end")[0].why


@pytest.mark.parametrize("open_to_others", ["hooks/after-outcome", "hooks", "."])
def test_what_others_may_write_never_runs(
    files: HookFiles, write: Write, open_to_others: str
) -> None:
    write("after-outcome", "true")
    place = files.own.parent / open_to_others
    place.chmod(place.stat().st_mode | 0o020)
    (hook,) = files.of("after-outcome")
    assert hook.state == "refused"
    assert f"others may write to {place.resolve()}" in hook.why
    place.chmod(place.stat().st_mode & ~0o022)
    assert files.of("after-outcome")[0].state == "ready"


def test_a_link_is_judged_by_where_it_leads(files: HookFiles, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    target = write_hook(shared, "program", "true")
    (files.own / "after-outcome").symlink_to(target)
    assert states(files) == {"after-outcome": "ready"}
    shared.chmod(0o777)
    assert states(files) == {"after-outcome": "refused"}
    target.unlink()
    assert states(files) == {"after-outcome": "refused"}
    assert why_unsafe(tmp_path) == "it is not a regular file"


def test_a_hook_of_the_team_asks_before_each_new_content(tmp_path: Path) -> None:
    team = tmp_path / "team"
    (team / "hooks").mkdir(parents=True)
    files = HookFiles(tmp_path / "hooks", lambda: team, tmp_path / "results", lambda: NOW)
    write_hook(team / "hooks", "meeting-set", "echo one")
    assert states(files) == {"meeting-set": "asks"}
    assert files.agree("meeting-set").state == "ready"
    write_hook(team / "hooks", "meeting-set", "echo two")
    assert states(files) == {"meeting-set": "asks"}
    write_hook(team / "hooks", "meeting-set", "echo one")
    assert states(files) == {"meeting-set": "ready"}
    with pytest.raises(UsageError, match="no hook 'block-end'"):
        files.agree("block-end")
