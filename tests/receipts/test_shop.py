"""shop.toml: what receipts say of the shop."""

import io
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdf
import pytest
from tests.receipts.making import misplaced, png, row_of, text_of
from tests.support.examples import ALICE, BASKET

from orders import receipt
from orders.order.errors import Misconfigured
from orders.receipt import drawable_logo, drawing, renderer
from orders.shop import logo, shop
from orders.shop.shop import Shop

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
    (folder / "shop.toml").write_text(text, encoding="utf-8")
    return shop.read(folder / "shop.toml")


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


@pytest.mark.parametrize("size", [(3000, 100), (100, 3000), (100, 100)], ids=str)
def test_a_logo_is_drawn_whole_whatever_its_form(folder: Path, size: tuple[int, int]):
    width, height = size
    (folder / "logo.png").write_bytes(png(width, height))
    address = '["12 Harbour Street, behind the old customs house", "Dublin"]'
    pdf = renderer.pdf(row_of(ALICE), read(folder, f'name = "Casa Luna"\nlogo = "logo.png"\naddress = {address}'))
    with pikepdf.open(io.BytesIO(pdf)) as document:
        drawing = [(str(step.operator), step.operands) for step in pikepdf.parse_content_stream(document.pages[0])]
    (place,) = (i for i, (operator, _) in enumerate(drawing) if operator == "Do" and drawing[i - 1][0] == "cm")
    across, _, _, down, *_ = (abs(float(number)) for number in drawing[place - 1][1])

    assert (across <= 250, down <= 40) == (True, True)  # points; 14 mm high
    assert across / down == pytest.approx(width / height, rel=0.01)
    assert misplaced(pdf) == []


def test_a_tax_id_alone_is_printed(folder: Path):
    assert "Tax ID IE 1234567T" in text_of(renderer.pdf(row_of(ALICE), read(folder, 'tax_id = "IE 1234567T"')))


LONG_LINE, LONG_WORD = "12 Harbour Street and more " * 18, "W" * 300


@pytest.mark.parametrize(
    "text",
    [
        f'name = "Casa Luna"\naddress = ["{LONG_LINE}", "Dublin"]',
        f'name = "{LONG_LINE}"\naddress = ["12 Harbour Street"]',
        f'name = "{LONG_WORD}"\naddress = ["{LONG_WORD}"]\ntax_id = "{LONG_WORD}"',
        f'name = "{LONG_WORD}"\nlogo = "logo.svg"\nthank_you = "{LONG_WORD} {{name}}"',
        f'name = "{"W" * 20}"\naddress = ["{"W" * 26}"]',
        f'name = "{"W" * 26}"\naddress = ["{"W" * 27}"]',
    ],
    ids=["address", "name", "words", "words beside a logo", "wide words", "wider ones"],
)
def test_long_texts_of_the_shop_break(folder: Path, text: str):
    assert misplaced(renderer.pdf(row_of(BASKET), read(folder, text))) == []


def test_a_file_that_begins_with_a_byte_order_mark_is_read(folder: Path):
    assert read(folder, '\ufeffname = "Casa Luna"') == Shop(name="Casa Luna")


def test_everything_may_be_left_out(folder: Path):
    assert read(folder, "") == Shop()
    assert shop.read(shop.OWN_FILE) == Shop()


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('nmae = "Casa Luna"', "nmae is not a key. The keys are name, address"),
        ("name = 7", "name must be a text"),
        ('name = " "', "name must be a text"),
        ('address = "12 Harbour"', 'address must be a list of at most 10 lines, as in ["12 Harbour"]'),
        ("address = 7", 'as in ["12 Harbour Street"]'),
        ('logo = "no.png"', "no.png is not there"),
        ('logo = "https://example.com/logo.svg"', "logo must be a file on this machine, not an address: https://"),
        ('logo = "."', "is not a file, but a folder"),
        (f'logo = "{"x" * 300}.png"', "File name too long"),
        ('logo = "shop.toml"', "is of another kind than those that can be drawn: .svg, .png, .jpg, .jpeg"),
        ('thank_you = "Thanks, {nmae}"', "thank_you can't contain {nmae}; only {name} is filled in"),
        ('[numbers]\nreceipt = "R{number}"\ncredit_note = "R{year}{number}"', "two documents could have the same one"),
        ('[colors]\naccent = "#aa0000"\nname = "Casa"', "colors.name is not a key: move name above [colors]"),
        ('[colors]\naccent = "red"', 'colors.accent must look like "#1d2430"'),
        ('[colors]\nbackground = "#000000"', "colors must be a table of"),
        ("name = ", "can't be read"),
    ],
)
def test_a_fault_is_named(folder: Path, text: str, complaint: str):
    with pytest.raises(Misconfigured, match=r"shop\.toml") as error:
        read(folder, text)

    assert complaint in str(error.value)


@pytest.mark.parametrize("note", ["R{number}", "C{number}", "R{number}-C", "R{year}-{number}"])
def test_credit_notes_can_share_the_series_of_receipts_or_have_numbers_of_another_form(folder: Path, note: str):
    numbers = read(folder, f'[numbers]\nreceipt = "R{{number}}"\ncredit_note = "{note}"').numbers

    assert numbers == {"receipt": "R{number}", "credit_note": note}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("text.png", b"hello", "failed to decode image"),
        ("empty.png", b"", "failed to decode image"),
        ("cut.png", png(300, 300)[:90], "failed to decode image"),
        ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "failed to decode image"),
        ("broken.svg", b"<svg", "failed to parse SVG"),
    ],
    ids=["text", "empty", "half a PNG", "half a JPEG", "half an SVG"],
)
def test_a_broken_picture_is_named_with_its_key(folder: Path, name: str, content: bytes, reason: str):
    (folder / name).write_bytes(content)
    with pytest.raises(Misconfigured) as error:
        drawable_logo.check(read(folder, f'logo = "{name}"'), folder / "shop.toml")

    assert f"logo: {folder / name} can't be drawn: {reason}" in str(error.value)


def test_a_logo_that_would_make_each_receipt_heavy_is_refused(folder: Path):
    (folder / "logo.svg").write_text(LOGO + " " * logo.MOST_BYTES)

    with pytest.raises(Misconfigured, match=r"logo\.svg has 1,000,\d{3} bytes, .* at most 1,000,000 will do"):
        read(folder, LUNA)


@pytest.fixture
def luna(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file of the shop of this process."""
    (folder / "shop.toml").write_text(LUNA)
    monkeypatch.setenv("ORDERS_RECEIPT", str(folder / "shop.toml"))
    shop.configured.cache_clear()
    drawing.end_idle()  # one of another test's would still print that test's shop
    yield folder / "shop.toml"
    shop.configured.cache_clear()
    drawing.end_idle()


def test_a_shop_that_cannot_be_printed_is_no_orders_fault(luna: Path):
    shop.configured()
    (luna.parent / "logo.svg").write_text("this is no picture")  # now, that the process has read of it

    with pytest.raises(Misconfigured, match=r"shop\.toml: logo: .*logo\.svg can't be drawn"):
        receipt.render(row_of(ALICE))
    with pytest.raises(Misconfigured):
        receipt.draw(row_of(ALICE))


def test_a_check_tells_a_fault_before_there_is_an_order_and_again_until_it_is_mended(luna: Path):
    luna.write_text('nmae = "Casa Luna"')
    for _ in range(2):
        with pytest.raises(Misconfigured, match=r"shop\.toml: nmae is not a key"):
            receipt.check()

    luna.write_text('name = "Casa Luna"')
    receipt.check()


@pytest.fixture
def own(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shop's own folder, which this process reads."""
    read(folder, LUNA)
    monkeypatch.setenv("ORDERS_RECEIPT", str(folder / "shop.toml"))
    shop.configured.cache_clear()
    yield folder
    shop.configured.cache_clear()


def test_a_shop_can_bring_its_own_page(own: Path):
    page = renderer.PAGE.read_text(encoding="utf-8").replace("written(r.thankYou)", "[Loyalty points: 12]")
    (own / "receipt.typ").write_text(page, encoding="utf-8")
    text = text_of(receipt.render(row_of(BASKET)))

    assert "Loyalty points: 12" in text
    assert "Come back soon" not in text
    assert "€101.07" in text


def test_a_shops_folder_may_have_a_name_in_any_language(own: Path, monkeypatch: pytest.MonkeyPatch):
    folder = own / 'Bäckerei "Müller" 店 🍞'
    folder.mkdir()
    (own / "logo.svg").rename(folder / "logo.svg")
    (own / "shop.toml").rename(folder / "shop.toml")
    page = renderer.PAGE.read_text(encoding="utf-8").replace("written(r.thankYou)", "[Loyalty points: 12]")
    (folder / "receipt.typ").write_text(page, encoding="utf-8")
    monkeypatch.setenv("ORDERS_RECEIPT", str(folder / "shop.toml"))

    assert "Loyalty points: 12" in text_of(receipt.render(row_of(BASKET)))


def test_a_fault_in_a_shops_own_page_is_nobodys_orders_fault(own: Path):
    (own / "receipt.typ").write_text("#let receipt(r) = [", encoding="utf-8")

    with pytest.raises(Misconfigured, match=f"see {own / 'receipt.typ'} and {own / 'shop.toml'}"):
        receipt.render(row_of(BASKET))


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ('country = "Germany"', "country must be a code of ISO 3166-1, such as DE"),
        ('time_zone = "Berlin"', "time_zone must be a time zone of the IANA database, such as Europe/Berlin"),
        ("time_zone = 1", "time_zone must be a time zone of the IANA database, such as Europe/Berlin"),
        ('time_zone = "../etc/passwd"', "time_zone must be a time zone of the IANA database, such as Europe/Berlin"),
        ('paper = "a5"', "paper must be one of auto, a4, letter, 80mm, 58mm"),
        ('title = "bill"', "title must be one of receipt, invoice"),
        ('qr_code = "no"', "qr_code must be true or false, without quotes"),
        ('language = "German"', "language must be a language tag, such as de or pt-BR"),
        ('tax_ids = ["DE1"]', "tax_ids must be a list of at most 10 tables with an id and perhaps a label, as in"),
        ('tax_ids = [{ label = "VAT" }]', "tax_ids must be a list of at most 10 tables with an id"),
        ('tax_id = "1"\ntax_ids = [{ id = "2" }]', "tax_id and tax_ids can't be used together"),
        ('reply_to = "casaluna.example"', "reply_to must be an e-mail address, as in hello@casaluna.example"),
        ('phone = ""', "phone must be a text of 1 to 500 characters"),
    ],
)
def test_a_wrong_setting_is_told_in_plain_words(folder: Path, line: str, fault: str):
    with pytest.raises(Misconfigured) as told:
        renderer.pdf(row_of(ALICE), read(folder, line))

    assert fault in str(told.value)
