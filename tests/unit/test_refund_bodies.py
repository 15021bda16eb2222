"""Refunds and corrections as a shop posts them: what is refused, and the one form in which they are kept."""

import json
import re
from typing import Any

import pytest
from tests.support.examples import NINE

from orders.order import validation
from orders.order.correction import PostedCorrection
from orders.order.errors import InvalidOrder
from orders.order.refund import PostedRefund

REFUND = {"refundId": "r-1"}
CORRECTION = {"correctionId": "c-1"}
CARD = {"method": "card", "last4": "4242", "amount": "24.99"}
AS_IN_THE_SPECIFICATION = {
    "refundId": "r-1",
    "reason": "Broken handle",
    "lines": [{"item": 1, "quantity": "1"}, {"charge": 1}],
    "payments": [CARD],
    "refundedAt": "2026-11-25T21:14:03+01:00",
}


def line(**fields: Any) -> dict[str, Any]:
    return REFUND | {"lines": [fields]}


def payment(**fields: Any) -> dict[str, Any]:
    return REFUND | {"payments": [CARD | fields]}


def refused(parse: Any, document: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidOrder) as caught:
        parse(document)
    return [(field.pointer, field.detail) for field in caught.value.fields]


REFUSED: list[tuple[Any, str, str]] = [
    ({}, "#/refundId", "is required"),
    (
        {"refundId": "a/b"},
        "#/refundId",
        "must be 1 to 64 letters, digits, dots, underscores or hyphens, and not only . or ..",
    ),
    ([], "#", "must be an object in curly brackets"),
    (REFUND | {"metadata": {}}, "#/metadata", "is not a known field"),
    (REFUND | {"reason": "one\ntwo"}, "#/reason", "must be one line, without line breaks"),
    (REFUND | {"reason": "x" * 501}, "#/reason", "must have at most 500 characters, and has 501"),
    (REFUND | {"amount": "0.00"}, "#/amount", "must be more than 0"),
    (REFUND | {"amount": "-1"}, "#/amount", "must not be negative; it is what the customer gets back"),
    (REFUND | {"amount": 5}, "#/amount", 'must be an amount in double quotes, as in "18.99"'),
    (
        REFUND | {"amount": ""},
        "#/amount",
        "must not be empty; leave it out to give back all that remains of the order",
    ),
    (REFUND | {"lines": []}, "#/lines", "must not be empty; leave it out to give back all that remains of the order"),
    (
        line(item=1) | {"amount": "1.00"},
        "#/amount",
        "can't be used together with lines: give the amount of a line in that line",
    ),
    (line(), "#/lines/0", "must have either an item or a charge, which is its position in the order"),
    (line(item=1, charge=1), "#/lines/0", "must have either an item or a charge, which is its position in the order"),
    (line(item=0), "#/lines/0/item", "must be a position in the order, counted from 1"),
    (line(item=True), "#/lines/0/item", "must be a whole number without quotes: 1 for the first of the order"),
    (line(charge="1"), "#/lines/0/charge", "must be a whole number without quotes: 1 for the first of the order"),
    (line(charge=1, quantity=1), "#/lines/0/quantity", "can't be used with a charge; give an amount"),
    (line(item=1, quantity=1, amount="1.00"), "#/lines/0/amount", "can't be used together with quantity"),
    (line(item=1, quantity=0), "#/lines/0/quantity", "must not be 0; leave the item out"),
    (
        line(item=1, quantity="-1"),
        "#/lines/0/quantity",
        "must be more than 0; a line with a negative quantity is given back in its own direction",
    ),
    (line(item=1, quantity="0.0000001"), "#/lines/0/quantity", "must have at most 6 decimals"),
    (line(item=1, amount="0"), "#/lines/0/amount", "must be more than 0"),
    (line(item=1, unitPrice="1.00"), "#/lines/0/unitPrice", "is not a known field"),
    (REFUND | {"lines": [{"item": 1}] * 551}, "#/lines", "must have at most 550 entries, and has 551"),
    (payment(method="cheque"), "#/payments/0/method", "must be one of card, cash, transfer, paypal, voucher and other"),
    (payment(amount="-1.00"), "#/payments/0/amount", "must not be negative; it is what the customer gets"),
    (payment(last4="42"), "#/payments/0/last4", "must be the last four digits of the card, as in 4242"),
    (
        payment(reference="4242 4242 4242 4242"),
        "#/payments/0/reference",
        "must not have a card number; give the last four digits in last4",
    ),
    (
        REFUND | {"refundedAt": "2026-11-25"},
        "#/refundedAt",
        "must be a date and a time with an offset (RFC 3339), as in 2026-11-23T18:30:00+01:00",
    ),
    ({f"field{number}": 1 for number in range(100)}, "#", "has 100 fields; a refund has at most 6"),
]


@pytest.mark.parametrize(("document", "pointer", "sentence"), REFUSED, ids=[pointer for _, pointer, _ in REFUSED])
def test_a_bad_refund_is_refused_at_its_place_in_its_own_sentence(document: Any, pointer: str, sentence: str):
    assert refused(validation.parse_refund, document) == [(pointer, sentence)]


@pytest.mark.parametrize(
    ("document", "pointer", "sentence"),
    [
        ({"customerName": "Bob"}, "#/correctionId", "is required"),
        (CORRECTION, "#", "must have at least one field to correct besides correctionId"),
        (CORRECTION | {"customerName": " "}, "#", "must have at least one field to correct besides correctionId"),
        (CORRECTION | {"customerEmail": "bob"}, "#/customerEmail", "must be an e-mail address, as in zoe@example.com"),
        (
            CORRECTION | {"customerTaxId": "x" * 41},
            "#/customerTaxId",
            "must have at most 40 characters, and has 41",
        ),
        (
            CORRECTION | {"customerName": "x" * 201},
            "#/customerName",
            "must have at most 200 characters, and has 201",
        ),
        (
            CORRECTION | {"customerAddress": {"country": "Germany"}},
            "#/customerAddress/country",
            "must be a country code of two letters (ISO 3166-1), such as DE",
        ),
        (CORRECTION | {"items": []}, "#/items", "is not a known field"),
        ({f"field{number}": 1 for number in range(100)}, "#", "has 100 fields; a correction has at most 7"),
    ],
)
def test_a_bad_correction_is_refused_at_its_place_in_its_own_sentence(document: Any, pointer: str, sentence: str):
    assert refused(validation.parse_correction, document) == [(pointer, sentence)]


def test_every_wrong_field_of_a_refund_is_named():
    wrong = REFUND | {"reason": "\n!", "lines": [{"item": 1}, {"item": "x"}, {"charge": -1}], "amount": "much"}

    assert [pointer for pointer, _ in refused(validation.parse_refund, wrong)] == [
        "#/reason",
        "#/lines/1/item",
        "#/lines/2/charge",
        "#/amount",
    ]


@pytest.mark.parametrize("sentence", sorted({sentence for _, _, sentence in REFUSED}))
def test_each_sentence_says_what_would_be_right(sentence: str):
    assert re.match("must |is |has |can't ", sentence)


def test_two_spellings_of_a_refund_are_one_refund():
    other = {
        "refundedAt": "2026-11-25T20:14:03Z",
        "payments": [CARD | {"amount": " 24.9900 "}],
        "lines": [{"item": 1, "quantity": 1, "amount": None}, {"charge": 1, "quantity": ""}],
        "amount": None,
        "reason": "  Broken   handle ",
        "refundId": "r-1",
    }

    refund = validation.parse_refund(AS_IN_THE_SPECIFICATION)
    assert validation.parse_refund(other).canonical("EUR") == refund.canonical("EUR")


def test_a_refund_and_a_correction_come_back_the_same_from_their_stored_form():
    refund = validation.parse_refund(AS_IN_THE_SPECIFICATION | {"payments": [CARD | {"amount": "24.9"}]})
    correction = validation.parse_correction(CORRECTION | {"customerAddress": {"lines": ["1 Road"], "country": "gb"}})

    stored = PostedRefund.stored(refund.canonical("EUR"))
    assert stored.canonical("EUR") == refund.canonical("EUR")
    assert stored.document("EUR") == json.loads(refund.canonical("EUR"))
    assert stored.payments[0].amount == "24.90"
    assert PostedCorrection.stored(correction.canonical()) == correction


def test_a_correction_replaces_the_given_fields_and_nothing_else():
    order = validation.parse(
        {
            "orderId": "1",
            "customerName": "Alise",
            "customerCompany": "ACME",
            "customerAddress": {"lines": ["1 Road"], "city": "London"},
            "currency": "EUR",
            "items": [{"name": "Mug", "quantity": 1, "unitPrice": "12.00"}],
        }
    )
    correction = validation.parse_correction(
        CORRECTION | {"customerName": "Alice", "customerCompany": "", "customerAddress": {"city": "Paris"}}
    )

    corrected = correction.applied_to(order)

    assert corrected.document() == order.document() | {
        "customerName": "Alice",
        "customerAddress": {"city": "Paris"},
    }
    assert corrected.totals == order.totals


def test_a_refund_that_was_made_more_than_five_minutes_from_now_is_refused():
    in_time = validation.parse_refund(REFUND | {"refundedAt": "2026-11-23T09:05:00Z"})
    too_late = validation.parse_refund(REFUND | {"refundedAt": "2026-11-23T09:05:01Z"})

    validation.refuse_future_refund(in_time, NINE)
    with pytest.raises(InvalidOrder, match="#/refundedAt: must not be in the future"):
        validation.refuse_future_refund(too_late, NINE)


def test_the_schemas_of_both_can_be_generated():
    refund = validation.REFUND_ADAPTER.json_schema()
    correction = validation.CORRECTION_ADAPTER.json_schema()

    assert refund["properties"].keys() == {"refundId", "reason", "lines", "amount", "payments", "refundedAt"}
    assert correction["properties"].keys() == {
        "correctionId", "customerName", "customerCompany", "customerAddress", "customerTaxId", "customerReference",
        "customerEmail",
    }  # fmt: skip
    assert all("description" in field for field in (refund["properties"] | correction["properties"]).values())
