"""What is exported of an order: the figures of the API, and every field of its items."""

import csv
import io
import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from tests.support.examples import ALICE, BASKET, NINE, ROOT

from orders.api import export, present
from orders.api.export import forms
from orders.order import validation
from orders.order.order import Order
from orders.ports import Page

CASES = [json.loads(line) for line in (ROOT / "tests" / "support" / "cases.jsonl").read_text("utf-8").splitlines()]
SALES = {case["id"]: case for case in CASES if case.get("status") != 422}
AMOUNTS = ("net", "tax", "discount", "charges", "total", "rounding", "payable", "paid", "due")
COMPANY: dict[str, Any] = ALICE | {
    "orderNumber": "RE 2026-17",
    "placedAt": "2026-11-20T23:30:00-05:00",
    "customerCompany": "Ångström & Co.",
    "customerTaxId": "DE123456789",
    "customerAddress": {"lines": ["Am Markt 1"], "city": "Bremen", "country": "DE"},
    "deliveryAddress": {"lines": ["Rue 2"], "country": "FR"},
    "metadata": {"campaign": "advent", "source": "shop"},
}


def received(order: dict[str, Any]) -> Order:
    return Order.received(validation.parse(order), "token", NINE)


def exported(order: Order, rows: export.Rows = export.ORDERS, form: forms.Form = export.PLAIN) -> list[dict[str, str]]:
    """Parsed back."""
    text = (export.heading(rows, form) + export.text(Page([order], None), rows, form)).removeprefix(form.start)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=form.separator))


def totals(order: Order) -> Any:
    return present.totals(order) or {"lines": [], "taxes": []}


def number(cell: str) -> Decimal | None:
    """The number that Excel reads in German or Portuguese."""
    return Decimal(cell.replace(",", ".")) if cell else None


def decimal(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


@pytest.fixture(params=SALES)
def case(request: pytest.FixtureRequest) -> dict[str, Any]:
    found: dict[str, Any] = SALES[request.param]
    return found


@pytest.fixture
def sale(case: dict[str, Any]) -> Order:
    return received(case["order"])


def test_the_columns_of_before_come_first_and_in_their_order():
    assert export.COLUMNS[:10] == (
        "orderId", "status", "receivedAt", "completedAt", "customerName", "customerEmail", "currency", "total",
        "attempts", "lastError",
    )  # fmt: skip


@pytest.mark.parametrize("rows", export.KINDS.values(), ids=export.KINDS)
def test_the_operations_page_lists_every_column(rows: export.Rows):
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert f"| `{rows.name}` | {', '.join(f'`{column}`' for column in rows.columns)} |" in page


def test_the_row_of_an_order_has_the_figures_that_the_example_requires(case: dict[str, Any], sale: Order):
    (row,) = exported(sale)
    required = case.get("totals", {}) | {name: case[name] for name in ("tax", "total") if name in case}

    assert {name: row[name] for name in AMOUNTS if name in required} == {
        name: figure for name, figure in required.items() if name in AMOUNTS
    }
    assert row["orderNumber"] == case["order"].get("orderNumber", "")


def test_the_rows_of_taxes_are_those_of_the_api_and_add_up(sale: Order):
    rows = exported(sale, export.TAXES)

    assert [
        {"name": row["name"] or None, "rate": row["rate"] or None, "category": row["category"],
         "base": row["base"] or None, "amount": row["amount"]}
        for row in rows
    ] == totals(sale)["taxes"]  # fmt: skip
    assert sum(Decimal(row["amount"]) for row in rows) == Decimal(totals(sale).get("tax", "0"))


def test_the_rows_of_items_have_the_amounts_of_the_lines(sale: Order):
    rows = exported(sale, export.ITEMS)

    assert [row["amount"] for row in rows] == totals(sale)["lines"]
    assert [int(row["line"]) for row in rows] == list(range(1, len(rows) + 1))
    assert [row["name"] for row in rows] == [item.name for item in sale.posted.items]


@pytest.mark.parametrize("rows", export.KINDS.values(), ids=export.KINDS)
def test_the_form_for_excel_has_the_same_figures(sale: Order, rows: export.Rows):
    plain, excel = exported(sale, rows), exported(sale, rows, forms.Excel(locale="de-DE"))

    for column in {*AMOUNTS, "amount", "base", "rate", "quantity", "unitPrice"} & set(rows.columns):
        assert [number(row[column]) for row in excel] == [decimal(row[column] or None) for row in plain]
        assert not any("." in row[column] for row in excel)


def test_the_row_of_an_order_says_who_bought_when_and_where():
    (row,) = exported(received(COMPANY))

    assert (row["orderNumber"], row["placedAt"]) == ("RE 2026-17", "2026-11-21T04:30:00.000Z")
    assert (row["customerCompany"], row["customerTaxId"], row["country"]) == ("Ångström & Co.", "DE123456789", "DE")
    assert json.loads(row["metadata"]) == {"campaign": "advent", "source": "shop"}
    assert {row[name] for name in AMOUNTS} == {""}


def test_the_country_is_that_of_the_delivery_if_the_buyers_is_not_known():
    (row,) = exported(received({name: value for name, value in COMPANY.items() if name != "customerAddress"}))

    assert row["country"] == "FR"


def test_the_row_of_an_item_has_all_its_fields():
    flour = {
        "name": "Flour", "description": "Type 550\n1 kg", "sku": "0012", "quantity": "0.250", "unit": "kg",
        "unitPrice": "2.4000", "discount": {"percent": "10", "name": "Last day"},
        "taxRate": "7.00", "taxName": "MwSt.", "taxCategory": "S",
    }  # fmt: skip
    book = {
        "name": "Book", "quantity": 1, "unitPrice": "10.10",
        "taxes": [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975", "compound": True}],
    }  # fmt: skip
    first, second = exported(received(ALICE | {"currency": "EUR", "items": [flour, book]}), export.ITEMS)

    assert (first["orderId"], first["currency"], first["pricesIncludeTax"]) == ("12345", "EUR", "false")
    assert {name: first[name] for name in ("name", "description", "sku", "quantity", "unit", "unitPrice")} == {
        "name": "Flour", "description": "Type 550\n1 kg", "sku": "0012", "quantity": "0.25", "unit": "kg",
        "unitPrice": "2.40",
    }  # fmt: skip
    assert (first["discountName"], first["discountPercent"], first["discount"]) == ("Last day", "10", "0.06")
    assert (first["taxRate"], first["taxName"], first["taxCategory"], first["taxes"]) == ("7", "MwSt.", "", "")
    assert first["amount"] == "0.54"
    assert json.loads(second["taxes"]) == [
        {"name": "GST", "rate": "5", "compound": False},
        {"name": "QST", "rate": "9.975", "compound": True},
    ]


@pytest.mark.parametrize("rows", [export.TAXES, export.ITEMS], ids=lambda rows: rows.name)
def test_an_order_without_items_has_no_rows_of_these(rows: export.Rows):
    assert exported(received(ALICE), rows) == []


@pytest.mark.parametrize("body", ["{}", "[]", "x", '{"orderId":"12345","customerName":"A","items":[{"quantity":1}]}'])
@pytest.mark.parametrize("rows", export.KINDS.values(), ids=export.KINDS)
def test_an_order_that_can_not_be_read_keeps_its_row_and_breaks_nothing(rows: export.Rows, body: str):
    (row,) = exported(replace(received(BASKET), body=body, total=None), rows)

    assert row["orderId"] == "basket-1"
    assert row["lastError" if rows is export.ORDERS else "problem"].endswith("damaged.") or row["status"] == "RECEIVED"


@pytest.mark.parametrize("rows", export.KINDS.values(), ids=export.KINDS)
def test_an_order_of_a_newer_version_has_a_row_that_says_so(rows: export.Rows):
    text = export.text(Page([], None, ("of-tomorrow",)), rows, export.PLAIN)

    assert text.startswith("of-tomorrow,")
    assert "a newer version wrote it" in text


def test_a_negative_amount_is_a_number():
    changed = ALICE | {
        "currency": "CHF", "items": [{"name": "Brot", "quantity": 1, "unitPrice": "1.66"}],
        "rounding": "-0.01", "payments": [{"method": "cash", "amount": "2.00"}],
    }  # fmt: skip
    (row,) = exported(received(changed))

    assert (row["rounding"], row["due"]) == ("-0.01", "-0.35")
