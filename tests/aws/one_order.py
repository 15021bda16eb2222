"""An order's way through the AWS edition, and those who drive it: shop, queue, clock, operator and customer."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any

import boto3
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from tests.aws.wire import Died, Send, Wire
from tests.support.examples import ALICE
from tests.support.fakes import Clock, MemoryMailer, MemoryQueue
from tests.support.resources import new_bucket, new_queue, new_table

from orders.aws.bucket import S3Bucket, object_key
from orders.aws.dynamodb.table import DynamoTable
from orders.aws.queue import SqsQueue
from orders.order import validation
from orders.order.errors import Misconfigured, NotRetryable, OrderConflict, ReceiptImpossible, Unavailable
from orders.order.order import Order, Status
from orders.ports import Outside, SignedLink
from orders.use_cases import fail, process, receive, retrieve, retry, sweep


@dataclass
class Place:
    """Where orders are kept, and the platform's own ways to it, which never fail."""

    table: str = field(default_factory=new_table)
    queue: str = field(default_factory=new_queue)
    bucket: str = field(default_factory=new_bucket)
    sqs: Any = field(default_factory=lambda: boto3.client("sqs"))
    s3: Any = field(default_factory=lambda: boto3.client("s3"))

    def messages(self) -> list[dict[str, str]]:
        """They stay visible: who does not delete one gets it again."""
        answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, VisibilityTimeout=0)
        messages: list[dict[str, str]] = answer.get("Messages", [])
        return messages

    def delete(self, message: dict[str, str]) -> None:
        self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])


class Process:
    """A running function with clients of its own; once it has died, no thread of it sends anything."""

    def __init__(self, place: Place, wire: Wire | None = None) -> None:
        self.place, self.wire, self.alive = place, wire or Wire(), True
        self.table = DynamoTable(place.table, shards=2)
        self.queue, self.bucket = SqsQueue(place.queue), S3Bucket(place.bucket)
        for port in (self.table, self.queue, self.bucket):
            self._attach(port)

    def _attach(self, port: Any) -> None:
        session = port._client._endpoint.http_session
        session.send = partial(self._carry, session.send)

    def _carry(self, send: Send, request: AWSPreparedRequest) -> AWSResponse:
        if not self.alive:
            raise Died
        try:
            return self.wire.carry(send, request)
        except Died:
            self.alive = False
            raise


class Stage:
    """One order, and what happens to it. Every step is what somebody does once, whatever comes of it."""

    def __init__(self, process: Process, wire: Wire) -> None:
        self.process, self.place, self.wire, self.clock = process, process.place, wire, Clock()
        self.process.wire = wire
        self.order = ALICE | {"orderId": str(uuid.uuid4())}
        self.order_id: str = self.order["orderId"]
        self.tokens: list[str] = []
        self.posts = 0
        self.may_fail = False

    @property
    def outside(self) -> Outside:
        ports = (self.process.table, self.process.queue, MemoryQueue(), self.process.bucket)
        return Outside(
            *ports, mail_queue=None, mailer=MemoryMailer(), link_lifetime=timedelta(minutes=5), clock=self.clock
        )

    def play(self, step: Callable[["Stage"], object]) -> None:
        """Whoever is told `Unavailable` goes away; after a death the platform starts another process."""
        try:
            step(self)
        except Misconfigured as error:
            raise AssertionError("nobody has to mend what passes") from error
        except Unavailable:
            pass
        except Died:
            self.process = Process(self.place, self.wire)

    def shop_posts(self) -> receive.Acceptance:
        self.posts += 1
        acceptance = receive.accept(validation.parse(self.order), self.outside)
        assert self.posts > 1 or not acceptance.replayed
        self.tokens.append(acceptance.order.receipt_token)
        return acceptance

    def another_order_is_posted_under_its_id(self) -> None:
        if not self.tokens:
            return  # it would be the first
        with suppress(OrderConflict):
            receive.accept(validation.parse(self.order | {"customerName": "Alicia"}), self.outside)
            raise AssertionError("two orders were accepted under one id")

    def queue_delivers(self) -> int:
        """How many messages were done with."""
        messages = self.place.messages()
        make_receipt, request_mails = process.receipt_maker([message["Body"] for message in messages], self.outside)
        for message in messages:
            make_receipt(message["Body"])
        request_mails()
        for message in messages:
            self.place.delete(message)
        return len(messages)

    def queue_forgets(self) -> None:
        for message in self.place.messages():
            self.place.delete(message)

    def sweep_runs_later(self) -> None:
        self.clock.advance(minutes=20)
        sweep.requeue_waiting(self.outside)

    def queue_gives_up(self) -> None:
        self._given_up(lambda _row: None)

    def queue_gives_up_for_want_of_ink(self) -> None:
        self.may_fail = True
        self._given_up(no_ink)

    def _given_up(self, trial: Callable[[Order], None]) -> None:
        if self.tokens:
            fail.decide(self.order_id, self.outside, trial)

    def operator_retries(self) -> None:
        if self.tokens:
            with suppress(NotRetryable):
                retry.try_again(self.order_id, self.outside, by="operator")

    def customer_asks(self) -> SignedLink | None:
        if not self.tokens:
            return None
        row = retrieve.order_of_customer(self.order_id, self.tokens[0], self.outside)
        return None if row.status is Status.FAILED and self.may_fail else retrieve.receipt_link(row, self.outside)

    def settle(self) -> Order:
        """The faults are over: who was told to come back does, the queue is emptied, a sweep finds what it lost."""
        self.process.wire = Wire()
        if not self.tokens:
            self.shop_posts()
        if self.may_fail and self.row().status is Status.FAILED:
            self.operator_retries()
        self.queue_empties()
        row = self.row()
        if row.status is not Status.RECEIVED:
            return row
        self.sweep_runs_later()
        self.queue_empties()
        return self.row()

    def queue_empties(self) -> None:
        while self.queue_delivers():
            pass

    def row(self) -> Order:
        return self.process.table.read(self.order_id)

    def versions(self, row: Order) -> list[str]:
        """Of every receipt that was stored for the order."""
        prefix = object_key(row.receipt_key).rsplit("-", 1)[0]
        listed = self.place.s3.list_object_versions(Bucket=self.place.bucket, Prefix=prefix)
        return [version["VersionId"] for version in listed.get("Versions", [])]


def no_ink(_row: Order) -> None:
    raise ReceiptImpossible("no ink")
