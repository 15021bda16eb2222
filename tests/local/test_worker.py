"""The process that a queue's function runs in is made anew when it dies or hangs."""

import multiprocessing
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.support.examples import BASKET, NINE

from orders.local.folder.folder import DataFolder
from orders.local.lambda_ import template
from orders.local.server import worker_process
from orders.local.server.worker import Worker
from orders.local.server.worker_process import Doorbells, WorkerDied
from orders.local.sqlite.table import SqliteTable
from orders.local.stack import Stack
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


@pytest.mark.parametrize(
    "outage", [TimeoutError("another process holds the database"), sqlite3.OperationalError("locked")]
)
def test_a_process_that_can_not_open_its_folder_yet_starts_and_its_first_call_tells(
    monkeypatch: pytest.MonkeyPatch, outage: Exception
):
    def opened() -> Stack:
        raise outage

    monkeypatch.setattr(worker_process, "set_up", lambda _data: None)
    monkeypatch.setattr(worker_process, "_stack", opened)
    ours, theirs = multiprocessing.Pipe()
    process = threading.Thread(target=worker_process.work, args=("data", theirs))
    process.start()
    try:
        assert ours.poll(10)
        assert ours.recv().error is None
        ours.send((PROCESS.name, NOBODYS))
        assert ours.poll(10)
        assert type(ours.recv().error) is type(outage)
    finally:
        ours.close()
        process.join(10)
