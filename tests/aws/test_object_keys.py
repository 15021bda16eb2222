"""The keys of receipts on S3: spread over prefixes, and one object for each order, whichever version stored it."""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, NINE
from tests.support.fakes import Clock, MemoryMailer, MemoryQueue
from tests.support.resources import new_bucket, new_table

from orders.aws.bucket import S3Bucket, object_key
from orders.aws.dynamodb.table import DynamoTable
from orders.order import validation
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Outside
from orders.use_cases import process

ORDER = Order.received(validation.parse(ALICE), "token", NINE)


class Place:
    """An order in a table of its own, and a bucket."""

    def __init__(self) -> None:
        self.name = new_bucket()
        self.clock, self.table, self.bucket = Clock(), DynamoTable(new_table()), S3Bucket(self.name)
        self.table.create(replace(ORDER, received_at=self.clock(), waiting_since=self.clock()))
        ports = (self.table, MemoryQueue(), MemoryQueue(), self.bucket)
        self.outside = Outside(
            *ports, mail_queue=None, mailer=MemoryMailer(), link_lifetime=timedelta(minutes=5), clock=self.clock
        )

    @property
    def order(self) -> Order:
        return self.table.read(ORDER.order_id)

    def stored_by_a_version_before(self) -> StoredReceipt:
        """Under the plain key, as it did."""
        return self.bucket._store_once(self.order.receipt_key, b"%PDF- of the version before")

    def keys(self) -> list[str]:
        return [it["Key"] for it in boto3.client("s3").list_object_versions(Bucket=self.name).get("Versions", [])]


@pytest.fixture
def place(emulator: Emulator) -> Place:
    return Place()


def test_a_receipts_key_begins_with_two_digits_of_its_hash(place: Place):
    order = process.make_receipt(ORDER.order_id, place.outside)

    assert order.receipt
    assert place.keys() == [order.receipt.key] == [object_key(order.receipt_key)]
    assert re.fullmatch(r"[0-9a-f]{2}/receipts/\d{4}-\d\d-\d\d/12345-[0-9a-f]{16}\.pdf", order.receipt.key)


def test_the_receipts_of_a_day_are_spread_over_256_prefixes():
    """S3 takes 3,500 writes a second for each."""
    keys = (object_key(replace(ORDER, order_id=f"o{number}").receipt_key) for number in range(25_600))
    orders = Counter(key.partition("/")[0] for key in keys)

    assert len(orders) == 256
    assert max(orders.values()) < 2 * 100


def test_a_receipt_that_a_version_before_stored_is_downloaded_from_where_it_is(place: Place):
    before = place.stored_by_a_version_before()
    place.table.replace(place.order, place.order.completed(before, place.clock()))

    assert before.key == place.order.receipt_key
    assert place.order.receipt == before
    assert place.bucket.fetch(before) == b"%PDF- of the version before"
    assert f"/{before.key}?" in place.bucket.link(before, NINE, timedelta(minutes=5)).url


def test_an_order_whose_worker_died_before_the_update_has_one_receipt(place: Place):
    """A version before stored the receipt, and died before it completed the order. This version completes it."""
    before = place.stored_by_a_version_before()
    place.clock.advance(minutes=1)
    order = process.make_receipt(ORDER.order_id, place.outside)

    assert (order.status, order.receipt) == (Status.COMPLETED, before)
    assert place.keys() == [before.key]


def test_an_order_that_waited_and_has_no_receipt_gets_one_under_the_new_key(place: Place):
    place.clock.advance(minutes=1)
    order = process.make_receipt(ORDER.order_id, place.outside)

    assert order.status is Status.COMPLETED
    assert place.keys() == [object_key(order.receipt_key)]


def test_a_new_order_is_not_looked_for_under_the_plain_key(place: Place):
    """It would be one more request for each order."""
    heads = list[str]()
    place.bucket._client.meta.events.register("before-call.s3.HeadObject", lambda **_: heads.append("HEAD"))
    process.make_receipt(ORDER.order_id, place.outside)

    assert heads == []
