"""Orders that are refused, each with the field that is wrong and the sentence that says what would be right."""

from typing import Any

from tests.support.examples import ALICE

CUP = {"name": "Cup", "quantity": 1, "unitPrice": "10.00", "taxRate": "20"}
UNTAXED = {"name": "Mug", "quantity": 1, "unitPrice": "10.00"}
SHIPPING = {"kind": "shipping", "name": "Shipping", "amount": "4.90"}
CARD = {"method": "card", "amount": "12.00"}
GST, QST = {"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}
SALE = {"name": "Sale", "amount": "1.00"}


def basket(**changed: Any) -> dict[str, Any]:
    """Alice's order of a cup for 12.00 EUR with 20 % tax, with other fields."""
    return ALICE | {"currency": "EUR", "items": [CUP]} | changed


def item(**changed: Any) -> dict[str, Any]:
    """The same, with other fields of the cup."""
    return basket(items=[CUP | changed])


def plain(**changed: Any) -> dict[str, Any]:
    """Alice's order of a mug that says nothing about tax."""
    return basket(items=[UNTAXED]) | changed


REFUSED: list[tuple[Any, str, str]] = [
    ({"orderId": "1"}, "#/customerName", "is required"),
    (ALICE | {"customerName": " "}, "#/customerName", "must not be blank"),
    (ALICE | {"customerName": None}, "#/customerName", "must be a text in double quotes"),
    (ALICE | {"customerName": 5}, "#/customerName", "must be a text in double quotes"),
    (ALICE | {"customerName": "Alice\nBob"}, "#/customerName", "must be one line, without line breaks"),
    (ALICE | {"customerName": "Alice\u0000"}, "#/customerName", "must not have control characters"),
    (ALICE | {"customerName": "x" * 201}, "#/customerName", "must have at most 200 characters, and has 201"),
    (ALICE | {"customerName": "a" + "\u0301" * 31}, "#/customerName", "must not have more than 30 accents in a row"),
    (ALICE | {"customerName": "\ud83d"}, "#/customerName", "must not have control characters"),
    (
        ALICE | {"orderId": "a/b"},
        "#/orderId",
        "must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only . or ..",
    ),
    (ALICE | {"colour": "red"}, "#/colour", "is not a known field; texts of your own can be in metadata"),
    (item(weight="2"), "#/items/0/weight", "is not a known field; texts of your own can be in metadata"),
    (ALICE | {"customerEmail": "alice"}, "#/customerEmail", "must be an e-mail address, as in zoe@example.com"),
    (ALICE | {"locale": "german!"}, "#/locale", "must be a language tag, as in de or pt-BR"),
    (ALICE | {"orderNumber": "1" * 65}, "#/orderNumber", "must have at most 64 characters, and has 65"),
    (ALICE | {"orderNumber": 1001}, "#/orderNumber", "must be a text in double quotes"),
    (basket(currency="eur"), "#/currency", "must be a currency code of ISO 4217 in capitals, such as EUR"),
    (ALICE | {"items": [CUP]}, "#/currency", "is required with items"),
    (ALICE | {"payments": [CARD]}, "#/currency", "is required with payments"),
    (basket(items={}), "#/items", "must be a list in square brackets"),
    (basket(items=["Cup"]), "#/items/0", "must be an object in curly brackets"),
    (basket(items=[CUP] * 501), "#/items", "must have at most 500 entries, and has 501"),
    (basket(items=[{"name": "Cup", "unitPrice": "1"}]), "#/items/0/quantity", "is required"),
    (item(quantity=0), "#/items/0/quantity", "must not be 0; leave the item out"),
    (item(quantity=0.25), "#/items/0/quantity", 'must be a whole number, or a decimal in double quotes, as in "0.25"'),
    (
        item(quantity="0,25"),
        "#/items/0/quantity",
        'must be a whole number, or a decimal with a decimal point, as in "0.25"',
    ),
    (
        item(quantity=".5"),
        "#/items/0/quantity",
        'must be a whole number, or a decimal with a decimal point, as in "0.25"',
    ),
    (item(quantity=True), "#/items/0/quantity", 'must be a whole number, or a decimal in double quotes, as in "0.25"'),
    (item(quantity=10**12), "#/items/0/quantity", "must be from -1,000,000 to 1,000,000"),
    (item(quantity="0.0000001"), "#/items/0/quantity", "must have at most 6 decimals"),
    (item(unitPrice=7.5), "#/items/0/unitPrice", 'must be an amount in double quotes, as in "18.99"'),
    (
        item(unitPrice="7,50"),
        "#/items/0/unitPrice",
        "must be an amount with a decimal point, as in 18.99, and no currency",
    ),
    (
        item(unitPrice="€7.50"),
        "#/items/0/unitPrice",
        "must be an amount with a decimal point, as in 18.99, and no currency",
    ),
    (item(unitPrice="-7.50"), "#/items/0/unitPrice", "must not be negative; use a discount or a negative quantity"),
    (
        item(unitPrice="0.000000001"),
        "#/items/0/unitPrice",
        "must have at most 12 digits before the decimal point, and at most 8 after it",
    ),
    (
        item(unitPrice="1000000000000"),
        "#/items/0/unitPrice",
        "must have at most 12 digits before the decimal point, and at most 8 after it",
    ),
    (
        item(taxRate="20%"),
        "#/items/0/taxRate",
        "must be a percentage from 0 to 100 with at most 6 decimals, as in 7.7, without a percent sign",
    ),
    (
        item(taxRate="101"),
        "#/items/0/taxRate",
        "must be a percentage from 0 to 100 with at most 6 decimals, as in 7.7, without a percent sign",
    ),
    (item(taxRate=20), "#/items/0/taxRate", 'must be a percentage in double quotes, as in "7.7"'),
    (item(taxCategory="E"), "#/items/0/taxRate", "must be left out, or 0, with the tax category E"),
    (item(taxCategory="X"), "#/items/0/taxCategory", "must be one of S, Z, E, AE, K, G and O"),
    (basket(items=[UNTAXED | {"taxCategory": "S"}]), "#/items/0/taxRate", "is required with the tax category S"),
    (basket(items=[UNTAXED | {"taxName": "VAT"}]), "#/items/0/taxRate", "is required with taxName"),
    (item(taxes=[GST]), "#/items/0/taxRate", "can't be used together with taxes"),
    (
        basket(items=[UNTAXED | {"taxes": [GST | {"compound": True}, QST]}]),
        "#/items/0/taxes/0/compound",
        "must not be true for the first tax: no tax comes before it",
    ),
    (
        basket(items=[UNTAXED | {"taxes": [GST, QST | {"compound": "yes"}]}]),
        "#/items/0/taxes/1/compound",
        "must be true or false, without quotes",
    ),
    (basket(items=[UNTAXED | {"taxes": [GST, GST]}]), "#/items/0/taxes", "must not have the same tax twice"),
    (
        basket(items=[UNTAXED | {"taxes": [{"name": str(n), "rate": "1"} for n in range(7)]}]),
        "#/items/0/taxes",
        "must have at most 6 entries, and has 7",
    ),
    (basket(items=[UNTAXED | {"taxes": [{"rate": "5"}]}]), "#/items/0/taxes/0/name", "is required"),
    (item(discount={"amount": "1", "percent": "5"}), "#/items/0/discount", "must have either an amount or a percent"),
    (item(discount={"name": "Sale"}), "#/items/0/discount", "must have either an amount or a percent"),
    (
        item(discount={"amount": "10.01"}),
        "#/items/0/discount/amount",
        "must not be more than the line, which comes to 10.00",
    ),
    (
        basket(items=[CUP, CUP | {"quantity": -1, "discount": {"amount": "1"}}]),
        "#/items/1/discount",
        "must be a percentage, because the quantity is negative",
    ),
    (item(discount={"amount": "0.005"}), "#/items/0/discount/amount", "must have at most 2 decimals in EUR"),
    (
        item(discount={"percent": "101"}),
        "#/items/0/discount/percent",
        "must be a percentage from 0 to 100 with at most 6 decimals, as in 7.7, without a percent sign",
    ),
    (basket(discounts=[SALE | {"percent": "5"}]), "#/discounts/0", "must have either an amount or a percent"),
    (basket(discounts=[{"name": "Sale"}]), "#/discounts/0", "must have either an amount or a percent"),
    (basket(discounts=[{"percent": "5"}]), "#/discounts/0/name", "is required"),
    (
        ALICE | {"currency": "EUR", "charges": [SHIPPING], "discounts": [SALE]},
        "#/discounts",
        "can't be used without items",
    ),
    (
        basket(discounts=[SALE | {"amount": "10.01"}]),
        "#/discounts",
        "must not be more than the lines: the lines come to 10.00, the discounts to 10.01."
        " A gift card or voucher that was bought before is a payment",
    ),
    (
        basket(discounts=[SALE | {"taxRate": "7"}]),
        "#/discounts/0/taxRate",
        "must be the tax rate of an item; no item has 7",
    ),
    (
        basket(items=[CUP, CUP | {"taxRate": "7"}], discounts=[SALE | {"amount": "10.01", "taxRate": "7"}]),
        "#/discounts/0",
        "must not be more than the lines with this tax rate, which come to 10.00",
    ),
    (basket(discounts=[SALE] * 51), "#/discounts", "must have at most 50 entries, and has 51"),
    (
        basket(charges=[SHIPPING | {"kind": "gift"}]),
        "#/charges/0/kind",
        "must be one of shipping, fee, tip, deposit and other",
    ),
    (basket(charges=[SHIPPING | {"amount": "-1.00"}]), "#/charges/0/amount", "must not be negative; use a discount"),
    (
        basket(charges=[SHIPPING | {"taxCategory": "AE", "taxRate": "20"}]),
        "#/charges/0/taxRate",
        "must be left out, or 0, with the tax category AE",
    ),
    (basket(charges=[SHIPPING | {"amount": "4.905"}]), "#/charges/0/amount", "must have at most 2 decimals in EUR"),
    (basket(pricesIncludeTax="true"), "#/pricesIncludeTax", "must be true or false, without quotes"),
    (
        basket(taxes=[{"rate": "20", "amount": "2.02"}]),
        "#/taxes/0/amount",
        "does not belong to these lines: this tax comes to 2.00, the order says 2.02",
    ),
    (
        basket(taxes=[{"rate": "20", "amount": "2.00", "base": "10.02"}]),
        "#/taxes/0/base",
        "does not belong to these lines: the base of this tax comes to 10.00, the order says 10.02",
    ),
    (
        basket(total="12.02"),
        "#/total",
        "does not add up: the lines come to 12.00, the order says 12.02. For cash rounding use rounding",
    ),
    (
        basket(total="11.98"),
        "#/total",
        "does not add up: the lines come to 12.00, the order says 11.98. For cash rounding use rounding",
    ),
    (
        basket(taxes=[{"rate": "19", "amount": "2.00"}]),
        "#/taxes/0/rate",
        "must be a tax rate of an item or a charge, once each: 20",
    ),
    (
        basket(taxes=[{"amount": "2.00"}]),
        "#/taxes/0/rate",
        "is required if an item or a charge says something about tax",
    ),
    (
        basket(items=[CUP, CUP | {"taxRate": "7"}], taxes=[{"rate": "20", "amount": "2.00"}]),
        "#/taxes",
        "must have every tax of the order; the tax at 7 %, which comes to 0.70, is missing",
    ),
    (
        basket(taxes=[{"rate": "20", "amount": "2.00"}], total="12.01"),
        "#/total",
        "does not add up: the lines come to 12.00, the order says 12.01. For cash rounding use rounding",
    ),
    (
        plain(total="10.01"),
        "#/total",
        "does not add up: the lines come to 10.00, the order says 10.01. For cash rounding use rounding",
    ),
    (
        basket(pricesIncludeTax=True, total="10.01"),
        "#/total",
        "does not add up: the lines come to 10.00, the order says 10.01. For cash rounding use rounding",
    ),
    (
        plain(taxes=[{"amount": "1.00"}], total="11.01"),
        "#/total",
        "does not add up: the lines come to 11.00, the order says 11.01. For cash rounding use rounding",
    ),
    (
        plain(pricesIncludeTax=True, taxes=[{"amount": "10.01"}]),
        "#/taxes",
        "must not be more than the total, which is 10.00",
    ),
    (
        ALICE | {"currency": "EUR", "taxes": [{"amount": "1.00"}]},
        "#/taxes",
        "can't be used without items or charges",
    ),
    (ALICE | {"currency": "EUR", "total": "1.00"}, "#/total", "can't be used without items or charges"),
    (basket(total="-1.00"), "#/total", "must not be negative; a refund is another document"),
    (basket(rounding="0.13"), "#/rounding", "must be from -0.12 to 0.12 with a total of 12.00"),
    (basket(rounding=0.01), "#/rounding", 'must be an amount in double quotes, as in "18.99"'),
    (
        basket(items=[CUP | {"quantity": -1}]),
        "#/items",
        "must not come to less than zero, and come to -12.00; a refund is another document",
    ),
    (
        basket(payments=[CARD | {"method": "Visa"}]),
        "#/payments/0/method",
        "must be one of card, cash, transfer, paypal, voucher and other",
    ),
    (
        basket(payments=[CARD | {"amount": "-1.00"}]),
        "#/payments/0/amount",
        "must not be negative; a refund is another document",
    ),
    (
        basket(payments=[CARD | {"label": "4242424242424242"}]),
        "#/payments/0/label",
        "must not have a card number; give the last four digits in last4",
    ),
    (
        basket(payments=[CARD | {"reference": "4242 4242 4242 4242"}]),
        "#/payments/0/reference",
        "must not have a card number; give the last four digits in last4",
    ),
    (
        basket(payments=[CARD | {"last4": "14242"}]),
        "#/payments/0/last4",
        "must be the last four digits of the card, as in 4242",
    ),
    (
        basket(payments=[CARD | {"last4": 4242}]),
        "#/payments/0/last4",
        'must be four digits in double quotes, as in "4242"',
    ),
    (
        basket(payments=[CARD | {"paidAt": "23.11.2026"}]),
        "#/payments/0/paidAt",
        "must be a date and a time with an offset (RFC 3339), as in 2026-11-23T18:30:00+01:00",
    ),
    (ALICE | {"currency": "EUR", "payments": [CARD]}, "#/payments", "can't be used without items or charges"),
    (
        ALICE | {"placedAt": "2099-01-01T00:00:00Z"},
        "#/placedAt",
        "must not be in the future: it is when the customer bought",
    ),
    (
        ALICE | {"placedAt": "2026-11-23T18:30:00"},
        "#/placedAt",
        "must be a date and a time with an offset (RFC 3339), as in 2026-11-23T18:30:00+01:00",
    ),
    (
        ALICE | {"placedAt": "2026-02-30T18:30:00Z"},
        "#/placedAt",
        "must be a date and a time with an offset (RFC 3339), as in 2026-11-23T18:30:00+01:00",
    ),
    (
        ALICE | {"placedAt": 1795424701},
        "#/placedAt",
        'must be a date and a time in double quotes, as in "2026-11-23T18:30:00+01:00"',
    ),
    (ALICE | {"customerAddress": "Berlin"}, "#/customerAddress", "must be an object in curly brackets"),
    (
        ALICE | {"customerAddress": {"lines": list("abcde")}},
        "#/customerAddress/lines",
        "must have at most 4 entries, and has 5",
    ),
    (
        ALICE | {"customerAddress": {"lines": ["a\nb"]}},
        "#/customerAddress/lines/0",
        "must be one line, without line breaks",
    ),
    (
        ALICE | {"deliveryAddress": {"country": "Germany"}},
        "#/deliveryAddress/country",
        "must be a country code of two letters (ISO 3166-1), such as DE",
    ),
    (
        ALICE | {"customerAddress": {"name": "Bob"}},
        "#/customerAddress/name",
        "is not a known field; texts of your own can be in metadata",
    ),
    (ALICE | {"metadata": []}, "#/metadata", 'must be an object whose values are texts, as in {"channel": "web"}'),
    (ALICE | {"metadata": {str(n): "x" for n in range(21)}}, "#/metadata", "must have at most 20 names, and has 21"),
    (
        ALICE | {"metadata": {"a": 1}},
        "#/metadata",
        'must have texts in double quotes as values, as in {"channel": "web"}',
    ),
    (ALICE | {"metadata": {"x" * 41: "x"}}, "#/metadata", "must have names of 1 to 40 characters, and one has 41"),
    (
        ALICE | {"metadata": {"x": "x" * 501}},
        "#/metadata",
        "must have values of at most 500 characters, and one has 501",
    ),
    (ALICE | {"metadata": {"a": "x", "a ": "y"}}, "#/metadata", "must not have the same name twice"),
    (ALICE | {"note": "x" * 1001}, "#/note", "must have at most 1000 characters, and has 1001"),
    (item(unit="x" * 13), "#/items/0/unit", "must have at most 12 characters, and has 13"),
    ([], "#", "must be an object in curly brackets"),
]
