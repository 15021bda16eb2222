"""A receipt speaks the language of its order, with the formats of its country."""

import re
import shutil
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.localedata import locale_identifiers
from babel.numbers import format_decimal
from tests.receipts.making import row_of
from tests.support.examples import ALICE, NINE

from orders import receipt
from orders.order import money
from orders.order.errors import Misconfigured
from orders.receipt.letters import printable
from orders.shop import language, times, words

CODES = sorted(path.stem for path in words.FOLDER.glob("*.toml"))
LOCALES = sorted(locale_identifiers())
WINTER, SUMMER = datetime(2026, 11, 23, 9, tzinfo=UTC), datetime(2026, 7, 1, 9, tzinfo=UTC)


def words_of(code: str) -> dict[str, str]:
    """What stands in a language's own file, without what English fills in."""
    document = tomllib.loads((words.FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    tables = {name: document.pop(name) for name in ("mail", "pages")}
    return document | {f"{name}.{key}": word for name, table in tables.items() for key, word in table.items()}


def blanks(sentence: str) -> list[str]:
    return sorted(re.findall("{.*?}", sentence))


ENGLISH = words_of("en")


def test_there_are_thirty_languages():
    there_are = "ar cs da de el en es fi fr he hi hu id it ja ko nb nl pl pt ro ru sk sv th tr uk vi zh-Hans zh-Hant"

    assert " ".join(CODES) == there_are
    assert language.codes() == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_language_has_all_the_words_in_the_order_of_the_english_ones(code: str):
    assert [name for name in words_of(code) if name != "direction"] == list(ENGLISH)


PREFIX = re.compile("^(corrected_invoice|corrected|credit_note|invoice|receipt|for)_")
"""Before words that take the place of those of a receipt, by the kind of the document."""


def test_every_word_is_used():
    sources = [path for kind in ("py", "typ", "html", "txt") for path in words.FOLDER.parent.parent.rglob(f"*.{kind}")]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    used = set(re.findall(r"""(?:["']|words\.|\$)([a-z_]+)""", code))
    names = {name.rpartition(".")[2] for name in ENGLISH}

    assert not {name for name in names if not used & {name, PREFIX.sub("", name).removesuffix("_text")}}


@pytest.mark.parametrize("code", CODES)
def test_every_word_has_the_blanks_of_the_english_one(code: str):
    written = {name: blanks(word) for name, word in words_of(code).items() if name != "direction"}

    assert written == {name: blanks(word) for name, word in ENGLISH.items()}


@pytest.mark.parametrize("code", CODES)
def test_a_word_is_one_line_without_blanks_around_it(code: str):
    for name, word in words_of(code).items():
        assert word == (word if name == "mail.colon" else word.strip()), name
        assert "  " not in word


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of German, in a copy of the languages that the program reads."""
    monkeypatch.setattr(words, "FOLDER", shutil.copytree(words.FOLDER, tmp_path / "languages"))
    language.forget()
    yield tmp_path / "languages" / "de.toml"
    language.forget()


@pytest.mark.parametrize(
    ("edited", "fault"),
    [
        (('total = "Gesamtbetrag"', "total = 7"), ": total must be a text of 1 to 500 characters on one line"),
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


def test_a_word_that_a_language_lacks_is_english(german: Path) -> None:
    german.write_text(german.read_text(encoding="utf-8").replace("\ntotal = ", "\n# total = "), encoding="utf-8")

    language.check()
    assert language.of("de").words["total"] == "Total"
    assert language.of("de").words["subtotal"] == "Zwischensumme"


def test_a_fault_of_one_language_leaves_the_others_alone(german: Path) -> None:
    german.write_text("", encoding="utf-8")

    assert language.of("es").words["total"] == "Total"


@pytest.mark.parametrize("code", CODES)
def test_every_word_can_be_printed(code: str):
    assert all(printable(word) == word for word in words_of(code).values())


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
        ("it-IT", "Ricevuta", "1.234,50", "1.234,50 €", "5,5%"),
        ("it-CH", "Ricevuta", "1\u2019234.50", "€ 1\u2019234.50", "5.5%"),
        ("de_AT", "Quittung", "1.234,50", "€ 1.234,50", "5,5 %"),
        ("hi", "रसीद", "1,234.50", "€1,234.50", "5.5%"),
        ("zh-TW", "收據", "1,234.50", "€1,234.50", "5.5%"),
        ("he", "קבלה", "1,234.50", "1,234.50 €", "5.5%"),
        ("ka-GE", "Receipt", "1 234,50", "1 234,50 €", "5,5%"),
        ("lt", "Receipt", "1 234,50", "1 234,50 €", "5,5 %"),
        ("xx-YY", "Receipt", "1,234.50", "€1,234.50", "5.5%"),
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


@pytest.mark.parametrize(
    ("tag", "code", "spoken"),
    [
        ("zh", "zh-Hans", "zh"),
        ("zh-CN", "zh-Hans", "zh-Hans-CN"),
        ("zh-SG", "zh-Hans", "zh-Hans-SG"),
        ("zh-TW", "zh-Hant", "zh-Hant-TW"),
        ("zh-HK", "zh-Hant", "zh-Hant-HK"),
        ("zh-Hant", "zh-Hant", "zh-Hant"),
        ("zh-Hant-CN", "zh-Hant", "zh-Hant"),
        ("zh-Hans-HK", "zh-Hans", "zh-Hans-HK"),
        ("no", "nb", "nb"),
        ("nn-NO", "nb", "nb"),
        ("iw", "he", "he"),
        ("in", "id", "id"),
        ("de_CH", "de", "de-CH"),
        ("DE-at", "de", "de-AT"),
        ("sr-Latn", "en", "en"),
        ("ka-GE", "en", "en"),
        ("xx", "en", "en"),
        (None, "en", "en"),
    ],
)
def test_a_tag_finds_its_words_by_language_and_script(tag: str | None, code: str, spoken: str):
    speech = language.of(tag)

    assert (speech.code, speech.tag) == (code, spoken)
    assert speech.words["receipt"] == words_of(code)["receipt"]


def test_without_a_tag_the_shops_language_is_spoken():
    assert language.of(None, "de-CH") == language.of("de-CH")
    assert language.of("", "de") == language.of("de")
    assert language.of("fr", "de") == language.of("fr")


@pytest.mark.parametrize("tag", LOCALES)
def test_every_locale_of_cldr_writes_amounts_that_can_be_printed(tag: str):
    speech = language.of(tag)
    amounts = [speech.amount(minor, currency) for minor in (-123456789, 5) for currency in ("EUR", "JPY", "KWD")]
    prices = [speech.price(123456, currency, lambda sign: printable(sign) == sign) for currency in money.DECIMALS]
    percentages = [speech.percentage(Decimal("5.5")), speech.percentage(Decimal("-20"))]

    for written in [*amounts, *prices, *percentages, speech.unit_price("1234.5678", "EUR")]:
        assert "\ufffd" not in printable(written)
        assert digits(written).isascii()
    assert digits(speech.amount(-123456789, "EUR")) == "123456789"
    assert digits(speech.percentage(Decimal("5.5"))) == "55"


@pytest.mark.parametrize("tag", LOCALES)
def test_every_locale_of_cldr_writes_dates_in_the_digits_of_its_amounts(tag: str):
    speech = language.of(tag)
    date, instant = times.date(WINTER.date(), speech.locale), speech.instant(WINTER, ZoneInfo("Asia/Kolkata"))

    assert digits(date) in {"20261123", "23112026", "202623", "232026"}
    assert digits(instant).isascii()
    assert digits(date) in digits(instant)
    assert "30" in instant


def digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def test_a_date_has_no_month_without_a_name():
    assert language.of("dv-MV").instant(WINTER).startswith("2026-11-23")
    assert not [tag for tag in LOCALES if "M11" in language.of(tag).instant(WINTER)]


def test_a_date_whose_letters_can_not_be_shown_is_english():
    def only_latin(text: str) -> bool:
        return all(ord(letter) < 0x250 or letter == "\u202f" for letter in text)

    assert plain(language.of("ka").instant(WINTER)).startswith("23 ნოემბერი, 2026")
    assert plain(language.of("ka").instant(WINTER, can_be_shown=only_latin)) == "November 23, 2026, 9:00 AM UTC"


def test_a_code_stands_apart_from_the_amount():
    assert plain(language.of("en").price(1234, "KWD")) == "KWD 1.234"


@pytest.mark.parametrize("tag", ["xx", "zz-ZZ", "en-XX", "en-Latn-GB", "de-1996", "pt-Zzzz-ZZ", "EN-us", "ar-001"])
def test_no_tag_that_an_order_may_have_is_too_strange(tag: str):
    assert language.of(tag).instant(NINE)


@pytest.mark.parametrize(
    ("tag", "zone", "winter", "summer"),
    [
        ("de", "Europe/Berlin", "10:00 MEZ", "11:00 MESZ"),
        ("en-GB", "Europe/Berlin", "10:00 CET", "11:00 CEST"),
        ("fr", "Europe/Paris", "10:00 UTC+1", "11:00 UTC+2"),
        ("en-GB", "Europe/London", "09:00 GMT", "10:00 BST"),
        ("en-IE", "Europe/Dublin", "09:00 GMT", "10:00 IST"),
        ("en", "America/New_York", "4:00 AM EST", "5:00 AM EDT"),
        ("en", "America/St_Johns", "5:30 AM GMT-3:30", "6:30 AM GMT-2:30"),
        ("ja", "Asia/Tokyo", "18:00 JST", "18:00 JST"),
        ("ko", "Asia/Seoul", "오후 6:00 GMT+9", "오후 6:00 GMT+9"),
        ("en", "Asia/Kolkata", "2:30 PM GMT+5:30", "2:30 PM GMT+5:30"),
        ("en-GB", "Africa/Casablanca", "10:00 GMT+1", "10:00 GMT+1"),
    ],
)
def test_a_time_says_its_zone_as_the_locale_does(tag: str, zone: str, winter: str, summer: str):
    speech = language.of(tag)

    assert plain(speech.instant(WINTER, ZoneInfo(zone))).endswith(winter)
    assert plain(speech.instant(SUMMER, ZoneInfo(zone))).endswith(summer)


@pytest.mark.parametrize(
    "locale", ["ka-GE", "dz-BT", "syr-SY", "fa-IR", "mn-Mong-CN", "zh-TW", "he-IL", "es-419", "en-001"]
)
def test_a_receipt_is_drawn_in_formats_of_any_script(locale: str):
    order = ALICE | {
        "locale": locale,
        "currency": "EUR",
        "items": [{"name": "Mug", "quantity": 2, "unitPrice": "9.50"}],
    }

    assert receipt.render(row_of(order)).startswith(b"%PDF")


@pytest.mark.parametrize("locale", ["es-419", "en-001", "en-150", "ar-001", "eo-001"])
def test_a_receipt_is_drawn_in_formats_of_a_part_of_the_world(locale: str):
    assert receipt.render(row_of(ALICE | {"locale": locale})).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("at", "zone", "written"),
    [
        ("0001-01-01T00:00:00+00:00", "America/New_York", "January 1, 1, 12:00\u202fAM UTC"),
        ("9999-12-31T23:59:59+00:00", "Asia/Tokyo", "December 31, 9999, 11:59\u202fPM UTC"),
    ],
)
def test_an_instant_at_the_end_of_all_years_stays_in_utc(at: str, zone: str, written: str):
    """Programs that know no date write the first day of the year 1."""
    assert language.of("en").instant(datetime.fromisoformat(at), ZoneInfo(zone)) == written


def test_a_sale_before_midnight_in_new_york_has_that_days_date():
    sale = datetime(2026, 4, 1, 3, 30, tzinfo=UTC)

    assert language.of("en").instant(sale, ZoneInfo("America/New_York")).startswith("March 31, 2026")
    assert language.of("en").instant(sale).startswith("April 1, 2026")


def test_instants_are_in_utc_and_say_so():
    assert plain(language.of("en").instant(NINE)) == "November 23, 2026, 9:00 AM UTC"
    assert plain(language.of("de").instant(NINE)) == "23. November 2026, 09:00 UTC"


@pytest.mark.parametrize("amount", ["0.05", "-0.05", "5.11", "999.99", "1000.01", "-1234.56", "9999.99", "12345678.91"])
def test_every_locale_writes_an_amount_as_babel_does(amount: str):
    speeches = [language.of(name.replace("_", "-")) for name in LOCALES]
    written = {str(speech.locale): speech.unit_price(amount, "EUR") for speech in speeches}

    assert written == {name: format_decimal(Decimal(amount), locale=name) for name in written}
