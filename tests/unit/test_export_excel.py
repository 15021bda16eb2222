"""The form for Excel: what a double click shows is what the shop wrote, and nothing of it runs."""

import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from babel import Locale, localedata
from tests.support.examples import NINE

from orders.api import export, http
from orders.api.export import forms, separators
from orders.api.http import query
from orders.order.errors import BadRequest

EXCEL = forms.Excel()


def test_the_document_begins_with_a_byte_order_mark():
    assert export.heading(export.ORDERS, EXCEL).encode().startswith(b"\xef\xbb\xbforderId,status,")
    assert export.heading(export.ORDERS, export.PLAIN).startswith("orderId,status,")


@pytest.mark.parametrize(
    "text", ["0012", "1-2", "3/4", "12E5", "1E10", "12:30", "4111111111111111111", "#1001", "1 000", "5 %", "7.", "1,5",
             "MARCH1", "5. Mai", "5 मार्च", "1'000", "5 €", "(5)"],
)  # fmt: skip
def test_a_text_that_excel_would_turn_into_a_number_or_a_date_is_a_constant(text: str):
    assert EXCEL.cell(text) == f'="{text}"'


@pytest.mark.parametrize(
    "text", ["", "Alice", "O'Brien", "RECEIVED", "DE", 'a 5" nail', "a\n5", '{"a":"5"}', "5=5", "9" * 256]
)
def test_any_other_text_is_as_it_was(text: str):
    assert EXCEL.cell(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '1"&cmd|\' /C calc\'!A0&"', "1\uff02&A1&\uff02", "1\u201d&A1", "=1+1", "+1", "-1", "@1", "\uff1d1", "1;=1",
        "1,=1", "1\n=1", "1\t=1", '1",=A1,"',
    ],
)  # fmt: skip
def test_no_text_leaves_the_constant_or_becomes_a_formula(text: str):
    """Whatever separates the cells, no piece of it begins as a formula does."""
    cell = EXCEL.cell(text)
    pieces = cell.replace("\n", ",").replace("\t", ",").replace(";", ",").split(",")

    assert not cell.startswith('="')
    assert not [piece for piece in pieces if piece.lstrip('"')[:1] in {"=", "+", "-", "@", "\uff1d"}]


@pytest.mark.parametrize("name", ["a,=1+1", 'a",=1+1', "a\n=1+1"])
def test_a_formula_behind_a_comma_is_harmless_where_the_comma_does_not_separate(name: str):
    assert forms.Excel(locale="de").cell(name) == name.replace("=", "'=")


def test_dates_are_those_of_the_time_zone():
    new_york = forms.Excel(ZoneInfo("America/New_York"))

    assert new_york.cell(datetime(2026, 4, 1, 3, 30, 5, 125_000, UTC)) == "2026-03-31 23:30:05"
    assert EXCEL.cell(NINE) == "2026-11-23 09:00:00"


def test_a_date_at_the_edge_of_time_breaks_nothing():
    assert forms.Excel(ZoneInfo("America/New_York")).cell(datetime(1, 1, 1, tzinfo=UTC)) == "0001-01-01 00:00:00"


@pytest.mark.parametrize(
    ("locale", "separator", "number"),
    [
        ("en", ",", "-1234.50"), ("de-DE", ";", "-1234,50"), ("de-CH", ";", "-1234.50"), ("pt-br", ";", "-1234,50"),
        ("es-MX", ",", "-1234.50"), ("fr-CA", ";", "-1234,50"), ("ja", ",", "-1234.50"), ("ar-EG", ";", "-1234.50"),
        ("en-ZA", ";", "-1234,50"), ("xx", ",", "-1234.50"),
    ],
)  # fmt: skip
def test_numbers_and_separators_are_those_of_the_locale(locale: str, separator: str, number: str):
    form = forms.Excel(locale=locale)

    assert (form.separator, form.cell(Decimal("-1234.50"))) == (separator, number)


def test_the_decimal_sign_of_every_locale_is_that_of_cldr():
    """The Arabic sign is the point: Excel on Windows writes it so."""
    for name in localedata.locale_identifiers():
        symbols: Mapping[str, str] = Locale.parse(name).number_symbols.get("latn", {})
        expected = symbols.get("decimal", ".")
        assert separators.decimal(name.replace("_", "-")) == (expected if expected in {",", "."} else "."), name


def test_the_separator_is_never_the_decimal_sign():
    for name in localedata.locale_identifiers():
        locale = name.replace("_", "-")
        assert separators.of_list(locale) != separators.decimal(locale)


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"rows": "lines"}, "rows must be orders, taxes or items."),
        ({"for": "numbers"}, "for must be excel. Leave it out for the plain form."),
        ({"for": ""}, "for must be excel. Leave it out for the plain form."),
        ({"locale": "de"}, "locale is for Excel. Send for=excel, too, or leave locale out."),
        ({"timeZone": "UTC"}, "timeZone is for Excel. Send for=excel, too, or leave timeZone out."),
        ({"for": "excel", "locale": "german"}, "locale must be a language tag, as in de or pt-BR."),
        (
            {"for": "excel", "timeZone": "CEST+1"},
            "timeZone must be a name from the IANA time zone database, such as Europe/Berlin or UTC.",
        ),
    ],
)
def test_an_unknown_value_is_refused_in_plain_words(query: dict[str, str], says: str):
    with pytest.raises(BadRequest) as refused:
        export.rows(query), export.form(query)

    assert str(refused.value) == says


@pytest.mark.parametrize(
    "zone", ["../etc/passwd", "/etc/localtime", "Europe", "localtime", "right/UTC", "europe/berlin", "", "\0"]
)
def test_only_names_of_the_database_are_time_zones(zone: str):
    with pytest.raises(BadRequest):
        export.form({"for": "excel", "timeZone": zone})


def test_time_zones_are_known_on_a_machine_without_the_database():
    """Lambda has none."""
    program = "from orders.api import export; export.form({'for': 'excel', 'timeZone': 'Europe/Berlin'})"

    assert subprocess.run([sys.executable, "-c", program], env={"PYTHONTZPATH": ""}).returncode == 0


def test_a_locale_may_be_written_as_programs_do():
    assert export.form({"for": "excel", "locale": "de_DE", "timeZone": "Europe/Berlin"}).separator == ";"


def test_the_days_of_a_selection_are_days_of_the_time_zone():
    """An order of half past eleven in the evening, UTC, belongs to the next day in Berlin, and is dated so."""
    days = {"from": "2026-12-01", "to": "2026-12-01"}
    request = http.Request({}, {}, days, {}, b"", "https://orders.example/", "operator")

    berlin = query.selection(request, export.zone({"timeZone": "Europe/Berlin"}))
    everywhere = query.selection(request)

    assert (berlin.since, berlin.until) == (
        datetime(2026, 11, 30, 23, 0, tzinfo=UTC),
        datetime(2026, 12, 1, 23, 0, tzinfo=UTC),
    )
    assert (everywhere.since, everywhere.until) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2026, 12, 2, tzinfo=UTC),
    )
