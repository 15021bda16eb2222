"""What queues feed to functions, and what becomes of it."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from orders.local.lambda_.queue import MemoryQueue
from orders.local.lambda_.template import QueueSource
from orders.local.server import event_sources
from orders.local.server.event_sources import Poller, Share
from orders.local.server.worker_process import WorkerDied

SOURCE = QueueSource("OrderQueue", 10, reports_failures=True)


def left_after(invoke: Callable[[Any], Any], *bodies: str) -> int:
    """How many messages stay in the queue after one batch."""
    queue = MemoryQueue(visibility=180)
    queue.send(bodies)
    Poller(threading.Event(), queue, SOURCE, Share(10), invoke).deliver(queue.receive(10))
    return queue.depth()


@pytest.fixture(autouse=True)
def _no_pause_after_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_sources, "SECONDS_AFTER_A_CRASH", 0)


def bodies_of(event: Any) -> list[str]:
    return [record["body"] for record in event["Records"]]


def test_what_is_done_is_deleted_and_what_is_reported_stays():
    def one_fails(event: Any) -> Any:
        return {"batchItemFailures": [{"itemIdentifier": event["Records"][1]["messageId"]}]}

    assert left_after(one_fails, "a", "b", "c") == 1


def test_everything_stays_when_the_function_raises_or_its_report_makes_no_sense():
    def raises(_event: Any) -> Any:
        raise RuntimeError

    senseless = [[], "x", {"batchItemFailures": [{}]}, {"batchItemFailures": [{"itemIdentifier": "?"}]}, {"a": 1}]

    assert left_after(raises, "a", "b") == 2
    assert [left_after(partial(answer, report), "a", "b") for report in senseless] == [0, 2, 2, 2, 2]


def answer(report: object, _event: object) -> object:
    return report


def test_a_message_that_kills_its_worker_takes_no_neighbour_with_it():
    done: list[str] = []

    def dies_of_poison(event: Any) -> Any:
        if "poison" in bodies_of(event):
            raise WorkerDied
        done.extend(bodies_of(event))
        return {"batchItemFailures": []}

    assert left_after(dies_of_poison, "a", "poison", "b", "c") == 1
    assert sorted(done) == ["a", "b", "c"]


def test_a_server_that_is_asked_to_stop_begins_nothing_anew():
    stop, calls = threading.Event(), list[Any]()
    queue = MemoryQueue(visibility=180)
    queue.send(["a", "b"])

    def dies(event: Any) -> Any:
        stop.set()
        calls.append(event)
        raise WorkerDied("gone")

    Poller(stop, queue, SOURCE, Share(10), dies).deliver(queue.receive(10))

    assert len(calls) == 1
