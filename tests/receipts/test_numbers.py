"""A receipt with a number prints it, and when it was issued; one without a number stays as it was."""

import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pypdf
import pytest
from tests.receipts.following import ISSUED, corrected, credit_note, numbered
from tests.receipts.making import misplaced, row_of, text_of, words_of
from tests.receipts.real_orders import CANADIAN_SHOP, GERMAN_SHOP
from tests.support.examples import ALICE, BASKET

from orders import receipt
from orders.order.errors import Misconfigured
from orders.order.order import Order
from orders.order.register import Issue
from orders.receipt import naming, renderer
from orders.shop import words
from orders.shop.shop import Shop

TOKYO = Shop(time_zone="Asia/Tokyo")


@pytest.mark.parametrize("paper", ["a4", "letter", "80mm", "58mm"])
def test_it_prints_the_number_and_the_date_of_issue_beside_those_of_the_order(paper: str):
    text = text_of(renderer.pdf(numbered(BASKET), Shop(paper=paper)))

    for part in ("Receipt no.", "R2026-000017", "Date of issue", "November 24, 2026", "basket-1", "November 23, 2026"):
        assert part in text


def test_the_date_of_issue_is_that_of_the_shops_time_zone():
    assert "November 25, 2026" in text_of(renderer.pdf(numbered(BASKET), TOKYO))


@pytest.mark.parametrize("code", sorted(words.codes()))
def test_the_facts_keep_one_row_each_in_every_language(code: str):
    row = numbered(BASKET | {"locale": code})
    documents = [row, corrected(row, {"customerName": "Zoë Ångström"}, 18), credit_note(row, {"reason": "Broken"}, 3)]

    assert [misplaced(receipt.render(each)) for each in documents] == [[], [], []]


@pytest.mark.parametrize(
    ("label", "value", "parties", "is_measured"),
    [
        ("Receipt no.", "R2026-000017", 1, False),
        ("Received", "November 23, 2026, 9:00\u202fAM GMT", 1, False),
        ("Received", "November 23, 2026, 9:00\u202fAM GMT", 2, True),
        ("Received", "November 23, 2026\n9:00", 1, True),
        ("領収書番号", "R2026-000017", 1, True),
        ("Receipt no.", "\ufdfd", 1, True),
    ],
)
def test_rows_that_may_need_more_room_are_measured(label: str, value: str, parties: int, is_measured: bool):
    width = naming.label_width([{"label": label, "value": value, "isNumber": False}], parties)

    assert (width is None) == is_measured


def test_an_invoice_has_an_invoice_number():
    text = text_of(renderer.pdf(numbered(BASKET), Shop(title="invoice")))

    assert "Invoice no." in text
    assert "Receipt" not in text


def test_the_file_names_the_number_and_says_when_it_was_issued():
    metadata = pypdf.PdfReader(io.BytesIO(receipt.render(numbered(BASKET)))).metadata

    assert metadata
    assert metadata.title == "Receipt R2026-000017"
    assert str(metadata["/Keywords"]) == "basket-1"
    assert metadata.creation_date == ISSUED


@pytest.mark.parametrize("order", [ALICE, BASKET])
def test_programs_find_the_number_in_the_attached_order(order: dict[str, object]):
    with pikepdf.open(io.BytesIO(receipt.render(numbered(order)))) as document:
        attached = json.loads(document.attachments["order.json"].get_file().read_bytes())

    assert (attached["number"], attached["issuedAt"]) == ("R2026-000017", "2026-11-24T23:30:00.000Z")
    assert attached["orderId"] == order["orderId"]


def test_the_longest_number_and_order_number_stay_on_the_paper():
    row = row_of(BASKET | {"orderNumber": "W" * 40})
    row = replace(row, issue=Issue("W" * 32 + "{number:08}", 12_345_678, ISSUED))

    for paper in ("a4", "80mm", "58mm"):
        pdf = renderer.pdf(row, Shop(paper=paper))
        assert "12345678" in text_of(pdf).replace("\u200b", "").replace("\n", "")
        assert all(word.right < word.width for word in words_of(pdf))
    assert misplaced(renderer.pdf(row, Shop())) == []


def test_another_number_makes_another_file_and_the_same_number_the_same():
    row = numbered(BASKET)

    assert receipt.render(row) == receipt.render(row)
    assert receipt.render(row) != receipt.render(numbered(BASKET, 18))


@pytest.fixture
def own_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A shop's own page that was made before there were numbers."""
    page = renderer.PAGE.read_text(encoding="utf-8")
    page = "".join(line for line in page.splitlines(keepends=True) if not line.startswith("#let prints"))
    (tmp_path / "receipt.typ").write_text(page, encoding="utf-8")
    (tmp_path / "shop.toml").write_text("", encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
    return tmp_path / "receipt.typ"


@pytest.mark.parametrize(
    ("row", "missing"),
    [
        (numbered(BASKET), "numbers"),
        (credit_note(row_of(GERMAN_SHOP), {}), "credit notes"),
        (corrected(row_of(CANADIAN_SHOP), {"customerName": "Bob"}, 18), "corrected receipts and numbers"),
    ],
    ids=["number", "credit note", "corrected receipt"],
)
def test_an_older_page_of_the_shops_own_is_refused_for_what_it_does_not_print(own_page: Path, row: Order, missing: str):
    with pytest.raises(Misconfigured) as refused:
        receipt.render(row)

    assert str(refused.value).startswith(f"{own_page} was made for an earlier version, and does not print {missing}. ")
    assert renderer.PAGE.name in str(refused.value)


def test_an_older_page_still_prints_receipts_without_a_number(own_page: Path):
    assert receipt.render(row_of(BASKET)).startswith(b"%PDF")


def test_a_shop_with_numbers_learns_at_the_start_that_its_page_does_not_print_them(
    own_page: Path, monkeypatch: pytest.MonkeyPatch
):
    renderer.check()
    monkeypatch.setattr("orders.shop.shop.configured", lambda: Shop(numbers={"receipt": "R{number}"}))

    with pytest.raises(Misconfigured, match="does not print numbers"):
        renderer.check()


def test_a_page_that_says_it_prints_numbers_is_used_for_them(own_page: Path):
    own_page.write_text(renderer.PAGE.read_text(encoding="utf-8"), encoding="utf-8")

    assert "R2026-000017" in text_of(receipt.render(numbered(BASKET)))


def test_the_time_of_the_file_is_in_whole_seconds():
    row = replace(row_of(BASKET), issue=Issue("R{number}", 1, datetime(2026, 11, 24, 9, 0, 0, 999, tzinfo=UTC)))

    assert receipt.render(row).startswith(b"%PDF")
