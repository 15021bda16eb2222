"""What every queue must do for those who ring; what it does for those who listen is its platform's affair."""

import pytest
from tests.fakes import MemoryQueue

from orders.local.queue import Doorbell
from orders.local.queue import MemoryQueue as LocalQueue
from orders.ports import Queue


@pytest.fixture(params=["fake", "local"])
def listened(request: pytest.FixtureRequest) -> tuple[Queue, object]:
    if request.param == "fake":
        fake = MemoryQueue()
        return fake, lambda: fake.rung
    queue = LocalQueue(visibility=30)
    return Doorbell(queue), lambda: [message.body for _, message in queue.receive(10)]


def test_every_ring_is_heard(listened):
    queue, heard = listened
    queue.ring(["a"])
    queue.ring(["b", "c"])

    assert sorted(heard()) == ["a", "b", "c"]
