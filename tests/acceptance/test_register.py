"""The register of numbers and the export of documents, as operators see them."""

import csv
import io
from typing import Any
from urllib.parse import quote

import pytest
from tests.acceptance.test_refunds import sold
from tests.support.api import Api

from orders.order.register import BEFORE_THE_FIRST, Entry


@pytest.fixture(scope="module")
def series(here: Api) -> str:
    """The name of a series with at least five entries, the last one of an order that is returned whole."""
    for _ in range(5):
        order_id = sold(here)
    here.follow(order_id, "refunds", {"refundId": "-1", "reason": "Returned"})
    (name,) = {each["name"] for each in register(here)["series"] if each["name"].startswith("R")}
    return str(name)


def register(api: Api, **query: Any) -> Any:
    text = "&".join(f"{name}={quote(str(value))}" for name, value in query.items())
    reply = api.get(f"/operations/register?{text}")
    assert reply.status == 200, reply
    return reply.body


def test_the_numbers_of_a_series_are_a_chain_without_a_gap(here: Api, series: str):
    shown, cursor = [], dict[str, str]()
    while True:
        page = register(here, series=series, limit=2, **cursor)
        shown += page["entries"]
        if page["cursor"] is None:
            break
        cursor = {"cursor": page["cursor"]}
    (last,) = (each["last"] for each in page["series"] if each["name"] == series)

    assert [entry["number"] for entry in shown] == [*range(1, last + 1)]
    assert [entry["previous"] for entry in shown] == [BEFORE_THE_FIRST, *(entry["hash"] for entry in shown[:-1])]
    assert all(Entry.from_document(entry).hash == entry["hash"] for entry in shown)
    assert {entry["state"] for entry in shown} == {"ISSUED"}


def test_each_entry_has_the_hash_of_its_file(here: Api, series: str):
    (entry,) = register(here, series=series, **{"from": 3, "limit": 1})["entries"]
    order = here.get(f"/orders/{entry['orderId']}").body

    assert (entry["number"], entry["text"]) == (3, order["documents"][0]["number"])
    assert entry["sha256"] == order["receipt"]["sha256"]


def test_without_a_name_it_is_the_series_that_issued_the_latest_number(here: Api, series: str):
    order_id = sold(here)
    latest = register(here, limit=100)

    assert {entry["series"] for entry in latest["entries"]} == {series}
    here.follow(order_id, "refunds", {"amount": "1.00"})
    assert {entry["series"][0] for entry in register(here)["entries"]} == {"C"}
    assert register(here, series="none") == latest | {"entries": [], "cursor": None} | {
        "series": register(here)["series"]
    }


@pytest.mark.parametrize(
    "query", ["from=0", "from=x", "from=-1", "from=", "series=", "limit=0", "limit=101", "cursor=x", "cursor=", "q=x",
              "cursor=MSBS&series=C", "cursor=MCBS", "cursor=eA==", "series=a&series=b"],
)  # fmt: skip
def test_a_query_that_makes_no_sense_is_refused(here: Api, query: str):
    reply = here.get(f"/operations/register?{query}")

    assert (reply.status, reply.problem) == (400, "bad-request")


def test_the_register_leaves_as_csv_with_the_same_fields(here: Api, series: str):
    reply = here.get(f"/operations/register.csv?series={quote(series)}&limit=2")
    rows = [*csv.DictReader(io.StringIO(reply.content.decode(), newline=""))]
    shown = register(here, series=series, limit=100)["entries"]

    assert reply.headers["Content-Disposition"] == 'attachment; filename="register.csv"'
    assert rows == [{name: "" if value is None else str(value) for name, value in each.items()} for each in shown]


def test_documents_leave_as_csv_with_credit_notes_negative_and_no_formula(here: Api, series: str):
    reply = here.get("/operations/documents.csv")
    rows = [*csv.DictReader(io.StringIO(reply.content.decode(), newline=""))]
    last = [row for row in rows if row["id"] == "'-1"]

    assert reply.headers["Content-Disposition"] == 'attachment; filename="documents.csv"'
    assert {row["kind"] for row in rows} >= {"receipt", "credit-note"}
    assert {row["total"] for row in last} == {"-81.95"}


def test_the_summary_counts_documents_by_themselves(here: Api, series: str):
    summary = here.get("/operations/summary").body

    assert set(summary["documents"]) == {"RECEIVED", "COMPLETED", "FAILED"}
    assert summary["documents"]["COMPLETED"] >= 1


@pytest.mark.parametrize("query", ["status=DONE", "limit=0", "limit=101", "cursor=x", "q=x", "from=2026-01-01"])
def test_a_list_of_documents_with_a_query_that_makes_no_sense_is_refused(here: Api, query: str):
    assert here.get(f"/operations/documents?{query}").problem == "bad-request"


def test_documents_are_listed_the_newest_first_in_pages_and_in_no_list_of_orders(here: Api, series: str):
    order_id = sold(here)
    for number in range(3):
        here.follow(order_id, "refunds", {"refundId": f"r-{number}", "amount": "1.00"})
    first = here.get("/operations/documents?limit=2").body
    second = here.get(f"/operations/documents?limit=1&cursor={quote(first['cursor'])}").body

    assert [each["id"] for each in first["documents"] + second["documents"]] == ["r-2", "r-1", "r-0"]
    assert here.get(f"/operations/orders?q={order_id}").body["orders"][0]["orderId"] == order_id
    assert not [each for each in here.get("/operations/orders").body["orders"] if "/" in each["orderId"]]
