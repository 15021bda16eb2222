"""A message names the order, its date and its amounts as the receipt does."""

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

    assert "Datum: 20. November 2026, 17:42:10 UTC\n" in text
    assert "Eingegangen" not in text


def test_a_message_says_what_is_still_due():
    assert "Total: €101.07\nAmount due: €51.07\n" in text_of(message_of(PAID_IN_PART))


@pytest.mark.parametrize("order", [{}, {"payments": [{"method": "cash", "amount": "110.00"}]}])
def test_otherwise_it_says_nothing_of_an_amount_due(order: dict[str, object]):
    assert language.of("en").words["due"] not in text_of(message_of(order))
