"""Whatever one HTTP request to AWS comes to, an acknowledged order ends with its receipt, stored once.

Each kind of fault happens to every third request of a life. Where it begins differs from kind to kind, so that every
request meets some of them. With `ORDERS_FULL=yes`, each kind happens to every request.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path

import pytest
import urllib3
from tests.aws import wire
from tests.aws.one_order import Place, Process, Stage
from tests.aws.wire import Fault, Wire
from tests.support.emulator import Emulator
from tests.support.extent import EVERY

from orders import receipt
from orders.aws.dynamodb.table import DynamoTable
from orders.order.errors import Unavailable
from orders.order.order import Order, Status
from orders.shop import shop
from orders.use_cases import receive, retrieve

Step = Callable[[Stage], object]

NUMBERED = "with a number"
"""The life in which the shop has numbers."""
SERIES = "R{number}"
LIVES: dict[str, list[Step]] = {
    "posted once": [Stage.shop_posts, Stage.queue_delivers, Stage.customer_asks],
    NUMBERED: [Stage.shop_posts, Stage.queue_delivers, Stage.queue_delivers, Stage.customer_asks],
    "posted and contested": [
        Stage.shop_posts,
        Stage.another_order_is_posted_under_its_id,
        Stage.shop_posts,
        Stage.queue_delivers,
        Stage.another_order_is_posted_under_its_id,
    ],
    "swept": [Stage.shop_posts, Stage.queue_forgets, Stage.sweep_runs_later, Stage.queue_delivers],
    "given up and retried": [
        Stage.shop_posts,
        Stage.queue_gives_up,
        Stage.queue_forgets,
        Stage.queue_gives_up_for_want_of_ink,
        Stage.operator_retries,
        Stage.queue_delivers,
        Stage.customer_asks,
    ],
}
PASSING = (wire.refused, wire.reply_lost, wire.server_in_trouble, wire.throttled, wire.reply_cut)
FAULTS = [Fault(happens, lasting) for happens in PASSING for lasting in (False, True)]
FAULTS += [Fault(wire.reply_garbled), Fault(wire.death_before), Fault(wire.death_after)]
IN_DOUBT = [Fault(wire.refused, True), Fault(wire.reply_lost), Fault(wire.reply_lost, True), Fault(wire.death_after)]
"""What leaves a caller in doubt the longest, and an outage."""


@pytest.fixture(scope="module")
def place(emulator: Emulator) -> Place:
    return Place()


@pytest.fixture(scope="module")
def http(emulator: Emulator) -> urllib3.PoolManager:
    return urllib3.PoolManager(ca_certs=str(emulator.certificate))


@pytest.fixture(autouse=True, scope="module")
def quick() -> Iterator[None]:
    """The SDK resends at once, and two shards show what all would."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("botocore.retries.standard.ExponentialBackoff.delay_amount", lambda *_: 0)
        patch.setattr("orders.aws.dynamodb.item.MOST_SHARDS", 2)
        yield


@pytest.fixture(scope="module")
def requests(place: Place, http: urllib3.PoolManager) -> dict[str, int]:
    """How many requests each life takes where nothing happens to any."""
    return {life: len(lived(life, {}, Process(place), http).wire.carried) for life in LIVES}


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("life", LIVES)
def test_one_fault_at_any_request_harms_no_order(
    life: str, fault: Fault, requests: dict[str, int], place: Place, http: urllib3.PoolManager
):
    process, injected = Process(place), 0
    met = range(requests[life])[(FAULTS.index(fault) + list(LIVES).index(life)) % EVERY :: EVERY]
    for number in met:
        stage = lived(life, {number: fault}, process, http)
        process, injected = stage.process, injected + stage.wire.injected

    print(f"{life}, {fault}: {len(met)} of {requests[life]} requests, {injected} faults")
    assert injected >= len(met) >= requests[life] // EVERY > 0


@pytest.mark.parametrize("first", IN_DOUBT, ids=str)
def test_two_faults_at_any_two_requests_harm_no_order(
    first: Fault, requests: dict[str, int], place: Place, http: urllib3.PoolManager
):
    """The second may happen to what is done only because of the first: a read after a refusal, another process."""
    pairs = injected = 0
    for number in range(requests["posted once"]):
        alone = lived("posted once", {number: first}, Process(place), http)
        process = alone.process
        later_faults = list(product(range(number + 1, len(alone.wire.carried)), IN_DOUBT))
        for later, second in later_faults[(IN_DOUBT.index(first) + number) % EVERY :: EVERY]:
            stage = lived("posted once", {number: first, later: second}, process, http)
            process, pairs, injected = stage.process, pairs + 1, injected + stage.wire.injected

    print(f"{first}, then another: {pairs} pairs, {injected} faults")
    assert injected >= 2 * pairs > 0


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault.lasting], ids=str)
def test_a_bell_that_cannot_be_rung_refuses_no_order(fault: Fault, place: Place, http: urllib3.PoolManager):
    stage = Stage(Process(place), Wire({1: fault}))
    stage.shop_posts()

    assert stage.wire.carried[0] == "DynamoDB PutItem"
    assert set(stage.wire.carried[1:]) == {"SQS SendMessage"}
    check(stage, stage.settle(), http)


def test_a_cut_answer_about_several_bells_means_call_again(place: Place):
    """It may have been about one that was not taken."""
    process = Process(place, Wire({0: Fault(wire.reply_cut)}))
    with pytest.raises(Unavailable):
        process.queue.notify(["a", "b"])

    assert len(place.messages()) == 2


def lived(life: str, faults: Mapping[int, Fault], process: Process, http: urllib3.PoolManager) -> Stage:
    """An order's life with these faults, after which everything is as it must be."""
    stage = Stage(process, Wire(faults))
    try:
        with shop_of(life):
            for step in LIVES[life]:
                stage.play(step)
            check(stage, row := stage.settle(), http)
        if life == NUMBERED:
            check_number(DynamoTable(stage.place.table), row)
    except Exception as error:
        requests = enumerate(stage.wire.carried)
        error.add_note("\n".join(f"{number}: {request} {faults.get(number, '')}" for number, request in requests))
        raise
    return stage


@contextmanager
def shop_of(life: str) -> Iterator[None]:
    """The shop of this process, which has numbers in one of the lives."""
    if life != NUMBERED:
        yield
        return
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "shop.toml"
        file.write_text(f'[numbers]\nreceipt = "{SERIES}"\n')
        patch.setenv("ORDERS_RECEIPT", str(file))
        shop.configured.cache_clear()
        yield
    shop.configured.cache_clear()


def check_number(table: DynamoTable, row: Order) -> None:
    """The register has each number once, and one number for the order: that of its receipt."""
    assert row.issue
    assert row.receipt
    entries = table.entries(SERIES, 1, 1000)
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    (own,) = [entry for entry in entries if entry.order_id == row.order_id]
    assert (own.number, own.sha256, own.void) == (row.issue.number, row.receipt.sha256, None)


def check(stage: Stage, row: Order, http: urllib3.PoolManager) -> None:
    assert row.status is Status.COMPLETED
    assert row.receipt
    assert stage.versions(row) == [row.receipt.version]
    assert moves(row) in ([], ["failed", "retried"])

    link = retrieve.receipt_link(row, stage.outside)
    assert link
    pdf = http.request("GET", link.url).data
    assert pdf == receipt.render(row)
    assert (row.receipt.sha256, row.receipt.size) == (hashlib.sha256(pdf).hexdigest(), len(pdf))

    stage.another_order_is_posted_under_its_id()
    assert stage.shop_posts() == receive.Acceptance(row, replayed=True)
    assert set(stage.tokens) == {row.receipt_token}


def moves(row: Order) -> list[str]:
    """Between its first and its last, of which there is one each; attempts move nothing."""
    received, *between, completed = [entry.what.split(":")[0] for entry in row.history]
    assert (received, completed) == ("received", "completed")
    return [what for what in between if what != "attempt failed" and not what.startswith("number ")]
