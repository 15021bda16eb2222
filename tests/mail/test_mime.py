"""The parts of a message are, to the byte, those that Python's `email` writes."""

from email.message import EmailMessage
from email.policy import EmailPolicy

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orders.mail import mime

PICTURE = bytes(range(256)) * 3
PDF = b"%PDF-1.7\r\n\x00\xff\n.\nFrom me\r" * 40
LINES = st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=100), max_size=14)


class AsWritten(EmailPolicy):
    """Headers go out as they were set, but that a long one of MIME has each parameter on a line of its own."""

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        return name, value

    def fold_binary(self, name: str, value: str) -> bytes:
        line = f"{name}: {value}\r\n"
        return (line.replace("; ", ";\r\n ") if name.startswith("Content-") and len(line) > 78 else line).encode()


def of_the_library(text: str, html: str, picture: bytes | None, file: str) -> bytes:
    message = EmailMessage(AsWritten(linesep="\r\n", cte_type="7bit"))
    message["Subject"] = "Your receipt"
    message.set_content(text)
    message.make_alternative("=_inner")
    message.add_alternative(html, subtype="html")
    if picture:
        *_, page = message.iter_parts()
        page.make_related("=_related")
        page.add_related(picture, maintype="image", subtype="png", cid="<logo>", disposition="inline")
    message.make_mixed("=_outer")
    message.add_attachment(PDF, maintype="application", subtype="pdf", filename=file)
    message["Content-Language"] = "de"
    return message.as_bytes()


def ours(text: str, html: str, picture: bytes | None, file: str) -> bytes:
    page = mime.text(html, "html", () if picture else mime.VERSION)
    if picture:
        shown = [("Content-Disposition", "inline"), ("Content-ID", "<logo>")]
        page = mime.multipart("related", "=_related", [page, mime.binary(picture, "image/png", shown)], mime.VERSION)
    forms = mime.multipart("alternative", "=_inner", [mime.text(text, "plain"), page])
    receipt = mime.binary(PDF, "application/pdf", [("Content-Disposition", f'attachment; filename="{file}"')])
    body = mime.multipart("mixed", "=_outer", [forms, receipt], mime.VERSION, [("Content-Language", "de")])
    return mime.written([("Subject", "Your receipt")]) + body


@given(LINES, LINES, st.booleans())
@example([], [], False)
@example(["a" * 78], ["a" * 79, "From me", ".", "--=_inner"], True)
@example(["Zoë"] * 10, ["Zoë"] * 11, True)
@example(["王小明"] * 3, ["a"] * 11 + ["王小明" * 40], True)
@example(
    ["Alice"] * 3 + ["Zoë"], ["ends with a blank ", "=\t", "é" * 25 + " ", "é" * 26 + "\t", "a" * 77 + " é"], False
)
@example(["a\rb", "c\r\n"], ["\x0b\x0c\x1c\u2028", "\x00"], True)
@settings(max_examples=200, deadline=None)
def test_a_message_is_written_as_the_library_writes_it(text: list[str], html: list[str], has_picture: bool):
    parts = "\n".join([*text, ""]), "\n".join(html), PICTURE if has_picture else None, "receipt-1.pdf"

    assert ours(*parts) == of_the_library(*parts)


@pytest.mark.parametrize("length", [1, 20, 21, 22, 23, 24, 25, 64])
def test_a_long_file_name_has_a_line_of_its_own(length: int):
    parts = "Hello\n", "<p>Hello", None, f"receipt-{'x' * length}.pdf"

    assert ours(*parts) == of_the_library(*parts)


def test_a_header_that_the_character_set_has_not_is_not_written():
    with pytest.raises(UnicodeError):
        mime.written([("To", "zoë@example.com")])

    assert mime.written([("To", "zoë@example.com")], "utf-8") == "To: zoë@example.com\r\n".encode()
