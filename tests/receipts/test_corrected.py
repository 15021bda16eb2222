"""A corrected receipt is the receipt with the buyer put right, and says which one it replaces."""

import io
import json
from dataclasses import replace

import pikepdf
import pytest
from tests.receipts.following import corrected, numbered
from tests.receipts.making import misplaced, row_of, text_of
from tests.receipts.real_orders import GERMAN_SHOP
from tests.support.examples import BASKET

from orders import receipt
from orders.receipt import content, renderer
from orders.shop.shop import Shop

LINDE = Shop(country="DE", time_zone="Europe/Berlin")
COMPANY = {"customerCompany": "Köhler Keramik GmbH", "customerTaxId": "DE123456789", "customerName": "Jana Koehler"}


@pytest.mark.parametrize("paper", ["a4", "80mm", "58mm"])
def test_it_prints_the_buyer_put_right_and_what_it_replaces(paper: str):
    text = text_of(renderer.pdf(corrected(numbered(GERMAN_SHOP), COMPANY, 18), replace(LINDE, paper=paper)))
    text = " ".join(text.replace("\u200b", "").split())

    for part in (
        "Berichtigte Quittung", "Ersetzt R2026-000017 vom 25. November 2026.", "Quittungsnr.", "R2026-000018",
        "Ausstellungsdatum", "26. November 2026", "Köhler Keramik GmbH", "DE123456789", "Jana Koehler", "53,33 €",
        "Vielen Dank für Ihre Bestellung, Jana Koehler.",
    ):  # fmt: skip
        assert part in text, part
    assert "Jana Köhler" not in text


def test_its_lines_and_amounts_are_those_of_the_receipt():
    before, after = (content.of(row, LINDE) for row in (row_of(GERMAN_SHOP), corrected(row_of(GERMAN_SHOP), COMPANY)))

    for name in ("bill", "headline", "note"):
        assert before[name] == after[name]


def test_without_numbers_it_names_the_order_and_its_date():
    page = content.of(corrected(row_of(GERMAN_SHOP), COMPANY), LINDE)

    assert page["reference"] == "Ersetzt den früheren Beleg zur Bestellung RE 2026-0417 vom 20. November 2026."
    assert (page["facts"][0]["label"], page["facts"][0]["value"]) == ("Ausstellungsdatum", "26. November 2026")


def test_however_often_it_is_corrected_it_has_the_date_on_which_the_order_was_received():
    """An invoice must have the date of the sale. That of issue, and that of the receipt it replaces, are others."""
    page = content.of(corrected(row_of(BASKET), {"customerName": "Zoë"}), Shop())

    assert {fact["label"]: fact["value"] for fact in page["facts"]} == {
        "Date of issue": "November 26, 2026",
        "Order": "basket-1",
        "Received": "November 23, 2026, 9:00\u202fAM UTC",
    }
    assert page["reference"] == "Replaces the earlier document for order basket-1 of November 23, 2026."


def test_a_corrected_invoice_is_called_an_invoice():
    page = content.of(corrected(numbered(BASKET), {"customerName": "Zoë"}, 18), Shop(title="invoice"))

    assert (page["title"], page["facts"][0]["label"]) == ("Corrected invoice", "Invoice no.")


def test_programs_find_what_it_replaces():
    with pikepdf.open(io.BytesIO(receipt.render(corrected(numbered(GERMAN_SHOP), COMPANY, 18)))) as document:
        attached = json.loads(document.attachments["order.json"].get_file().read_bytes())

    assert attached["number"] == "R2026-000018"
    assert attached["replaces"] == {"number": "R2026-000017", "date": "2026-11-24T23:30:00.000Z"}
    assert attached["customerCompany"] == "Köhler Keramik GmbH"


@pytest.mark.parametrize("locale", ["en", "de", "ja", "ar"])
def test_nothing_is_printed_over_anything_else(locale: str):
    address = {"lines": ["Musterstraße 1"], "city": "Llanfairpwllgwyngyllgogerychwyrndrobwll", "country": "GB"}
    order = GERMAN_SHOP | {"locale": locale, "deliveryAddress": address, "customerAddress": address}

    assert misplaced(renderer.pdf(corrected(numbered(order), COMPANY, 18), LINDE)) == []
