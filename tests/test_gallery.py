"""The example receipts: orders that show all that a page may have to hold."""

import json
import re
from collections import Counter
from itertools import chain
from typing import Any

import pytest
from tests.support.examples import NINE, ROOT

from orders import receipt
from orders.order import money, validation
from orders.order.order import Order
from orders.receipt import content, renderer
from orders.receipt.clusters import REPLACEMENT
from orders.receipt.letters import printable
from orders.shop import language, shop

LINES = (ROOT / "examples" / "receipts.jsonl").read_text(encoding="utf-8").splitlines()
ORDERS: list[dict[str, Any]] = [json.loads(line) for line in LINES]
OF_SHOPS = [json.loads(line) for line in (ROOT / "examples" / "gallery.jsonl").read_text(encoding="utf-8").splitlines()]
CASA_LUNA = shop.read(ROOT / "examples" / "shop" / "shop.toml")
WITHOUT_A_FONT = "letters-without-a-font"


def texts_of(order: dict[str, Any]) -> list[str]:
    """What of an order is printed."""
    items = chain.from_iterable((item["name"], item.get("sku", "")) for item in order.get("items", ()))
    return [order["customerName"], order.get("note", ""), *items]


ALL_TEXT = "\n".join(chain.from_iterable(map(texts_of, ORDERS)))


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order["orderId"])
def test_each_is_an_order_and_has_a_receipt(order: dict[str, Any]):
    row = Order.received(validation.parse(order), "preview", NINE, "https://shop.example/")

    assert renderer.pdf(row, CASA_LUNA).startswith(b"%PDF-")
    assert all(page.startswith(b"\x89PNG") for page in renderer.pictures(row, CASA_LUNA, dots_per_inch=18))


def test_there_are_24_with_names_of_their_own():
    assert len({order["orderId"] for order in ORDERS}) == len(ORDERS) == 24


def test_many_languages_and_countries_are_among_them():
    assert len({language.of(order["locale"]).code for order in ORDERS}) > 12
    assert {order["locale"] for order in ORDERS} >= {"pt-BR", "pt-PT", "de-CH", "en-IN"}


@pytest.mark.parametrize("line", OF_SHOPS, ids=lambda line: line["name"])
def test_shops_of_many_countries_have_receipts_with_every_letter(line: dict[str, Any]):
    row = Order.received(validation.parse(line["order"]), "preview", NINE, "https://shop.example/")

    assert renderer.pdf(row, shop.of(line["shop"], ROOT)).startswith(b"%PDF-")
    assert receipt.replaced(row) == 0


def test_their_shops_use_every_paper():
    papers = {content.of(validated(line), shop.of(line["shop"], ROOT))["paper"] for line in OF_SHOPS}

    assert papers == {"a4", "letter", "80mm", "58mm"}


def validated(line: dict[str, Any]) -> Order:
    return Order.received(validation.parse(line["order"]), "preview", NINE)


@pytest.mark.parametrize(
    ("script", "letters"),
    {
        "Vietnamese": "[ẠạỄễỤụ]",
        "Polish": "[ąęłźż]",
        "Icelandic": "[ðþæ]",
        "Greek": "[\u0370-\u03ff]{3}",
        "Cyrillic": "[\u0400-\u04ff]{3}",
        "Arabic": "[\u0621-\u064a]{3}",
        "Hebrew": "[\u05d0-\u05ea]{3}",
        "Persian": "[پچژگ]",
        "Urdu": "[ٹڈڑےہھ]",
        "Devanagari": "[\u0900-\u097f]{3}",
        "Bengali": "[\u0980-\u09ff]{3}",
        "Tamil": "[\u0b80-\u0bff]{3}",
        "Thai": "[\u0e00-\u0e7f]{3}",
        "Hiragana": "[\u3041-\u309f]{2}",
        "Katakana": "[\u30a0-\u30ff]{2}",
        "Hangul": "[\uac00-\ud7a3]{2}",
        "Simplified Chinese": "[发龙装]",
        "Traditional Chinese": "[發龍裝]",
        "emoji": "[\U0001f300-\U0001faff]",
        "runes": "[\u16a0-\u16ff]{3}",
        "private use": "[\ue000-\uf8ff]",
    }.items(),
)
def test_every_script_is_among_them(script: str, letters: str):
    assert re.search(letters, ALL_TEXT), script


def test_they_have_none_one_some_and_the_most_items():
    counts = Counter(len(order.get("items", ())) for order in ORDERS)

    assert counts.keys() >= {0, 1, 3, 40, 200}


def test_currencies_with_and_without_decimals_are_among_them():
    currencies = {order["currency"] for order in ORDERS if "currency" in order}

    assert currencies >= {"JPY", "EUR", "KWD", "USD", "INR", "CHF", "BRL"}
    assert {money.DECIMALS[currency] for currency in currencies} == {0, 2, 3}


def test_the_longest_name_and_id_are_among_them():
    assert max(len(word) for order in ORDERS for word in order["customerName"].split()) == 200
    assert max(len(order["orderId"]) for order in ORDERS) == 64


@pytest.mark.parametrize("order", ORDERS, ids=lambda order: order["orderId"])
def test_only_the_one_meant_to_has_letters_without_a_font(order: dict[str, Any]):
    replaced = any(REPLACEMENT in printable(text) for text in texts_of(order))

    assert replaced == (order["orderId"] == WITHOUT_A_FONT)


def test_the_overview_is_a_picture_that_a_page_can_carry():
    overview = (ROOT / "docs" / "receipts.png").read_bytes()

    assert overview.startswith(b"\x89PNG")
    assert len(overview) < 600_000
