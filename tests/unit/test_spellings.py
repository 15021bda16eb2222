"""One order, however it is written: each pair of spellings has one fingerprint."""

import unicodedata
from typing import Any

import pytest
from tests.support.bad_orders import CARD, CUP, GST, QST, SALE, SHIPPING, basket, item
from tests.support.examples import ALICE

from orders.order import validation
from orders.order.canonical import fingerprint

ABSENT: list[Any] = [None, "", " \t "]
OPTIONAL_TEXTS = [
    "customerEmail", "currency", "locale", "note", "orderNumber", "placedAt", "customerCompany", "customerTaxId",
    "customerReference", "total", "rounding", "taxExemptionReason",
]  # fmt: skip
OPTIONAL_PARTS = [
    "items", "discounts", "charges", "taxes", "payments", "customerAddress", "deliveryAddress", "metadata",
    "pricesIncludeTax",
]  # fmt: skip


def address(**fields: Any) -> dict[str, Any]:
    return ALICE | {"customerAddress": fields}


SAME: list[tuple[Any, Any]] = [
    *((ALICE, ALICE | {name: absent}) for name in OPTIONAL_TEXTS for absent in ABSENT),
    *((ALICE, ALICE | {name: None}) for name in OPTIONAL_PARTS),
    (ALICE, ALICE | {"items": [], "charges": [], "metadata": {}, "customerAddress": {}, "pricesIncludeTax": False}),
    *((basket(), item(**{name: absent})) for name in ("sku", "unit", "description", "taxName") for absent in ABSENT),
    *((basket(), item(taxCategory=absent, taxes=None, discount=None)) for absent in ABSENT),
    (basket(), item(discount={"amount": "", "percent": None, "name": " "})),
    (ALICE, ALICE | {"customerName": " Alice "}),
    (ALICE | {"customerName": "Alice B"}, ALICE | {"customerName": "Alice \t  B"}),
    (ALICE | {"customerName": "Zoë"}, ALICE | {"customerName": unicodedata.normalize("NFD", "Zoë")}),
    (ALICE | {"note": "a\nb\nc"}, ALICE | {"note": "a\r\nb\rc\r\n"}),
    (ALICE | {"note": "a b"}, ALICE | {"note": "\ta\tb \n"}),
    (ALICE | {"locale": "de-DE"}, ALICE | {"locale": " de_DE "}),
    (ALICE | {"customerEmail": "a@b.de"}, ALICE | {"customerEmail": "a@b.de\t"}),
    (item(unitPrice="199"), item(unitPrice="199.0000")),
    (item(unitPrice="7.50"), item(unitPrice="07.5")),
    (item(unitPrice="0.1651"), item(unitPrice=" 0.16510000 ")),
    (item(unitPrice="19.99"), item(unitPrice="0000000000019.9900000000")),
    *((item(quantity=4), item(quantity=each)) for each in ("4", "4.0", "04", " 4 ", "4.000000")),
    (item(quantity="0.5"), item(quantity="00.500")),
    (basket(items=[CUP, CUP | {"quantity": -1}]), basket(items=[CUP, CUP | {"quantity": "-1.0"}])),
    *((basket(), item(taxRate=each)) for each in ("20.0", "020", " 20", "20.0000000000")),
    (item(taxRate="0"), item(taxRate="0.000")),
    (item(discount={"percent": "5"}), item(discount={"percent": "0005.00000000", "amount": ""})),
    (basket(discounts=[SALE]), basket(discounts=[SALE | {"amount": "1", "percent": None, "taxRate": " "}])),
    (basket(charges=[SHIPPING]), basket(charges=[SHIPPING | {"amount": "4.9", "kind": " shipping", "taxes": []}])),
    (basket(payments=[CARD]), basket(payments=[CARD | {"amount": "12", "label": "", "last4": None, "paidAt": ""}])),
    (
        item(taxes=[GST, QST], taxRate=None),
        item(taxes=[GST | {"compound": False}, QST | {"rate": "9.9750", "compound": None}], taxRate=" "),
    ),
    (basket(total="12.00"), basket(total="12")),
    (basket(rounding="-0.02"), basket(rounding="-0.020")),
    *((basket(), basket(rounding=each)) for each in ("0", "0.00", "-0")),
    (basket(), item(taxCategory="S")),
    (
        ALICE | {"placedAt": "2026-11-23T17:30:00Z"},
        ALICE | {"placedAt": "2026-11-23T18:30:00.000+01:00"},
    ),
    (ALICE | {"placedAt": "2026-11-23T17:30:00Z"}, ALICE | {"placedAt": "2026-11-23t17:30:00z"}),
    (address(country="DE"), address(country="de")),
    (address(lines=["a", "b"]), address(lines=[" a", "", None, "b ", " "])),
    (address(city="Berlin"), address(city=" Berlin ", region="", postalCode=None, country=" ", lines=[])),
    (ALICE, address(lines=["", " "], city="", region=None, postalCode=" ", country="")),
    (ALICE | {"metadata": {"channel": "web"}}, ALICE | {"metadata": {" channel ": "web ", "campaign": None}}),
]
DIFFERENT: list[tuple[Any, Any]] = [
    (item(quantity=4), item(quantity="4.000001")),
    (item(unitPrice="0.1651"), item(unitPrice="0.16510001")),
    (item(taxRate="0"), item(taxRate=None)),
    (basket(), basket(pricesIncludeTax=True)),
    (basket(), basket(total="12.00")),
    (ALICE | {"placedAt": "2026-11-23T17:30:00Z"}, ALICE | {"placedAt": "2026-11-23T17:30:00+01:00"}),
    (ALICE, ALICE | {"metadata": {"channel": ""}}),
]


def print_of(order: Any) -> str:
    return fingerprint(validation.parse(order).canonical())


@pytest.mark.parametrize(("one", "other"), SAME, ids=[repr(other)[-70:] for _, other in SAME])
def test_two_spellings_of_one_order_have_one_fingerprint(one: Any, other: Any):
    assert print_of(one) == print_of(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT, ids=[repr(other)[-70:] for _, other in DIFFERENT])
def test_two_orders_that_say_different_things_have_two(one: Any, other: Any):
    assert print_of(one) != print_of(other)
