"""What operators see and do."""

import csv
import io
import json
import uuid
from typing import Any
from urllib.parse import quote

import pytest
from tests.support.api import Api
from tests.support.examples import ROOT

CASES = [json.loads(line) for line in (ROOT / "tests" / "support" / "cases.jsonl").read_text("utf-8").splitlines()]
AMOUNTS = ("net", "tax", "discount", "charges", "total", "rounding", "payable", "paid", "due")
NOT_SENT_HERE = {"no sender's address is set", "no mail server is set"}
"""Why a deployment on AWS sends no mail, and why one machine keeps it in its outbox."""


@pytest.fixture
def someone() -> str:
    """The name of a customer whom no other test knows."""
    return f"Zoë {uuid.uuid4()}"


def found(api: Api, text: str, more: str = "") -> list[str]:
    return [order["orderId"] for order in api.get(f"/operations/orders?q={quote(text)}{more}").body["orders"]]


def post(api: Api, order_id: str, **fields: Any) -> None:
    assert api.post_order({"orderId": order_id, "customerName": "Alice"} | fields).status == 202


def exported(api: Api, more: str = "") -> str:
    """The orders as CSV, of which an answer may hold a part. `more` are further parameters."""
    document, cursor = "", ""
    while True:
        part = api.get(f"/operations/orders.csv?from=2026-01-01{more}{cursor}")
        assert part.headers["Content-Type"] == "text/csv; charset=utf-8"
        document += part.content.decode()
        if "Next-Cursor" not in part.headers:
            return document
        cursor = f"&cursor={quote(part.headers['Next-Cursor'])}"


def found_in_export(api: Api, text: str, more: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(exported(api, f"&q={quote(text)}{more}"), newline="")))


@pytest.fixture
def order_id() -> str:
    return f"o-{uuid.uuid4()}"


def test_an_order_is_found_by_its_id_its_customers_address_and_the_start_of_the_name(
    api: Api, order_id: str, someone: str
):
    post(api, order_id, customerName=someone, customerEmail=f"{order_id}@example.com")
    api.signed_link(order_id)

    assert found(api, order_id) == [order_id]
    assert found(api, f"{order_id}@EXAMPLE.com") == [order_id]
    assert found(api, someone[:20].upper().replace("Ë", "E")) == [order_id]
    assert found(api, someone, "&status=COMPLETED") == [order_id]
    assert found(api, someone, "&status=FAILED") == []
    assert found(api, someone, "&from=2020-01-01&to=2020-01-02") == []
    assert found(api, f"{someone} and more") == []


def test_orders_are_found_by_their_number_and_listed_with_it(api: Api, order_id: str):
    number = f"RE {uuid.uuid4()}/Straße"
    for each in (order_id, f"{order_id}-2"):
        post(api, each, orderNumber=number)
        api.signed_link(each)

    assert found(api, number) == [f"{order_id}-2", order_id]
    assert found(api, number.upper().replace(" ", "  "), "&status=COMPLETED") == [f"{order_id}-2", order_id]
    assert found(api, number[:-1]) == []
    listed = api.get("/operations/orders", Orders_Search=quote(number)).body["orders"]
    assert [order["orderNumber"] for order in listed] == [number, number]


def test_what_is_searched_for_need_not_stand_in_the_url(api: Api, order_id: str, someone: str):
    post(api, order_id, customerName=someone)

    for text, expected in {someone: [order_id], someone[:20].upper(): [order_id], f"{someone} and more": []}.items():
        reply = api.get("/operations/orders", Orders_Search=quote(text))
        assert [order["orderId"] for order in reply.body["orders"]] == expected
    part = api.get("/operations/orders.csv", Orders_Search=quote(someone))
    assert len(part.content.decode().splitlines()) == 2


@pytest.mark.parametrize(
    ("query", "header", "told"),
    [
        ("?q=zoe", "zoe", "not by both"), ("", "zo%EB", "UTF-8"), ("", "zoe ang", "percent-encoding"),
        ("", "50%", "percent-encoding"), ("", "%zz", "percent-encoding"), ("", "%20", "Search for"),
        ("", "", "Search for"), ("", "a" * 255, "254"),
    ],
)  # fmt: skip
def test_a_search_that_makes_no_sense_is_refused(api: Api, query: str, header: str, told: str):
    reply = api.get(f"/operations/orders{query}", Orders_Search=header)

    assert (reply.status, reply.problem) == (400, "bad-request")
    assert told in reply.body["detail"]


def test_pages_go_on_where_the_last_one_ended_though_new_orders_arrive(api: Api, order_id: str, someone: str):
    ids = [f"{order_id}-{number}" for number in range(5)]
    for each in ids:
        post(api, each, customerName=someone)
    query = f"/operations/orders?limit=2&q={quote(someone)}"
    page = api.get(query).body
    post(api, f"{order_id}-late", customerName=someone)
    seen = page["orders"]
    while page["cursor"]:
        page = api.get(f"{query}&cursor={quote(page['cursor'])}").body
        seen += page["orders"]
    places = [(order["receivedAt"], order["orderId"]) for order in seen]

    assert places == sorted(places, reverse=True)
    assert sorted(order["orderId"] for order in seen) == ids


def test_an_operator_sees_the_order_its_totals_and_the_receipts_hash(api: Api, order_id: str):
    items = [{"name": "Cup", "quantity": 2, "unitPrice": "7.50", "taxRate": "20"}]
    post(api, order_id, currency="EUR", items=items)
    api.signed_link(order_id)
    shown = api.get(f"/operations/orders/{order_id}").body

    assert (shown["status"], shown["total"]) == ("COMPLETED", "18.00")
    assert len(shown["receipt"]["sha256"]) == 64
    assert [line["what"] for line in shown["history"]] == ["received", "completed"]
    assert api.get("/operations/orders/nobody").problem == "unknown-order"


def test_a_completed_order_can_be_neither_retried_nor_cancelled(api: Api, order_id: str):
    post(api, order_id)
    api.signed_link(order_id)

    assert api.request("POST", f"/operations/orders/{order_id}/retry").problem == "not-retryable"
    assert api.request("POST", f"/operations/orders/{order_id}/cancel").problem == "not-cancellable"
    assert api.request("POST", "/operations/orders/nobody/cancel").problem == "unknown-order"


@pytest.mark.parametrize(
    "query",
    [
        "status=DONE", "status=", "from=yesterday", "to=2026-13-01", "from=2026-11-23T25:00:00Z", "q=", "q=%20",
        "limit=0", "limit=101", "limit=1.5", "cursor=x", "statsu=FAILED", "status=FAILED&status=COMPLETED",
        "from=0001-01-01T00:00:00%2B14:00", "cursor=", f"q={'x' * 255}",
    ],
)  # fmt: skip
def test_a_query_that_can_not_be_understood_is_refused(api: Api, query: str):
    reply = api.get(f"/operations/orders?{query}")

    assert (reply.status, reply.problem) == (400, "bad-request")


@pytest.mark.parametrize("query", ["to=9999-12-31", "from=2026-11-23t09:00:00z", "to=2026-11-23T09:00:00.0009%2B01:00"])
def test_a_time_may_be_any_day_or_instant(api: Api, query: str):
    assert api.get(f"/operations/orders?{query}").status == 200


def test_the_summary_tells_how_things_stand(api: Api, order_id: str):
    post(api, order_id)
    api.signed_link(order_id)
    summary = api.get("/operations/summary").body

    assert set(summary["orders"]) == {"RECEIVED", "COMPLETED", "FAILED", "CANCELLED"}
    assert len(summary["lastHour"]) == 60
    assert summary["queueDepth"] >= 0
    assert api.get("/operations/summary?x=1").status == 400


def test_orders_leave_as_csv_in_which_no_cell_is_a_formula(api: Api, order_id: str, someone: str):
    names = [f"=HYPERLINK({someone})", f"@{someone}", f'He said "{someone}", twice', f"+1 {someone}", f"-1 {someone}"]
    for number, name in enumerate(names):
        post(api, f"{order_id}-{number}", customerName=name)
    rows = {row["orderId"]: row for row in csv.DictReader(io.StringIO(exported(api), newline=""))}

    shown = [rows[f"{order_id}-{number}"]["customerName"] for number in range(len(names))]
    assert shown == [f"'{names[0]}", f"'{names[1]}", names[2], f"'{names[3]}", f"'{names[4]}"]


def test_an_export_has_the_figures_of_the_api_for_orders_taxes_and_items(api: Api, order_id: str, someone: str):
    accepted = [case for case in CASES if case.get("status") != 422]
    for number, case in enumerate(accepted):
        post(
            api, f"{order_id}-{number}", **case["order"] | {"orderId": f"{order_id}-{number}", "customerName": someone}
        )
    kinds = {kind: found_in_export(api, someone, f"&rows={kind}") for kind in ("orders", "taxes", "items")}

    for number, _ in enumerate(accepted):
        totals = api.get(f"/orders/{order_id}-{number}").body["totals"] or {"taxes": [], "lines": []}
        of = {kind: [row for row in rows if row["orderId"] == f"{order_id}-{number}"] for kind, rows in kinds.items()}
        (row,) = of["orders"]
        assert [row[name] for name in AMOUNTS] == [totals.get(name, "") for name in AMOUNTS]
        assert [tax["amount"] for tax in of["taxes"]] == [tax["amount"] for tax in totals["taxes"]]
        assert [item["amount"] for item in of["items"]] == totals["lines"]


def test_an_export_for_excel_opens_in_the_operators_country(api: Api, order_id: str, someone: str):
    post(
        api, order_id, customerName=someone, orderNumber="0012", placedAt="2026-04-01T03:30:00Z", currency="USD",
        items=[{"name": "Mug", "quantity": 1, "unitPrice": "1234.50"}],
    )  # fmt: skip
    more = f"&q={quote(someone)}&for=excel&locale=de-DE&timeZone=America/New_York"
    text = exported(api, more)
    (row,) = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")

    assert text.startswith("\ufefforderId;status;")
    assert (row["orderId"], row["orderNumber"]) == (f'="{order_id}"', '="0012"')
    assert (row["placedAt"], row["total"]) == ("2026-03-31 23:30:00", "1234,50")


@pytest.mark.parametrize(
    ("parameter", "says"),
    [
        ("rows=lines", "rows must be orders, taxes or items."),
        ("for=numbers", "for must be excel."),
        ("locale=de", "Send for=excel, too"),
        ("for=excel&locale=german", "locale must be a language tag"),
        ("for=excel&timeZone=Berlin", "timeZone must be a name from the IANA time zone database"),
        ("format=excel", "Unknown parameter. This call takes cursor, for, from, limit, locale, q, rows"),
    ],
)
def test_an_export_with_an_unknown_value_is_refused(api: Api, parameter: str, says: str):
    reply = api.get(f"/operations/orders.csv?{parameter}")

    assert (reply.status, reply.problem) == (400, "bad-request")
    assert says in reply.body["detail"]


def test_an_operator_opens_a_receipt_as_its_shop_does(api: Api, order_id: str):
    post(api, order_id)
    shops = api.receipt(order_id)
    link = api.get(f"/operations/orders/{order_id}/receipt")

    assert link.status == 200
    assert api.get(link.body["signedReceiptUrl"]).content == shops
    assert api.get("/operations/orders/nobody/receipt").problem == "unknown-order"


@pytest.mark.parametrize(
    "body", ['{"customerEmail":"new@example.com"}', "{}", "null", "x", " ", b"\xff\x00", "x" * 100_000]
)
@pytest.mark.parametrize("action", ["retry", "cancel", "resend"])
def test_a_body_that_would_be_ignored_is_refused_and_nothing_is_done(
    api: Api, order_id: str, action: str, body: bytes | str
):
    post(api, order_id)
    api.signed_link(order_id)
    before = api.get(f"/operations/orders/{order_id}").body
    for content_type in ("application/json", "text/plain"):
        path = f"/operations/orders/{order_id}/{action}"
        reply = api.request("POST", path, body, Content_Type=content_type)
        assert (reply.status, reply.problem) == (422, "unexpected-body")
        assert reply.body["detail"].startswith(f"{action} takes no body")

    assert api.get(f"/operations/orders/{order_id}").body == before


def test_there_is_no_mail_to_send_again_where_there_is_no_address(api: Api, order_id: str):
    post(api, order_id)
    api.receipt(order_id)
    resend = api.request("POST", f"/operations/orders/{order_id}/resend")

    assert api.get(f"/operations/orders/{order_id}").body["mail"] is None
    assert (resend.status, resend.problem) == (409, "not-resendable")
    assert api.request("POST", "/operations/orders/nobody/resend").problem == "unknown-order"


def test_the_order_says_what_became_of_its_mail(api: Api, order_id: str):
    post(api, order_id, customerEmail="alice@example.com")
    api.receipt(order_id)
    mail = api.get(f"/operations/orders/{order_id}").body["mail"]

    assert mail["number"] == 1
    assert mail["status"] in {"WAITING", "SENDING", "SENT"} or mail["reason"] in NOT_SENT_HERE
