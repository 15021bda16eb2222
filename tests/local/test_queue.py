"""The queue in memory has SQS's semantics."""

import threading
from dataclasses import dataclass

import pytest

from orders.local.lambda_ import ready
from orders.local.lambda_.queue import MemoryQueue
from orders.order.errors import Unavailable


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


def test_the_newest_and_the_oldest_message_are_received_in_turn(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send([str(number) for number in range(7)])

    assert bodies(queue, 3) == ["6", "0", "5"]
    assert bodies(queue, 1) == ["1"]
    assert bodies(queue, 1) == ["4"]


def test_what_sweep_sends_again_buries_no_new_message_and_is_not_left_lying(clock: Clock):
    queue = MemoryQueue(30, clock=clock)
    queue.send(["old"])
    clock.now = 1
    queue.send_again(["swept 1", "swept 2", "swept 3"])
    clock.now = 2
    queue.send(["new 1", "new 2"])

    assert bodies(queue, 4) == ["new 2", "old", "new 1", "swept 1"]
    assert bodies(queue) == ["swept 2", "swept 3"]


class TestFullQueue:
    @pytest.fixture
    def queue(self, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> MemoryQueue:
        monkeypatch.setattr(ready, "CAPACITY", 4)
        return MemoryQueue(30, clock=clock)

    def test_a_new_message_takes_the_place_of_the_newest_that_sweep_sent(self, queue: MemoryQueue):
        queue.send_again(["swept 1", "swept 2", "swept 3", "swept 4"])
        queue.send(["new 1"])
        queue.send(["new 2"])

        assert sorted(bodies(queue)) == ["new 1", "new 2", "swept 1", "swept 2"]

    def test_where_all_are_new_another_one_is_dropped(self, queue: MemoryQueue):
        queue.send(["a", "b", "c", "d", "e"])

        assert sorted(bodies(queue)) == ["a", "b", "c", "d"]

    def test_sweep_is_told_that_there_is_no_room(self, queue: MemoryQueue):
        """So that it does not postpone orders for which nothing was sent."""
        queue.send(["a", "b", "c"])
        with pytest.raises(Unavailable):
            queue.send_again(["d", "e"])

        assert sorted(bodies(queue)) == ["a", "b", "c"]

    def test_the_log_says_at_once_and_then_once_a_minute_how_many_messages_were_dropped(
        self, queue: MemoryQueue, clock: Clock, caplog: pytest.LogCaptureFixture
    ):
        """One line an order would cost more than to accept it."""
        queue.send_again(["swept"])
        queue.send(["a", "b", "c"])
        assert caplog.messages == []
        for clock.now in range(90):
            queue.send(["x"])
        queue.receive(10)

        assert [message.split(": ")[1] for message in caplog.messages] == [
            "1x the queue in memory is full",
            "60x the queue in memory is full",
        ]
        clock.now = 120
        queue.receive(10)
        assert "29x the queue" in caplog.messages[-1]

    def test_a_message_that_was_received_before_keeps_its_place_and_its_count(self, queue: MemoryQueue, clock: Clock):
        """Otherwise a message that takes its worker down would never reach the dead-letter queue."""
        queue.send(["poison"])
        queue.receive(1)
        queue.send_again(["swept 1", "swept 2", "swept 3", "swept 4"])
        clock.now = 30
        queue.visible()
        queue.send(["new 1", "new 2", "new 3", "new 4", "new 5"])

        received = {message.body: message.receives for _, message in queue.receive(10)}
        assert received == {"new 1": 1, "new 2": 1, "new 3": 1, "new 4": 1, "poison": 2}


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


def test_who_waits_for_a_backlog_gets_messages_only_when_more_than_so_many_wait():
    queue = MemoryQueue(visibility=180)
    received: list[int] = []
    helper = threading.Thread(target=lambda: received.append(len(queue.receive(40, backlog=2))))
    helper.start()
    queue.send(["a", "b"])
    assert len(queue.receive(40)) == 2
    queue.send(["c", "d", "e"])
    helper.join(20)

    assert received == [3]
