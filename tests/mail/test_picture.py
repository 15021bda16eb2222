"""The shop's logo is inside the message, or its name stands in."""

import re
import struct
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.mail.composing import html_of, message_of, read
from tests.receipts.making import png

from orders.mail import picture
from orders.order.errors import Misconfigured


def jpeg(width: int, height: int) -> bytes:
    """The beginning of a picture: an application segment, then the frame (ITU-T T.81)."""
    segment = b"\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc2" + struct.pack(">HBHHB", 17, 8, height, width, 3) + bytes(9)
    return b"\xff\xd8" + segment + frame


@pytest.fixture
def shop_with(shop_is: Callable[[str], None], tmp_path: Path) -> Callable[[str, bytes], None]:
    def write(name: str, content: bytes) -> None:
        (tmp_path / name).write_bytes(content)
        shop_is(f'name = "Casa <Luna>"\nlogo = "{name}"')

    return write


@pytest.mark.parametrize(
    ("name", "content", "kind"), [("l.png", png(300, 100), "image/png"), ("l.JPG", jpeg(300, 100), "image/jpeg")]
)
def test_the_logo_is_a_part_of_the_page(shop_with: Callable[[str, bytes], None], name: str, content: bytes, kind: str):
    shop_with(name, content)
    letter, page = read(message_of()), html_of(message_of())
    (logo,) = [part for part in letter.walk() if part.get_content_maintype() == "image"]

    assert [part.get_content_type() for part in letter.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        kind,
        "application/pdf",
    ]
    assert logo.get_content() == content
    assert (logo.get_content_disposition(), logo.get_filename()) == ("inline", None)
    assert f'<img class="logo text" src="cid:{logo["Content-ID"].strip("<>")}" width="168" height="56"' in page
    assert 'alt="Casa &lt;Luna&gt;"' in page
    assert message_of() == message_of()
    assert len([*letter.iter_attachments()]) == 1


def test_mail_programs_show_no_svg_so_the_name_stands_in(shop_with: Callable[[str, bytes], None]):
    shop_with("logo.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>')

    assert "<img" not in html_of(message_of())
    assert "Casa &lt;Luna&gt;" in html_of(message_of())


@pytest.mark.parametrize(
    "content", [b"", b"GIF89a", b"\x89PNG\r\n\x1a\n", png(2, 2)[:20], b"\xff\xd8\xff\xe0", b"\xff\xd8zz"]
)
def test_a_file_that_is_no_picture_is_left_out(shop_with: Callable[[str, bytes], None], content: bytes):
    shop_with("logo.png", content)

    assert not re.search("<img|cid:", html_of(message_of()))


@pytest.mark.parametrize(
    ("size", "shown"),
    [((100, 40), (100, 40)), ((2000, 100), (200, 10)), ((100, 560), (10, 56)), ((9000, 1), (200, 1))],
)
def test_a_logo_keeps_its_form_and_is_never_enlarged(tmp_path: Path, size: tuple[int, int], shown: tuple[int, int]):
    (tmp_path / "logo.jpeg").write_bytes(jpeg(*size))
    logo = picture.of(tmp_path / "logo.jpeg")

    assert logo
    assert (logo.width, logo.height) == shown


def test_a_logo_that_is_gone_makes_the_message_wait(tmp_path: Path):
    with pytest.raises(Misconfigured, match=r"logo.png can't be read"):
        picture.of(tmp_path / "logo.png")


def test_a_shops_own_page_without_the_logo_has_none_attached(
    shop_with: Callable[[str, bytes], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    shop_with("logo.png", png(30, 10))
    (tmp_path / "receipt.html").write_text("<p>{{ words.heading }}</p>")
    monkeypatch.setenv("ORDERS_MAIL", str(tmp_path))

    assert not [part for part in read(message_of()).walk() if part.get_content_maintype() == "image"]
