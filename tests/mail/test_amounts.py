"""A message names the order, its date and its amounts as the receipt does."""

from collections.abc import Callable

import pytest
from tests.mail.composing import html_of, message_of, read, text_of

from orders.shop import language

PAID_IN_PART = {"payments": [{"method": "card", "last4": "4242", "amount": "50.00"}]}


def test_a_message_shows_the_number_that_the_shop_gave_the_order():
    message = message_of({"orderNumber": "#1001"})

    assert read(message)["Subject"] == "Your receipt for order #1001"
    assert "Order: #1001\n" in text_of(message)
    for body in (text_of(message), html_of(message)):
        assert "basket-1" not in body.replace("receipt/basket-1/", "")


@pytest.mark.parametrize("number", ["see evil.example", "http://evil", "bob@evil.example"])
def test_a_number_that_reads_as_an_address_is_not_shown(number: str):
    message = message_of({"orderNumber": number})

    assert read(message)["Subject"] == "Your receipt for order basket-1"
    assert number not in text_of(message)
    assert number not in html_of(message)


@pytest.mark.parametrize("number", ["GST/24-25/0001", "RE 2024-17", "2024.17", "№ 17", "A.B-1"])
def test_ordinary_numbers_are_shown(number: str):
    assert f"Order: {number}\n" in text_of(message_of({"orderNumber": number}))


def test_a_message_has_the_date_on_which_the_customer_bought():
    text = text_of(message_of({"placedAt": "2026-11-20T18:42:10+01:00", "locale": "de"}))

    assert "\n20. November 2026, 17:42 UTC\n" in text
    assert "23. November" not in text


def test_the_date_is_that_of_the_shops_time_zone(shop_is: Callable[[str], None]):
    shop_is('time_zone = "America/New_York"')
    text = text_of(message_of({"placedAt": "2026-04-01T03:30:00Z"}))

    assert "March 31, 2026, 11:30 PM EDT" in text.replace("\u202f", " ")


def test_an_order_that_is_not_paid_in_full_has_an_invoice_with_what_is_still_due():
    message = message_of(PAID_IN_PART)
    text = text_of(message)

    assert read(message)["Subject"] == "Your invoice for order basket-1"
    assert text.startswith("Your invoice\nAmount due: €51.07\n")
    assert "Total: €101.07\nPaid: €50.00\nAmount due: €51.07\n" in text
    for words in ("Your invoice is ready.", "Open the invoice", "The invoice is attached"):
        assert words in text
        assert words in html_of(message)
    (attached,) = read(message).iter_attachments()
    assert attached.get_filename() == "invoice-basket-1.pdf"


def test_a_shop_may_call_a_document_without_payments_an_invoice(shop_is: Callable[[str], None]):
    shop_is('title = "invoice"')

    assert text_of(message_of()).startswith("Your invoice\nAmount due: €101.07\n")


@pytest.mark.parametrize("order", [{}, {"payments": [{"method": "cash", "amount": "110.00"}]}])
def test_otherwise_it_says_nothing_of_an_amount_due(order: dict[str, object]):
    text = text_of(message_of(order))

    assert language.of("en").words["due"] not in text
    assert text.startswith("Your receipt\n€101.07\n")


def test_what_was_paid_too_much_is_the_change():
    text = text_of(message_of({"payments": [{"method": "cash", "amount": "110.00"}]}))

    assert "Total: €101.07\nPaid: €110.00\nChange: €8.93\n" in text


def test_each_item_has_its_quantity_its_discount_and_its_amount():
    item = {"name": "Consulting", "quantity": "2.5", "unit": "h", "unitPrice": "120", "taxRate": "20"}
    text = text_of(message_of({"items": [item | {"discount": {"name": "Loyalty", "percent": "10"}}]}))

    assert "\nConsulting: €270.00\n  2.5\u00a0h\u00a0×\u00a0120.00\n  Loyalty 10%\u00a0-€30.00\n" in text  # noqa: RUF001


def test_net_prices_add_up_to_the_total():
    discount, shipping = {"name": "Voucher", "amount": "10"}, {"kind": "shipping", "name": "Parcel", "amount": "5"}
    text = text_of(message_of({"discounts": [discount], "charges": [shipping]}))

    assert (
        "\nSubtotal: €92.98\nVoucher: -€10.00\nParcel: €5.00\nTax 5.5%: €1.86\nTax 20%: €5.35\nTotal: €95.19\n" in text
    )


def test_prices_with_tax_are_followed_by_the_tax_that_they_contain(shop_is: Callable[[str], None]):
    shop_is('country = "DE"')
    item = {"name": "Tasse", "quantity": 1, "unitPrice": "19.95", "taxRate": "19"}
    text = text_of(message_of({"pricesIncludeTax": True, "items": [item], "locale": "de"})).replace("\u00a0", " ")

    assert "\nTasse: 19,95 €\n\nGesamtbetrag: 19,95 €\nDarin: MwSt. 19 %: 3,19 €\n" in text


def test_a_tax_has_the_name_that_goes_with_the_words_as_on_the_receipt(shop_is: Callable[[str], None]):
    shop_is('country = "GE"')
    text = text_of(message_of({"locale": "ka"}))

    assert "VAT" in text
    assert "დღგ" not in text


def test_a_tax_is_named_in_the_language_of_the_words(shop_is: Callable[[str], None]):
    shop_is('country = "JP"')

    assert "\nConsumption tax 20%: " in text_of(message_of({"locale": "fil-PH"})).replace("\u00a0", " ")


def test_an_amount_that_was_rounded_is_the_one_to_pay():
    text = text_of(message_of({"rounding": "-0.02"}))

    assert text.startswith("Your receipt\n€101.05\n")
    assert "Total: €101.07\nRounding: -€0.02\nAmount payable: €101.05\n" in text


def test_a_long_order_shows_its_first_ten_items_and_how_many_more_there_are():
    items = [{"name": f"Item {number}.", "quantity": 1, "unitPrice": "1"} for number in range(1, 23)]
    message = message_of({"items": items})

    for text in (text_of(message), html_of(message)):
        assert "Item 10." in text
        assert "Item 11." not in text
        assert "and 12 more" in text


@pytest.mark.parametrize("sentence", ["see evil.example now", "bob@evil.example", "https://evil.example/pay"])
def test_no_name_in_an_order_becomes_a_link(sentence: str):
    items = [
        {
            "name": sentence,
            "quantity": 1,
            "unitPrice": "9",
            "unit": "x.yz",
            "discount": {"name": sentence, "amount": "1"},
        }
    ]
    order = {"items": items, "discounts": [{"name": sentence, "amount": "1"}]}
    message = message_of(order | {"charges": [{"kind": "fee", "name": sentence, "amount": "1"}]})

    for text in (text_of(message), html_of(message)):
        assert sentence not in text
        assert sentence in text.replace("\u200c", "")
        assert "x.yz" not in text


def test_an_ordinary_name_is_shown_as_it_is():
    names = ["Dr. Oetker No. 5", "Coffee, 1.5 kg", "50/50 cotton: blue", "A.B-1"]
    items = [{"name": name, "quantity": 1, "unitPrice": "9"} for name in names]

    assert "\u200c" not in text_of(message_of({"items": items}))


def test_on_an_arabic_page_the_minus_is_at_the_left_of_the_figures_and_the_currency_behind_them():
    text = text_of(message_of({"locale": "ar", "currency": "SAR", "discounts": [{"name": "Sale", "amount": "10"}]}))

    assert "\u200f\u200e-10.00\u00a0" in text
