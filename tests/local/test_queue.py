"""The queue in memory has SQS's semantics."""

import threading
from dataclasses import dataclass

import pytest

from orders.errors import Unavailable
from orders.local import queue as queue_module
from orders.local.queue import MemoryQueue


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def bodies(queue: MemoryQueue, most: int = 10) -> list[str]:
    """What can be received now."""
    return [message.body for _, message in queue.receive(most)] if queue.visible() else []


def test_a_received_message_is_hidden_until_its_visibility_timeout_is_over(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send(["a"])

    assert bodies(queue) == ["a"]
    clock.now = 29.9
    assert bodies(queue) == []
    clock.now = 30
    assert bodies(queue) == ["a"]


def test_a_deleted_message_never_comes_back(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send(["a"])
    ((handle, _),) = queue.receive(10)
    queue.delete(handle)
    clock.now = 1000

    assert bodies(queue) == []
    assert queue.depth() == 0


def test_a_receipt_handle_is_void_once_the_message_was_received_again(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send(["a"])
    ((stale, _),) = queue.receive(10)
    clock.now = 30
    queue.receive(10)
    queue.delete(stale)
    clock.now = 60

    assert bodies(queue) == ["a"]


def test_receives_are_counted_and_the_message_keeps_its_id(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send(["a"])
    ids = set()
    for times in (1, 2, 3):
        ((_, message),) = queue.receive(10)
        assert message.receives == times
        ids.add(message.message_id)
        clock.now += 30

    assert len(ids) == 1


def test_what_was_received_too_often_goes_to_the_dead_letter_queue_and_starts_anew_there(clock: Clock):
    dead_letter = MemoryQueue(60, clock=clock)
    queue = MemoryQueue(30, max_receives=3, dead_letter=dead_letter, clock=clock)
    queue.send(["poison", "fine"])
    for _ in range(3):
        for handle, message in queue.receive(10):
            if message.body == "fine":
                queue.delete(handle)
        clock.now += 30

    assert bodies(queue) == []
    ((_, message),) = dead_letter.receive(10)
    assert (message.body, message.receives) == ("poison", 1)


def test_a_batch_holds_at_most_as_many_as_asked_for(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send([str(number) for number in range(25)])

    assert [len(queue.receive(10)) for _ in range(3)] == [10, 10, 5]


def test_a_full_queue_takes_none_and_says_so(clock: Clock, monkeypatch):
    monkeypatch.setattr(queue_module, "CAPACITY", 2)
    queue = MemoryQueue(30, clock=clock)
    queue.send(["a"])
    with pytest.raises(Unavailable):
        queue.send(["b", "c"])

    assert bodies(queue) == ["a"]


def test_who_waits_is_woken_by_a_message_and_by_closing():
    queue = MemoryQueue(30)
    received: list[str] = []

    def listen() -> None:
        while messages := queue.receive(10):
            received.extend(message.body for _, message in messages)
            heard.set()

    heard = threading.Event()
    listener = threading.Thread(target=listen)
    listener.start()
    queue.send(["a"])
    assert heard.wait(10)
    queue.close()
    listener.join(10)

    assert not listener.is_alive()
    assert received == ["a"]


def test_who_waits_is_woken_when_a_hidden_message_becomes_visible_again():
    queue = MemoryQueue(visibility=0.05)
    queue.send(["a"])

    assert [queue.receive(10)[0][1].receives for _ in range(3)] == [1, 2, 3]
