import json
import unicodedata
from dataclasses import fields
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from tests.support.examples import ALICE, BASKET, example_orders

from orders.order import lists, text, validation
from orders.order.canonical import fingerprint
from orders.order.errors import InvalidOrder, NewerVersion, WrongField
from orders.order.ids import is_order_id
from orders.order.posted import PostedOrder, unknown_fields


def wrong(document: object) -> dict[str, str]:
    with pytest.raises(InvalidOrder) as caught:
        validation.parse(document)
    return {field.pointer: field.detail for field in caught.value.fields}


def test_an_id_and_a_name_make_an_order():
    order = validation.parse(ALICE)

    assert (order.order_id, order.customer_name, order.items) == ("12345", "Alice", ())


@pytest.mark.parametrize("order", example_orders(), ids=lambda order: order["orderId"])
def test_every_example_is_an_order_and_its_canonical_form_is_the_same_order(order):
    parsed = validation.parse(order)

    assert validation.parse(json.loads(parsed.canonical())).canonical() == parsed.canonical()


@pytest.mark.parametrize("order_id", ["a", "A-b_c.9", "x" * 64, "...", "-", "2026.11.23"])
def test_ids_of_letters_digits_dots_underscores_and_hyphens_are_accepted(order_id):
    assert validation.parse(ALICE | {"orderId": order_id}).order_id == order_id


@pytest.mark.parametrize(
    "order_id", ["", "a/b", "a\n", "\na", "x" * 65, "é", "a b", ".", "..", "%2e", "a\x00", 5, None]
)
def test_other_ids_are_refused_by_name(order_id):
    assert list(wrong(ALICE | {"orderId": order_id})) == ["#/orderId"]
    assert not is_order_id(str(order_id)) or not isinstance(order_id, str)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "\u3000 \u200b",
        "\u3164",
        "\u2800",
        "\u0301",
        "\ue000",
        "x" * 201,
        "A\x00",
        "A\nB",
        "A\u2028B",
        "A\x85",
        "\ud800",
        7,
        None,
        ["A"],
    ],
)
def test_names_that_are_blank_long_or_unprintable_are_refused_by_name(name):
    assert list(wrong(ALICE | {"customerName": name})) == ["#/customerName"]


@pytest.mark.parametrize("name", ["x", "x" * 200, "김", "👩‍👩‍👧", "O'Brien-Ó Súilleabháin", "فاطمة", "{}<b>#set"])
def test_other_names_are_kept_as_they_are(name):
    assert validation.parse(ALICE | {"customerName": name}).customer_name == name


def test_a_name_is_kept_in_composed_form_so_both_spellings_are_one_order():
    composed, decomposed = "Zoë", unicodedata.normalize("NFD", "Zoë")
    canonical = {validation.parse(ALICE | {"customerName": name}).canonical() for name in (composed, decomposed)}

    assert len(canonical) == 1
    assert composed in canonical.pop()


def test_a_name_that_normalisation_lengthens_beyond_the_limit_is_refused():
    assert list(wrong(ALICE | {"customerName": "\u0958" * 200})) == ["#/customerName"]


def test_every_wrong_field_is_named_at_once():
    item = {"name": "", "quantity": 0, "unitPrice": "-1", "taxRate": "101", "colour": "red"}
    document = {"orderId": "a/b", "customerEmail": "nobody", "items": [item], "currency": "EURO", "color": 1}

    assert set(wrong(document)) == {
        "#/orderId",
        "#/customerName",
        "#/customerEmail",
        "#/currency",
        "#/color",
        *(f"#/items/0/{field}" for field in ("name", "quantity", "unitPrice", "taxRate", "colour")),
    }


def test_a_pointer_to_an_unknown_field_is_escaped():
    assert list(wrong(ALICE | {"a/b~c": 1})) == ["#/a~1b~0c"]


def test_no_complaint_repeats_what_was_sent():
    assert "Canary" not in str(wrong(ALICE | {"customerName": "Canary\x00", "customerEmail": "Canary", "note": 5}))


@pytest.mark.parametrize("document", [[], "order", 5, None, True])
def test_what_is_no_object_is_no_order(document):
    assert wrong(document) == {"#": "must be an object in curly brackets"}


def test_items_need_a_currency():
    assert wrong({key: value for key, value in BASKET.items() if key != "currency"}) == {
        "#/currency": "is required with items"
    }


@pytest.mark.parametrize(("currency", "price"), [("EUR", "0.16510001"), ("JPY", "4.5"), ("KWD", "1.0005")])
def test_a_price_may_have_eight_decimals_in_any_currency(currency: str, price: str):
    item = {"name": "Cup", "quantity": 1, "unitPrice": price}

    assert validation.parse(ALICE | {"currency": currency, "items": [item]}).items[0].unit_price == price


@pytest.mark.parametrize(("currency", "amount"), [("EUR", "1.005"), ("JPY", "1.5"), ("KWD", "1.0005")])
def test_other_amounts_may_not_have_more_decimals_than_their_currency(currency: str, amount: str):
    charge = {"kind": "fee", "name": "Fee", "amount": amount}

    assert list(wrong(ALICE | {"currency": currency, "charges": [charge]})) == ["#/charges/0/amount"]


@pytest.mark.parametrize("price", ["1e3", "NaN", "", ".5", "5.", "1,50", "٣", "1\n", "1 000", 1, 1.5])
def test_a_price_is_a_plain_decimal_string(price):
    item = {"name": "Cup", "quantity": 1, "unitPrice": price}

    assert list(wrong(ALICE | {"currency": "EUR", "items": [item]})) == ["#/items/0/unitPrice"]


CUP = {"name": "Cup", "quantity": 1, "unitPrice": "1"}
UNKNOWN = {f"field{number}": 1 for number in range(90)}
NO_TAX: dict[str, Any] = {"taxes": [{}] * 6}


def test_501_items_are_too_many():
    assert wrong(ALICE | {"currency": "EUR", "items": [CUP] * 501}) == {
        "#/items": "must have at most 500 entries, and has 501"
    }
    assert len(validation.parse(ALICE | {"currency": "EUR", "items": [CUP] * 500}).items) == 500


def test_what_has_far_more_fields_than_an_order_is_not_read(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(validation, "ADAPTER", None)

    assert wrong(ALICE | UNKNOWN) == {"#": f"has 92 fields; an order has at most {len(fields(PostedOrder))}"}


@pytest.mark.parametrize(
    "document",
    [
        {"items": [{}] * 500},
        {"items": [{}] * 80_000},
        {"items": [NO_TAX] * 500},
        {"items": [CUP] * 499 + [NO_TAX]},
        {"items": [dict.fromkeys([*CUP, "taxRate", "sku", "unit", "description"], 0)] * 500},
        {"items": [CUP | UNKNOWN] * 500},
        {"items": [CUP] * 300 + [dict(list(UNKNOWN.items())[:60])] * 200},
        {"items": [1] * 500},
        {name: [{}] * 50 for name in ("discounts", "charges", "taxes", "payments")} | {"items": [NO_TAX] * 500},
        {"charges": [NO_TAX] * 50},
        {"customerAddress": {"lines": [{}] * 80_000}},
        {"customerAddress": UNKNOWN},
        {"items": [CUP | {"discount": UNKNOWN}] * 500},
    ],
    ids=lambda document: repr(document)[:60],
)
def test_no_body_makes_more_than_2000_errors(monkeypatch: pytest.MonkeyPatch, document: dict[str, Any]):
    """Each costs 4 µs; without a limit, a body of 128 KiB made 130,000 of them."""
    made, faults, validate = [], lists.faults, validation.ADAPTER.validate_python

    def counted(error: ValidationError) -> list[Any]:
        made.append(error.error_count())
        return faults(error)

    class Counting:
        def validate_python(self, document: Any) -> PostedOrder:
            try:
                return validate(document)
            except ValidationError as error:
                made.append(error.error_count())
                raise

    monkeypatch.setattr(lists, "faults", counted)
    monkeypatch.setattr(validation, "ADAPTER", Counting())

    assert 1 <= len(wrong(ALICE | document)) <= 50
    assert sum(made) <= 2_000


@pytest.mark.parametrize("field", ["customerName", "note", "customerEmail"])
def test_more_than_30_accents_in_a_row_are_refused_unsorted(monkeypatch: pytest.MonkeyPatch, field: str):
    """Sorting them for the composed form takes time that grows with the square of their number."""
    end = "@example.com" if field == "customerEmail" else ""
    assert validation.parse(ALICE | {field: "a" + "\u0323\u0334" * 15 + "b" + "\u0301" * 30 + end})

    sorting = SimpleNamespace(category=unicodedata.category, normalize=pytest.fail)
    monkeypatch.setattr(text, "unicodedata", sorting)
    assert wrong(ALICE | {field: "a" + "\u0301" * 31 + end}) == {
        f"#/{field}": "must not have more than 30 accents in a row"
    }


def test_the_same_price_written_differently_is_the_same_order():
    def canonical(price: str) -> str:
        return validation.parse(
            ALICE | {"currency": "EUR", "items": [{"name": "Cup", "quantity": 1, "unitPrice": price}]}
        ).canonical()

    assert canonical("7.5") == canonical("7.50") == canonical("07.5")


def test_the_same_tax_rate_written_differently_is_the_same_order():
    def canonical(rate: str) -> str:
        item = {"name": "Cup", "quantity": 1, "unitPrice": "1", "taxRate": rate}
        return validation.parse(ALICE | {"currency": "EUR", "items": [item]}).canonical()

    assert canonical("20") == canonical("20.0") == canonical("020")
    assert '"taxRate":"0"' in canonical("0.0")


def test_an_accepted_order_is_read_back_without_being_judged_again():
    parsed = validation.parse(BASKET)
    stricter_today = parsed.canonical().replace('"quantity":4', '"quantity":40000000')

    assert PostedOrder.stored(parsed.canonical()).canonical() == parsed.canonical()
    assert PostedOrder.stored(parsed.canonical()).totals == parsed.totals
    assert PostedOrder.stored(stricter_today).items[0].quantity == 40_000_000


@pytest.mark.parametrize(
    ("of_order", "of_item", "unknown"),
    [
        ({}, {}, set[str]()),
        ({"giftWrap": True}, {}, {"giftWrap"}),
        ({}, {"weight": "2 g"}, {"weight"}),
        ({"giftWrap": None, "sku": "x"}, {"note": "x", "weight": 2}, {"giftWrap", "sku", "note", "weight"}),
    ],
)
def test_a_field_of_a_newer_version_is_noticed(of_order: dict[str, Any], of_item: dict[str, Any], unknown: set[str]):
    items = [*BASKET["items"], BASKET["items"][0] | of_item]
    stored = json.dumps(BASKET | of_order | {"items": items})

    assert unknown_fields(stored) == unknown
    if unknown:
        with pytest.raises(NewerVersion, match="|".join(unknown)):
            PostedOrder.stored(stored)


@pytest.mark.parametrize("stored", ["", "{", "null", "[1]", '{"items":7}', '{"items":[7]}', "[" * 100_000])
def test_what_is_no_order_has_no_fields_of_a_newer_version(stored: str):
    assert unknown_fields(stored) == set()


def test_the_order_of_keys_does_not_matter_and_values_do():
    backwards = dict(reversed(BASKET.items()))

    assert fingerprint(validation.parse(backwards).canonical()) == fingerprint(validation.parse(BASKET).canonical())
    assert fingerprint(validation.parse(BASKET | {"note": "Ring once."}).canonical()) != fingerprint(
        validation.parse(BASKET).canonical()
    )


def test_totals_are_net_lines_tax_by_rate_and_their_sum():
    totals = validation.parse(BASKET).totals

    assert totals is not None
    assert totals.lines == (3000, 3798, 2500)
    assert totals.subtotal == 9298
    assert {tax.rate: tax.amount for tax in totals.taxes} == {
        Decimal("5.5"): 209,
        Decimal(20): 600,
    }  # 208.89 rounds to 209
    assert totals.total == 9298 + 209 + 600


def test_an_order_without_items_has_no_totals():
    assert validation.parse(ALICE).totals is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from([*BASKET, "locale", "x"]), json_values) | json_values)
def test_any_document_is_an_order_or_refused_with_its_wrong_fields(document: Any):
    wrong_fields: list[WrongField] | None = None
    try:
        order = validation.parse(document)
    except InvalidOrder as refusal:
        wrong_fields = refusal.fields

    if wrong_fields is None:
        assert validation.parse(json.loads(order.canonical())).canonical() == order.canonical()
    else:
        assert wrong_fields
