"""A receipt prints what the customer was charged: every figure of the totals, and what the order says beside them."""

import json
import subprocess
from decimal import Decimal
from typing import Any

import pytest
from tests.receipts.making import misplaced, receipt_of, row_of, text_of, words_of
from tests.receipts.real_orders import (
    ARABIC_SHOP,
    CAFE,
    CANADIAN_SHOP,
    ENERGY,
    EVERYTHING,
    EXPORTER,
    GERMAN_SHOP,
    JAPANESE_SHOP,
    ONLY_THE_ORDERS_TAX,
    ORDERS,
    SWISS_TILL,
)
from tests.support.cases import WITH_FIGURES
from tests.support.examples import ALICE

from orders.api import present
from orders.order import figures, money
from orders.order.errors import DrawingAborted
from orders.receipt import content
from orders.receipt.drawing import SECONDS_ALONE, _Lane
from orders.shop import language
from orders.shop.shop import Shop

PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2212": "-"} | dict.fromkeys("\u200b\u200e\u200f\u061c\u2066\u2069", "")
)
"""For what is not seen: ordinary blanks and minus signs, no marks of direction."""


def printed(order: dict[str, Any]) -> str:
    """What can be read on the receipt, with ordinary blanks and minus signs."""
    return text_of(receipt_of(order)).translate(PLAIN)


def as_printed(figure: str, order: dict[str, Any]) -> str:
    """A figure of the API in the order's locale, with ordinary blanks."""
    minor = int(Decimal(figure).scaleb(money.DECIMALS[order["currency"]]))
    written = language.of(order.get("locale")).amount(minor, order["currency"])
    return written.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200e", "")


def figures_of(order: dict[str, Any]) -> list[str]:
    """All that must be seen: sums of one part are seen as that part, and a zero that says nothing is left out."""
    totals: Any = figures.of(row_of(order).posted)
    taxes = [figure for tax in totals["taxes"] for figure in (tax["base"], tax["amount"]) if figure]
    return [*totals["lines"], *taxes, *_of_the_bill(order, totals), *_of_the_payments(order, totals)]


def _of_the_bill(order: dict[str, Any], totals: Any) -> list[str]:
    reductions = [f"-{totals['discount']}"] if len(order.get("discounts", [])) == 1 else []
    charges = [totals["charges"]] if len(order.get("charges", [])) == 1 else []
    return [*reductions, *charges, totals["net"], *([totals["tax"]] if totals["taxes"] else []), totals["total"]]


def _of_the_payments(order: dict[str, Any], totals: Any) -> list[str]:
    rounding = [totals["rounding"], totals["payable"]] if order.get("rounding") else []
    if not order.get("payments"):
        return rounding
    payments = [money.with_all_decimals(each["amount"], order["currency"]) for each in order["payments"]]
    return [*rounding, *payments, totals["paid"], totals["due"].removeprefix("-")]


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_every_figure_of_the_totals_is_printed(order: dict[str, Any]):
    text = printed(order)

    assert [figure for figure in figures_of(order) if as_printed(figure, order) not in text] == []


@pytest.mark.parametrize("order", [case.order for case in WITH_FIGURES], ids=map(str, WITH_FIGURES))
def test_pdftotext_finds_every_figure_the_rate_of_each_line_and_the_base_of_each_tax(order: dict[str, Any]):
    lines = subprocess.run(["pdftotext", "-layout", "-", "-"], input=receipt_of(order), capture_output=True, check=True)
    text = lines.stdout.decode().translate(PLAIN)
    speech = language.of(order.get("locale"))
    rates = [speech.percentage(Decimal(each["taxRate"])) for each in order.get("items", []) if "taxRate" in each]

    assert [figure for figure in figures_of(order) if as_printed(figure, order) not in text] == []
    assert [rate for rate in rates if rate.replace("\u00a0", " ") not in text] == []


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_nothing_covers_anything_or_leaves_the_page(order: dict[str, Any]):
    assert misplaced(receipt_of(order)) == []


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_attached_order_has_the_totals_that_the_api_shows(order: dict[str, Any]):
    row = row_of(order)
    attached = json.loads(content.of(row, Shop())["order"])

    assert attached.pop("totals") == present.order(row)["totals"]
    assert attached == json.loads(row.body)


def test_an_order_without_prices_is_attached_without_totals():
    attached = json.loads(content.of(row_of(ALICE), Shop())["order"])

    assert attached == ALICE


PARTS: list[tuple[dict[str, Any], list[str]]] = [
    (GERMAN_SHOP, [
        "RE 2026-0417", "20. November 2026, 17:42 UTC", "Lindenstraße 12", "10969 Berlin", "Deutschland",
        "Farbe: Salbeigrün", "Inhalt: 1,2 l", "Herbstaktion 15 % -5,99", "inkl. MwSt.",
        "Darin: MwSt. 19 % auf 29,98", "Newsletter", "DHL Paket", "Gutschein · Geschenkkarte", "GK-77Q2", "PayPal",
    ]),
    (CANADIAN_SHOP, ["#1001", "Montréal QC H2W 2M2", "GST 5% on 191.00", "QST 9.975% on 191.00", "Visa •••• 4242"]),
    (CAFE, ["0.25 kg", "incl. VAT", "Includes: VAT 13.5% on 7.40", "Tip", "Card · Mastercard •••• 0817"]),
    (SWISS_TILL, ["-3", "-1.50", "Rundung", "0.02", "Zu zahlen", "15.95", "Bar", "Rückgeld", "4.05"]),
    (EXPORTER, [
        "Nordlys Interiør ApS", "DK12345674", "PO 4500017", "1165 København K", "Adresse de livraison", "Lager Syd",
        "Port 4", "64,125", "2,5 h", "Autoliquidation", "Livraison intracommunautaire",
    ]),
    (ENERGY, ["7,000 kWh", "0.16517325", "Discount -0.50", "Resale certificate TX-7.", "Amount due"]),
    (ONLY_THE_ORDERS_TAX, ["Sales tax"]),
    (JAPANESE_SHOP, ["注文 31", "〒100-0005", "東京都千代田区", "税込", "1 個"]),
    (ARABIC_SHOP, ["#12-34", "kg", "•••• 4242", "-4.60"]),
    (EVERYTHING, ["GST/24-25/0001", "BS1 4RW", "Levy 1.25% on 58.14", "Welcome 5%", "-12.82", "Exempt from tax."]),
]  # fmt: skip


@pytest.mark.parametrize(("order", "parts"), PARTS, ids=[order["orderId"] for order, _ in PARTS])
def test_a_receipt_says_what_the_order_says(order: dict[str, Any], parts: list[str]):
    text = printed(order)

    assert [part for part in parts if part not in text] == []


def test_the_order_id_gives_way_to_the_number_and_metadata_is_never_printed():
    text = printed(EVERYTHING | {"orderId": "internal-id"}).replace("receipt/internal-id/verification", "")

    assert "internal-id" not in text
    assert "never printed" not in text


def test_a_reason_of_the_order_is_printed_instead_of_the_standard_sentence():
    assert "Exempt from tax." not in printed(ENERGY)


def test_without_a_rate_a_tax_is_printed_by_its_name():
    assert "%" not in printed(ONLY_THE_ORDERS_TAX)


@pytest.mark.parametrize(
    ("order", "text"),
    [
        ({"items": [{"name": "Mug\tblue", "quantity": 1, "unitPrice": "5.00"}], "currency": "EUR"}, "Mug blue"),
        ({"orderNumber": "#1001"}, "#1001"),
        ({"charges": [{"kind": "fee", "name": "Only a fee", "amount": "2.50"}], "currency": "EUR"}, "Only a fee"),
    ],
)
def test_other_small_orders_are_printed(order: dict[str, Any], text: str):
    assert text in printed(ALICE | order)


@pytest.mark.parametrize("code", sorted(language.codes()))
def test_each_language_fills_in_the_tax_and_its_base(code: str):
    words = language.of(code).words

    assert "{tax}" in words["contained"]
    assert "{tax}" in words["on_base"]
    assert "{base}" in words["on_base"]


WIDE: dict[str, Any] = EVERYTHING | {
    "orderNumber": "W" * 64, "customerCompany": "W" * 200, "customerTaxId": "W" * 40, "customerReference": "W" * 100,
    "customerAddress": {"lines": ["W" * 100] * 4, "city": "W" * 100, "region": "W" * 100, "country": "US"},
    "deliveryAddress": {"name": "W" * 200, "lines": ["W" * 100]},
    "items": [
        {
            "name": "W" * 200, "description": "W" * 500, "quantity": "999999.123456", "unit": "W" * 12,
            "unitPrice": "999999999999.12345678", "taxRate": "20.123456",
            "discount": {"name": "W" * 200, "percent": "12.123456"},
        }
    ],
    "discounts": [{"name": "W" * 200, "percent": "5"}],
    "charges": [{"kind": "tip", "name": "W" * 200, "amount": "1", "taxRate": "20.123456", "taxName": "W" * 40}],
    "payments": [{"method": "card", "label": "W" * 60, "last4": "4242", "amount": "1", "reference": "W" * 140}],
    "taxExemptionReason": "W" * 300,
}  # fmt: skip


@pytest.mark.parametrize("letter", ["W", "漢"])
def test_the_widest_texts_and_figures_stay_on_the_page_and_cover_nothing(letter: str):
    order = json.loads(json.dumps(WIDE).replace("W", letter))

    assert misplaced(receipt_of(order)) == []


def test_500_lines_with_everything_are_drawn_in_the_time_of_a_slow_order():
    item = EVERYTHING["items"][0]
    items = [item | {"name": f"Shelf no. {number}", "quantity": f"{number}.5"} for number in range(1, 501)]
    lane = _Lane(1, SECONDS_ALONE, niceness=0)
    text = text_of(lane.draw(row_of(EVERYTHING | {"items": items, "rounding": "0.01"})))
    lane.end()

    assert [number for number in range(1, 501) if f"Shelf no. {number}\n" not in text.replace(" OS-120", "\n")] == []
    assert "Page 2 of" in text


COSTLY = "\ufe52\u08e7\U0001f47a\u1dc9\U0001f575\u2211\U0001f485"
TEXTS: list[dict[str, Any]] = [
    {"orderNumber": COSTLY}, {"customerCompany": COSTLY}, {"customerTaxId": COSTLY}, {"customerReference": COSTLY},
    {"taxExemptionReason": COSTLY}, {"customerAddress": {"lines": [COSTLY]}}, {"deliveryAddress": {"city": COSTLY}},
    {"discounts": [{"name": COSTLY, "percent": "1"}]}, {"charges": [{"kind": "fee", "name": COSTLY, "amount": "1"}]},
    {"payments": [{"method": "other", "amount": "1", "label": COSTLY}]},
    {"payments": [{"method": "other", "amount": "1", "reference": COSTLY}]},
    {"items": [EXPORTER["items"][0] | {"description": COSTLY}]}, {"items": [EXPORTER["items"][0] | {"unit": COSTLY}]},
    {"items": [EXPORTER["items"][0] | {"discount": {"percent": "1", "name": COSTLY}}]},
    {"items": [{"name": "x", "quantity": 1, "unitPrice": "1", "taxRate": "5", "taxName": COSTLY}]},
]  # fmt: skip


@pytest.mark.parametrize("part", TEXTS, ids=lambda part: "-".join(part))
def test_a_text_in_many_scripts_counts_as_work_wherever_it_is(part: dict[str, Any]):
    """1 for a slow letter, 2 for a run and a little for each text, as `orders.receipt.writing` counts."""
    order = {name: value for name, value in EXPORTER.items() if name != "deliveryAddress"}

    with pytest.raises(DrawingAborted):
        content.of(row_of(order | part), Shop(), most_work=15)
    content.of(row_of(order), Shop(), most_work=15)


@pytest.mark.parametrize("number", ["#1001", "#" + "1" * 40])
def test_the_delivery_address_stands_beside_the_customer(number: str):
    words = words_of(receipt_of(EVERYTHING | {"orderNumber": number}))
    (customer,) = (word for word in words if word.text == "Customer")
    (delivery,) = (word for word in words if word.text == "Delivery")

    assert customer.top == delivery.top
