"""The documents as CSV: a row for each document and tax, whose sums are what was charged and given back."""

import csv
import io
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.support import sales
from tests.support.examples import ALICE, BASKET, NINE, ROOT
from tests.support.fakes import World

from orders.api import export
from orders.api.export.forms import Excel, Form
from orders.order import figures, validation
from orders.order.errors import BadRequest
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import Issue
from orders.ports import Listed, Page, Selection
from orders.use_cases import correct, refund

PDF = StoredReceipt("receipts/x.pdf", "0" * 64, 1)
SHIPPED: dict[str, Any] = BASKET | {
    "customerCompany": "Ångström AB",
    "customerTaxId": "SE556677889901",
    "customerAddress": {"lines": ["Storgatan 1"], "country": "SE"},
    "orderNumber": "A-17",
    "charges": [{"kind": "shipping", "name": "Parcel", "amount": "4.90", "taxRate": "20"}],
    "discounts": [{"name": "Advent", "percent": "10"}],
}


@dataclass
class Books:
    """An order with its documents, each made at once, with numbers like a shop's."""

    posted: dict[str, Any]
    world: World = field(default_factory=World)
    issued: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.order_id = self.posted["orderId"]
        self.world.table.create(Order.received(validation.parse(self.posted), "t" * 22, NINE))
        self.make(self.order_id, "R")

    def make(self, row_id: str, series: str) -> None:
        self.issued[series] += 1
        row = self.world.table.read(row_id)
        numbered = row.issued(Issue(f"{series}{{number:03}}", self.issued[series], self.world.clock()))
        self.world.table.put(numbered.completed(PDF, self.world.clock()))

    def refund(self, **body: Any) -> None:
        number = self.issued["C"] + 1
        self.world.clock.advance(hours=1)
        parsed = validation.parse_refund({"refundId": f"r-{number}"} | body)
        row = refund.accept(self.order_id, parsed, self.world.outside).row
        self.make(row.order_id, "C")

    def correct(self, **body: Any) -> None:
        self.world.clock.advance(hours=1)
        parsed = validation.parse_correction({"correctionId": f"c-{self.issued['R']}"} | body)
        self.make(correct.accept(self.order_id, parsed, self.world.outside).row.order_id, "R")

    @property
    def settled(self) -> bool:
        return self.world.table.read(self.order_id).settlement.taken != {}

    def rows(self, form: Form = export.PLAIN) -> list[dict[str, str]]:
        """Of all documents, the oldest first."""
        selection = Selection(status=Status.COMPLETED, listed=Listed.EVERYTHING)
        text, cursor = export.part(selection, 1000, None, self.world.outside, export.DOCUMENTS, form)
        assert cursor is None
        rows = csv.DictReader(io.StringIO(text.removeprefix(form.start), newline=""), delimiter=form.separator)
        return sorted(rows, key=lambda row: row["date"])


def total(rows: list[dict[str, str]], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if row[column]), Decimal(0))


def of_kind(rows: list[dict[str, str]], kind: str) -> list[dict[str, str]]:
    return [row for row in rows if row["kind"] == kind]


def test_a_receipt_has_a_row_for_each_tax_and_one_for_what_bears_none():
    rows = Books(BASKET).rows()

    assert [(row["rate"], row["base"], row["tax"], row["gross"], row["total"]) for row in rows] == [
        ("5.5", "37.98", "2.09", "40.07", "101.07"),
        ("20", "30.00", "6.00", "36.00", "101.07"),
        ("", "25.00", "0.00", "25.00", "101.07"),
    ]


def test_each_row_says_whose_document_it_is():
    books = Books(SHIPPED)
    books.refund(amount="10.00")
    books.correct(customerCompany="Ångström & Co. AB")
    by_kind = {row["kind"]: row for row in books.rows()}
    columns = ("number", "id", "orderId", "orderNumber", "customerName", "customerTaxId", "country", "currency")

    assert [by_kind["receipt"][column] for column in columns] == [
        "R001", "basket-1", "basket-1", "A-17", "Zoë Ångström", "SE556677889901", "SE", "EUR",
    ]  # fmt: skip
    assert [by_kind["credit-note"][name] for name in ("number", "id", "credits", "replaces")] == [
        "C001", "r-1", "R001", "",
    ]  # fmt: skip
    assert [by_kind["corrected-receipt"][name] for name in ("number", "id", "credits", "replaces")] == [
        "R002", "c-1", "", "R001",
    ]  # fmt: skip
    assert by_kind["receipt"]["customerCompany"] == "Ångström AB"
    assert by_kind["corrected-receipt"]["customerCompany"] == "Ångström & Co. AB"


def test_a_credit_note_is_negative_and_has_only_the_taxes_that_are_given_back():
    books = Books(BASKET)
    books.refund(lines=[{"item": 1, "quantity": "1"}])
    (row,) = of_kind(books.rows(), "credit-note")

    assert [row[name] for name in ("rate", "base", "tax", "gross", "total")] == [
        "20", "-7.50", "-1.50", "-9.00", "-9.00",
    ]  # fmt: skip


def test_what_bears_no_tax_is_given_back_in_a_row_of_its_own():
    books = Books(BASKET)
    books.refund(lines=[{"item": 3}])
    (row,) = of_kind(books.rows(), "credit-note")

    assert [row[name] for name in ("taxName", "rate", "base", "tax", "gross")] == ["", "", "-25.00", "0.00", "-25.00"]


def test_a_corrected_receipt_adds_nothing_to_any_sum():
    books = Books(SHIPPED)
    before = books.rows()
    books.correct(customerName="Zoë Åström")
    books.correct(customerName="Zoe Astrom")
    rows = books.rows()

    assert [row["replaces"] for row in rows if row["replaces"]] == ["R001", "R002"]
    for column in ("base", "tax", "gross"):
        assert total(rows, column) == total(before, column)
    assert all(row["total"] == "0.00" for row in of_kind(rows, "corrected-receipt"))


def test_after_a_correction_a_credit_note_names_the_receipt_that_is_valid():
    books = Books(SHIPPED)
    books.correct(customerName="Zoë Åström")
    books.refund(amount="1.00")

    assert {row["credits"] for row in of_kind(books.rows(), "credit-note")} == {"R002"}


@pytest.mark.parametrize("seed", range(20))
def test_the_gross_amounts_add_up_to_the_documents_and_all_refunds_to_nothing(seed: int):
    """Orders by chance: net and gross, with discounts, charges, several taxes on one line, and stated figures."""
    chance = Random(seed)
    books = Books(payable(chance))
    for _ in range(3):
        try:
            books.refund(lines=[{"item": 1, "amount": str(chance.randint(1, 3))}])
        except BadRequest:
            continue
    if of_kind(books.rows(), "credit-note") or chance.random() < 0.5:
        books.correct(customerName="Alicia")
    give_back_the_rest(books)
    rows = books.rows()

    for number in {row["number"] for row in rows}:
        document = [row for row in rows if row["number"] == number]
        assert total(document, "gross") == Decimal(document[0]["total"])
        assert len({row["total"] for row in document}) == 1
    posted = validation.parse(books.posted)
    stated = figures.of(posted)
    assert stated
    assert total(of_kind(rows, "receipt"), "gross") == Decimal(stated["total"])
    assert total(of_kind(rows, "receipt"), "tax") == Decimal(stated["tax"])
    if books.settled:
        for column in ("base", "tax", "gross"):
            assert total(rows, column) == 0


def payable(chance: Random) -> dict[str, Any]:
    """An order by chance that a shop could post, with something to pay."""
    while True:
        order = sales.sale(chance)
        try:
            posted = validation.parse(order)
        except BadRequest:
            continue
        if posted.totals and posted.totals.payable > 0:
            return order


def give_back_the_rest(books: Books) -> None:
    try:
        books.refund()
    except BadRequest:
        assert books.settled


def test_an_order_without_prices_has_a_row_without_amounts():
    (row,) = Books(ALICE).rows()

    assert (row["kind"], row["id"], row["number"]) == ("receipt", "12345", "R001")
    assert {row[name] for name in ("base", "tax", "gross", "total", "currency")} == {""}


def test_only_completed_documents_are_exported():
    books = Books(BASKET)
    waiting = validation.parse_refund({"refundId": "r-9"})
    refund.accept(books.order_id, waiting, books.world.outside)

    assert {row["kind"] for row in books.rows()} == {"receipt"}


def test_a_shop_without_numbers_has_rows_without_numbers():
    world = World()
    row = Order.received(validation.parse(BASKET | {"orderNumber": "A-17"}), "t" * 22, NINE).completed(PDF, NINE)
    text = export.text(Page([row], None), export.DOCUMENTS, export.PLAIN)

    assert text.startswith("receipt,,basket-1,basket-1,A-17,2026-11-23T09:00:00.000Z,")
    assert world.table.rows == {}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "a;=1+1"])
def test_no_text_of_a_document_is_a_formula(name: str):
    books = Books(BASKET | {"customerName": name, "customerCompany": name})
    books.correct(customerName=f"{name} ") if name.strip() != name else books.correct(customerEmail="a@example.com")

    assert all("'" in row[column] for row in books.rows() for column in ("customerName", "customerCompany"))


def test_a_negative_amount_is_no_text_and_gets_no_apostrophe():
    books = Books(BASKET)
    books.refund(amount="1.00")

    assert all("'" not in row["gross"] for row in books.rows())


def test_excel_gets_local_dates_and_the_signs_of_its_country():
    books = Books(BASKET)
    books.refund(amount="1.00")
    form = Excel(ZoneInfo("Europe/Berlin"), "de-DE")
    (receipt, *_) = books.rows(form)
    (note, *_) = of_kind(books.rows(form), "credit-note")

    assert receipt["date"] == "2026-11-23 10:00:00"
    assert note["total"] == "-1,00"


def test_a_document_that_cannot_be_read_has_a_row_that_says_so():
    text = export.text(Page([], None, ("12345/refunds/r-1",)), export.DOCUMENTS, export.PLAIN)
    row = next(csv.DictReader(io.StringIO(export.heading(export.DOCUMENTS, export.PLAIN) + text, newline="")))

    assert row["orderId"] == "12345/refunds/r-1"
    assert "can't read" in row["problem"]


def test_a_period_selects_documents_by_when_they_were_accepted():
    books = Books(BASKET)
    books.refund(amount="1.00")
    selection = Selection(since=NINE + timedelta(minutes=1), until=None, listed=Listed.EVERYTHING)
    text, _ = export.part(selection, 100, None, books.world.outside, export.DOCUMENTS)

    assert {row["kind"] for row in csv.DictReader(io.StringIO(text, newline=""))} == {"credit-note"}
    assert NINE.tzinfo is UTC


def test_the_row_of_an_order_says_how_much_of_it_was_refunded():
    books, found = Books(BASKET), []
    for body in ({"amount": "1.00"}, {"lines": [{"item": 3}]}, {}):
        books.refund(**body)
        order = books.world.table.read(books.order_id)
        text = export.heading(export.ORDERS, export.PLAIN) + export.text(
            Page([order], None), export.ORDERS, export.PLAIN
        )
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        found.append((row["settlement"], row["refunded"], row["total"]))

    assert found[0] == ("PARTLY_REFUNDED", "1.00", "101.07")
    assert found[-1] == ("REFUNDED", "101.07", "101.07")


def test_the_operations_page_lists_every_column():
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")

    assert ", ".join(f"`{column}`" for column in export.DOCUMENTS.columns) in page
