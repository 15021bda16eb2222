"""Receipts are PDF/A-3a and PDF/UA-1, as far as the checkers that can be installed tell."""

import io
import json
import subprocess
from pathlib import Path
from typing import Any

import page
import pikepdf
import pypdf
import pytest
from tests.receipts.following import corrected, credit_note, numbered
from tests.receipts.making import ROOT, receipt_of, row_of
from tests.receipts.real_orders import ARABIC_SHOP, EVERYTHING, GERMAN_SHOP
from tests.support.examples import ALICE, BASKET

from orders import receipt
from orders.api import present
from orders.order.order import Order
from orders.receipt import content, renderer
from orders.shop.shop import Shop

OUTLOUD = ROOT / ".venv" / "checkers" / "bin" / "outloud"
PDFUA = OUTLOUD.with_name("pdfua")
FORMS_OF_ONE_LETTER = "TXT-004"
"""Several glyphs for one letter: a warning of outloud's, where Arabic letters have four forms."""

ORDERS: dict[str, dict[str, Any]] = {
    "minimal": ALICE,
    "basket": BASKET,
    "pages": BASKET
    | {
        "items": [
            BASKET["items"][0] | {"name": f"Cup {first}{second}"}
            for first in "abcdefghij"
            for second in "abcdefghijklmnopqr"
        ]
    },
    "arabic": BASKET | {"locale": "ar", "customerName": "محمد بن يوسف"},
    "japanese": BASKET | {"locale": "ja", "customerName": "山田 太郎", "note": "お急ぎ\n願います"},
    "every script": BASKET | {"customerName": "Zoë Ω Ж م ש आ র க ส 王 な 김 🎉 ᚠ \ue000"},
    "everything": EVERYTHING,
    "a German shop": GERMAN_SHOP,
    "an Arabic shop": ARABIC_SHOP,
}


REFUND = {
    "reason": "Broken handle",
    "payments": [{"method": "card", "label": "Visa", "last4": "4242", "amount": "1.00"}],
    "refundedAt": "2026-11-25T21:14:03+01:00",
}
ROWS: dict[str, Order] = {
    **{name: row_of(order) for name, order in ORDERS.items()},
    "a number": numbered(BASKET),
    "a credit note": credit_note(numbered(EVERYTHING), REFUND, 3),
    "a German credit note": credit_note(row_of(GERMAN_SHOP), REFUND | {"amount": "10.00"}),
    "an Arabic credit note": credit_note(numbered(ARABIC_SHOP), REFUND | {"lines": [{"item": 1}]}, 3),
    "a corrected receipt": corrected(numbered(GERMAN_SHOP), {"customerCompany": "Köhler Keramik GmbH"}, 18),
    "a Japanese corrected receipt": corrected(row_of(BASKET | {"locale": "ja"}), {"customerName": "山田 太郎"}),
}


@pytest.fixture(params=ROWS, ids=str)
def pdf(request: pytest.FixtureRequest) -> bytes:
    return receipt.render(ROWS[request.param])


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_it_conforms(pdf: bytes, profile: str):
    report = page.validate_pdf_bytes(pdf, profile=profile)

    assert report.is_compliant, report.to_json()
    assert report.rules.total > 100


@pytest.mark.parametrize("profile", ["3a", "ua1"])
def test_the_checker_would_notice(profile: str):
    plain = renderer._typeset(content.of(row_of(ALICE), Shop()), row_of(ALICE), format="pdf")

    assert isinstance(plain, bytes)
    assert not page.validate_pdf_bytes(plain, profile=profile).is_compliant


def test_its_syntax_is_sound(pdf: bytes):
    with pikepdf.open(io.BytesIO(pdf)) as document:  # qpdf's checks
        assert document.check_pdf_syntax() == []
        assert document.get_warnings() == []


def test_a_second_reader_of_accessibility_finds_nothing(pdf: bytes, tmp_path: Path):
    (tmp_path / "receipt.pdf").write_bytes(pdf)
    done = subprocess.run([OUTLOUD, "--json", "-", "-q", tmp_path / "receipt.pdf"], capture_output=True, text=True)
    (result,) = json.loads(done.stdout)["results"]

    assert result["counts"]["error"] == 0
    assert {finding["rule"] for finding in result["findings"]} <= {FORMS_OF_ONE_LETTER}


def test_it_has_a_title_a_language_and_an_author_and_names_its_order():
    reader = pypdf.PdfReader(io.BytesIO(receipt_of(BASKET | {"locale": "de-CH"})))
    root: Any = reader.trailer["/Root"]

    assert reader.metadata
    assert (reader.metadata.title, reader.metadata.author) == ("Quittung basket-1", "orders")
    assert (root["/Lang"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == ("de-CH", True)
    assert str(reader.metadata["/Keywords"]) == "basket-1"


STRANGE = {name: value for name, value in BASKET.items() if name != "customerEmail"} | {
    "customerName": "A\ue000ᚠ\u00a0"
}
"""With letters that the page can't print."""


def test_the_order_is_attached_as_it_was_accepted():
    row = row_of(STRANGE)
    with pikepdf.open(io.BytesIO(receipt_of(STRANGE))) as document:
        attached = document.attachments["order.json"]

        assert list(document.attachments) == ["order.json"]
        assert json.loads(attached.get_file().read_bytes()) == row.content | {"totals": present.totals(row)}
        assert (attached.relationship, attached.get_file().mime_type) == (pikepdf.Name.Source, "application/json")


def test_who_is_handed_a_receipt_does_not_learn_the_customers_address():
    pdf = receipt_of(STRANGE | {"customerEmail": "zoe@example.com"})
    with pikepdf.open(io.BytesIO(pdf)) as document:
        attached = document.attachments["order.json"].get_file().read_bytes().decode()

    assert b"zoe@example.com" not in pdf
    assert {**json.loads(attached), "totals": None} == row_of(STRANGE).content | {"totals": None}


def test_every_figure_has_a_description_and_the_table_has_headers():
    with pikepdf.open(io.BytesIO(receipt_of(BASKET))) as document:
        elements = list(structure(document.Root.StructTreeRoot.K))
    kinds = [str(element.S) for element in elements]

    assert all(str(element.Alt) for element in elements if element.S == "/Figure")
    assert (kinds.count("/H1"), kinds.count("/TH"), kinds.count("/Figure")) == (1, 5, 1)


def structure(node: Any) -> Any:
    """The elements of a structure tree, in reading order."""
    if isinstance(node, pikepdf.Array):
        for child in node:
            yield from structure(child)
    elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
        yield node
        if "/K" in node:
            yield from structure(node.K)
