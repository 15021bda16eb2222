"""A receipt speaks the language of its order, with the formats of its country."""

import tomllib
from decimal import Decimal

import pytest
from tests.support.examples import NINE

from orders.order import money
from orders.receipt.letters import printable
from orders.shop import language

WORDS = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in language.FOLDER.glob("*.toml")}


def test_there_are_seven_languages_each_with_all_the_words():
    assert set(WORDS) == {"en", "es", "fr", "de", "pt", "ja", "ar"} == language.codes()
    for code, words in WORDS.items():
        assert words.keys() - {"direction"} == WORDS["en"].keys(), code
        assert "{name}" in words["thank_you"]
        assert {"{page}", "{pages}"} <= {part for part in ("{page}", "{pages}") if part in words["page"]}


@pytest.mark.parametrize("code", WORDS)
def test_every_word_can_be_printed(code: str):
    assert all(printable(word) == word for word in language.of(code).words.values())


@pytest.mark.parametrize(
    ("tag", "receipt", "amount", "price", "percentage"),
    [
        (None, "Receipt", "1,234.50", "€1,234.50", "5.5%"),
        ("en-GB", "Receipt", "1,234.50", "€1,234.50", "5.5%"),
        ("es", "Recibo", "1.234,50", "1.234,50 €", "5,5 %"),
        ("es-MX", "Recibo", "1,234.50", "EUR 1,234.50", "5.5%"),
        ("fr-FR", "Reçu", "1 234,50", "1 234,50 €", "5,5 %"),
        ("de", "Quittung", "1.234,50", "1.234,50 €", "5,5 %"),
        ("de-CH", "Quittung", "1\u2019234.50", "EUR 1\u2019234.50", "5.5%"),
        ("pt-BR", "Recibo", "1.234,50", "€ 1.234,50", "5,5%"),
        ("pt-PT", "Recibo", "1 234,50", "1 234,50 €", "5,5%"),
        ("ja-JP", "領収書", "1,234.50", "€1,234.50", "5.5%"),
        ("ar", "إيصال", "1,234.50", "1,234.50 €", "5.5%"),
        ("it-IT", "Receipt", "1,234.50", "€1,234.50", "5.5%"),
    ],
)
def test_words_and_formats(tag: str | None, receipt: str, amount: str, price: str, percentage: str):
    speech = language.of(tag)
    written = [speech.amount(123450, "EUR"), speech.price(123450, "EUR"), speech.percentage(Decimal("5.5"))]

    assert speech.words["receipt"] == receipt
    assert [plain(text) for text in written] == [amount, price, percentage]


def plain(text: str) -> str:
    """With ordinary spaces, and without marks of direction."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u200f", "").replace("\u200e", "")


@pytest.mark.parametrize(
    ("currency", "minor", "amount"), [("JPY", 1200, "1,200"), ("EUR", 5, "0.05"), ("KWD", 1234567, "1,234.567")]
)
def test_amounts_have_the_decimals_of_iso_4217(currency: str, minor: int, amount: str):
    assert language.of("en").amount(minor, currency) == amount


@pytest.mark.parametrize("code", WORDS)
def test_every_price_can_be_printed_in_every_currency(code: str):
    prices = [language.of(code).price(123456, currency) for currency in money.DECIMALS]

    assert all(printable(price) == price for price in prices)


def test_a_code_stands_apart_from_the_amount():
    assert plain(language.of("en").price(1234, "KWD")) == "KWD 1.234"


@pytest.mark.parametrize("tag", ["xx", "zz-ZZ", "en-XX", "en-Latn-GB", "de-1996", "pt-Zzzz-ZZ", "EN-us", "ar-001"])
def test_no_tag_that_an_order_may_have_is_too_strange(tag: str):
    assert language.of(tag).instant(NINE)


def test_instants_are_in_utc_and_say_so():
    assert plain(language.of("en").instant(NINE)) == "November 23, 2026, 9:00:00 AM UTC"
    assert plain(language.of("de").instant(NINE)) == "23. November 2026, 09:00:00 UTC"
