"""What the message is: its envelope, its headers, its parts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from tests.mail.composing import API, PDF, damaged, html_of, message_of, read, row_of, text_of
from tests.support.examples import BASKET, NINE

from orders.mail import compose
from orders.order.delivery import Delivery
from orders.order.errors import MailRefused, Misconfigured
from orders.order.posted import PostedOrder

LUNA = 'name = "Casa Luna"\naddress = ["12 Harbour Street", "Dublin"]'
HEADERS = [
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type",
    "Content-Language",
]


def test_a_letter_of_two_forms_with_the_receipt_attached(shop_is: Callable[[str], None]):
    shop_is(LUNA)
    message = message_of()
    letter = read(message)

    assert (message.order_id, message.number) == ("basket-1", 1)
    assert (message.sender, message.recipient) == ("receipts@shop.invalid", "zoe@example.com")
    assert letter.keys() == HEADERS
    assert str(letter["From"]) == "Casa Luna <receipts@shop.invalid>"
    assert str(letter["To"]) == "Zoë Ångström <zoe@example.com>"
    assert letter["Subject"] == "Your receipt from Casa Luna, order basket-1"
    assert letter["Date"].datetime == NINE
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Content-Language"] == "en"
    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/pdf",
    ]


def test_both_forms_say_the_same(shop_is: Callable[[str], None]):
    shop_is(LUNA)
    message = message_of()

    for text in (text_of(message), html_of(message)):
        for fact in (
            "Your receipt", "Zoë Ångström", "Thank you for your order.", "basket-1", "November 23, 2026", "€101.07",
            "Open the receipt", "https://orders.example/prod/receipt/basket-1/token", "attached to this message",
            "Casa Luna", "12 Harbour Street", "Dublin",
        ):  # fmt: skip
            assert fact in text


def test_the_text_reads_as_a_letter(shop_is: Callable[[str], None]):
    shop_is(LUNA)

    assert text_of(message_of()).replace("\u202f", " ").replace("\u00a0", " ") == (
        "Casa Luna\nYour receipt\n€101.07\nNovember 23, 2026, 9:00 AM UTC\nOrder: basket-1\n\n"
        "Hello Zoë Ångström,\n\nThank you for your order. Your receipt is ready.\n\n"
        "Espresso cups: €30.00\n  4 × 7.50\nCoffee, 1 kg: €37.98\n  2 × 18.99\nGift card: €25.00\n\n"  # noqa: RUF001
        "Subtotal: €92.98\nTax 5.5%: €2.09\nTax 20%: €6.00\nTotal: €101.07\n\n"
        "Open the receipt\nhttps://orders.example/prod/receipt/basket-1/token\n\n"
        "The receipt is attached to this message as a PDF file.\n\nCasa Luna\n12 Harbour Street\nDublin\n"
    )


def test_the_attachment_is_the_receipt_byte_for_byte():
    (attached,) = read(message_of()).iter_attachments()

    assert attached.get_content() == PDF
    assert attached.get_filename() == "receipt-basket-1.pdf"
    assert attached.get_content_disposition() == "attachment"


def test_the_longest_id_names_the_file_whole():
    (attached,) = read(message_of({"orderId": "x" * 64})).iter_attachments()

    assert attached.get_filename() == f"receipt-{'x' * 64}.pdf"


def test_the_same_arguments_give_the_same_bytes():
    assert message_of() == message_of()


def test_a_message_that_was_asked_for_again_is_another_one():
    row = row_of()
    first, second = (
        compose(replace(row, mail=Delivery.requested(NINE, number=number)), PDF, NINE) for number in (1, 2)
    )

    assert first == compose(row, PDF, NINE)
    assert second.number == 2
    assert read(first)["Message-ID"] != read(second)["Message-ID"]


def test_orders_of_one_id_but_another_content_have_messages_of_their_own():
    assert read(message_of())["Message-ID"] != read(message_of({"customerName": "Zoe"}))["Message-ID"]


def test_the_date_is_in_utc_wherever_the_clock_is():
    at = datetime(2026, 11, 23, 18, 0, tzinfo=timezone(timedelta(hours=9)))

    assert compose(row_of(), PDF, at) == message_of()


@pytest.mark.parametrize(
    "api_url", [None, "", "ftp://orders.example/", "https://örders.example/", "https://a b/", "https://a\n/"]
)
def test_where_the_api_is_not_known_the_message_tells_of_the_attachment_only(api_url: str | None):
    message = compose(row_of(api_url=api_url), PDF, NINE)

    for text in (text_of(message), html_of(message)):
        assert "Open the receipt" not in text
        assert "://" not in text
        assert "attached" in text


PRIVATE = ["http://localhost:8000/", "http://127.0.0.1/", "https://10.1.2.3/", "https://till/", "https://till.local/"]


@pytest.mark.parametrize("leaves_by", ["ORDERS_SMTP", "ORDERS_CONFIGURATION_SET"])
@pytest.mark.parametrize("api_url", PRIVATE)
def test_a_message_that_leaves_names_no_address_that_only_this_network_knows(
    monkeypatch: pytest.MonkeyPatch, api_url: str, leaves_by: str
):
    kept = text_of(compose(row_of(api_url=api_url), PDF, NINE))
    monkeypatch.setenv(leaves_by, "smtp://mail.example.com")

    assert f"{api_url}receipt/basket-1/token" in kept
    assert "://" not in text_of(compose(row_of(api_url=api_url), PDF, NINE))


@pytest.mark.parametrize("api_url", [API, *PRIVATE, None])
def test_the_public_address_stands_for_whatever_was_called(monkeypatch: pytest.MonkeyPatch, api_url: str | None):
    monkeypatch.setenv("ORDERS_PUBLIC_URL", "https://casaluna.example/orders")
    monkeypatch.setenv("ORDERS_SMTP", "smtp://mail.example.com")
    message = compose(row_of(api_url=api_url), PDF, NINE)

    assert "https://casaluna.example/orders/receipt/basket-1/token" in text_of(message)
    assert 'href="https://casaluna.example/orders/receipt/basket-1/token"' in html_of(message)


def test_an_order_without_items_has_no_total():
    message = compose(damaged(items=(), currency=None), PDF, NINE)

    assert "Total" not in text_of(message) + html_of(message)


@pytest.mark.parametrize("name", ["Zoë Ångström", "Alice", "=?utf-8?q?x?=", "髙橋 さくら", "W" * 200])
def test_a_message_to_an_ascii_address_is_seven_bit_in_short_lines_that_end_in_crlf(name: str):
    content = message_of({"customerName": name, "locale": "ar"}).content

    assert content.isascii()
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert b"\r" not in content.replace(b"\r\n", b"")
    assert max(map(len, content.split(b"\r\n"))) <= 78


def test_an_order_without_an_address_is_refused():
    row = row_of()
    without = replace(row, body=replace(PostedOrder.stored(row.body), customer_email=None).canonical())

    with pytest.raises(MailRefused, match=r"can't be written: it is not of the form name@domain"):
        compose(without, PDF, NINE)


def test_subject_and_content_of_a_shop_without_a_name():
    message = message_of(BASKET | {"orderId": "12345"})

    assert read(message)["Subject"] == "Your receipt for order 12345"
    assert str(read(message)["From"]) == "Receipts <receipts@shop.invalid>"
    assert text_of(message).startswith("Your receipt\n€101.07\n")


@pytest.mark.parametrize(
    ("setting", "sender", "can_be_answered"),
    [
        ("", "Casa Luna <receipts@casaluna.example>", True),
        ("", "no-reply@casaluna.example", False),
        ("", "Casa Luna <donotreply@casaluna.example>", False),
        ("", None, False),
        ('reply_to = "hello@casaluna.example"', "noreply@casaluna.example", True),
        ('reply_to = "hello@casaluna.example"', None, True),
    ],
)
def test_it_invites_answers_where_somebody_reads_them(
    shop_is: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, setting: str, sender: str, can_be_answered: bool
):
    shop_is(f'name = "Casa Luna"\n{setting}')
    if sender:
        monkeypatch.setenv("ORDERS_SENDER", sender)
    message = message_of()

    for text in (text_of(message), html_of(message)):
        assert ("Questions? Reply to this message." in text) is can_be_answered
    assert read(message)["Reply-To"] == ("hello@casaluna.example" if setting else None)


def test_the_address_for_answers_is_written_in_ascii(shop_is: Callable[[str], None]):
    shop_is('reply_to = "hello@münchen.example"')

    assert read(message_of())["Reply-To"] == "hello@xn--mnchen-3ya.example"


def test_an_address_for_answers_that_few_can_write_to_is_refused(shop_is: Callable[[str], None]):
    shop_is('reply_to = "zoë@casaluna.example"')

    with pytest.raises(Misconfigured, match=r"shop\.toml: reply_to is 'zo\\xeb@.*: the part before the @ must"):
        message_of()


def test_it_says_how_else_to_reach_the_shop(shop_is: Callable[[str], None]):
    shop_is('name = "Casa Luna"\nphone = "+353 1 555 0123"\nweb = "casaluna.example"')
    message = message_of()

    for text in (text_of(message), html_of(message)):
        assert "+353 1 555 0123" in text
        assert "casaluna.example" in text
    assert 'href="https://casaluna.example"' in html_of(message)


@pytest.mark.parametrize("web", ["the corner shop", "https://münchen.example", 'x" onclick="y'])
def test_a_web_address_that_cannot_be_a_link_is_text(shop_is: Callable[[str], None], web: str):
    shop_is(f"web = '{web}'")
    page = html_of(message_of())

    assert page.count("href=") == 1
    assert "onclick=" not in page.replace("onclick=&#34;", "")


def test_an_order_without_a_locale_has_the_language_of_the_shop(shop_is: Callable[[str], None]):
    shop_is('language = "de-AT"')

    assert read(message_of())["Content-Language"] == "de-AT"
    assert read(message_of({"locale": "fr"}))["Content-Language"] == "fr"
