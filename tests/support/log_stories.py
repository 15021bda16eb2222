"""What functions write to their logs in good times and bad: the code that runs on AWS, with a world in memory."""

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

import pytest
from tests.infrastructure.recorder import load
from tests.support.event_fakes import BROKEN, TAKEN, MemoryEvents
from tests.support.examples import ALICE, BASKET
from tests.support.fakes import World
from tests.support.lambda_lines import written

from orders.api import http
from orders.aws.dynamodb.counting import CountTable
from orders.aws.dynamodb.item import item_of
from orders.functions import batch
from orders.order import validation
from orders.order.errors import MailDeferred, MailRefused, Misconfigured, ReceiptImpossible
from orders.order.order import Order
from orders.order.webhook import OPENS_AFTER
from orders.ports import Reply
from orders.use_cases import fail, process, receive, send
from orders.use_cases.webhooks import deliver, manage


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 20_000


class Leisure(Context):
    def get_remaining_time_in_millis(self) -> int:
        return 150_000


class TakesEverything:
    """A table of counts whose writes succeed."""

    def transact_write_items(self, **_call: object) -> None:
        pass


def move(before: Order | None, after: Order) -> dict[str, Any]:
    """A move of an order, as the table's stream tells it."""
    images = {"NewImage": item_of(after)} | ({"OldImage": item_of(before)} if before else {})
    return {"eventID": after.order_id, "dynamodb": images}


def counted(records: Sequence[dict[str, Any]]) -> list[str]:
    """What CountOrders writes about this batch."""
    with written() as lines:
        CountTable("counts", cast("Any", TakesEverything())).add(records)
    return lines


def accepted(world: World, posted: dict[str, Any] = ALICE) -> Order:
    receive.accept(validation.parse(posted), world.outside)
    return world.table.read(posted["orderId"])


@cache
def order_counted() -> tuple[str, ...]:
    """An order that comes in and gets its receipt."""
    world = World()
    row = accepted(world)
    return tuple(counted([move(None, row), move(row, process.make_receipt(row.order_id, world.outside))]))


@cache
def failure_counted() -> tuple[str, ...]:
    """An order whose receipt can't be drawn."""
    world = World()
    row = accepted(world)
    fail.decide(row.order_id, world.outside, trial=_impossible)
    return tuple(counted([move(row, world.table.read(row.order_id))]))


@cache
def retried_in_vain() -> tuple[str, ...]:
    """A batch in which one order fails while another that had failed is retried: the counts by state stay the same."""
    world, now = World(), World().clock()
    row = accepted(world)
    failed = row.failed("as if", now, "process")
    return tuple(counted([move(row, failed), move(failed, row)]))


@cache
def mail(refusal: Exception | None = None) -> tuple[str, ...]:
    """What SendReceipt writes about an e-mail that the mail service takes, or meets like this."""
    world = World()
    accepted(world, BASKET)
    process.make_receipt(BASKET["orderId"], world.outside)
    world.mailer.refusal = refusal
    with written() as lines:
        send.send_receipt(BASKET["orderId"], world.outside)
    return tuple(lines)


@cache
def webhook(*, works: bool = True) -> tuple[str, ...]:
    """What DeliverWebhooks writes about an endpoint that takes its events, or that has taken none for a while."""
    events = MemoryEvents()
    endpoint = manage.add("https://hooks.casaluna.example", (), "", events.ports, by="maria").endpoint
    events.sender.answer = lambda _request: TAKEN if works else BROKEN
    for _ in range(OPENS_AFTER):
        events.happen()
    with written() as lines:
        deliver.take_turn(endpoint.id, events.ports, lambda: not events.sender.got)
    return tuple(lines)


class PublicApi:
    """Answers the canary well, or not at all."""

    def __init__(self, *, works: bool) -> None:
        self._works = works

    def post(self, _path: str, _document: object) -> Reply:
        return Reply(202 if self._works else 503, b"{}")

    def get(self, _path: str) -> Reply:
        return Reply(200, b'{"signedReceiptUrl":"https://bucket.example/link"}')

    def download(self, _url: str) -> Reply:
        return Reply(200, b"%PDF-1.7")


@cache
def canary(*, works: bool = True) -> tuple[str, ...]:
    """A run of the canary. One that fails has no time for a second attempt."""
    with pytest.MonkeyPatch.context() as patch, written() as lines:
        patch.setenv("ORDERS_API_URL", "https://api.example/v1")
        patch.setenv("ORDERS_CANARY_KEY_ID", "k1")
        patch.setattr("orders.edition.connect_public_api", lambda *_, **__: PublicApi(works=works))
        load("canary")({}, Leisure() if works else Context())
    return tuple(lines)


DEFERRED, REFUSED = MailDeferred("454 too fast"), MailRefused("no such mailbox")


def _impossible(_order: Order) -> None:
    raise ReceiptImpossible("no ink")


def _no_table(_order_id: str) -> None:
    raise Misconfigured("table: ResourceNotFoundException")


def _broken(_request: http.Request) -> http.Answer:
    raise ZeroDivisionError


@cache
def errors() -> tuple[str, ...]:
    """Faults that somebody has to repair: of a function at a queue, of one of the API, and of CountOrders."""
    request = {"httpMethod": "GET", "resource": "/docs", "headers": {"Host": "localhost"}, "requestContext": {}}
    with written() as lines:
        batch.handler(_no_table)({"Records": [{"messageId": "m", "body": "12345"}]}, Context())
        http.handler({"GET /docs": _broken})(request, None)
        CountTable("counts", cast("Any", TakesEverything())).add([{"eventID": "1"}])
    return tuple(lines)
