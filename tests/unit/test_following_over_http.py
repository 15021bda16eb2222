"""Refunds and corrections at the doors of the functions: which row a path names, who is named, what is refused."""

import json
from typing import Any

import pytest
from tests.support.examples import BASKET
from tests.support.fakes import World

from orders.functions import get_order, get_receipt, operations, receive_order
from orders.order import validation
from orders.order.order import Order, Status
from orders.use_cases import process, receive

FUNCTIONS = (get_order, get_receipt, operations, receive_order)
TOKEN_OF_NOBODY = "x" * 22


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    world = World()
    for function in FUNCTIONS:
        monkeypatch.setattr(function, "outside", world.outside)
    return world


@pytest.fixture
def order(world: World) -> Order:
    """A completed order."""
    receive.accept(validation.parse(BASKET | {"orderId": "7"}), world.outside, "https://shop.example/")
    return process.make_receipt("7", world.outside)


def call(function: Any, route: str, body: Any = None, operator: str = "olga", **path: str) -> dict[str, Any]:
    method, _, resource = route.partition(" ")
    event = {
        "resource": resource,
        "path": resource,
        "httpMethod": method,
        "headers": {"Content-Type": "application/json", "Host": "shop.example"},
        "pathParameters": path,
        "queryStringParameters": {"sha256": "0" * 64} if resource.endswith("verification") else None,
        "requestContext": {"path": resource, "authorizer": {"claims": {"cognito:username": operator}}},
        "body": None if body is None else json.dumps(body),
    }
    answered: dict[str, Any] = function.handler(event, None)
    return answered | {"document": json.loads(answered["body"] or "null")}


def problem(answered: dict[str, Any]) -> tuple[int, str]:
    return answered["statusCode"], str(answered["document"]["type"]).removeprefix("urn:orders:problem:")


def refund(refund_id: str = "r-1", **more: Any) -> dict[str, Any]:
    body = {"refundId": refund_id, "amount": "1.00"} | more
    return call(receive_order, "POST /orders/{orderId}/refunds", body, orderId="7")


@pytest.mark.parametrize(
    "path",
    [
        {"orderId": "7/refunds/r-1"}, {"orderId": "7/refunds", "refundId": "r-1"},
        {"orderId": "7", "refundId": "r-1/corrections"}, {"orderId": "", "refundId": "7/refunds/r-1"},
        {"orderId": "..", "refundId": "r-1"}, {"orderId": "7", "refundId": "../r-1"}, {"orderId": "7", "refundId": "."},
    ],
)  # fmt: skip
def test_an_encoded_slash_leads_to_no_row_and_a_stranger_learns_nothing_from_it(
    world: World, order: Order, path: dict[str, str]
):
    assert refund()["statusCode"] == 202
    one = "{orderId}/refunds/{refundId}" if "refundId" in path else "{orderId}"
    opened = call(get_receipt, f"GET /receipt/{one}/{{receiptToken}}", receiptToken=order.receipt_token, **path)
    unknown = call(get_receipt, "GET /receipt/{orderId}/{receiptToken}", receiptToken=TOKEN_OF_NOBODY, orderId="nobody")
    verified = call(get_receipt, f"GET /receipt/{one}/verification", **path)

    assert problem(call(get_order, f"GET /orders/{one}", **path)) == (404, "unknown-order")
    assert problem(call(operations, f"POST /operations/orders/{one}/retry", **path)) == (404, "unknown-order")
    assert problem(call(receive_order, "POST /orders/{orderId}/refunds", {}, orderId=path["orderId"] + "/")) == (
        404, "unknown-order",
    )  # fmt: skip
    assert opened["body"] == unknown["body"]
    assert verified["document"] == {"orderId": path["orderId"], "issued": False, "replacedBy": None}


@pytest.mark.parametrize("kind", ["refund", "correction"])
def test_an_order_that_is_not_completed_is_refused(world: World, kind: str):
    receive.accept(validation.parse(BASKET | {"orderId": "7"}), world.outside)
    body = {"customerName": "Zoé"} if kind == "correction" else {}
    reply = call(receive_order, f"POST /orders/{{orderId}}/{kind}s", body, orderId="7")

    assert problem(reply) == (409, {"refund": "not-refundable", "correction": "not-correctable"}[kind])
    assert "COMPLETED" in reply["document"]["detail"]
    assert len(world.table.rows) == 1


def test_another_correction_waits_until_the_first_one_is_made(world: World, order: Order):
    route = "POST /orders/{orderId}/corrections"
    first = call(receive_order, route, {"correctionId": "c-1", "customerName": "Zoé"}, orderId="7")
    again = call(receive_order, route, {"correctionId": "c-1", "customerName": "Zoé"}, orderId="7")
    second = call(receive_order, route, {"correctionId": "c-2", "customerName": "Zoe"}, orderId="7")
    process.make_receipt("7/corrections/c-1", world.outside)
    third = call(receive_order, route, {"correctionId": "c-2", "customerName": "Zoe"}, orderId="7")

    assert [first["statusCode"], again["statusCode"], third["statusCode"]] == [202, 202, 202]
    assert problem(second) == (409, "not-correctable")
    assert third["document"]["receiptUrl"] == f"https://shop.example/receipt/7/corrections/c-2/{order.receipt_token}"


@pytest.mark.parametrize(
    ("what", "body"),
    [("refunds", {"refundId": "1"}), ("corrections", {"correctionId": "1", "customerName": "Zoé"})],
)
def test_an_operators_name_stands_in_the_history_of_the_order_and_of_the_document(
    world: World, order: Order, what: str, body: dict[str, str]
):
    reply = call(operations, f"POST /operations/orders/{{orderId}}/{what}", body, "maria", orderId="7")

    assert reply["statusCode"] == 202
    assert world.table.read("7").history[-1].by == world.table.read(f"7/{what}/1").history[0].by == "maria"
    assert str(next(value for name, value in reply["document"].items() if name.endswith("Url"))).startswith(
        f"https://shop.example/receipt/7/{what}/1/"
    )


def test_an_operator_retries_a_document_that_failed_and_no_order_changes(world: World, order: Order):
    refund()
    row = world.table.read("7/refunds/r-1")
    world.table.put(row.failed("no ink", world.clock(), "process"))
    before, path = world.table.read("7"), {"orderId": "7", "refundId": "r-1"}
    pending = call(get_receipt, "GET /receipt/{orderId}/refunds/{refundId}", **path)
    retried = call(operations, "POST /operations/orders/{orderId}/refunds/{refundId}/retry", operator="maria", **path)

    assert problem(pending) == (409, "order-failed")
    assert (retried["statusCode"], retried["document"]["status"]) == (202, Status.RECEIVED)
    assert retried["document"]["history"][-1] == {"at": "2026-11-23T09:00:00.000Z", "what": "retried", "by": "maria"}
    assert world.table.read("7") == before
    made = process.make_receipt("7/refunds/r-1", world.outside)
    assert made.status is Status.COMPLETED


def test_the_canarys_order_has_no_customer_to_refund(world: World):
    receive.accept(validation.parse(BASKET | {"orderId": "7"}), world.outside, by="canary")
    process.make_receipt("7", world.outside)

    assert problem(refund()) == (409, "not-refundable")


def test_a_customer_who_waits_for_a_credit_note_gets_a_page_about_it(world: World, order: Order):
    refund()
    event = {
        "resource": "/receipt/{orderId}/refunds/{refundId}/{receiptToken}",
        "httpMethod": "GET",
        "headers": {"Host": "shop.example", "Accept": "text/html"},
        "pathParameters": {"orderId": "7", "refundId": "r-1", "receiptToken": order.receipt_token},
    }
    waits = get_receipt.handler(event, None)
    world.table.put(world.table.read("7/refunds/r-1").failed("no ink", world.clock(), "process"))
    failed = get_receipt.handler(event, None)

    assert (waits["statusCode"], failed["statusCode"]) == (202, 409)
    assert "Your credit note is on its way" in waits["body"]
    assert "Your credit note could not be made" in failed["body"]
