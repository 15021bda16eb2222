"""Money goes back: what shops post and get, and what the order then says."""

import hashlib
import json
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from tests.support.api import Api, Reply

SALE: dict[str, Any] = {
    "customerName": "Zoë Ångström",
    "currency": "EUR",
    "items": [
        {"name": "Espresso cups", "quantity": 4, "unitPrice": "7.50", "taxRate": "20"},
        {"name": "Coffee, 1 kg", "quantity": 2, "unitPrice": "18.99", "taxRate": "5.5"},
    ],
    "charges": [{"kind": "shipping", "name": "Shipping", "amount": "4.90", "taxRate": "20"}],
}
"""36.00, 40.07 and 5.88 with tax: 81.95 in total."""
A_CUP = {"refundId": "r-1", "reason": "Broken handle", "lines": [{"item": 1, "quantity": "1"}]}


def sold(api: Api, **fields: Any) -> str:
    """The id of a completed order."""
    order_id = f"sale-{uuid.uuid4()}"
    assert api.post_order(SALE | {"orderId": order_id} | fields).status == 202
    api.signed_link(order_id)
    return order_id


@pytest.fixture(scope="module")
def orders(here: Api) -> Iterator[str]:
    """Completed orders, one after another."""
    made = [f"sale-{uuid.uuid4()}" for _ in range(20)]
    for order_id in made:
        here.post_order(SALE | {"orderId": order_id})
    for order_id in made:
        here.signed_link(order_id)
    return iter(made)


@pytest.fixture
def order_id(orders: Iterator[str]) -> str:
    return next(orders)


@pytest.fixture(scope="module")
def with_a_cup_less(here: Api, orders: Iterator[str]) -> str:
    """An order of which a cup was refunded. Refunds of it that are refused change nothing."""
    order_id = next(orders)
    refunded(here, order_id, **A_CUP)
    return order_id


def refunded(api: Api, order_id: str, **refund: Any) -> dict[str, Any]:
    """What a refund that was accepted gives back."""
    reply = api.post_below(order_id, "refunds", refund)
    assert reply.status == 202, reply
    credited: dict[str, Any] = api.get(f"/orders/{order_id}/refunds/{reply.body['refundId']}").body["credited"]
    return credited


def test_a_refund_makes_a_credit_note_with_a_link_and_a_state_of_its_own(api: Api):
    order_id = sold(api)
    receipt = api.receipt(order_id)
    answer = api.post_below(order_id, "refunds", A_CUP)
    link = api.signed_link(f"{order_id}/refunds/r-1").body["signedReceiptUrl"]
    pdf = api.get(link)
    shown = api.get(f"/orders/{order_id}/refunds/r-1").body

    assert answer.status == 202
    assert {name: answer.body[name] for name in ("orderId", "refundId", "status")} == {
        "orderId": order_id, "refundId": "r-1", "status": "RECEIVED",
    }  # fmt: skip
    assert answer.headers["Location"] == f"{api.url}/orders/{order_id}/refunds/r-1"
    assert answer.body["creditNoteUrl"].startswith(f"{api.url}/receipt/{order_id}/refunds/r-1/")
    assert api.get(answer.body["creditNoteUrl"]).status == 303
    assert (pdf.status, pdf.content[:5]) == (200, b"%PDF-")
    assert hashlib.sha256(pdf.content).hexdigest() == shown["receipt"]["sha256"]
    assert (shown["status"], shown["refund"]["reason"]) == ("COMPLETED", "Broken handle")
    assert (shown["credited"]["lines"], shown["credited"]["payable"]) == (["7.50", "0.00"], "9.00")
    assert shown["history"][0]["what"] == "received"
    assert api.receipt(order_id) == receipt


def test_the_order_says_what_was_refunded_what_remains_and_which_documents_it_has(api: Api):
    order_id = sold(api)
    before = api.get(f"/orders/{order_id}").body
    api.follow(order_id, "refunds", A_CUP)
    after = api.get(f"/operations/orders/{order_id}").body

    assert (before["settlement"], before["refunded"]) == ("NONE", None)
    assert before["remaining"]["total"] == "81.95"
    assert (after["settlement"], after["refunded"]["total"]) == ("PARTLY_REFUNDED", "9.00")
    assert after["remaining"] == {
        "lines": ["22.50", "37.98"], "quantities": ["3", "2"], "charges": ["4.90"],
        "total": "72.95", "payable": "72.95",
    }  # fmt: skip
    assert [(each["kind"], each["id"], each["total"], each["state"]) for each in after["documents"]] == [
        ("receipt", order_id, "81.95", "COMPLETED"),
        ("credit-note", "r-1", "9.00", "COMPLETED"),
    ]
    assert after["status"] == "COMPLETED"


def test_the_same_refund_again_is_a_replay_and_another_under_its_id_is_refused(here: Api, order_id: str):
    answers = [here.post_below(order_id, "refunds", A_CUP) for _ in range(2)]
    other = here.post_below(order_id, "refunds", A_CUP | {"reason": "Lost"})

    assert [answer.status for answer in answers] == [202, 202]
    assert answers[0].body == answers[1].body
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers] == [None, "true"]
    assert (other.status, other.problem) == (409, "refund-conflict")
    assert here.get(f"/orders/{order_id}").body["refunded"]["total"] == "9.00"


def test_a_replay_is_one_also_when_nothing_remains(here: Api, order_id: str):
    answers = [here.post_below(order_id, "refunds", {"refundId": "all"}) for _ in range(2)]

    assert [answer.status for answer in answers] == [202, 202]
    assert here.get(f"/orders/{order_id}").body["settlement"] == "REFUNDED"


def test_an_id_is_unique_within_its_order(here: Api, orders: Iterator[str]):
    assert [here.post_below(next(orders), "refunds", A_CUP).status for _ in range(2)] == [202, 202]


def test_the_server_makes_an_id_where_there_is_none_the_same_for_the_same_key_and_order(
    here: Api, order_id: str, orders: Iterator[str]
):
    refund = {"amount": "1.00"}
    posted = (order_id, next(orders), order_id)
    keyed = [here.post_below(each, "refunds", refund, Idempotency_Key="key-1") for each in posted]
    made = [here.post_below(order_id, "refunds", refund).body["refundId"] for _ in range(2)]

    assert keyed[0].body == keyed[2].body
    assert keyed[2].headers["Idempotent-Replayed"] == "true"
    assert len({keyed[0].body["refundId"], keyed[1].body["refundId"], *made}) == 4
    assert here.post_below(order_id, "refunds", {}, Idempotency_Key="key-1").problem == "refund-conflict"
    assert here.post_below(order_id, "refunds", refund, Idempotency_Key="x" * 256).problem == "bad-request"


@pytest.mark.parametrize(
    ("lines", "given_back", "total"),
    [
        ([{"item": 1}], ["30.00", "0.00"], "36.00"),
        ([{"item": 2, "quantity": 1}], ["0.00", "18.99"], "20.04"),
        ([{"item": 1, "amount": "5.00"}], ["5.00", "0.00"], "6.00"),
        ([{"charge": 1}], ["0.00", "0.00"], "5.88"),
        ([{"charge": 1, "amount": "2.45"}], ["0.00", "0.00"], "2.94"),
        ([{"item": 1, "quantity": "1"}, {"charge": 1}], ["7.50", "0.00"], "14.88"),
    ],
)
def test_a_refund_names_lines_by_position_whole_by_quantity_or_by_amount(
    here: Api, order_id: str, lines: list[Any], given_back: list[str], total: str
):
    credited = refunded(here, order_id, lines=lines)

    assert (credited["lines"], credited["total"]) == (given_back, total)


def test_one_amount_is_spread_over_the_taxes_in_proportion_to_what_remains(here: Api, order_id: str):
    """41.88 with 20 %, 40.07 with 5.5 %: of 10.00 these are 5.11 and 4.89."""
    credited = refunded(here, order_id, amount="10.00")
    with_tax = {tax["rate"]: Decimal(tax["base"]) + Decimal(tax["amount"]) for tax in credited["taxes"]}

    assert credited["total"] == "10.00"
    assert with_tax == {"5.5": Decimal("4.89"), "20": Decimal("5.11")}


def test_partial_refunds_add_up_to_the_receipt_to_the_cent(here: Api, order_id: str):
    parts: list[dict[str, Any]] = [
        {"amount": "33.33"}, {"lines": [{"item": 2, "quantity": 1}]}, {"lines": [{"charge": 1}]}, {},
    ]  # fmt: skip
    for part in parts:
        refunded(here, order_id, **part)
    order = here.get(f"/orders/{order_id}").body
    of_notes = [each["total"] for each in order["documents"] if each["kind"] == "credit-note"]

    assert order["settlement"] == "REFUNDED"
    assert sum(map(Decimal, of_notes)) == Decimal(order["total"])
    same = ("charges", "discount", "lines", "net", "payable", "rounding", "tax", "taxes", "total")
    assert {name: order["refunded"][name] for name in same} == {name: order["totals"][name] for name in same}
    assert {*order["remaining"]["lines"], *order["remaining"]["charges"], order["remaining"]["total"]} == {"0.00"}


@pytest.mark.parametrize(
    ("refund", "pointer"),
    [
        ({"lines": [{"item": 1, "quantity": "4"}]}, "#/lines/0/quantity"),
        ({"lines": [{"item": 1, "amount": "22.51"}]}, "#/lines/0/amount"),
        ({"lines": [{"charge": 1, "amount": "4.91"}]}, "#/lines/0/amount"),
        ({"amount": "72.96"}, "#/amount"),
    ],
)
def test_more_than_remains_is_refused_with_what_remains_by_line_and_in_total(
    here: Api, with_a_cup_less: str, refund: dict[str, Any], pointer: str
):
    reply = here.post_below(with_a_cup_less, "refunds", refund)

    assert (reply.status, reply.problem) == (422, "exceeds-remaining")
    assert (reply.body["remaining"]["lines"], reply.body["remaining"]["total"]) == (["22.50", "37.98"], "72.95")
    assert "72.95" in reply.body["detail"]
    assert reply.body["errors"][0]["pointer"] == pointer
    assert here.get(f"/orders/{with_a_cup_less}").body["refunded"]["total"] == "9.00"


@pytest.mark.parametrize(
    ("refund", "pointer"),
    [
        ({"lines": [{"item": 3}]}, "#/lines/0/item"),
        ({"lines": [{"item": 1}, {"item": 1}]}, "#/lines/1"),
        ({"lines": [{}]}, "#/lines/0"),
        ({"lines": [{"item": 1}], "amount": "1.00"}, "#"),
        ({"amount": "0.00"}, "#/amount"),
        ({"amount": "1.001"}, "#/amount"),
        ({"refundId": "a/b"}, "#/refundId"),
        ({"refundedAt": "2999-01-01T00:00:00Z"}, "#/refundedAt"),
        ({"payments": [{"method": "card", "amount": "99.00"}]}, "#/payments"),
        ({"items": [{"item": 1}]}, "#/items"),
        ([], "#"),
    ],
)
def test_what_is_no_refund_of_the_order_is_refused_with_the_place(
    here: Api, with_a_cup_less: str, refund: Any, pointer: str
):
    reply = here.post_below(with_a_cup_less, "refunds", refund)

    assert (reply.status, reply.problem) == (422, "invalid-order")
    assert any(each["pointer"].startswith(pointer) for each in reply.body["errors"]), reply.body
    assert len(here.get(f"/orders/{with_a_cup_less}").body["documents"]) == 2


@pytest.mark.parametrize("before", ["", "/operations"], ids=["shop", "operator"])
def test_a_dry_run_answers_what_a_refund_gives_back_and_stores_nothing(here: Api, with_a_cup_less: str, before: str):
    here.signed_link(f"{with_a_cup_less}/refunds/r-1")
    order = here.get(f"/orders/{with_a_cup_less}").body
    path = f"{before}/orders/{with_a_cup_less}/refunds?dryRun=true"

    def checked(refund: dict[str, Any], path: str = path) -> Reply:
        return here.request("POST", path, json.dumps(refund), Content_Type="application/json")

    reply = checked({"refundId": "r-2", "lines": [{"item": 1, "quantity": "2"}, {"charge": 1}]})
    assert (reply.status, reply.body["credited"]["lines"], reply.body["credited"]["payable"]) == (
        200, ["15.00", "0.00"], "23.88",
    )  # fmt: skip
    assert reply.body["refund"]["lines"] == [{"item": 1, "quantity": 2}, {"charge": 1}]
    assert checked({"lines": [{"item": 1, "quantity": 4}]}).problem == "exceeds-remaining"
    assert checked({"amount": "-1"}).problem == "invalid-order"
    assert checked({}, path.replace("dryRun", "dryrun")).problem == "bad-request"
    assert checked({}, path.replace(with_a_cup_less, "nobody")).problem == "unknown-order"
    assert here.get(f"/orders/{with_a_cup_less}").body == order


def test_a_refund_of_an_order_that_nobody_knows_is_404(here: Api, with_a_cup_less: str):
    assert here.post_below("nobody", "refunds", A_CUP).problem == "unknown-order"
    assert here.post_below(f"{with_a_cup_less}%252Frefunds", "refunds", A_CUP).problem == "unknown-order"
    assert here.get(f"/orders/{with_a_cup_less}/refunds/r-2").problem == "unknown-order"
    assert here.get(f"/receipt/{with_a_cup_less}/refunds/r-2").problem == "unknown-order"


def test_a_body_is_taken_and_refused_as_that_of_an_order_is(here: Api, with_a_cup_less: str):
    path = f"/orders/{with_a_cup_less}/refunds"
    replies = [
        here.request("POST", path, "{", Content_Type="application/json"),
        here.request("POST", path, "{}", Content_Type="text/plain"),
        here.request("POST", path, " " * 262_145, Content_Type="application/json"),
    ]

    assert [(reply.status, reply.problem) for reply in replies] == [
        (400, "malformed-json"), (415, "not-json"), (413, "body-too-large"),
    ]  # fmt: skip


def test_of_64_simultaneous_refunds_of_the_last_unit_one_wins(here: Api, order_id: str):
    refunded(here, order_id, lines=[{"item": 1, "quantity": "3"}])

    def refund(number: int) -> tuple[int, str]:
        reply = here.post_below(order_id, "refunds", A_CUP | {"refundId": f"race-{number}"})
        return reply.status, "" if reply.status == 202 else reply.problem

    with ThreadPoolExecutor(64) as callers:
        outcomes = list(callers.map(refund, range(64)))

    assert outcomes.count((202, "")) == 1
    assert outcomes.count((422, "exceeds-remaining")) == 63
    order = here.get(f"/orders/{order_id}").body
    assert (order["remaining"]["quantities"][0], order["refunded"]["lines"][0]) == ("0", "30.00")


def test_an_operator_refunds_an_order_and_looks_after_the_credit_note(here: Api):
    order_id = sold(here, customerEmail="zoe@example.com")
    reply = here.request(
        "POST", f"/operations/orders/{order_id}/refunds", '{"refundId":"r-2"}', Content_Type="application/json"
    )
    here.signed_link(f"{order_id}/refunds/r-2")
    one = f"/operations/orders/{order_id}/refunds/r-2"
    shown = here.get(one).body

    assert (reply.status, reply.headers["Location"]) == (202, f"{here.url}{one}")
    assert shown["history"][0]["by"] == "operator"
    of_order = here.get(f"/operations/orders/{order_id}").body["history"]
    assert [each["by"] for each in of_order if each["what"].startswith("refund ")] == ["operator"]
    assert here.get(f"{one}/receipt").status == 200
    assert here.request("POST", f"{one}/retry").problem == "not-retryable"
    assert here.request("POST", f"{one}/resend", "{}").problem == "unexpected-body"
    assert {here.request("POST", f"{one}/resend").status} <= {202, 409}
    listed = here.get("/operations/documents?limit=1&status=COMPLETED").body["documents"][0]
    assert (listed["kind"], listed["orderId"], listed["id"], listed["total"], listed["currency"]) == (
        "credit-note", order_id, "r-2", "81.95", "EUR",
    )  # fmt: skip


def test_a_credit_note_has_a_number_of_its_own_series(here: Api, with_a_cup_less: str):
    here.signed_link(f"{with_a_cup_less}/refunds/r-1")
    receipt, note = here.get(f"/orders/{with_a_cup_less}").body["documents"]
    entries = here.get("/operations/register?series=C2026-%7Bnumber:06%7D&limit=100").body["entries"]

    assert (receipt["number"][0], note["number"][0]) == ("R", "C")
    assert [entry["text"] for entry in entries if entry["orderId"] == with_a_cup_less] == [note["number"]]
