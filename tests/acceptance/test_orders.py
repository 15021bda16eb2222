"""Orders are accepted, shown, and refused."""

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.support.api import Api
from tests.support.examples import BASKET, example_orders


def test_an_order_is_accepted_at_once(api: Api, alice: dict[str, Any]):
    reply = api.post_order(alice)

    assert reply.status == 202
    assert reply.body["orderId"] == alice["orderId"]
    assert reply.body["status"] == "RECEIVED"
    assert reply.body["receiptUrl"].startswith(f"{api.url}/receipt/{alice['orderId']}/")
    assert reply.headers["Location"] == f"{api.url}/orders/{alice['orderId']}"
    assert "Idempotent-Replayed" not in reply.headers


def test_the_same_order_twice_is_accepted_once(api: Api, alice: dict[str, Any]):
    first, again = api.post_order(alice), api.post_order(alice)

    assert again.status == 202
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"


def test_a_replay_answers_the_same_whatever_became_of_the_order(api: Api, alice: dict[str, Any]):
    first = api.post_order(alice)
    api.signed_link(alice["orderId"])

    assert api.post_order(alice).content == first.content


def test_the_same_order_with_its_keys_in_another_order_is_the_same_order(api: Api, alice: dict[str, Any]):
    api.post_order(alice)

    assert api.post(json.dumps(dict(reversed(alice.items())), indent=4)).headers["Idempotent-Replayed"] == "true"


def test_the_same_id_with_another_body_is_a_conflict_and_changes_nothing(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    reply = api.post_order(alice | {"customerName": "Mallory"})

    assert (reply.status, reply.problem) == (409, "order-conflict")
    assert api.get(f"/orders/{alice['orderId']}").body["order"]["customerName"] == "Alice"


def test_of_two_bodies_that_race_for_one_id_one_is_accepted(api: Api, alice: dict[str, Any]):
    rivals = [alice | {"customerName": name} for name in ("Ann", "Bob")] * 8
    with ThreadPoolExecutor(16) as threads:
        replies = list(threads.map(api.post_order, rivals))

    kept = api.get(f"/orders/{alice['orderId']}").body["order"]["customerName"]
    assert {(rival["customerName"] == kept, reply.status) for rival, reply in zip(rivals, replies, strict=True)} == {
        (True, 202),
        (False, 409),
    }


def test_an_order_without_an_id_gets_one_that_sorts_by_time(api: Api):
    ids = [api.post_order({"customerName": "Alice"}).body["orderId"] for _ in range(3)]

    assert len(set(ids)) == 3
    assert all(re.fullmatch(r"[0-9a-f-]{36}", order_id) for order_id in ids)


def test_an_idempotency_key_stands_in_for_the_id(api: Api, alice: dict[str, Any]):
    key = alice["orderId"]
    first = api.post_order({"customerName": "Alice"}, Idempotency_Key=key)
    again = api.post_order({"customerName": "Alice"}, Idempotency_Key=key)
    other = api.post_order({"customerName": "Bob"}, Idempotency_Key=key)

    assert first.body == again.body
    assert again.headers["Idempotent-Replayed"] == "true"
    assert other.status == 409


def test_an_order_is_shown_with_its_state_and_history(api: Api, alice: dict[str, Any]):
    order = BASKET | {"orderId": alice["orderId"]}
    api.post_order(order)
    api.signed_link(alice["orderId"])
    shown = api.get(f"/orders/{alice['orderId']}").body

    assert shown["status"] == "COMPLETED"
    assert shown["total"] == "101.07"
    assert shown["order"]["items"][0]["unitPrice"] == "7.50"
    assert [entry["what"] for entry in shown["history"]][:2] == ["received", "completed"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", shown["receivedAt"])
    assert "receiptToken" not in json.dumps(shown)


@pytest.mark.parametrize("path", ["/orders/nobody", "/receipt/nobody", "/receipt/nobody/token"])
def test_an_order_that_nobody_posted_is_unknown(api: Api, path: str):
    reply = api.get(path)

    assert (reply.status, reply.problem) == (404, "unknown-order")


def refused(api: Api, body: bytes | str, **headers: str) -> tuple[int, str]:
    reply = api.post(body, **headers)
    assert reply.body["detail"]
    return reply.status, reply.problem


@pytest.mark.parametrize(
    "body", [b"", b"alice", b"{", b'{"orderId":"1","orderId":"2","customerName":"A"}', b"\xff", b'{"customerName":NaN}']
)
def test_what_is_not_json_is_refused(api: Api, body: bytes):
    assert refused(api, body) == (400, "malformed-json")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_is_not_declared_as_json_is_refused(api: Api, alice: dict[str, Any], content_type: str):
    assert refused(api, json.dumps(alice), content_type=content_type) == (415, "not-json")
    assert api.get(f"/orders/{alice['orderId']}").status == 404


@pytest.mark.parametrize("size", [257 * 1024, 2 * 1024 * 1024])
def test_a_body_above_256_kib_is_refused(api: Api, alice: dict[str, Any], size: int):
    assert refused(api, json.dumps(alice | {"note": "x" * size})) == (413, "body-too-large")


@pytest.mark.parametrize("order_id", ["a/b", "a\nb", "x" * 65, "", ".."])
def test_an_impossible_id_is_refused_by_name(api: Api, order_id: str):
    reply = api.post_order({"orderId": order_id, "customerName": "Alice"})

    assert (reply.status, reply.problem) == (422, "invalid-order")
    assert [error["pointer"] for error in reply.body["errors"]] == ["#/orderId"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "A\x00B", "\ud800"])
def test_an_impossible_name_is_refused_by_name_and_nothing_is_stored(api: Api, alice: dict[str, Any], name: str):
    reply = api.post_order(alice | {"customerName": name})

    assert (reply.status, reply.problem) == (422, "invalid-order")
    assert [error["pointer"] for error in reply.body["errors"]] == ["#/customerName"]
    assert api.get(f"/orders/{alice['orderId']}").status == 404


def test_an_array_and_an_unknown_field_are_refused(api: Api, alice: dict[str, Any]):
    assert refused(api, json.dumps([alice])) == (422, "invalid-order")
    assert api.post_order(alice | {"nickname": "Al"}).body["errors"][0]["pointer"] == "#/nickname"


def test_a_method_that_a_route_has_not_is_refused(api: Api):
    for method, path in (("PUT", "/orders"), ("DELETE", "/orders/1"), ("POST", "/receipt/1")):
        assert api.request(method, path).status == 405


def test_the_operators_list_shows_the_newest_first_and_pages(api: Api, alice: dict[str, Any]):
    posted = [f"{alice['orderId']}-{number}" for number in range(3)]
    for order_id in posted:
        api.post_order(alice | {"orderId": order_id})
    wait_until_listed(api, posted[-1])
    first = api.get("/operations/orders?limit=2").body
    second = api.get(f"/operations/orders?limit=2&cursor={first['cursor']}").body

    shown = [order["orderId"] for order in first["orders"] + second["orders"]]
    assert shown[:3] == posted[::-1]


def wait_until_listed(api: Api, order_id: str) -> None:
    """An index of DynamoDB follows its table, within a second as a rule."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if order_id in [order["orderId"] for order in api.get("/operations/orders?limit=10").body["orders"]]:
            return
        time.sleep(0.1)  # nothing but another request can tell


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "status=LOST", "cursor=x"])
def test_a_list_that_cannot_be_is_refused(api: Api, query: str):
    reply = api.get(f"/operations/orders?{query}")

    assert (reply.status, reply.problem) == (400, "bad-request")


def test_only_a_failed_order_is_retried(api: Api, alice: dict[str, Any]):
    api.post_order(alice)
    reply = api.request("POST", f"/operations/orders/{alice['orderId']}/retry")

    assert (reply.status, reply.problem) == (409, "not-retryable")
    assert api.request("POST", "/operations/orders/nobody/retry").status == 404


def test_all_the_examples_are_accepted_and_each_gets_its_receipt(api: Api):
    orders = example_orders()
    with ThreadPoolExecutor(8) as threads:
        replies = list(threads.map(api.post_order, orders))
        receipts = list(threads.map(lambda order: api.receipt(order["orderId"]), orders))

    assert {reply.status for reply in replies} == {202}
    assert len(set(receipts)) == 200
