"""A receipt fits its paper and follows its country: names of taxes, labels, addresses, dates and titles."""

import io
from typing import Any

import pypdf
import pytest
from tests.receipts.making import row_of, text_of, words_of
from tests.receipts.real_orders import CANADIAN_SHOP, EVERYTHING, GERMAN_SHOP, JAPANESE_SHOP, SWISS_TILL
from tests.support.examples import ALICE, BASKET

from orders.order.countries import COUNTRIES
from orders.receipt import renderer
from orders.shop import country, words
from orders.shop.keys import TaxId
from orders.shop.shop import Shop

A4, LETTER = (595, 842), (612, 792)


def size_of(pdf: bytes) -> tuple[int, int]:
    box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
    return round(box.width), round(box.height)


@pytest.mark.parametrize(
    ("locale", "country", "size"),
    [
        (None, None, A4), ("en-GB", None, A4), ("en-US", None, LETTER), ("es-MX", None, LETTER),
        ("fil-PH", None, LETTER), ("es-CL", None, LETTER), ("es-ES", None, A4), ("de-DE", "US", LETTER),
        ("en-US", "IE", A4), (None, "CA", LETTER),
    ],
)  # fmt: skip
def test_the_paper_is_that_of_the_shops_country_or_else_of_the_locales(
    locale: str | None, country: str | None, size: tuple[int, int]
):
    assert size_of(renderer.pdf(row_of(ALICE | {"locale": locale}), Shop(country=country))) == size


@pytest.mark.parametrize(("paper", "size"), [("a4", A4), ("letter", LETTER)])
def test_the_shop_decides_its_paper(paper: str, size: tuple[int, int]):
    assert size_of(renderer.pdf(row_of(ALICE | {"locale": "en-US"}), Shop(country="DE", paper=paper))) == size


@pytest.mark.parametrize(("paper", "width"), [("80mm", 227), ("58mm", 164)])
@pytest.mark.parametrize(
    "order", [ALICE, BASKET, GERMAN_SHOP, SWISS_TILL, EVERYTHING], ids=lambda order: str(order["orderId"])
)
def test_a_roll_is_one_page_as_long_as_its_content_and_nothing_leaves_it(order: dict[str, Any], paper: str, width: int):
    pdf = renderer.pdf(row_of(order), Shop(name="Casa Luna", paper=paper))
    words = words_of(pdf)

    assert size_of(pdf)[0] == width
    assert {word.page for word in words} == {0}
    assert all(word.left > 8 and word.right < width - 8 for word in words)
    assert words[0].height - max(word.bottom for word in words) < 60
    assert [(one, two) for one in words for two in words if one is not two and one.covers(two)] == []


@pytest.mark.parametrize("paper", ["80mm", "58mm"])
def test_a_roll_that_is_too_long_for_one_page_is_cut_into_pages_of_one_length(paper: str):
    """PDF/A allows no page of more than 14,400 points (ISO 19005-3, 6.1.13)."""
    items = [
        {"name": f"Item {number}", "description": "blue\n" * 8, "quantity": 1, "unitPrice": "1.50"}
        for number in range(300)
    ]
    pdf = renderer.pdf(row_of(ALICE | {"currency": "EUR", "items": items}), Shop(paper=paper))
    heights = [float(page.mediabox.height) for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]

    assert 1 < len(heights) < 5
    assert max(heights) == min(heights) <= 14_400
    words = words_of(pdf)
    assert {word.text for word in words} >= {"€450.00", *map(str, range(300))}
    assert words[-1].page == len(heights) - 1
    assert words[-1].height - max(word.bottom for word in words if word.page == words[-1].page) < 300


@pytest.mark.parametrize("code", sorted(words.codes()))
@pytest.mark.parametrize("paper", ["80mm", "58mm"])
@pytest.mark.parametrize("price", ["9.99", "98765432.10", "9999999999.10"])
def test_a_total_is_beside_its_word_on_a_roll(code: str, paper: str, price: str):
    order = ALICE | {"currency": "COP", "locale": code, "items": [{"name": "Mug", "quantity": 1, "unitPrice": price}]}
    printed = words_of(renderer.pdf(row_of(order), Shop(paper=paper, qr_code=False)))

    assert [(one.text, two.text) for one in printed for two in printed if one is not two and one.covers(two)] == []


@pytest.mark.parametrize("paper", ["a4", "80mm", "58mm"])
@pytest.mark.parametrize("name", ["Neukundenwillkommensgutschein", "SUMMERSALE2026WELCOMEBACK", "W" * 30])
def test_a_long_word_breaks_before_it_runs_into_its_figure(name: str, paper: str):
    item = {"name": "Mug", "quantity": 1, "unitPrice": "9999.00"}
    order = BASKET | {"items": [item], "discounts": [{"name": name, "amount": "1234.56"}]}
    printed = words_of(renderer.pdf(row_of(order), Shop(paper=paper, qr_code=False)))

    assert [(one.text, two.text) for one in printed for two in printed if one is not two and one.covers(two)] == []


@pytest.mark.parametrize(("paper", "width"), [("80mm", 227), ("58mm", 164)])
def test_a_long_name_stays_on_the_roll(paper: str, width: int):
    order = ALICE | {"customerName": "Wolfeschlegelsteinhausenbergerdorff", "note": "W" * 30}
    printed = words_of(renderer.pdf(row_of(order), Shop(paper=paper, qr_code=False, footer="W" * 30)))

    assert all(word.left > 8 and word.right < width - 8 for word in printed)


def test_a_long_word_that_fits_is_copied_as_it_was_written():
    order = BASKET | {"discounts": [{"name": "Versandkostenpauschale", "amount": "1.00"}]}

    assert "Versandkostenpauschale" in text_of(renderer.pdf(row_of(order), Shop(paper="a4")))


def test_the_same_figures_are_on_every_paper():
    def figures(paper: str) -> set[str]:
        pdf = renderer.pdf(row_of(GERMAN_SHOP), Shop(paper=paper, qr_code=False))
        return {word for word in text_of(pdf).split() if word[-3:-2] == ","}

    assert figures("a4") == figures("letter") == figures("80mm") == figures("58mm")
    assert "53,33" in figures("a4")


def test_the_date_is_that_of_the_shops_time_zone():
    order = ALICE | {"placedAt": "2026-04-01T03:30:00Z", "locale": "en-US"}
    text = text_of(renderer.pdf(row_of(order), Shop(time_zone="America/New_York")))

    assert "March 31, 2026" in text
    assert "11:30" in text
    assert "EDT" in text


@pytest.mark.parametrize(
    ("shop", "locale", "label"),
    [
        (Shop(country="DE", tax_ids=(TaxId("DE123456789"),)), "de-DE", "USt-IdNr. DE123456789"),
        (Shop(country="GB", tax_ids=(TaxId("GB123456789"),)), "en-GB", "VAT no. GB123456789"),
        (Shop(country="FR", tax_ids=(TaxId("FR40303265045"),)), "fr-FR", "N° TVA FR40303265045"),
        (Shop(country="BE", tax_ids=(TaxId("BE0123456789"),)), "nl-BE", "Btw-nr. BE0123456789"),
        (Shop(country="CA", tax_ids=(TaxId("R123456789"),)), "en-CA", "GST/HST R123456789"),
        (Shop(country="CA", tax_ids=(TaxId("R123456789"),)), "fr-CA", "TPS/TVH R123456789"),
        (Shop(tax_ids=(TaxId("T1234567890123"),)), "ja-JP", "登録番号 T1234567890123"),
        (Shop(country="DE", tax_ids=(TaxId("12/345", "Steuernummer"), TaxId("DE1"))), "en", "Steuernummer 12/345"),
        (Shop(tax_ids=(TaxId("123"),)), "en", "Tax ID 123"),
    ],
)
def test_a_tax_id_has_the_label_of_its_country(shop: Shop, locale: str, label: str):
    assert label in text_of(renderer.pdf(row_of(ALICE | {"locale": locale}), shop))


@pytest.mark.parametrize(
    ("country", "locale", "name"),
    [
        ("DE", "de-DE", "MwSt. 20 %"), ("FR", "fr-FR", "TVA 20 %"), ("IT", "it-IT", "IVA 20%"),
        ("SE", "sv-SE", "moms 20 %"), ("BE", "nl-BE", "BTW 20%"),
        ("GB", "en-GB", "VAT 20%"), ("JP", "ja-JP", "消費税 20%"),
        (None, "en-GB", "Tax 20%"),
    ],
)  # fmt: skip
def test_a_tax_without_a_name_is_named_as_in_the_shops_country(country: str | None, locale: str, name: str):
    text = text_of(renderer.pdf(row_of(BASKET | {"locale": locale}), Shop(country=country)))

    assert name in text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize("code", sorted(words.codes()))
def test_every_language_can_name_the_tax_of_every_country(code: str):
    for where in COUNTRIES:
        assert isinstance(country.tax_name(where, code), str | None)
        assert isinstance(country.tax_id_label("123", where, code), str | None)


def test_the_order_names_its_tax_itself():
    item = {"name": "Tea", "quantity": 1, "unitPrice": "10", "taxRate": "7", "taxName": "Umsatzsteuer"}
    text = text_of(renderer.pdf(row_of(BASKET | {"items": [item]}), Shop(country="DE")))

    assert "Umsatzsteuer 7%" in text
    assert "MwSt." not in text


def test_a_name_of_one_tax_is_not_that_of_all_of_them():
    items = [
        {"name": "Room", "quantity": 1, "unitPrice": "90", "taxRate": "9"},
        {"name": "City tax", "quantity": 1, "unitPrice": "3", "taxRate": "3", "taxName": "Kurtaxe"},
    ]
    text = text_of(renderer.pdf(row_of(BASKET | {"items": items, "pricesIncludeTax": True}), Shop(country="GB")))

    assert "incl. Tax" in text
    assert "incl. Kurtaxe" not in text


def test_figures_behind_a_leftward_name_keep_the_direction_of_the_page():
    item = {"name": "Mug", "quantity": 1, "unitPrice": "10", "taxRate": "18"}
    payment = {"method": "card", "label": "ישראכרט", "last4": "4242", "amount": "11.80"}
    pdf = renderer.pdf(row_of(BASKET | {"items": [item], "locale": "fr", "payments": [payment]}), Shop(country="IL"))
    left = {word.text: word.left for word in words_of(pdf)}
    (*_, tax) = (at for word, at in left.items() if "״" in word)
    (dots,) = (at for word, at in left.items() if "••••" in word)

    assert tax < left["sur"]
    assert dots < left["4242"]


def test_japans_reduced_rate_is_marked_and_the_mark_explained():
    text = text_of(renderer.pdf(row_of(JAPANESE_SHOP), Shop(country="JP")))

    assert "煎茶 ※" in text
    assert "急須 ※" not in text
    assert "※ 軽減税率" in text
    assert "※" not in text_of(renderer.pdf(row_of(JAPANESE_SHOP), Shop()))


def test_japans_reduced_rate_is_marked_among_several_taxes_and_on_a_charge():
    tax = {"name": "消費税", "rate": "8"}
    tea = {"name": "煎茶", "quantity": 1, "unitPrice": "1080", "taxes": [tax]}
    delivery = {"kind": "shipping", "name": "送料", "amount": "540", "taxRate": "8"}
    shop = Shop(country="JP")

    assert "煎茶 ※" in text_of(renderer.pdf(row_of(JAPANESE_SHOP | {"items": [tea]}), shop))
    text = text_of(renderer.pdf(row_of(JAPANESE_SHOP | {"items": [], "charges": [delivery]}), shop))
    assert "送料 ※" in text
    assert "※ 軽減税率" in text


@pytest.mark.parametrize(
    ("payments", "title", "state"),
    [
        (["101.07"], "Receipt", "Paid"), (["150.00"], "Receipt", "Paid"), (["50.00"], "Invoice", "Amount due: €51.07"),
        ([], "Receipt", None),
    ],
)  # fmt: skip
def test_the_title_and_the_state_follow_from_the_payments(payments: list[str], title: str, state: str | None):
    order = BASKET | {"payments": [{"method": "card", "amount": amount} for amount in payments]}
    lines = text_of(renderer.pdf(row_of(order), Shop(tax_ids=()))).splitlines()

    assert lines[:2] == [title, "€101.07"]
    assert state is None or lines[2] == state


def test_an_order_without_a_locale_has_the_shops_language():
    assert "Quittung" in text_of(renderer.pdf(row_of(ALICE), Shop(language="de")))
    assert "Receipt" in text_of(renderer.pdf(row_of(ALICE | {"locale": "en"}), Shop(language="de")))


def test_contact_footer_and_code_are_the_shops_choice():
    shop = Shop(phone="+353 1 555 0123", web="casaluna.example", footer="Casa Luna Ltd.", qr_code=False)
    text = text_of(renderer.pdf(row_of(CANADIAN_SHOP), shop))

    assert "+353 1 555 0123" in text
    assert "casaluna.example" in text
    assert "Casa Luna Ltd." in text
    assert "verification" not in text


@pytest.mark.parametrize(
    ("country", "written"),
    [
        ("DE", ["Street 1", "12345 Town", "Region"]), ("US", ["Street 1", "Town, Region 12345"]),
        ("GB", ["Street 1", "Town", "12345", "Region"]), ("JP", ["〒12345", "RegionTown", "Street 1"]),
        ("BR", ["Street 1", "Town-Region", "12345"]), ("HU", ["Town", "Street 1", "12345", "Region"]),
        ("KR", ["Region Town", "Street 1", "12345"]), ("TR", ["Street 1", "12345 Town/Region"]),
        ("AU", ["Street 1", "Town Region 12345"]), ("FR", ["Street 1", "12345 Town", "Region"]),
        (None, ["Street 1", "12345 Town", "Region"]),
    ],
)  # fmt: skip
def test_an_address_is_written_as_in_its_country_and_nothing_is_left_out(country: str | None, written: list[str]):
    address = {"lines": ["Street 1"], "postalCode": "12345", "city": "Town", "region": "Region", "country": country}
    lines = text_of(renderer.pdf(row_of(ALICE | {"customerAddress": address}), Shop())).splitlines()
    start = lines.index("Alice") + 1

    assert lines[start : start + len(written)] == written
