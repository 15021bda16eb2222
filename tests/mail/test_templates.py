"""The two forms of the message, and those that a shop makes for itself."""

import html
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.mail.composing import html_of, message_of, row_of, text_of
from tests.support.examples import ROOT

from orders.mail import content
from orders.order.errors import Misconfigured
from orders.shop import colors
from orders.shop.keys import COLORS
from orders.shop.shop import Shop

LINK = "https://orders.example/prod/receipt/basket-1/token"
LUNA = 'name = "Casa <Luna>"\naddress = ["12 Harbour Street"]\n[colors]\naccent = "#33418f"'


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop's folder of templates."""
    folder = tmp_path / "mail"
    folder.mkdir()
    monkeypatch.setenv("ORDERS_MAIL", str(folder))
    return folder


def test_the_page_asks_nobody_for_anything(shop_is: Callable[[str], None]):
    shop_is(LUNA)
    page = html_of(message_of())

    assert page.count("http") == 1
    assert f'href="{LINK}"' in page
    assert not re.search(r"<(img|script|link|iframe|object|embed|form|base)\b|url\(|@import|@font-face|\bsrc=", page)


def test_the_page_tells_readers_aloud_what_it_is(shop_is: Callable[[str], None]):
    shop_is(LUNA)
    page = html_of(message_of())

    assert '<html lang="en" dir="ltr">' in page
    assert "<title>Your receipt from Casa &lt;Luna&gt;, order basket-1</title>" in page
    assert len(re.findall("<h1", page)) == 1
    assert all('role="presentation"' in table for table in re.findall("<table[^>]*>", page))


def test_a_shops_own_template_takes_the_place_of_ours_and_the_other_stays(own: Path):
    (own / "receipt.txt").write_text("Ahoy {{ name }}! {{ words.greeting | filled(name=name) }} {{ link }}")
    message = message_of({"customerName": "Tom & <Jerry>"})

    assert text_of(message) == f"Ahoy Tom & <Jerry>! Hello Tom & <Jerry>, {LINK}\n"
    assert "<h1" in html_of(message)


def test_what_a_shops_page_is_given_is_text(own: Path):
    (own / "receipt.html").write_text("<p>{{ name }}{{ name | apart }}{{ '<{name}>' | filled(name=name) }}</p>")

    assert html_of(message_of({"customerName": "<b>"})) == (
        '<p>&lt;b&gt;<span dir="auto">&lt;b&gt;</span>&lt;<span dir="auto">&lt;b&gt;</span>&gt;</p>\n'
    )


def test_a_template_that_was_edited_is_read_again(own: Path):
    for greeting in ("Ahoy", "Goodbye"):
        (own / "receipt.txt").write_text(greeting * 9)
        assert text_of(message_of()).startswith(greeting)


def test_the_documentation_names_all_that_a_template_is_given():
    documentation = (ROOT / "docs" / "mail.md").read_text(encoding="utf-8")
    given = content.of(row_of(), Shop())

    assert all(re.search(f"`{name}[`.]", documentation) for name in (*given, *given["colors"]))


@pytest.mark.parametrize(
    ("template", "place", "reason"),
    [
        ("Hello\n{{ nmae }}", "receipt.txt, line 2: ", "'nmae' is undefined"),
        ("Hello\n\n{% if %}", "receipt.txt, line 3: ", "Expected an expression"),
        ("{{ shop.nmae }}", "receipt.txt, line 1: ", "has no attribute 'nmae'"),
        ("\n{{ 1 / 0 }}", "receipt.txt, line 2: ", "division by zero"),
        ("\n{{ name + 1 }}", "receipt.txt, line 2: ", "can only concatenate str"),
        ("{{ words.greeting | filled }}", "receipt.txt, line 1: ", "KeyError: 'name'"),
        ("{{ name | upcase }}", "receipt.txt, line 1: ", "No filter named 'upcase'"),
        ("\n{% include 'other.txt' %}", "receipt.txt, line 2: ", "other.txt"),
        ("\n{% include 'receipt.txt' %}", "receipt.txt, line 2: ", "recursion"),
    ],
)
def test_a_fault_in_a_template_is_named_with_file_and_line(own: Path, template: str, place: str, reason: str):
    (own / "receipt.txt").write_text(template)
    with pytest.raises(Misconfigured, match=re.escape(f"{own}/{place}")) as error:
        message_of()

    assert reason in str(error.value)


def test_a_template_that_is_no_text_is_named(own: Path):
    (own / "receipt.html").write_bytes(b"\xff\xfe")

    with pytest.raises(
        Misconfigured, match=re.escape(f"{own}/receipt.html: UnicodeDecodeError: 'utf-8' codec can't decode")
    ):
        message_of()


def test_a_folder_that_is_not_there_is_named(own: Path):
    own.rmdir()

    with pytest.raises(Misconfigured, match=r"^ORDERS_MAIL names .*mail, which is not a folder"):
        message_of()


@pytest.mark.parametrize(
    "accent", ["#1d2430", "#33418f", "#ffe14d", "#ffffff", "#000000", "#777777", "#ff0000", "#16191f"]
)
def test_a_button_can_be_read_whatever_the_shops_accent(accent: str):
    chosen = colors.of({**COLORS, "accent": accent})

    assert colors.contrast(chosen["accent"], chosen["on_accent"]) >= 4.5
    assert colors.contrast(chosen["accent_at_night"], chosen["on_accent_at_night"]) >= 4.5
    assert colors.contrast(chosen["accent_at_night"], chosen["night"]) >= 3


def test_a_text_too_pale_to_read_has_our_colour():
    chosen = colors.of({**COLORS, "text": "#eeeeee", "quiet": "#4a2a2a"})

    assert (chosen["text"], chosen["quiet"]) == (COLORS["text"], "#4a2a2a")


def test_every_text_of_the_page_can_be_read_by_day_and_in_dark_mode():
    page = html_of(message_of())
    by_day = set(re.findall(r"[; \"]color: (#\w{6});", page)) - {colors.of(COLORS)["on_accent"]}
    (night,) = re.findall(r"\.text \{ color: (#\w{6})", page)
    (quiet_night,) = re.findall(r"\.quiet \{ color: (#\w{6})", page)

    assert all(colors.contrast(color, colors.PAPER) >= 4.5 for color in by_day)
    assert all(colors.contrast(color, colors.NIGHT) >= 4.5 for color in (night, quiet_night))


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
@pytest.mark.parametrize("locale", ["en", "de", "ar"])
def test_the_page_fits_a_telephone(locale: str, shop_is: Callable[[str], None], tmp_path: Path):
    shop_is(f'name = "{"W" * 60}"\naddress = ["{"w" * 90}"]')
    page = html_of(message_of({"locale": locale, "orderId": "W" * 64, "customerName": "W" * 200}))
    frame = f'<iframe width="360" height="4000" style="border: 0" srcdoc="{html.escape(page)}"></iframe>'
    measure = "onload = () => document.title = frames[0].document.documentElement.scrollWidth + ' pixels'"
    (tmp_path / "frame.html").write_text(f"<!DOCTYPE html>{frame}<script>{measure}</script>")
    command = ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path}/profile"]
    done = subprocess.run([*command, "--dump-dom", tmp_path / "frame.html"], capture_output=True, text=True, timeout=60)

    assert "<title>360 pixels</title>" in done.stdout
