import io
import re
import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pypdf
import pytest
from tests.receipts.making import misplaced, receipt_of, row_of, text_of, words_of
from tests.support.examples import ALICE, BASKET, NINE, example_orders

from orders import receipt


def test_a_receipt_says_who_ordered_what_when_and_thanks():
    text = text_of(receipt_of(ALICE))

    for part in ("12345", "Alice", "November 23, 2026, 9:00\u202fAM UTC", "Thank you for your order, Alice."):
        assert part in text


def test_a_receipt_shows_every_item_the_taxes_and_the_total():
    text = text_of(receipt_of(BASKET))

    for part in ("Espresso cups", "CUP-4", "7.50", "30.00", "Subtotal", "92.98", "5.5%", "2.09", "101.07", "EUR"):
        assert part in text


@pytest.mark.parametrize("order", example_orders(), ids=lambda order: order["orderId"])
def test_every_example_has_a_receipt_with_its_id(order):
    assert order["orderId"] in text_of(receipt_of(order)).replace("\u200b", "")


def fonts_in(pdf: bytes) -> set[str]:
    """The fonts that a PDF embeds, as in `NotoSansArabic`."""
    page: Any = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    names = {font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()}
    return {name.partition("+")[2].partition("-")[0] for name in names}


@pytest.mark.parametrize(
    ("name", "font"),
    [
        ("Zoë Ångström", "NotoSans"),
        ("Ηλέκτρα Παπαδοπούλου", "NotoSans"),
        ("Фёдор Ёлкин", "NotoSans"),
        ("Nguyễn Thị Minh Khai", "NotoSans"),
        ("محمد بن عبد الله", "Vazirmatn"),
        ("ٻاجهارو", "NotoSansArabic"),
        ("שרה לוי", "NotoSansHebrew"),
        ("आशा शर्मा", "NotoSansDevanagari"),
        ("রহিম উদ্দিন", "NotoSansBengali"),
        ("கமலா", "NotoSansTamil"),
        ("สมชาย ใจดี", "NotoSansThai"),
        ("王小明", "NotoSansSC"),
        ("やまだ 太郎", "NotoSansJP"),
        ("김민수", "NotoSansKR"),
        ("🎉", "NotoEmoji"),
    ],
)
def test_a_name_is_set_in_a_font_of_its_script(name: str, font: str):
    pdf = receipt_of(ALICE | {"customerName": name})

    assert fonts_in(pdf) == {"NotoSans", font}
    assert "\ufffd" not in text_of(pdf)


@pytest.mark.parametrize(
    ("locale", "font"),
    [("ja", "NotoSansJP"), ("ja-JP", "NotoSansJP"), ("ko-KR", "NotoSansKR"), ("zh-TW", "NotoSansTC"),
     ("zh-Hant-HK", "NotoSansTC"), ("zh-CN", "NotoSansSC"), ("de", "NotoSansSC"), (None, "NotoSansSC")],
)  # fmt: skip
def test_letters_that_chinese_and_japanese_share_are_drawn_as_the_locale_has_them(locale: str | None, font: str):
    order = ALICE | {"customerName": "王小明"} | ({"locale": locale} if locale else {})

    assert font in fonts_in(receipt_of(order))


@pytest.mark.parametrize(
    "name",
    ["#set page(width: 1pt)", "*bold* _it_ $x$ `r` \\u{1}", "\u202e\u2066abc", "A\ufffe\uffff\ue000", "x" * 200,
     "A\U0010ffff", "ก็็็็็็็็็็็็็็็็็็็็", "᚛ᚑᚌᚐᚋ᚜", "\u200fא\u0301", '"}]\\'],
    ids=ascii,
)  # fmt: skip
def test_no_name_makes_a_receipt_fail(name):
    assert receipt_of(ALICE | {"customerName": name}).startswith(b"%PDF-")


def test_a_name_is_printed_not_executed():
    assert "#emph[x]" in text_of(receipt_of(ALICE | {"customerName": "#emph[x]"}))


def test_the_widest_id_stays_on_the_page_and_in_one_piece():
    pdf = receipt_of(ALICE | {"orderId": "W" * 64})
    positions: list[float] = []

    def note(text: str, _cm: object, matrix: list[float], _font: object, size: float) -> None:
        if "W" * 64 in text:
            positions.append(matrix[4] + 64 * size * 0.95)

    pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text(visitor_text=note)

    assert "W" * 64 in text_of(pdf)
    assert all(end < 595 for end in positions)  # points; A4 is 595 wide


def test_200_items_flow_over_pages_that_are_numbered():
    items = [{"name": f"Item {number}", "quantity": 1, "unitPrice": "1"} for number in range(200)]
    pdf = receipt_of(ALICE | {"currency": "JPY", "items": items})

    assert len(pypdf.PdfReader(io.BytesIO(pdf)).pages) > 3
    assert "Page 2 of" in text_of(pdf)
    assert "Item 199" in text_of(pdf)


UNBROKEN = {
    "joined by no-break spaces": "\u00a0".join(["Fauteuil", "de", "bureau", "ergonomique", "gris", "anthracite"] * 2),
    "narrow ones": "x\u202f" * 90,
    "wide ones": "ab\u2007" * 60,
    "ideographs with no-break spaces": "漢\u00a0" * 60,
    "iteration marks": "々" * 90,
    "small kana": "ぁ" * 90,
    "wide signs": "\uff01" * 100,
    "brackets": "「" * 90,
    "Thai without words": "ก" * 150,
    "signs among emoji": "💢" * 60,
    "a chain of emoji": "👩\u200d" * 60 + "👩",
    "joiners that join nothing": "a\u200d" * 99,
    "ideographs that are joined": "漢\u200d" * 60,
    "one conjunct without end": "க்ஷ்" * 40,
}


@pytest.mark.parametrize("text", UNBROKEN.values(), ids=UNBROKEN)
def test_what_has_no_place_to_break_stays_in_its_column_and_on_the_page(text: str):
    item = {"name": text, "quantity": 1_000_000, "unitPrice": "1.00", "sku": text[:64]}
    bill = words_of(receipt_of(ALICE | {"currency": "EUR", "items": [item]}))
    (quantity,) = (word for word in bill if word.text == "1,000,000")
    below_the_head = [word for word in bill if quantity.top - 3 < word.top < 600 and word.left < quantity.left]

    assert len(below_the_head) > 1
    assert all(word.right < quantity.left for word in below_the_head)
    assert all(word.right < 540 for word in bill + words_of(receipt_of(ALICE | {"customerName": text, "note": text})))


def test_a_hundred_rates_of_tax_have_a_line_each_and_the_total_is_the_last():
    items = [{"name": "x", "quantity": 1, "unitPrice": "10", "taxRate": str(rate)} for rate in range(100)]
    pdf = receipt_of(ALICE | {"currency": "EUR", "items": items})
    taxes = [(word.page, word.top) for word in words_of(pdf) if word.text == "on"]
    total = max((word.page, word.top) for word in words_of(pdf) if word.text == "Total")

    assert misplaced(pdf) == []
    assert sorted({*taxes, total}) == [*taxes, total]
    assert len(taxes) == 100


def code_of(pdf: bytes) -> list[str]:
    """Where the links on a receipt lead."""
    page = pypdf.PdfReader(io.BytesIO(pdf)).pages[0]
    return [str(note.get_object()["/A"]["/URI"]) for note in page.get("/Annots", [])]


@pytest.mark.parametrize("base", ["https://casaluna.example/", "https://casaluna.example/orders/", "http://8.8.8.8/"])
def test_a_receipt_has_the_address_at_which_it_can_be_verified(base: str):
    pdf = receipt.render(replace(row_of(ALICE), api_url=base))

    assert code_of(pdf) == [f"{base}receipt/12345/verification"]
    assert "Is this the receipt that was issued?" in text_of(pdf)


@pytest.mark.parametrize(
    "base",
    [
        None, "", "http://localhost:8000/", "http://127.0.0.1:8000/", "http://[::1]/", "https://till/", "https://10.0.0.7/",
        "https://till.local/", "https://till.lan:8443/orders/", "https://evil.example/x?y=/", "https://a b/", "https://[::1/",
    ],
)  # fmt: skip
def test_a_receipt_has_no_code_and_no_address_that_its_reader_can_not_reach(base: str | None):
    pdf = receipt.render(replace(row_of(ALICE), api_url=base))

    assert code_of(pdf) == []
    assert not re.search("://|verification|Is this the receipt", text_of(pdf))
    assert b"Is this the receipt" not in pdf


def test_the_same_row_gives_the_same_bytes_and_another_instant_others():
    assert receipt_of(BASKET) == receipt_of(BASKET)
    assert receipt_of(BASKET) != receipt.render(row_of(BASKET, NINE + timedelta(seconds=1)))


def test_many_threads_render_at_once_and_get_their_own_receipts():
    orders = [ALICE | {"orderId": f"order-{number}"} for number in range(40)]
    made: dict[str, bytes] = {}

    def make(order: dict[str, Any]) -> None:
        made[order["orderId"]] = receipt_of(order)

    threads = [threading.Thread(target=make, args=[order]) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(order_id in text_of(pdf) for order_id, pdf in made.items())
    assert len(made) == 40
