"""A receipt speaks the language of its order, with the formats of its country."""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from tests.receipts.making import row_of
from tests.support.examples import ALICE, NINE

from orders import receipt
from orders.order import money
from orders.order.errors import Misconfigured
from orders.receipt.letters import printable
from orders.shop import language

CODES = sorted(language.codes())


def test_there_are_seven_languages_each_with_all_the_words():
    assert language.codes() == {"en", "es", "fr", "de", "pt", "ja", "ar"}
    for code in CODES:
        words = language.of(code).words
        assert words.keys() - {"direction"} == language.of("en").words.keys(), code
        assert "{name}" in words["thank_you"]
        assert "{page}" in words["page"]
        assert "{pages}" in words["page"]


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of German, in a copy of the languages that the program reads."""
    monkeypatch.setattr(language, "FOLDER", shutil.copytree(language.FOLDER, tmp_path / "languages"))
    language.forget()
    yield tmp_path / "languages" / "de.toml"
    language.forget()


@pytest.mark.parametrize(
    ("edited", "fault"),
    [
        (("\ntotal = ", "\n# total = "), " lacks total"),
        (("colon = ", "# colon = "), " lacks mail.colon"),
        (('total = "Gesamtbetrag"', "total = 7"), ": total must be a text"),
        (("\ntotal = ", "\ntotal = = "), " can't be read: Invalid value (at line"),
    ],
)
def test_the_preview_and_a_receipt_name_the_same_fault_of_a_language(
    german: Path, edited: tuple[str, str], fault: str
) -> None:
    german.write_text(german.read_text(encoding="utf-8").replace(*edited), encoding="utf-8")

    with pytest.raises(Misconfigured) as in_the_preview:
        language.check()
    with pytest.raises(Misconfigured) as in_a_receipt:
        receipt.render(row_of(ALICE | {"locale": "de"}))

    assert str(in_the_preview.value) == str(in_a_receipt.value)
    assert str(in_a_receipt.value).startswith(f"{german}{fault}")


def test_a_fault_of_one_language_leaves_the_others_alone(german: Path) -> None:
    german.write_text("", encoding="utf-8")

    assert language.of("es").words["total"] == "Total"


@pytest.mark.parametrize("code", CODES)
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


@pytest.mark.parametrize("code", CODES)
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
