"""Each kind of bad order is refused in a sentence of its own, which says what would be right."""

import re
from typing import Any

import pytest
from tests.support.bad_orders import CARD, CUP, GST, REFUSED, SALE, basket
from tests.support.examples import ALICE, NINE

from orders.order import validation
from orders.order.errors import InvalidOrder

PYTHONS_WORDS = (
    r"\b(NaN|None|True|False|int|str|bool|dict|tuple|list of|instance|finite|input|exception|value error|pattern|regex"
    r"|pydantic|validation|dataclass|argument|type)\b|[\\^\[\]]|\(\?"
)


def refused(order: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidOrder) as caught:
        validation.refuse_future(validation.parse(order), NINE)
    return [(field.pointer, field.detail) for field in caught.value.fields]


@pytest.mark.parametrize(("order", "pointer", "sentence"), REFUSED, ids=[sentence for _, _, sentence in REFUSED])
def test_a_bad_order_is_refused_at_its_place_in_its_own_sentence(order: Any, pointer: str, sentence: str):
    assert refused(order) == [(pointer, sentence)]


@pytest.mark.parametrize("sentence", sorted({sentence for _, _, sentence in REFUSED}))
def test_no_sentence_has_a_pattern_or_a_word_of_python(sentence: str):
    assert not re.search(PYTHONS_WORDS, sentence)
    assert re.match("must |is |does |needs? |can't ", sentence)


def test_the_limits_are_those_that_are_refused_one_beyond():
    """Each of these is accepted, and one step further is among the refused."""
    for order in (
        basket(items=[CUP] * 500),
        basket(total="12.01"),
        basket(total="11.99"),
        basket(taxes=[{"rate": "20", "amount": "2.01", "base": "10.00"}]),
        basket(rounding="0.12"),
        basket(discounts=[SALE | {"amount": "10.00"}]),
        basket(discounts=[SALE | {"amount": "0.01"}] * 50),
        basket(items=[CUP | {"discount": {"amount": "10.00"}}]),
        basket(items=[CUP | {"quantity": 1_000_000}]),
        basket(items=[CUP | {"quantity": "0.000001", "unitPrice": "999999999999.00000001"}]),
        ALICE | {"metadata": {f"{number}": "x" * 500 for number in range(20)}},
        ALICE | {"placedAt": "2026-11-23T09:05:00Z", "orderNumber": "x" * 64},
        ALICE | {"customerAddress": {"lines": ["a", "b", "c", "d"]}},
    ):
        validation.refuse_future(validation.parse(order), NINE)


def test_an_order_placed_more_than_five_minutes_from_now_is_refused():
    ((pointer, _sentence),) = refused(ALICE | {"placedAt": "2026-11-23T09:05:01Z"})

    assert pointer == "#/placedAt"


def test_wrong_fields_in_every_part_are_named_at_once():
    wrong = {
        "items": [CUP, CUP | {"quantity": "1,5", "taxes": [GST, {"rate": 5}], "discount": {"percent": "101"}}, 7],
        "charges": [{"kind": "gift"}],
        "payments": [{"method": "card", "amount": "1", "last4": "x"}],
        "customerAddress": {"lines": ["a\nb"], "country": "Germany"},
        "metadata": {"a": 1},
        "placedAt": "today",
    }

    assert {pointer for pointer, _ in refused(basket(**wrong))} == {
        "#/items/1/quantity", "#/items/1/taxes/1/name", "#/items/1/taxes/1/rate", "#/items/1/discount/percent",
        "#/items/2", "#/charges/0/kind", "#/charges/0/name", "#/charges/0/amount", "#/payments/0/last4",
        "#/customerAddress/lines/0", "#/customerAddress/country", "#/metadata", "#/placedAt",
    }  # fmt: skip


@pytest.mark.parametrize("separator", ["", " ", "-", ".", "/", "_", "\u00a0", "\u2011", "\u200b"])
@pytest.mark.parametrize("after", ["", " 12/27", " 123"])
def test_no_card_number_gets_in_however_it_is_grouped(separator: str, after: str):
    ((pointer, _sentence),) = refused(basket(payments=[CARD | {"label": separator.join(["4242"] * 4) + after}]))

    assert pointer == "#/payments/0/label"


@pytest.mark.parametrize("number", ["\uff14\uff12" * 8, "\u0664\u0662" * 6, "Amex 3782.822463.10005"])
def test_no_card_number_gets_in_in_other_digits_or_another_layout(number: str):
    ((pointer, _sentence),) = refused(basket(payments=[CARD | {"reference": number}]))

    assert pointer == "#/payments/0/reference"


@pytest.mark.parametrize("reference", ["27.11.2026 12:30:45", "INV-2026-00017", "ch_3MtwBwLkdIwHu7ix", "4242"])
def test_a_reference_may_have_digits(reference: str):
    assert validation.parse(basket(payments=[CARD | {"reference": reference}])).payments[0].reference == reference


@pytest.mark.parametrize("country", ["\u00df", "\ufb01", "\u017ft"])
def test_a_country_is_written_in_letters_that_are_its_own_capitals(country: str):
    """Python's capitals of a sharp s are SS, which is South Sudan."""
    ((pointer, _sentence),) = refused(ALICE | {"customerAddress": {"country": country}})

    assert pointer == "#/customerAddress/country"
