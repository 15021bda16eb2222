"""The simulation itself: it repeats itself, finds nothing, and finds what was planted."""

import subprocess
import sys

import pytest
from tests.simulation import hunting
from tests.simulation.bugs import BUGS
from tests.simulation.hunting import Told, tell
from tests.support.examples import ROOT


def simulate(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.simulation", *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.mark.parametrize("implementation", ["ports", "aws"])
@pytest.mark.parametrize("case", ["life/3/4:crash-after", "schedule/7", "poison/1"])
def test_the_same_case_is_the_same_story_every_time(case: str, implementation: str):
    first, again = tell(case, implementation, 1, None), tell(case, implementation, 1, None)

    assert first == again
    assert len(first.story) > 10
    assert first.broken == []


def test_a_read_that_fails_late_is_the_same_run_as_one_that_fails_early():
    """So that playing both would be playing one of them twice."""
    early, late = (tell(f"life/0/3:{fault}", "ports", 1, None) for fault in ("error", "reply-lost"))
    first, gone = (tell(f"life/0/3:{fault}", "ports", 1, None) for fault in ("crash-before", "crash-after"))

    assert any("table.read" in line for line in early.story)
    assert without_fault(early) == without_fault(late)
    assert without_fault(first) == without_fault(gone)


def without_fault(told: Told) -> list[str]:
    return [line for line in told.story if "fault at point" not in line]


def test_another_seed_is_another_story():
    assert tell("schedule/7", "ports", 1, None) != tell("schedule/7", "ports", 2, None)


@pytest.mark.parametrize("bug", BUGS.values(), ids=lambda bug: bug.name)
def test_a_seeded_bug_still_has_its_place_in_the_code(bug):
    path = ROOT / "src" / f"{bug.module.replace('.', '/')}.py"

    assert bug.source(path.read_text(encoding="utf-8"))


def test_a_seeded_bug_is_more_than_a_name_that_does_not_exist(tmp_path):
    """Such a bug would be noticed wherever its line runs, whatever it was meant to be."""
    for number, bug in enumerate(BUGS.values()):
        text = (ROOT / "src" / f"{bug.module.replace('.', '/')}.py").read_text(encoding="utf-8")
        (tmp_path / f"bug_{number}.py").write_text(f"# {bug.name}\n{bug.source(text)}", encoding="utf-8")
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "F821", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert done.returncode == 0, done.stdout


def test_a_bug_that_is_noticed_is_seen_again_by_its_case():
    bug = "a link to a receipt that is not there yet"
    ((_, catch),) = hunting.hunt_all([bug], 1, 1)

    assert catch
    assert catch.rule == 7
    assert tell(catch.case, "ports", 1, bug).broken
    assert tell(catch.case, "ports", 1, None).broken == []


def test_a_bug_that_is_looked_for_in_one_story_first_exists_and_so_does_the_story():
    assert hunting.CAUGHT_IN.keys() <= BUGS.keys()
    assert set(hunting.CAUGHT_IN.values()) <= set(hunting.QUICKEST_FIRST)


def test_a_replay_tells_the_story_and_says_which_rule_was_broken():
    ((_, catch),) = hunting.hunt_all(["no fingerprint is compared"], 1, 1)
    assert catch
    done = simulate("--replay", catch.case, "--bug", catch.bug)

    assert done.returncode == 1
    assert "POST" in done.stdout
    assert "rule 2" in done.stdout


def test_a_sweep_that_an_index_holds_up_is_noticed_by_the_long_backlog():
    bug = "the sweep starts from the top again, and an index that lags shows it nothing new"

    assert tell("backlog/0", "ports", 1, None).broken == []
    assert [rule for rule, _ in tell("backlog/0", "ports", 1, bug).broken] == [1]


def test_a_case_that_makes_no_sense_is_refused():
    done = simulate("--replay", "life/3/4:meteor")

    assert done.returncode == 2
    assert "meteor" in done.stderr
