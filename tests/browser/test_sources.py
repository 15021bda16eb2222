"""What the operators' page is made of."""

import gzip
import re
import subprocess
from pathlib import Path

from tests.support.examples import ROOT

from orders.api.http import Problem, refusals
from orders.api.http.problems import PROBLEMS, UNEXPECTED
from orders.local.server import guard, page
from orders.local.server import refusals as of_one_machine

DASHBOARD = ROOT / "dashboard"
TOOLS = DASHBOARD / "node_modules" / ".bin"


def test_its_types_are_those_of_the_apis_description(tmp_path: Path):
    """`npm run types` writes them anew."""
    fresh = tmp_path / "schema.ts"
    described = ROOT / "src" / "orders" / "api" / "openapi" / "openapi.json"
    subprocess.run([TOOLS / "openapi-typescript", described, "-o", fresh], check=True, capture_output=True)

    assert fresh.read_text() == (DASHBOARD / "src" / "api" / "schema.ts").read_text()


def test_its_types_hold_and_its_linter_has_nothing_to_say():
    for command in (["tsc", "--noEmit"], ["eslint", "."]):
        done = subprocess.run([TOOLS / command[0], *command[1:]], cwd=DASHBOARD, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


def test_another_language_has_words_for_every_problem_that_the_api_tells():
    others = [each for module in (refusals, of_one_machine, guard) for each in vars(module).values()]
    told = {each.name for each in [*PROBLEMS.values(), UNEXPECTED, *others] if isinstance(each, Problem)}
    spanish = (DASHBOARD / "src" / "words" / "es.ts").read_text().partition("  problems: {\n")[2].partition("  },")[0]

    assert set(re.findall(r'^    "?([a-z-]+)"?: ', spanish, re.MULTILINE)) == told


def test_the_code_that_every_screen_needs_stays_small():
    """Gzipped, as servers send it. The chart of Live is loaded with its screen."""
    (script,) = re.findall(r'<script type="module"[^>]* src="\./([^"]+)"', (page.FOLDER / page.INDEX).read_text())

    assert len(gzip.compress((page.FOLDER / script).read_bytes())) <= 130_000


def test_its_lock_names_no_host():
    assert "://" not in (DASHBOARD / "package-lock.json").read_text()
