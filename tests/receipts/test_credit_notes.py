"""A credit note says what is given back, of which receipt, and nothing else of the order."""

import io
import json
import re
from dataclasses import replace
from typing import Any

import pikepdf
import pypdf
import pytest
from tests.receipts.following import corrected, credit_note, numbered
from tests.receipts.making import misplaced, row_of, text_of, words_of
from tests.receipts.real_orders import CANADIAN_SHOP, EVERYTHING, GERMAN_SHOP
from tests.receipts.test_language import CODES

from orders import receipt
from orders.order import figures
from orders.order.credit import Credit
from orders.receipt import content, renderer
from orders.shop import language
from orders.shop.shop import Shop

BERLIN = Shop(name="Teehaus Linde", country="DE", time_zone="Europe/Berlin")
CUP = {"lines": [{"item": 2, "quantity": "1"}]}
EVERY_KIND = {
    "reason": "Henkel gebrochen",
    "lines": [{"item": 1}, {"item": 2, "quantity": "1"}, {"charge": 1}],
    "payments": [
        {"method": "card", "label": "Visa", "last4": "4242", "amount": "20.00", "reference": "RF-8817"},
        {"method": "paypal", "amount": "21.56", "paidAt": "2026-11-25T21:15:00+01:00"},
    ],
    "refundedAt": "2026-11-25T23:14:03Z",
}


def page_of(refund: dict[str, Any], order: dict[str, Any] = GERMAN_SHOP, shop: Shop = BERLIN) -> dict[str, Any]:
    return content.of(credit_note(numbered(order), refund, 3), shop)


def figures_of(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["label"]: row["figure"] for row in rows}


@pytest.mark.parametrize("paper", ["a4", "80mm", "58mm"])
def test_it_prints_all_that_a_credit_note_must_say(paper: str):
    row = credit_note(numbered(GERMAN_SHOP), EVERY_KIND, 3)
    text = re.sub(r"\s+", " ", text_of(renderer.pdf(row, replace(BERLIN, paper=paper))))

    for part in (
        "Rechnungskorrektur", "Zur Quittung R2026-000017 vom 25. November 2026.", "41,56 €", "Erstattet",
        "Rechnungskorrekturnr.", "C2026-000003", "Ausstellungsdatum", "26. November 2026", "Erstattet am",
        "26. November 2026, 00:14 MEZ", "RE 2026-0417", "Jana Köhler", "Lindenstraße 12", "Teekanne Hase", "TK-118",
        "Farbe: Salbeigrün", "33,96", "Grüner Tee, Bio", "6,49", "Newsletter", "-3,79", "DHL Paket", "4,90",
        "MwSt. 7 % auf 5,50", "0,38", "MwSt. 19 % auf 29,98", "5,70", "Karte · Visa •••• 4242", "20,00", "RF-8817",
        "PayPal", "21,56", "25. November 2026, 21:15 MEZ", "Henkel gebrochen",
        "receipt/wc-20417/refunds/r-1/verification",
    ):  # fmt: skip
        assert part.replace(" ", "") in text.replace("\u200b", "").replace(" ", ""), part
    for part in ("Vielen Dank", "Geschenk verpacken", "Geschenkkarte", "Offener Betrag", "Zu zahlen"):
        assert part not in text


def test_it_lists_only_its_own_lines_with_the_credited_quantity():
    bill = page_of(CUP)["bill"]

    assert [(line["name"], line["quantity"], line["unitPrice"], line["amount"]) for line in bill["lines"]] == [
        ("Grüner Tee, Bio", "1", "6,49", "6,49")
    ]
    assert figures_of(bill["before"]) == {"Zwischensumme": "6,49", "Newsletter": "-0,61"}
    assert bill["total"] == "5,88\u00a0€"


def test_the_amount_of_a_line_has_neither_a_quantity_nor_a_price():
    (line,) = page_of({"lines": [{"item": 1, "amount": "3.00"}]})["bill"]["lines"]

    assert (line["name"], line["quantity"], line["unitPrice"], line["amount"]) == ("Teekanne Hase", "", "", "3,00")
    assert line["details"] == ["Farbe: Salbeigrün", "Inhalt: 1,2 l"]


def test_the_discount_of_a_line_is_that_of_the_credited_quantity():
    item = GERMAN_SHOP["items"][0] | {"quantity": 3}
    order = GERMAN_SHOP | {"items": [item], "payments": []}
    (line,) = page_of({"lines": [{"item": 1, "quantity": "1"}]}, order)["bill"]["lines"]

    assert (line["quantity"], line["amount"], line["details"][-1]) == ("1", "33,96", "Herbstaktion 15\u00a0% -5,99")


def test_an_amount_has_a_line_for_each_group_of_taxes_and_no_quantities():
    bill = page_of({"amount": "10.00"})["bill"]

    assert not bill["hasQuantities"]
    assert [(line["name"], line["rates"], line["amount"]) for line in bill["lines"]] == [
        ("Erstattung", ["19\u00a0%"], "6,69"),
        ("Erstattung", ["7\u00a0%"], "3,31"),
    ]
    assert (bill["before"], bill["total"]) == ([], "10,00\u00a0€")
    assert "Menge" not in text_of(renderer.pdf(credit_note(numbered(GERMAN_SHOP), {"amount": "10.00"}), BERLIN))


def test_an_amount_of_a_net_order_has_its_taxes_inside():
    bill = page_of({"amount": "50.00"}, CANADIAN_SHOP, Shop(country="CA"))["bill"]

    assert [line["amount"] for line in bill["lines"]] == ["48.19", "1.81"]
    assert [line["rates"] for line in bill["lines"]] == [["5%", "9.975%"], ["0%"]]
    assert bill["taxIncluded"] == "incl. Tax"
    assert [row["label"] for row in bill["after"][0]] == [
        "Total before tax", "Includes: GST/HST 0% on 1.81", "Includes: GST 5% on 41.91",
        "Includes: QST 9.975% on 41.91", "Total tax",
    ]  # fmt: skip


def test_net_prices_have_their_taxes_above_the_total():
    bill = page_of({"lines": [{"item": 1, "quantity": "1"}]}, CANADIAN_SHOP, Shop(country="CA"))["bill"]

    assert figures_of(bill["before"]) == {
        "Subtotal": "89.50", "GST 5% on 89.50": "4.48", "QST 9.975% on 89.50": "8.93", "Total tax": "13.41",
    }  # fmt: skip
    assert (bill["total"], bill["after"]) == ("$102.91", [])


def test_the_rounding_goes_with_the_last_and_is_printed():
    order = CANADIAN_SHOP | {"rounding": "0.01", "payments": []}
    bill = page_of({}, order, Shop(country="CA"))["bill"]

    assert figures_of(bill["after"][0]) == {"Rounding": "0.01", "Amount credited": "227.86"}


def test_several_payments_are_added_up():
    assert figures_of(page_of(EVERY_KIND)["bill"]["after"][-1])["Erstattet"] == "41,56"


@pytest.mark.parametrize(
    ("refund", "state"),
    [
        (CUP, None),
        (CUP | {"refundedAt": "2026-11-25T20:14:03Z"}, "Erstattet"),
        (CUP | {"payments": [{"method": "cash", "amount": "5.88"}]}, "Erstattet"),
        (CUP | {"payments": [{"method": "cash", "amount": "5.00"}]}, None),
    ],
)
def test_it_says_refunded_only_if_the_money_went_back(refund: dict[str, Any], state: str | None):
    assert page_of(refund)["headline"] == {"amount": "5,88\u00a0€", "state": state}


def test_without_numbers_it_names_the_order_and_its_date():
    page = content.of(credit_note(row_of(GERMAN_SHOP), CUP), BERLIN)

    assert page["reference"] == "Zur Bestellung RE 2026-0417 vom 20. November 2026."
    assert [fact["label"] for fact in page["facts"]] == ["Ausstellungsdatum", "Bestellung", "Datum"]
    assert page["facts"][0]["value"] == "26. November 2026"


def test_it_names_an_invoice_as_an_invoice():
    page = content.of(credit_note(numbered(GERMAN_SHOP | {"payments": []}), CUP), replace(BERLIN, title="invoice"))

    assert page["reference"] == "Zur Rechnung R2026-000017 vom 25. November 2026."


def test_it_names_the_corrected_receipt_if_that_is_the_valid_one():
    receipt = corrected(numbered(GERMAN_SHOP), {"customerName": "Jana Koehler"}, 18)
    row = credit_note(receipt, CUP)

    assert row.order_id == "wc-20417/refunds/r-1"
    assert content.of(row, BERLIN)["reference"] == "Zur Quittung R2026-000018 vom 26. November 2026."


def test_a_date_that_ends_in_a_dot_ends_the_sentence():
    sentence = page_of(CUP, GERMAN_SHOP | {"locale": "ru"})["reference"]

    assert sentence == "К квитанции R2026-000017 от 25 ноября 2026\u202fг."  # noqa: RUF001 - in Cyrillic


@pytest.mark.parametrize("code", CODES)
def test_in_every_language_the_sentences_name_number_and_date(code: str):
    order = GERMAN_SHOP | {"locale": code}
    rows = [
        credit_note(numbered(order), CUP), credit_note(row_of(order), CUP),
        corrected(numbered(order), {"customerName": "Bob"}), corrected(row_of(order), {"customerName": "Bob"}),
    ]  # fmt: skip
    for row in rows:
        assert row.document
        sentence, named = content.of(row, BERLIN)["reference"], row.document.refers_to
        assert named.number in sentence
        assert language.of(code).day(named.at, BERLIN.zone).rstrip(".") in sentence
        assert "{" not in sentence


def test_programs_find_the_order_the_refund_and_what_is_credited():
    row = credit_note(numbered(GERMAN_SHOP | {"customerEmail": "jana@example.com"}), EVERY_KIND, 3)
    pdf = receipt.render(row)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == ["credit-note.json"]
        attached = json.loads(document.attachments["credit-note.json"].get_file().read_bytes())

    assert row.document
    assert attached.keys() == {"number", "issuedAt", "credits", "order", "refund", "credited"}
    assert (attached["number"], attached["issuedAt"]) == ("C2026-000003", "2026-11-26T20:14:00.000Z")
    assert attached["credits"] == {"number": "R2026-000017", "date": "2026-11-24T23:30:00.000Z"}
    assert attached["refund"] == row.document.posted
    assert attached["credited"] == figures.of_credit(Credit.from_document(row.document.credited or {}), row.posted)
    assert attached["order"]["orderId"] == "wc-20417"
    assert b"jana@example.com" not in pdf
    assert "jana@example.com" not in json.dumps(attached)


def test_verification_finds_the_row_in_the_keywords():
    metadata = pypdf.PdfReader(io.BytesIO(receipt.render(credit_note(numbered(GERMAN_SHOP), CUP, 3)))).metadata

    assert metadata
    assert (metadata.title, str(metadata["/Keywords"])) == ("Rechnungskorrektur C2026-000003", "wc-20417/refunds/r-1")


def test_in_japan_a_reduced_rate_is_marked():
    tea = {"name": "煎茶", "quantity": 2, "unitPrice": "1080", "taxRate": "8"}
    order = {"orderId": "j", "customerName": "山田", "currency": "JPY", "locale": "ja", "items": [tea]}
    page = page_of({"lines": [{"item": 1, "quantity": 1}]}, order, Shop(country="JP", time_zone="Asia/Tokyo"))

    assert page["reference"] == "対象の領収書：R2026-000017（2026年11月25日）"  # noqa: RUF001 - Japanese
    assert page["bill"]["lines"][0]["name"] == "煎茶 ※"
    assert page["bill"]["reasons"] == ["※ 軽減税率対象"]


@pytest.mark.parametrize("locale", ["en", "de", "ja", "ar"])
@pytest.mark.parametrize("refund", [{}, {"amount": "1.00"}], ids=["everything", "amount"])
def test_nothing_is_printed_over_anything_else(locale: str, refund: dict[str, Any]):
    order = EVERYTHING | {"locale": locale, "customerName": "Donaudampfschifffahrtsgesellschaft " * 5}
    row = credit_note(numbered(order), refund | {"reason": "Lorem ipsum " * 40}, 3)

    assert misplaced(renderer.pdf(row, BERLIN)) == []


def test_a_hundred_lines_take_pages_that_name_the_credit_note():
    items = [GERMAN_SHOP["items"][1] | {"name": f"Tee {number}", "quantity": 2} for number in range(120)]
    row = credit_note(
        numbered(GERMAN_SHOP | {"items": items, "payments": []}),
        {"lines": [{"item": number, "quantity": "1"} for number in range(1, 101)]},
        3,
    )
    words = words_of(renderer.pdf(row, BERLIN))

    assert max(word.page for word in words) >= 2
    assert {word.page for word in words if word.text == "C2026-000003"} == {word.page for word in words}


def test_the_same_row_gives_the_same_bytes_in_its_own_process():
    row = credit_note(numbered(GERMAN_SHOP), EVERY_KIND, 3)

    assert receipt.draw(row) == receipt.render(row)
