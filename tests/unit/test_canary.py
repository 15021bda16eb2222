"""An order of the canary: who can mark one, what it goes without, and when a run says that there is no receipt."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from tests.infrastructure import recorder
from tests.support.examples import ALICE, NINE
from tests.support.fakes import World

from orders.order import validation
from orders.order.errors import NotResendable, Unavailable
from orders.order.order import Order, Status
from orders.ports import Reply
from orders.use_cases import canary, process, receive, resend
from orders.use_cases.canary import NoReceipt, Trial

REACHABLE = ALICE | {"customerEmail": "alice@example.com"}


@pytest.fixture
def world() -> World:
    return World()


class TestTheMark:
    @pytest.mark.parametrize(
        ("key_id", "is_marked"), [("of-the-canary", True), ("of-the-shop", False), (None, False), ("", False)]
    )
    def test_is_on_orders_that_were_posted_with_the_canarys_key_and_on_no_others(
        self, world: World, monkeypatch: pytest.MonkeyPatch, key_id: str | None, is_marked: bool
    ):
        answer = self.post(world, monkeypatch, "of-the-canary", key_id)

        assert answer["statusCode"] == 202
        assert world.table.read("12345").is_canary is is_marked

    @pytest.mark.parametrize("key_id", ["of-the-shop", None, ""])
    def test_is_on_no_order_where_there_is_no_canary(
        self, world: World, monkeypatch: pytest.MonkeyPatch, key_id: str | None
    ):
        self.post(world, monkeypatch, None, key_id)

        assert not world.table.read("12345").is_canary

    def test_cannot_be_had_by_an_operators_name(self, world: World):
        order = receive.accept(validation.parse(ALICE), world.outside).order
        order = order.failed("as if", NINE, by="process").retried(NINE, by="canary")

        assert not order.is_canary

    def post(self, world: World, patch: pytest.MonkeyPatch, canarys: str | None, key_id: str | None) -> Any:
        """Post Alice's order. The headers say that it is the canary's, as anyone can write."""
        patch.setattr("orders.edition.connect", lambda: world.outside)
        patch.delenv("ORDERS_CANARY_KEY_ID", raising=False)
        if canarys:
            patch.setenv("ORDERS_CANARY_KEY_ID", canarys)
        headers = {"content-type": "application/json", "apikeyid": "of-the-canary", "x-api-key": "of-the-canary"}
        event = {
            "httpMethod": "POST", "resource": "/orders", "headers": headers,
            "body": validation.parse(ALICE).canonical(),
            "requestContext": {"identity": {"apiKeyId": key_id}},
        }  # fmt: skip
        return recorder.load("receive_order")(event, None)


class TestItsOrder:
    @pytest.fixture
    def order(self, world: World) -> Order:
        return receive.accept(validation.parse(REACHABLE), world.outside, by="canary").order

    def test_gets_a_receipt_at_a_place_of_its_own_and_no_mail(self, world: World, order: Order):
        done = process.make_receipt(order.order_id, world.outside)

        assert (done.status, done.mail, done.copy, done.mail_due_at) == (Status.COMPLETED, None, None, None)
        assert done.receipt
        assert done.receipt.key.startswith("canary/2026-11-23/12345-")
        assert process.completed(order, done.receipt, world.outside, is_copied=True).copy is None

    def test_gets_none_if_an_operator_wants_to_send_one(self, world: World, order: Order):
        process.make_receipt(order.order_id, world.outside)
        with pytest.raises(NotResendable, match="canary"):
            resend.send_again(order.order_id, world.outside, by="maria")

    def test_is_still_known_after_the_longest_history(self, order: Order):
        for minute in range(200):
            order = order.deferred(f"bucket: {minute}", NINE + timedelta(minutes=minute), by="process")

        assert order.is_canary
        assert not replace(order, history=()).is_canary


ACCEPTED = Reply(202, b"{}")
PENDING = Reply(202, b'{"status":"RECEIVED"}')
LINKED = Reply(200, b'{"signedReceiptUrl":"https://bucket.example/link"}')
PDF = Reply(200, b"%PDF-1.7 ...")
BROKEN = Reply(503, b"<html>")


@dataclass
class Api:
    """Gives these answers one after another, and the last one again and again. None is no answer at all."""

    posts: list[Reply | None] = field(default_factory=lambda: [ACCEPTED])
    gets: list[Reply | None] = field(default_factory=lambda: [PENDING, LINKED])
    downloads: list[Reply | None] = field(default_factory=lambda: [PDF])
    seconds: float = 0
    seen: list[str] = field(default_factory=list)

    def post(self, path: str, document: Mapping[str, object]) -> Reply:
        validation.parse(document)
        return self.answer(f"POST {path}", self.posts)

    def get(self, path: str) -> Reply:
        return self.answer(f"GET {path}", self.gets)

    def download(self, url: str) -> Reply:
        return self.answer(url, self.downloads)

    def answer(self, call: str, answers: list[Reply | None]) -> Reply:
        self.seen.append(call)
        self.seconds += 0.5
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer is None:
            raise Unavailable("API: ConnectTimeoutError")
        return answer

    def pause(self, seconds: float) -> None:
        self.seconds += seconds


def fly(api: Api) -> float:
    return Trial("canary-1", api, now=lambda: api.seconds, sleep=api.pause).run()


class TestARun:
    def test_goes_all_the_way_to_the_pdf_and_says_how_long_it_took(self):
        api = Api()

        assert fly(api) == 4 * 0.5 + canary.PAUSE
        assert api.seen == [
            "POST orders", "GET receipt/canary-1", "GET receipt/canary-1", "https://bucket.example/link",
        ]  # fmt: skip

    def test_makes_each_call_again_as_a_careful_shop_does(self):
        fly(Api(posts=[None, BROKEN, ACCEPTED], gets=[BROKEN, None, LINKED], downloads=[Reply(403, b""), PDF]))

    @pytest.mark.parametrize(
        ("api", "reason"),
        [
            (Api(posts=[Reply(403, b"{}")]), "POST /orders was answered by 403"),
            (Api(posts=[None]), "API: ConnectTimeoutError"),
            (Api(gets=[PENDING]), "GET /receipt/{orderId} was answered by 202"),
            (Api(gets=[Reply(200, b"[]")]), "GET /receipt/{orderId} was answered by 200"),
            (Api(downloads=[Reply(403, b"denied")]), "the link to the receipt was answered by 403 and 6 bytes"),
            (Api(downloads=[Reply(200, b"")]), "the link to the receipt was answered by 200 and 0 bytes"),
        ],
        ids=["forbidden", "no answer", "no receipt", "no link", "link refused", "no PDF"],
    )
    def test_says_what_the_last_answer_was_when_two_minutes_are_over(self, api: Api, reason: str):
        with pytest.raises(NoReceipt) as told:
            fly(api)

        assert str(told.value) == reason
        assert 115 < api.seconds <= 120 + 1

    def test_a_receipt_after_more_than_two_minutes_is_too_late(self):
        api = Api(posts=[BROKEN, ACCEPTED], gets=[LINKED])
        with pytest.raises(NoReceipt, match="it took 122 seconds"):
            Trial("canary-1", api, now=lambda: api.seconds, sleep=lambda _: api.pause(119.5)).run()
