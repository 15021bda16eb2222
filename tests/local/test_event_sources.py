"""What queues feed to functions, and what becomes of it."""

import threading
from collections.abc import Callable
from functools import partial
from typing import Any

from orders.local.event_sources import Poller
from orders.local.queue import MemoryQueue
from orders.local.template import QueueSource
from orders.local.worker import WorkerDied

SOURCE = QueueSource("OrderQueue", 10, reports_failures=True)


def left_after(invoke: Callable[[Any], Any], *bodies: str) -> int:
    """How many messages stay in the queue after one batch."""
    queue, stop = MemoryQueue(visibility=180), threading.Event()
    stop.set()  # no pause after a crash
    queue.send(bodies)
    Poller(stop, queue, SOURCE, invoke).deliver(queue.receive(10))
    return queue.depth()


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
    assert done == ["a", "b", "c"]
