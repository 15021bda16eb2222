"""The stack of the version without events: its update, a rollback, and the way forward again, with orders meanwhile.

Nothing is lost on the way, and a reader who follows the cursor sees every event once.
"""

import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import boto3
import pytest
from tests.formats.record import unpack_code
from tests.support.api import CALLS_OF_AN_EMULATOR, Api, pool
from tests.support.deployment import FOR_THIS_MACHINE
from tests.support.emulator import Emulator, emulated
from tests.support.examples import ALICE, ROOT
from tests.support.extent import ALL
from tests.support.groups import EMULATED
from tests.support.servers import clean_environment

from orders.aws.dynamodb.table import DynamoTable
from orders.order.errors import UnknownOrder
from orders.order.order import Status

WITHOUT_EVENTS = "6eba56f8702e612f264b07467fb07c319114a660"
HAS_THE_COMMIT = not subprocess.run(
    ["git", "cat-file", "-e", WITHOUT_EVENTS], cwd=ROOT, capture_output=True, check=False
).returncode
SECONDS_TO_SETTLE = 240
WITH_PAGE, WITHOUT_PAGE = "OperatorsPage=create", "OperatorsPage=none"

pytestmark = [
    EMULATED,
    pytest.mark.skipif(not ALL, reason="two more deployments take minutes: `make test-all`"),
    pytest.mark.skipif(not HAS_THE_COMMIT, reason="the repository does not have the version without events"),
]


@dataclass(frozen=True)
class Stack:
    """A stack on an emulator of its own, as the commands of a checkout see it."""

    emulator: Emulator

    def type(self, verb: str, checkout: Path) -> str:
        """What a verb prints that `make` calls in this checkout. It must succeed."""
        done = subprocess.run(
            [str(checkout / ".venv" / "deploy" / "bin" / "python"), "deploy/verbs.py", verb],
            cwd=checkout,
            env=clean_environment() | self.emulator.environment | FOR_THIS_MACHINE,
            capture_output=True,
            text=True,
            timeout=1200,  # it builds all packages
        )
        assert done.returncode == 0, done.stdout[-5000:] + done.stderr[-5000:]
        return done.stdout

    def outputs(self) -> dict[str, str]:
        (stack,) = boto3.client("cloudformation").describe_stacks(StackName="orders-dev")["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def api(self, checkout: Path) -> Api:
        """As it is after a deployment: the emulator makes another API in place of one that AWS would change."""
        name = self.outputs()["ApiUrl"].partition("//")[2].partition(".")[0]
        url = f"https://{name}.execute-api.localhost:{self.emulator.port}/v1"
        return Api(
            url, self.type("key", checkout).strip(), pool(str(self.emulator.certificate)), calls=CALLS_OF_AN_EMULATOR
        )

    def sell(self, api: Api, *order_ids: str) -> None:
        """These orders come in, and are completed."""
        table = DynamoTable(self.outputs()["TableName"])
        for order_id in order_ids:
            reply = api.post_order(ALICE | {"orderId": order_id})
            assert reply.status == 202, reply
        for order_id in order_ids:
            wait_until(lambda order_id=order_id: is_completed(table, order_id))


def is_completed(table: DynamoTable, order_id: str) -> bool:
    try:
        return table.read(order_id).status is Status.COMPLETED
    except UnknownOrder:
        return False


def wait_until(is_so: Any) -> None:
    end = time.monotonic() + SECONDS_TO_SETTLE
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.3)  # nothing but another look can tell


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stack]:
    with emulated(tmp_path) as emulator:
        for name, value in emulator.environment.items():
            monkeypatch.setenv(name, value)
        yield Stack(emulator)


def prepared(folder: Path) -> Path:
    """A checkout that has the tools of this one, and whose stage has no operators' page to be built."""
    (folder / ".venv").symlink_to(ROOT / ".venv")
    config = folder / "samconfig.toml"
    text = config.read_text(encoding="utf-8")
    assert WITH_PAGE in text
    config.write_text(text.replace(WITH_PAGE, WITHOUT_PAGE), encoding="utf-8")
    return folder


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A checkout of the version without events."""
    unpack_code(WITHOUT_EVENTS, tmp_path / "before")
    return prepared(tmp_path / "before")


@pytest.fixture
def now(tmp_path: Path) -> Path:
    """A copy of this checkout, without anything that git does not know."""
    folder = tmp_path / "now"
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    known = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in known.split("\0"):
        if name and (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name)
    return prepared(folder)


def read_on(api: Api, cursor: str | None) -> list[dict[str, Any]]:
    """All events behind the cursor."""
    found: list[dict[str, Any]] = []
    while True:
        reply = api.get("/events?limit=3" + (f"&after={cursor}" if cursor else ""))
        assert reply.status == 200, reply
        found += reply.body["events"]
        cursor = reply.body["cursor"] or cursor
        if not reply.body["hasMore"]:
            return found


def events_of(events: list[dict[str, Any]], *order_ids: str) -> Counter[tuple[str, str]]:
    return Counter((each["data"]["orderId"], each["type"]) for each in events if each["data"]["orderId"] in order_ids)


def once(*order_ids: str) -> Counter[tuple[str, str]]:
    return Counter((order_id, type_) for order_id in order_ids for type_ in ("order.received", "order.completed"))


def test_an_update_a_rollback_and_the_next_update_lose_no_event_and_tell_none_twice(
    stack: Stack, before: Path, now: Path
):
    stack.type("deploy", before)
    api = stack.api(before)
    stack.sell(api, "old-1", "old-2")

    stack.type("deploy", now)
    api = stack.api(now)
    stack.sell(api, "updated-1", "updated-2")
    wait_until(lambda: events_of(read_on(api, None), "updated-1", "updated-2") == once("updated-1", "updated-2"))
    seen = read_on(api, None)
    assert events_of(seen, "old-1", "old-2") <= once("old-1", "old-2")  # what the stream still has
    for order_id in ("old-1", "old-2"):
        assert api.get(f"/orders/{order_id}").body["status"] == "COMPLETED"

    assert "Rolled back" in stack.type("rollback", now)
    stack.sell(api, "meanwhile-1", "meanwhile-2")

    stack.type("deploy", now)
    api = stack.api(now)
    stack.sell(api, "forward")
    later = ("meanwhile-1", "meanwhile-2", "forward")
    wait_until(lambda: events_of(read_on(api, seen[-1]["id"]), *later) == once(*later))
    more = read_on(api, seen[-1]["id"])
    assert events_of(more, "old-1", "old-2", "updated-1", "updated-2") == Counter()
    assert read_on(api, None) == [*seen, *more]
    assert all(one["id"] < other["id"] for one, other in pairwise([*seen, *more]))
