"""The process that a queue's function runs in is made anew when it dies or hangs."""

import multiprocessing
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.examples import BASKET, NINE

from orders.local.folder.folder import DataFolder
from orders.local.lambda_ import template
from orders.local.server.worker import Doorbells, Worker, WorkerDied
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.order import Order

PROCESS = template.load().functions["ProcessOrderFunction"]
NOBODYS = {"Records": [{"messageId": "m-1", "body": "nobody"}]}
HANDED_BACK = {"batchItemFailures": [{"itemIdentifier": "m-1"}]}


def nobody_listens(_doorbells: Doorbells) -> None:
    """The function's messages to queues are ignored."""


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Worker]:
    worker = Worker(tmp_path, PROCESS, nobody_listens)
    yield worker
    worker.close()


def test_a_function_runs_in_another_process_and_answers(worker: Worker):
    assert worker.invoke(NOBODYS) == HANDED_BACK


def test_the_messages_that_a_function_sends_to_queues_come_back_with_its_result(tmp_path: Path):
    with closing(SqliteTable(DataFolder.open(tmp_path).database)) as table:
        table.create(Order.received(validation.parse(BASKET), "token", NINE))
    sent: list[Doorbells] = []
    worker = Worker(tmp_path, PROCESS, sent.append)
    worker.invoke({"Records": [{"messageId": "m-1", "body": "basket-1"}]})
    worker.invoke(NOBODYS)
    worker.close()

    mail_queue = template.load().mail_queue
    assert [doorbells[mail_queue] for doorbells in sent] == [["basket-1"], []]


def test_a_call_that_takes_longer_than_its_function_may_ends_the_process_and_the_next_one_gets_another(tmp_path: Path):
    worker = Worker(tmp_path, replace(PROCESS, timeout=timedelta(milliseconds=1)), nobody_listens)
    worker.warm_up()
    (first,) = multiprocessing.active_children()
    with pytest.raises(WorkerDied):
        worker.invoke(NOBODYS)
    worker.warm_up()
    (second,) = multiprocessing.active_children()
    worker.close()

    assert not first.is_alive()
    assert second.pid != first.pid


def test_a_process_that_died_while_idle_is_replaced_before_the_next_call(worker: Worker):
    worker.invoke(NOBODYS)
    for process in multiprocessing.active_children():
        process.kill()
        process.join()
    try:
        answer = worker.invoke(NOBODYS)
    except WorkerDied:  # the pool had not noticed yet; then the message is delivered again
        answer = worker.invoke(NOBODYS)

    assert answer == HANDED_BACK


def test_closing_leaves_no_process_behind(tmp_path: Path):
    worker = Worker(tmp_path, PROCESS, nobody_listens)
    worker.invoke(NOBODYS)
    worker.close()

    assert not multiprocessing.active_children()
