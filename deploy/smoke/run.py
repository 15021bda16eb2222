"""Run every check, print each result as it is known, and then the acceptance tests."""

import os
import re
import subprocess
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import boto3
import deploying
from stage import Refused, Stage

from smoke import alarms, functions, gateway, mail, page, storage
from smoke.checks import ALL, Check, NotAsked
from smoke.report import Outcome, Result, heading, public, summary
from smoke.target import Target

PARTS = (gateway, functions, storage, mail, page, alarms)
"""The modules with the checks, in the order of the report."""
ROOT = Path(__file__).parent.parent.parent
PYTEST = ROOT / ".venv" / "bin" / "pytest"


def run(stage: Stage) -> None:
    """Print the report.

    Raises:
        Refused: something is not as expected. The report says what.
    """
    it = target(stage)
    print(heading(stage.stack, str(boto3.Session().region_name), commit(), datetime.now(UTC)))
    results = list(shown(results_of(checks(), it)))
    print("\nRunning the acceptance tests, which takes some minutes ...", flush=True)
    acceptance, passed = accepted(it)
    print(summary(results, acceptance))
    if any(result.outcome is Outcome.DIFFERS for result in results) or not passed:
        raise Refused(
            "\nNot everything is as expected. The report has no key, account or address: paste it into an issue."
        )


def checks() -> list[Check]:
    return [check for part in PARTS for check in ALL if check.look.__module__ == part.__name__]


def target(stage: Stage) -> Target:
    """`ORDERS_URL` may name another address of the API, and `ORDERS_OPERATOR_TOKEN` has an operator's login."""
    url = os.environ.get("ORDERS_URL") or deploying.address(stage)
    token = os.environ.get("ORDERS_OPERATOR_TOKEN")
    return Target(stage, url.rstrip("/"), deploying.key(stage), token, stage.outputs())


def results_of(checks: Iterable[Check], it: Target) -> Iterator[Result]:
    for check in checks:
        yield result_of(check, it)


def result_of(check: Check, it: Target) -> Result:
    try:
        seen = check.look(it)
    except NotAsked as reason:
        return Result(check.says, Outcome.NOT_ASKED, check.expected, str(reason))
    except Exception as error:
        seen = public(f"{type(error).__name__}: {error}", it.private)
    return Result(check.says, Outcome.OK if seen == check.expected else Outcome.DIFFERS, check.expected, seen)


def shown(results: Iterable[Result]) -> Iterator[Result]:
    for result in results:
        print(result, flush=True)
        yield result


def accepted(it: Target) -> tuple[str, bool]:
    """The last line of pytest, as in `512 passed in 63.02s`, and whether all passed.

    Of a test that failed, only the name is printed: its values may be keys, tokens and links to receipts.
    """
    environment = os.environ | {"ORDERS_URL": it.url, "ORDERS_API_KEY": it.key}
    command = [str(PYTEST), "tests/acceptance", "--tb=no", "-rfE", *os.environ.get("ARGS", "").split()]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if failed := names_of_failed(done.stdout):
        print("\n".join([*failed, "To see why: make acceptance. Its output has keys and links, so don't show it."]))
    lines = (done.stdout.strip() or done.stderr.strip() or "they did not run").splitlines()
    return public(lines[-1], it.private), done.returncode == 0


def names_of_failed(output: str) -> list[str]:
    """From pytest's summary. The parameters of a test are left out, too: ids may be derived from them."""
    return sorted(set(re.findall(r"^(?:FAILED|ERROR) [\w/.]+(?:::\w+)*", output, re.M)))


def commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
