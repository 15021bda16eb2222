"""The short forms of items, discounts, charges and payments, as a person types them."""

from collections.abc import Callable

import pytest

from orders.cli.exits import ExitCode, Stop
from orders.cli.submitting import item, parts
from orders.cli.submitting.terms import Form


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Mug x 2 @ 12.50", {"name": "Mug", "quantity": 2, "unitPrice": "12.50"}),
        ("Mug x2@12.50+20%", {"name": "Mug", "quantity": 2, "unitPrice": "12.50", "taxRate": "20"}),
        ("Tea x 4 x 1 @ 3", {"name": "Tea x 4", "quantity": 1, "unitPrice": "3"}),
        ("Mug @ home x 2 @ 5", {"name": "Mug @ home", "quantity": 2, "unitPrice": "5"}),
        ("Box 4 x 100 g x 2 @ 5", {"name": "Box 4 x 100 g", "quantity": 2, "unitPrice": "5"}),
        ("Mug × 1 @ 5", {"name": "Mug", "quantity": 1, "unitPrice": "5"}),  # noqa: RUF001
        ("Mug x -1 @ 5", {"name": "Mug", "quantity": "-1", "unitPrice": "5"}),
        ("Flour x 0.250kg @ 2.40", {"name": "Flour", "quantity": "0.250", "unit": "kg", "unitPrice": "2.40"}),
        ("Oil x 3 fl oz @ 2", {"name": "Oil", "quantity": 3, "unit": "fl oz", "unitPrice": "2"}),
        ("Tiles x 1.5 m² @ 9", {"name": "Tiles", "quantity": "1.5", "unit": "m²", "unitPrice": "9"}),
        ("水 x 2 本 @ 150", {"name": "水", "quantity": 2, "unit": "本", "unitPrice": "150"}),
        (
            "Flour x 0.250 kg @ 2.40 - 10% + 7%",
            {
                "name": "Flour", "quantity": "0.250", "unit": "kg", "unitPrice": "2.40", "discount": {"percent": "10"},
                "taxRate": "7",
            },
        ),
        (
            "Shirt - red x 1 @ 20-1.50 Spring sale - A + 19% MwSt.",
            {
                "name": "Shirt - red", "quantity": 1, "unitPrice": "20",
                "discount": {"amount": "1.50", "name": "Spring sale - A"}, "taxRate": "19", "taxName": "MwSt.",
            },
        ),
        (
            "Book x 1 @ 10.10 + 5% GST + 9.975% QST",
            {
                "name": "Book", "quantity": 1, "unitPrice": "10.10",
                "taxes": [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}],
            },
        ),
    ],
)  # fmt: skip
def test_an_item_means_what_it_says(text: str, fields: dict[str, object]) -> None:
    assert item.parse(text) == fields
    assert item.parse("".join(item.written(fields))) == fields, "`orders status` shows it in a form that can be read"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("two mugs", "quantity and price are missing."),
        ("Mug x 2", "the price is missing"),
        ("Mug @ 3", "the quantity is missing"),
        ("Mug x 1 @", "a number is missing at the end."),
        ("Mug x 1 @ 3 +", "a number is missing at the end."),
        ("Mug x 0,5 @ 3", "decimals have a point, as in 0.25"),
        ("Mug x 1.2.3 @ 3", "the quantity is a number such as 2 or 0.25"),
        ("Mug x 1 @ 3,50", "decimals have a point, as in 2.40"),
        ("Mug x 1 @ 1,234.50", "thousands have no separator"),
        ("Mug x 1 @ €3", "'€3' is not a number"),
        ("Mug x 1 @ 3 EUR", "Name the currency with --currency."),
        ("Mug x 1 @ -3", "goods that come back have a negative quantity"),
        ("Mug x 1 @ 3 + 7", "a tax is a percentage, such as + 7%."),
        ("Mug x 1 @ 3 + 7% - 10%", "the discount comes before the tax."),
        ("Mug x 1 @ 3 + 7% VAT - 10%", "the discount comes before the tax."),
        ("Mug x 1 @ 3 - 1 - 2", "an item has at most one discount."),
        ("Mug x 1 @ 3 + 5% + 6%", "each of several taxes needs its name, as in + 5% GST + 9.975% QST."),
    ],
)
def test_a_wrong_item_is_told_what_is_wrong_and_what_would_be_right(text: str, why: str) -> None:
    with pytest.raises(Stop) as stop:
        item.parse(text)

    assert stop.value.code == ExitCode.USAGE
    assert why in str(stop.value)
    assert str(stop.value).startswith(f"--item '{text}': ")
    assert str(stop.value).endswith(
        "The form is NAME x QUANTITY [UNIT] @ PRICE [- DISCOUNT[%]] [+ TAX%],"
        " as in 'Flour x 0.250 kg @ 2.40 - 10% + 7%'."
    )


@pytest.mark.parametrize("form", [item.FORM, parts.DISCOUNT, parts.CHARGE, parts.PAYMENT])
def test_the_example_in_an_error_has_the_form(form: Form) -> None:
    read = {"--item": item.parse, "--discount": parts.discount, "--charge": parts.charge, "--payment": parts.payment}

    assert read[form.option](form.example)


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Voucher - 10%", {"name": "Voucher", "percent": "10"}),
        ("Voucher - A - 5.00 + 19%", {"name": "Voucher - A", "amount": "5.00", "taxRate": "19"}),
    ],
)
def test_a_discount_of_the_order(text: str, fields: dict[str, str]) -> None:
    assert parts.discount(text) == fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("tip @ 2", {"kind": "tip", "name": "Tip", "amount": "2"}),
        ("Shipping: DHL parcel @ 4.90", {"kind": "shipping", "name": "DHL parcel", "amount": "4.90"}),
        ("fee Gift wrap @ 1 + 7%", {"kind": "fee", "name": "Gift wrap", "amount": "1", "taxRate": "7"}),
        (
            "shipping @ 8 + 5% GST + 9.975% QST",
            {
                "kind": "shipping", "name": "Shipping", "amount": "8",
                "taxes": [{"name": "GST", "rate": "5"}, {"name": "QST", "rate": "9.975"}],
            },
        ),
    ],
)  # fmt: skip
def test_a_charge(text: str, fields: dict[str, object]) -> None:
    assert parts.charge(text) == fields


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("cash @ 20", {"method": "cash", "amount": "20"}),
        ("card 4242 @ 5", {"method": "card", "last4": "4242", "amount": "5"}),
        ("Card: Visa 4242 @ 5", {"method": "card", "label": "Visa", "last4": "4242", "amount": "5"}),
        ("voucher 2024 @ 5", {"method": "voucher", "label": "2024", "amount": "5"}),
        ("paypal zoe@example.com @ 5", {"method": "paypal", "label": "zoe@example.com", "amount": "5"}),
    ],
)
def test_a_payment(text: str, fields: dict[str, str]) -> None:
    assert parts.payment(text) == fields


@pytest.mark.parametrize(
    ("option", "text", "why"),
    [
        (parts.discount, "10%", "a discount has a name"),
        (parts.discount, "Voucher 10%", "after a minus sign"),
        (parts.charge, "postage @ 3", "a charge begins with shipping, fee, tip, deposit or other."),
        (parts.charge, "shipping 4.90", "the amount is missing: a number after an @."),
        (parts.charge, "shipping @ 4.90 - 1", "a charge has no discount."),
        (parts.payment, "bar @ 3", "a payment begins with card, cash, transfer, paypal, voucher or other."),
        (parts.payment, "card @ 3 EUR", "Name the currency with --currency."),
        (parts.payment, "cash @ 3 + 4", "Repeat --payment for each payment."),
        (lambda text: parts.metadata([text]), "channel", "'channel=web'"),
    ],
)
def test_a_wrong_part_is_told_what_would_be_right(option: Callable[[str], object], text: str, why: str) -> None:
    with pytest.raises(Stop, match="The form is ") as stop:
        option(text)

    assert why in str(stop.value)
