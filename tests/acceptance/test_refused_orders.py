"""A bad order is refused with its wrong field, and nothing of it is stored."""

import json
import uuid
from typing import Any

import pytest
from tests.support.api import Api
from tests.support.bad_orders import REFUSED, basket
from tests.support.examples import ALICE


def with_an_id_of_its_own(order: Any) -> tuple[Any, str]:
    order_id = f"refused-{uuid.uuid4()}"
    is_ours = isinstance(order, dict) and order.get("orderId") == ALICE["orderId"]
    return (order | {"orderId": order_id} if is_ours else order), order_id


@pytest.mark.parametrize("path", ["/orders", "/orders?dryRun=true"])
def test_every_kind_of_bad_order_is_refused_and_not_stored(api: Api, path: str):
    for bad, pointer, sentence in REFUSED:
        order, order_id = with_an_id_of_its_own(bad)
        reply = api.request("POST", path, json.dumps(order), Content_Type="application/json")

        assert (reply.status, reply.problem) == (422, "invalid-order"), bad
        assert reply.body["errors"] == [{"pointer": pointer, "detail": sentence}]
        assert api.get(f"/orders/{order_id}").status == 404


def test_a_dry_run_answers_what_an_order_comes_to_and_stores_nothing(api: Api):
    order, order_id = with_an_id_of_its_own(basket())
    checked = api.request("POST", "/orders?dryRun=true", json.dumps(order), Content_Type="application/json")

    assert (checked.status, checked.body["totals"]["total"], checked.body["order"]["orderId"]) == (
        200,
        "12.00",
        order_id,
    )
    assert api.get(f"/orders/{order_id}").status == 404


def test_an_order_answers_the_totals_that_its_dry_run_did(api: Api):
    order, order_id = with_an_id_of_its_own(basket(payments=[{"method": "cash", "amount": "20.00"}]))
    checked = api.request("POST", "/orders?dryRun=true", json.dumps(order), Content_Type="application/json")
    api.post_order(order)

    assert api.get(f"/orders/{order_id}").body["totals"] == checked.body["totals"]
    assert checked.body["totals"]["due"] == "-8.00"


@pytest.mark.parametrize(
    "query",
    ["dryrun=true", "dryRun=TRUE", "dryRun=1", "dryRun", "dry-run=true", "dryRun[]=true", "dryRun=true&dryRun=true"],
)
def test_a_dry_run_in_another_spelling_is_refused_and_stores_nothing(api: Api, query: str):
    order, order_id = with_an_id_of_its_own(basket())
    reply = api.request("POST", f"/orders?{query}", json.dumps(order), Content_Type="application/json")

    assert (reply.status, reply.body["detail"]) == (
        400,
        "To check an order without storing it, the query must be dryRun=true.",
    )
    assert api.get(f"/orders/{order_id}").status == 404


def test_a_byte_order_mark_is_named(api: Api):
    reply = api.request("POST", "/orders", "\ufeff" + json.dumps(ALICE), Content_Type="application/json")

    assert (reply.status, reply.body["detail"]) == (
        400,
        "The body begins with a byte order mark. Send UTF-8 without one.",
    )
