"""receipt.toml: what receipts say of the shop."""

import io
from pathlib import Path

import pypdf
import pytest
from tests.examples import ALICE, BASKET
from tests.receipts.making import row_of, text_of

from orders import receipt
from orders.errors import Misconfigured
from orders.receipt import renderer, shop
from orders.receipt.shop import Shop

LUNA = """
name = "Casa Luna"
address = ["12 Harbour Street", "Dublin"]
tax_id = "IE 1234567T"
thank_you = "Come back soon, {name}!"
logo = "logo.svg"

[colors]
accent = "#aa0000"
"""
LOGO = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><circle cx="5" cy="5" r="5" fill="#aa0000"/></svg>'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "logo.svg").write_text(LOGO)
    return tmp_path


def read(folder: Path, text: str) -> Shop:
    (folder / "receipt.toml").write_text(text, encoding="utf-8")
    return shop.read(folder / "receipt.toml")


def test_the_receipt_says_who_the_shop_is(folder: Path):
    pdf = renderer.pdf(row_of(BASKET), read(folder, LUNA))
    text = text_of(pdf)

    for part in ("Casa Luna", "12 Harbour Street", "Dublin", "Tax ID IE 1234567T", "Come back soon, Zoë Ångström!"):
        assert part in text
    assert "Thank you" not in text
    metadata = pypdf.PdfReader(io.BytesIO(pdf)).metadata
    assert metadata
    assert metadata.author == "Casa Luna"


def test_a_logo_is_drawn_and_described(folder: Path):
    plain, with_logo = (
        renderer.pdf(row_of(ALICE), read(folder, text)) for text in (LUNA.replace('logo = "logo.svg"', ""), LUNA)
    )

    assert b"/Alt(Casa Luna)" in with_logo
    assert b"/Alt(Casa Luna)" not in plain


def test_where_the_project_lies_leaves_no_trace_in_a_receipt(folder: Path):
    pdf = renderer.pdf(row_of(ALICE), read(folder, LUNA))

    assert str(folder).encode() not in pdf
    assert renderer.PAGE.parent.as_posix().strip("/").encode() not in pdf


def test_everything_may_be_left_out(folder: Path):
    assert read(folder, "") == Shop()
    assert shop.read(shop.OWN_FILE) == Shop()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('nmae = "Casa Luna"', "nmae is not a key. The keys are name, address"),
        ("name = 7", "name must be a text"),
        ('name = " "', "name must be a text"),
        ('address = "12 Harbour Street"', "address must be a list"),
        ('logo = "no.png"', "there is no file"),
        ('[colors]\naccent = "red"', 'colors.accent must look like "#1d2430"'),
        ('[colors]\nbackground = "#000000"', "colors must be a table of"),
        ("name = ", "can't be read"),
    ],
)
def test_a_fault_is_named(folder: Path, text: str, complaint: str):
    with pytest.raises(Misconfigured, match=r"receipt\.toml") as error:
        read(folder, text)

    assert complaint in str(error.value)


def test_a_shop_that_cannot_be_printed_is_no_orders_fault(folder: Path, monkeypatch: pytest.MonkeyPatch):
    (folder / "logo.svg").write_text("this is no picture")
    (folder / "receipt.toml").write_text(LUNA)
    monkeypatch.setenv("ORDERS_RECEIPT", str(folder / "receipt.toml"))
    shop.configured.cache_clear()
    try:
        with pytest.raises(Misconfigured, match=r"receipt\.typ and .*receipt\.toml"):
            receipt.render(row_of(ALICE))
        with pytest.raises(Misconfigured):
            receipt.try_apart(row_of(ALICE))
    finally:
        shop.configured.cache_clear()
