"""What every queue must do for its senders. How messages are delivered differs by platform."""

import boto3
import pytest
from tests.support.fakes import MemoryQueue
from tests.support.resources import new_queue
from tests.support.second_opinions import SQS

from orders.aws.queue import SqsQueue
from orders.local.lambda_.queue import Doorbell
from orders.local.lambda_.queue import MemoryQueue as LocalQueue
from orders.ports import Queue


@pytest.fixture(params=["fake", "local", *SQS])
def listened(request: pytest.FixtureRequest) -> tuple[Queue, object]:
    if request.param == "fake":
        fake = MemoryQueue()
        return fake, lambda: fake.notified
    if request.param == "local":
        queue = LocalQueue(visibility=30)
        return Doorbell(queue), lambda: [message.body for _, message in queue.receive(100)]
    request.getfixturevalue(request.param)
    url = new_queue()
    return SqsQueue(url), lambda: heard_by_sqs(url)


def heard_by_sqs(url: str) -> list[str]:
    sqs, bodies = boto3.client("sqs"), list[str]()
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
        bodies += [message["Body"] for message in messages]
    return bodies


def test_every_ring_is_heard(listened):
    queue, heard = listened
    queue.notify(["a"])
    queue.notify(["b", "c"])

    assert sorted(heard()) == ["a", "b", "c"]


def test_every_ring_for_orders_that_wait_since_long_ago_is_heard(listened):
    queue, heard = listened
    queue.requeue(["a", "b"])

    assert sorted(heard()) == ["a", "b"]


def test_more_bells_than_one_call_carries_are_heard_all(listened):
    queue, heard = listened
    queue.notify([f"o{number}" for number in range(25)])

    assert sorted(heard()) == sorted(f"o{number}" for number in range(25))


def test_the_depth_is_the_bells_that_wait_or_are_being_heard(listened):
    queue, heard = listened
    assert queue.depth() == 0
    queue.notify(["a", "b", "c"])
    assert queue.depth() == 3
    heard()

    assert queue.depth() == 3
