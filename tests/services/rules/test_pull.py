"""Bringing a team's rules: as a whole or not at all, checked, and back again."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sdrdesk.domain.errors import UnreachableError, UsageError
from sdrdesk.paths import Paths
from sdrdesk.rule_files import LiveRulebook, RuleFiles
from sdrdesk.services.check.folder import check_folder
from sdrdesk.services.desk.rule_follower import RuleFollower
from sdrdesk.services.rules.in_force import describe
from sdrdesk.services.rules.pull import PulledRules, RulesPull
from sdrdesk.services.rules.source import opened

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
RETRY = 'extends = "shipped"\nmax_attempts = {}\n'
CADENCE = (
    'title = "Demo"\nabout = "One"\n[[step]]\ndo = "call"\n[end]\ndo = "hand_back"\nafter = "1d"\n'
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.fixture
def files(home: Path) -> RuleFiles:
    return RuleFiles(Paths(home, home, home / "logs"))


@pytest.fixture
def team(tmp_path: Path) -> Path:
    folder = tmp_path / "their rules"
    (folder / "scripts").mkdir(parents=True)
    (folder / "retry.toml").write_text(RETRY.format(4))
    (folder / "README.md").write_text("not a script")
    return folder


def pull(files: RuleFiles, source: object, *, dry_run: bool = False) -> PulledRules:
    with opened(str(source), dict(os.environ)) as found:
        run = RulesPull(files, lambda folder: check_folder(folder, None), NOW)
        return run.run(found, dry_run=dry_run)


def attempts(files: RuleFiles) -> int:
    return LiveRulebook(files).retry.max_attempts


def test_a_pull_says_what_differs_and_counts_at_once(files: RuleFiles, team: Path) -> None:
    shown: list[tuple[list[str], object]] = []
    dry = pull(files, team, dry_run=True)
    assert not dry.done
    assert attempts(files) == 6
    with opened(str(team), dict(os.environ)) as there:
        run = RulesPull(files, lambda folder: check_folder(folder, None), NOW)
        found = run.run(there, show=lambda seen: shown.append((seen.preview()[:2], files.pulled())))
    assert shown == [([f"Rules {found.new.version}", "retry.toml: new"], ())], "before the swap"
    assert [change.words for change in found.changes] == ["retry.toml: new"]
    assert found.done
    assert attempts(files) == 4
    (team / "retry.toml").write_text(RETRY.format(5))
    again = pull(files, team)
    assert [change.words for change in again.changes] == ["retry.toml: max_attempts 4 → 5"]
    assert attempts(files) == 5
    # The copy counts, not the folder it came from.
    shutil.rmtree(team)
    assert attempts(files) == 5


def test_a_rep_goes_back_set_by_set(files: RuleFiles, team: Path) -> None:
    for count in (3, 4, 5):
        (team / "retry.toml").write_text(RETRY.format(count))
        pull(files, team)
    seen = [attempts(files)]
    while files.go_back():
        seen.append(attempts(files))
    assert (seen, attempts(files)) == ([5, 4, 3], 6)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("retry.toml", "max_attempts = 'six'\n", "retry.toml, line 1"),
        ("crm.toml", "\nqualified_stag = 'x'\n", "crm.toml, line 2"),
        ("config.toml", "[rep]\n", "each rep's own"),
        ("disposition.toml", "", "dispositions.toml"),
        ("rules.toml", "[lifecycle]\npast = []", 'begin the file with extends = "shipped"'),
        ("scripts/de.md", "no head", "scripts/de.md"),
    ],
)
def test_one_wrong_file_keeps_the_whole_set_out(
    files: RuleFiles, team: Path, name: str, text: str, said: str
) -> None:
    pull(files, team)
    (team / "retry.toml").write_text(RETRY.format(5))
    (team / name).write_text(text)
    found = pull(files, team)
    assert not found.done
    assert any(said in problem for problem in found.problems), found.problems
    assert attempts(files) == 4


def test_a_link_to_nothing_or_out_of_the_folder_is_an_error(files: RuleFiles, team: Path) -> None:
    (team / "sla.toml").symlink_to(team / "gone.toml")
    (team / "views.toml").symlink_to("/etc/hostname")
    found = pull(files, team)
    assert {problem for problem in found.problems if "link" in problem} == {
        "sla.toml is a link to nothing",
        "views.toml is a link to outside the folder",
    }
    assert not found.done


def test_a_place_without_rules_is_refused(files: RuleFiles, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no rule file"):
        pull(files, tmp_path / "home")
    with pytest.raises(UsageError, match="is no folder"):
        pull(files, tmp_path / "nowhere")


def git(folder: Path, *words: str) -> None:
    subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_rules_come_from_git_without_running_anything(files: RuleFiles, team: Path) -> None:
    git(team, "init", "-q", "-b", "main")
    git(team, "add", ".")
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    git(team, *who, "commit", "-q", "-m", "Four attempts are enough")
    ran = team.parent / "ran"
    hook = team / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
    hook.chmod(0o700)
    url = f"file://{team}"
    found = pull(files, url)
    assert found.done, found.problems
    assert found.new.about == "Four attempts are enough"
    assert (attempts(files), ran.exists()) == (4, False)
    assert describe(files).to_json()["version"] == found.new.version
    with pytest.raises(UnreachableError, match="no-such-branch"):
        pull(files, f"{url}#no-such-branch")
    with pytest.raises(UnreachableError):
        pull(files, f"{url}-gone")
    assert attempts(files) == 4


def test_a_folder_of_rules_that_is_gone_as_a_whole_is_said(
    files: RuleFiles, team: Path, home: Path
) -> None:
    pull(files, team)
    live = LiveRulebook(files)
    follower = RuleFollower(live, in_call=lambda: False, taken=lambda: None)
    (home / "rules").rename(home / "elsewhere")
    news = follower.follow()
    assert news is not None
    assert news.problem
    assert "are gone from this machine" in news.text
    assert "the rules that ship count" in news.text
    assert live.retry.max_attempts == 6
    assert "are gone" in LiveRulebook(files).problem  # also for a new start
    assert not describe(files).last_good
    assert files.source() == str(team)
    (home / "elsewhere").rename(home / "rules")
    assert follower.follow() is not None
    assert (live.retry.max_attempts, live.problem) == (4, "")
    shutil.rmtree(home / "rules")
    files.go_back()  # without them, on purpose
    assert not LiveRulebook(files).problem
    shutil.rmtree(home / "rules")
    assert not LiveRulebook(files).problem


def test_a_rollback_from_a_set_that_is_gone_leads_to_the_one_before(
    files: RuleFiles, team: Path
) -> None:
    pull(files, team)
    (team / "retry.toml").write_text(RETRY.format(5))
    gone = pull(files, team).new.digest
    shutil.rmtree(files.folder(gone))
    files.go_back()
    live = LiveRulebook(files)
    assert (live.retry.max_attempts, live.problem) == (4, "")


def test_a_wrong_file_leaves_the_last_good_set_in_force(files: RuleFiles, home: Path) -> None:
    (home / "retry.toml").write_text(RETRY.format(4))
    live = LiveRulebook(files)
    assert (live.retry.max_attempts, live.problem) == (4, "")
    (home / "retry.toml").write_text("max_attempts = \n")
    assert live.follow()
    assert live.retry.max_attempts == 4
    assert "retry.toml, line 1" in live.problem
    assert not live.follow()  # nothing new
    assert "retry.toml" in LiveRulebook(files).problem  # also for a new start
    (home / "retry.toml").write_text(RETRY.format(7))
    assert live.follow()
    assert (live.retry.max_attempts, live.problem) == (7, "")


def test_what_ships_stays_in_force_when_the_first_file_is_wrong(
    files: RuleFiles, home: Path
) -> None:
    live = LiveRulebook(files)
    assert live.retry.max_attempts == 6
    (home / "retry.toml").write_text("max_attempts = \n")
    assert live.follow()
    assert live.retry.max_attempts == 6
    assert "retry.toml" in live.problem
    started = LiveRulebook(files)  # a command, or the workbench again
    assert (started.retry.max_attempts, "retry.toml" in started.problem) == (6, True)
    (home / "retry.toml").write_text(RETRY.format(3))
    assert live.follow()
    assert (live.retry.max_attempts, live.problem) == (3, "")


def test_an_open_desk_follows_a_pull_and_a_rollback(files: RuleFiles, team: Path) -> None:
    live = LiveRulebook(files)
    assert live.retry.max_attempts == 6
    pull(files, team)
    assert live.retry.max_attempts == 6  # until it is asked to follow
    assert live.changed()
    assert live.follow()
    assert live.retry.max_attempts == 4
    files.go_back()
    assert live.follow()
    assert live.retry.max_attempts == 6


def test_the_teams_file_counts_before_the_reps(files: RuleFiles, home: Path, team: Path) -> None:
    (home / "retry.toml").write_text(RETRY.format(9))
    (home / "views.toml").write_text('[view.mine]\ntext = "Mine"\nfit_min = 90\n')
    pull(files, team)
    live = LiveRulebook(files)
    assert (live.retry.max_attempts, list(live.views)) == (4, ["mine"])
    assert describe(files).ignored == (str(home / "retry.toml"),)


def test_a_machine_that_dies_in_a_swap_has_one_set_or_the_other(
    files: RuleFiles, team: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pull(files, team)
    (team / "retry.toml").write_text(RETRY.format(5))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("sdrdesk.rule_files.write_owned", dies)
        with pytest.raises(KeyboardInterrupt):
            pull(files, team)
    assert attempts(files) == 4
    pull(files, team)
    assert attempts(files) == 5


def test_hooks_and_cadences_travel_with_the_rules(files: RuleFiles, team: Path) -> None:
    for name, text in (("hooks/after-outcome", "# one\n"), ("cadences/demo.toml", CADENCE)):
        (team / name).parent.mkdir()
        (team / name).write_text(text)
    found = pull(files, team)
    assert found.done
    assert {change.words for change in found.changes} >= {
        "hooks/after-outcome: new",
        "cadences/demo.toml: new",
    }
    assert "Hooks run only after you agree" in found.result()[-1]
    folder = files.team()
    assert folder is not None
    assert (folder / "cadences/demo.toml").read_text() == CADENCE
    assert (folder / "hooks/after-outcome").stat().st_mode & 0o777 == 0o700
    (team / "hooks/after-outcome").write_text("# two\n")
    assert [change.words for change in pull(files, team).changes] == [
        "hooks/after-outcome: changed"
    ]


@pytest.mark.parametrize("what", ["set", "note"])
def test_a_set_that_is_gone_is_said_and_the_last_good_one_counts(
    files: RuleFiles, team: Path, home: Path, what: str
) -> None:
    pulled = pull(files, team).new.digest
    (note,) = home.rglob("in-force.json")
    (home / "sla.toml").write_text('extends = "shipped"\n')
    assert attempts(files) == 4  # the last good set is both files together, a folder of its own
    if what == "set":
        shutil.rmtree(files.folder(pulled))
    else:
        note.write_text("{")
    book = LiveRulebook(files)
    assert book.retry.max_attempts == 4
    assert "sdrdesk rules pull" in book.problem
    assert describe(files).last_good
    assert files.source() == (str(team) if what == "set" else "")
    pull(files, team)
    assert not LiveRulebook(files).problem
