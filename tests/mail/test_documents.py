"""The e-mails about credit notes and corrected receipts, and about receipts with a number."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from tests.mail.composing import PDF, html_of, read, text_of
from tests.receipts.following import corrected, credit_note, numbered
from tests.receipts.making import row_of
from tests.receipts.real_orders import CANADIAN_SHOP, GERMAN_SHOP
from tests.receipts.test_language import CODES
from tests.support.examples import BASKET, NINE

from orders.mail import compose
from orders.mail import content as contents
from orders.mail.content import _PREFIXES
from orders.order.delivery import Addressee
from orders.order.order import Order
from orders.ports import Message
from orders.shop import language
from orders.shop.shop import Shop

LUNA = 'name = "Casa Luna"\ntime_zone = "Europe/Dublin"\ncopy_to = "accounts@example.com"'
SALE = BASKET | {"customerEmail": "zoe@example.com"}
CUPS = {"lines": [{"item": 1, "quantity": 2}], "reason": "Broken handle", "refundedAt": "2026-11-25T20:14:03Z"}


@pytest.fixture(autouse=True)
def _shop(shop_is: Callable[[str], None]) -> None:
    shop_is(LUNA)


def letter(row: Order, to: Addressee = Addressee.CUSTOMER) -> Message:
    return compose(row, PDF, NINE, to)


def file_name(message: Message) -> str | None:
    return next(read(message).iter_attachments()).get_filename()


def test_a_receipt_with_a_number_says_it():
    message = letter(numbered(SALE))

    assert read(message)["Subject"] == "Your receipt from Casa Luna, order basket-1, no. R2026-000017"
    for text in (text_of(message), html_of(message)):
        assert "Receipt no.: " in text
        assert "R2026-000017" in text
        assert "November 24, 2026" in text


def test_a_credit_note_reads_as_a_letter():
    text = text_of(letter(credit_note(numbered(SALE), CUPS, 3))).replace("\u202f", " ").replace("\u00a0", " ")

    assert text == (
        "Casa Luna\nYour credit note\n€18.00\nNovember 26, 2026\nOrder: basket-1\nCredit note no.: C2026-000003\n"
        "Reason: Broken handle\nFor receipt R2026-000017 of November 24, 2026.\n\n"
        "Hello Zoë Ångström,\n\nYou receive a refund for your order. Your credit note is ready.\n\n"
        "Espresso cups: €15.00\n  2 × 7.50\n\n"  # noqa: RUF001
        "Subtotal: €15.00\nVAT 20%: €3.00\nTotal: €18.00\n\n"
        "Open the credit note\nhttps://orders.example/prod/receipt/basket-1/refunds/r-1/token\n\n"
        "The credit note is attached to this message as a PDF file.\n\nCasa Luna\n"
    ).replace("VAT", "Tax")


def test_its_message_is_about_its_row_and_is_no_other():
    receipt, note = letter(row_of(SALE)), letter(credit_note(row_of(SALE), CUPS))

    assert note.order_id == "basket-1/refunds/r-1"
    assert read(note)["Subject"] == "Your credit note from Casa Luna, order basket-1"
    assert read(note)["Message-ID"] != read(receipt)["Message-ID"]
    assert file_name(note) == "credit-note-basket-1-r-1.pdf"


def test_a_corrected_receipt_says_what_it_replaces_and_goes_to_the_corrected_address():
    message = letter(corrected(numbered(SALE), {"customerEmail": "zoe@new.example"}, 18))

    assert message.recipient == "zoe@new.example"
    assert read(message)["Subject"] == "Your corrected receipt from Casa Luna, order basket-1, no. R2026-000018"
    assert file_name(message) == "corrected-receipt-basket-1-c-1.pdf"
    for text in (text_of(message), html_of(message)):
        for part in (
            "Your corrected receipt", "Your receipt was corrected.", "Replaces R2026-000017 of November 24, 2026.",
            "Open the receipt", "receipt/basket-1/corrections/c-1/token", "€101.07",
        ):  # fmt: skip
            assert part in text


def test_a_corrected_invoice_is_called_an_invoice(shop_is: Callable[[str], None]):
    shop_is(f'{LUNA}\ntitle = "invoice"')
    message = letter(corrected(row_of(SALE), {"customerName": "Zoë"}))

    assert read(message)["Subject"] == "Your corrected invoice from Casa Luna, order basket-1"
    assert file_name(message) == "corrected-invoice-basket-1-c-1.pdf"
    assert "Open the invoice" in text_of(message)


@pytest.mark.parametrize(
    ("row", "subject"),
    [
        (credit_note(numbered(SALE), CUPS, 3), "Copy of the credit note for Zoë Ångström, basket-1, no. C2026-000003"),
        (corrected(row_of(SALE), {"customerName": "Zoë"}), "Copy of the corrected receipt for Zoë, basket-1"),
    ],
    ids=["credit note", "corrected receipt"],
)
def test_the_shop_gets_its_copy(row: Order, subject: str):
    message = letter(row, Addressee.COPY)

    assert message.recipient == "accounts@example.com"
    assert read(message)["Subject"] == subject


def test_an_amount_has_a_line_for_each_group_of_taxes():
    said = contents.of(credit_note(row_of(CANADIAN_SHOP), {"amount": "50.00"}), Shop(country="CA"))

    assert [(item["name"], item["details"], item["amount"]) for item in said["items"]] == [
        ("Refund", ["5%", "9.975%"], "$48.19"),
        ("Refund", ["0%"], "$1.81"),
    ]
    assert said["amount"]["value"] == "$50.00"
    assert said["rows"][0] == {"name": "Total", "value": "$50.00", "is_strong": True}


def test_it_says_what_was_paid_back_and_nothing_about_what_is_due():
    note = credit_note(row_of(GERMAN_SHOP), {"payments": [{"method": "card", "amount": "20.00"}]})
    names = {row["name"] for row in contents.of(note, Shop())["rows"]}

    assert "Erstattet" in names
    assert not names & {"Bezahlt", "Offener Betrag", "Rückgeld", "Zu zahlen"}


def test_a_reason_that_reads_as_an_address_is_no_link():
    text = text_of(letter(credit_note(row_of(SALE), CUPS | {"reason": "see evil.example"})))

    assert "evil.example" not in text
    assert "evil.\u200cexample" in text


def test_an_order_number_that_reads_as_an_address_is_not_in_the_sentence():
    text = text_of(letter(credit_note(row_of(SALE | {"orderNumber": "evil.example"}), CUPS)))

    assert "evil" not in text
    assert "For order basket-1 of " in text


@pytest.mark.parametrize("code", CODES)
def test_every_kind_has_words_of_its_own_in_every_language(code: str):
    words = language.of(code).mail
    for prefix in filter(None, {prefixes[-1] if prefixes else "" for prefixes in _PREFIXES.values()}):
        for name in ("subject", "subject_without_shop", "heading", "sentence", "copy"):
            assert words[f"{prefix}{name}"] != words[name]


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_left_to_fill_in(code: str):
    order = SALE | {"locale": code}
    for row in (credit_note(numbered(order), CUPS, 3), corrected(numbered(order), {"customerName": "Zoë"}, 18)):
        for to in Addressee:
            message = letter(row, to)
            said = [str(read(message)["Subject"]), text_of(message), html_of(message)]
            assert not any(re.search("{[a-z_]+}", text) for text in said)


def test_the_templates_of_a_shop_need_not_know_the_new_facts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    (tmp_path / "receipt.txt").write_text("{{ words.heading }}: {{ amount.value }}\n{{ words.open }}\n{{ link }}")
    monkeypatch.setenv("ORDERS_MAIL", str(tmp_path))

    assert text_of(letter(credit_note(numbered(SALE), CUPS, 3))) == (
        "Your credit note: €18.00\nOpen the credit note\n"
        "https://orders.example/prod/receipt/basket-1/refunds/r-1/token\n"
    )


def test_the_same_arguments_give_the_same_bytes():
    row = credit_note(numbered(SALE), CUPS, 3)

    assert letter(row).content == letter(replace(row)).content
