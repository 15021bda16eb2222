"""`schema/order.json` and the API agree, as far as JSON Schema can say what an order is."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import jsonschema_rs
import pytest
from tests.support.examples import ALICE, BASKET, ROOT, example_orders

from orders.order import validation
from orders.order.errors import InvalidOrder

SCHEMA: dict[str, Any] = json.loads((ROOT / "schema" / "order.json").read_text(encoding="utf-8"))
WITH_PYTHONS_PATTERNS = jsonschema.Draft202012Validator(SCHEMA)
WITH_ECMA_PATTERNS = jsonschema_rs.validator_for(SCHEMA)
CUP = {"name": "Cup", "quantity": 1, "unitPrice": "1"}
GST = {"name": "GST", "rate": "5"}
SALE = {"name": "Sale", "amount": "0.50"}
SHIPPING = {"kind": "shipping", "name": "Shipping", "amount": "4.90"}
CASH = {"method": "cash", "amount": "5.00"}
BLANK = [
    "customerEmail", "customerCompany", "customerTaxId", "customerReference", "orderNumber", "placedAt", "locale",
    "note", "total", "rounding", "taxExemptionReason",
]  # fmt: skip


def basket(**changed: object) -> dict[str, Any]:
    """An order of one line that differs from a good one in these fields."""
    return ALICE | {"currency": "EUR", "items": [CUP | changed]}


NO_ORDERS: list[Any] = [
    [],
    "order",
    None,
    {"orderId": "12345"},
    ALICE | {"colour": "red"},
    *(ALICE | {"orderId": each} for each in ("", "a/b", "\na", "x" * 65, "é", "a b", ".", "..", "a\x00", 5, None)),
    *(ALICE | {"customerName": each} for each in ("", " ", "\u3000 \u200b", "\u3164", "\u2800", "\u0301", "\ue000")),
    *(ALICE | {"customerName": each} for each in ("x" * 201, "A\x00", "A\nB", "A\u2028B", "A\x85", 7, None, ["A"])),
    *(ALICE | {"customerEmail": each} for each in ("nobody", "a@b", "a b@c.de", "a@b_c.de", "a@b.c", "a\x00@b.de", 5)),
    *(ALICE | {"note": each} for each in ("x" * 1001, "A\x00", "A\u2029B", 5)),
    *(ALICE | {"locale": each} for each in ("d", "de-", "de_", "x" * 36)),
    *(ALICE | {"currency": each} for each in ("EURO", "eur", "XXX")),
    {key: value for key, value in BASKET.items() if key != "currency"},
    BASKET | {"currency": None},
    BASKET | {"items": [CUP] * 501},
    BASKET | {"items": {}},
    *(basket(unitPrice=each) for each in ("1e3", "NaN", "", ".5", "5.", "1,50", "٣", "-1", "1.000000005", 1, 1.5)),
    *(basket(quantity=each) for each in (0, 1.5, "0,5", "1e3", ".5", "0.0000005", 1_000_001, 10**12, True, None)),
    *(basket(taxRate=each) for each in ("101", "100.1", "-1", "5%", "5.0000001", 5)),
    *(basket(sku=each) for each in ("x" * 65, "A\nB", 5)),
    basket(colour="red"),
    basket() | {"items": [{"name": "Cup", "quantity": 1}]},
    *(basket(discount=each) for each in ({"amount": "1", "percent": "1"}, {"name": "Sale"}, {"rate": "1"})),
    basket(discount=[]),
    *(basket(taxCategory=each, taxRate="7") for each in ("Z", "E", "AE", "K", "G", "O", "X", "s")),
    *(basket(**{each: "S"}) for each in ("taxCategory", "taxName")),
    *(basket(taxes=[GST], **{each: "5"}) for each in ("taxRate", "taxName")),
    *(basket(taxes=each) for each in ([GST | {"compound": True}], [{"name": "GST"}], [{"rate": "5"}], [GST] * 11)),
    basket(taxes=GST),
    *(basket() | {"pricesIncludeTax": each} for each in ("true", 1)),
    *(basket() | {"discounts": [each]} for each in ({"name": "Sale"}, SALE | {"percent": "5"}, {"amount": "1"}, 5)),
    *(ALICE | {"currency": "EUR", each: [SALE]} for each in ("discounts", "charges")),
    *(ALICE | {"currency": "EUR"} | each for each in ({"total": "5"}, {"rounding": "1"}, {"payments": [CASH]})),
    *(ALICE | each for each in ({"charges": [SHIPPING]}, {"total": "5"}, {"payments": [CASH]})),
    *(basket() | {"charges": [SHIPPING | each]} for each in ({"kind": "gift"}, {"amount": "-1"}, {"percent": "1"})),
    *(basket() | {"payments": [CASH | each]} for each in ({"method": "Cash"}, {"last4": "42"}, {"paidAt": "today"})),
    *(basket() | {"taxes": [each]} for each in ({}, {"amount": 1}, {"amount": "1", "category": "S"})),
    basket() | {"payments": [CASH] * 51},
    ALICE | {"metadata": []},
    *(ALICE | {"placedAt": each} for each in ("2026-11-23", "2026-11-23T18:30:00", 1_795_424_701)),
    *(ALICE | {"customerAddress": each} for each in ("Berlin", {"lines": "x"}, {"country": "Germany"}, {"name": "x"})),
    ALICE | {"deliveryAddress": {"lines": ["x"] * 5}},
    *(ALICE | {"metadata": each} for each in ({"": "x"}, {"a": 1}, {"a": "x" * 501}, {"x" * 41: "x"}, {"a\nb": "x"})),
    ALICE | {"metadata": {f"{number}": "x" for number in range(21)}},
    *(ALICE | {"orderNumber": each} for each in ("x" * 65, "a\nb", 1001)),
]
ORDERS: list[Any] = [
    ALICE,
    {"customerName": "Alice"},
    BASKET,
    *(ALICE | {"orderId": each} for each in ("a", "A-b_c.9", "x" * 64, "...", "-")),
    *(
        ALICE | {"customerName": each}
        for each in ("x", "x" * 200, "김", "👩‍👩‍👧", "فاطمة", "{}<b>#set", " x ", "😀" * 200)
    ),
    *(ALICE | {"customerEmail": each} for each in ("zoe@example.com", "zoë@exämple.de", "उ@उदाहरण.भारत", None)),
    ALICE | {"note": "Ring\ntwice.", "locale": "pt-BR", "items": [], "currency": None},
    *(basket(taxRate=each) for each in ("100", "100.000", "0", "020", "5.5", "8.187500", "", " 7 ", None)),
    *(basket(quantity=each) for each in ("1", "0.25", " 4 ", "0007", "1.0000000")),
    *(basket() | {"items": [CUP, CUP | {"quantity": each}]} for each in (-1, "-0.5")),
    *(basket(unitPrice=each) for each in (" 1", "199.0000", "0.00000001", "007.50")),
    basket(quantity=1_000_000, unitPrice="999999999999.99"),
    dict.fromkeys(BLANK, "") | ALICE,
    dict.fromkeys(BLANK, " \t ") | ALICE,
    dict.fromkeys([*BLANK, "items", "charges", "metadata", "customerAddress", "pricesIncludeTax"]) | ALICE,
    *(ALICE | {"locale": each} for each in ("de_DE", "zh-Hant-TW", " de ")),
    *(ALICE | {"note": each} for each in ("\n", "a\r\nb", "a\tb")),
    *(
        basket(taxCategory=each, taxRate=rate)
        for each in ("Z", "E", "AE", "K", "G", "O")
        for rate in ("0", "0.0", None)
    ),
    basket(taxCategory="", taxRate="7", taxName="VAT"),
    basket(taxCategory="E", taxName="VAT"),
    basket(taxes=[GST, GST | {"name": "QST", "compound": True}], taxRate="", taxName=None),
    *(basket(discount=each) for each in (None, {}, {"amount": ""}, {"amount": "1", "percent": " "}, {"percent": "5"})),
    basket() | {"charges": [SHIPPING], "discounts": [SALE], "payments": [CASH], "rounding": "-0.05"},
    ALICE | {"currency": "EUR", "charges": [SHIPPING], "total": "4.90"},
    *(
        ALICE | {"customerAddress": each}
        for each in ({"lines": ["a", "", None]}, {"country": "de"}, {"lines": None}, {})
    ),
    *(ALICE | {"placedAt": each} for each in ("2026-11-23T18:30:00+01:00", "2026-11-23 18:30:00.123z", " ")),
    ALICE | {"metadata": {"channel": "web", "campaign": None}, "orderNumber": "GST/24-25/0001"},
]
NOT_SAID = [
    ALICE | {"customerName": "\u0958" * 200},  # longer in composed form
    ALICE | {"customerName": "\U000e0001"},  # blank by its category, far from the usual ones
    ALICE | {"customerEmail": "a@☃.de"},  # a letter is needed, and this is none
    basket() | {"currency": "JPY", "total": "1.5"},  # has no decimals
    basket(taxes=[GST, GST]),  # the same tax twice
    basket(quantity=-1),  # comes to less than zero
    basket() | {"payments": [CASH | {"reference": "4242 4242 4242 4242"}]},  # a card number by its check digit
    ALICE | {"placedAt": "2026-02-30T09:00:00Z"},  # no such day
    ALICE | {"customerAddress": {"country": "XX"}},  # no such country
]
"""What is no order, and JSON Schema, with patterns that hold everywhere, can't tell."""


def is_valid(document: Any) -> Iterator[bool]:
    yield WITH_PYTHONS_PATTERNS.is_valid(document)
    yield WITH_ECMA_PATTERNS.is_valid(document)


def is_accepted(document: Any) -> bool:
    if isinstance(document, dict):
        document = {"orderId": "made-up"} | document
    try:
        validation.parse(document)
    except InvalidOrder:
        return False
    return True


def test_it_is_a_json_schema_of_2020_and_names_no_address_of_its_own():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert "$id" not in SCHEMA


@pytest.mark.parametrize("order", [*example_orders(), *ORDERS, *SCHEMA["examples"]])
def test_every_order_is_valid(order):
    assert is_accepted(order)
    assert all(is_valid(order))


@pytest.mark.parametrize("document", NO_ORDERS, ids=lambda document: ascii(document)[-60:])
def test_what_is_no_order_is_not_valid(document):
    assert not is_accepted(document)
    assert not any(is_valid(document))


@pytest.mark.parametrize("document", NOT_SAID, ids=lambda document: ascii(document)[:60])
def test_what_only_the_api_can_tell(document):
    assert not is_accepted(document)
    assert all(is_valid(document))


@pytest.mark.parametrize("document", [ALICE | {"orderId": "12345\n"}, basket(unitPrice="1\n"), basket(sku="A\n")])
def test_a_line_break_at_the_end_passes_pythons_patterns_only(document):
    """Its `$` matches before it, too; ECMA-262's does not."""
    assert not is_accepted(document)
    assert list(is_valid(document)) == [True, False]


def test_no_pattern_needs_more_than_every_dialect_has():
    patterns = re.findall(r'"pattern": "(.*)"', json.dumps(SCHEMA, indent=1))

    assert patterns
    assert not [pattern for pattern in patterns if r"\\p{" in pattern or "(?" in pattern]
