"""Whatever names, ids and addresses hold, a mail program reads one recipient and the headers that we wrote."""

import re
from dataclasses import replace
from email.errors import NonASCIILocalPartDefect
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.mail.composing import PDF, addresses_of, damaged, html_of, read, text_of
from tests.mail.test_message import HEADERS
from tests.support.examples import NINE

from orders.mail import address, compose, greeting, headers, plain, sender
from orders.order.errors import MailRefused, Misconfigured
from orders.order.parts import Charge, Discount, OrderDiscount, PostedItem, PostedTax
from orders.ports import Message
from orders.shop import shop
from orders.shop.shop import Shop

PIECES = (
    *("\r\n", "\n", "\r", "\0", "\t", " ", "\x85", "\u2028", "\u2029", "\v", "\f", "\x1c", "\r\n\r\n", " " * 80),
    *("\ud800", "\udcff", "\u202e", "\u2066", "é", "髙", "م", "🎉", "e\u0301", "é" * 40, "W" * 30, "--=_"),
    *('"', "'", "\\", "<", ">", "(", ")", ",", ";", ":", "@", ".", "[", "]", "=?utf-8?q?", "=?utf-8?b?", "?="),
    *("eve@example.com", "<eve@example.com>", "\r\nBcc: eve@x.org", "=?utf-8?q?=0D=0ABcc:_eve=40example.com?="),
    *("{name}", "{shop}", "{order}", "{{ 7 }}", "<b>", "&amp;", "A very long name, with a comma"),
)
NASTY = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
ANY = NASTY | st.text(st.characters(), max_size=200) | st.text(max_size=200)


def envelope(message: Message) -> tuple[list[str], list[str], list[str]]:
    """Headers, senders and recipients, as the standard library reads them, without any defect but one that is meant."""
    letter = read(message)
    assert [part.defects for part in letter.walk()] == [[]] * 5
    assert all(type(each) is NonASCIILocalPartDefect for value in letter.values() for each in value.defects)
    assert message.recipient.isascii() == (not letter["To"].defects)
    return letter.keys(), addresses_of(message, "From"), addresses_of(message, "To")


@settings(max_examples=400, deadline=None)
@given(name=ANY, order_id=ANY)
@example(name="A very long name with non-ASCII chär and, comma " * 3, order_id="1")
@example(name='"Bob" <eve@example.com>, "' + "x" * 70, order_id="1")
@example(name="=?utf-8?q?Bob=2C?= =?utf-8?q?eve=40example.com?=", order_id="1")
def test_no_name_and_no_id_adds_a_recipient_or_a_header(name: str, order_id: str):
    message = compose(damaged(customer_name=name, order_id=order_id), PDF, NINE)

    assert envelope(message) == (HEADERS, ["receipts@shop.invalid"], ["zoe@example.com"])
    assert message.recipient == "zoe@example.com"
    (attached,) = read(message).iter_attachments()
    assert attached.get_content() == PDF
    assert re.fullmatch(r"receipt-[A-Za-z0-9._-]*\.pdf", attached.get_filename() or "")


@settings(max_examples=200, deadline=None)
@given(name=ANY.filter(str.strip))
def test_nor_does_a_shops_name(name: str):
    shop.configured.cache_clear()
    configured, shop.configured = shop.configured, lambda: Shop(name=name, address=(name,))  # type: ignore[assignment]
    try:
        message = compose(damaged(), PDF, NINE)
    finally:
        shop.configured = configured

    assert envelope(message) == (HEADERS, ["receipts@shop.invalid"], ["zoe@example.com"])


@settings(max_examples=400, deadline=None)
@given(ANY | st.tuples(ANY, st.sampled_from(["example.com", "münchen.example"])).map("@".join))
def test_an_address_is_written_whole_or_refused(email: str):
    try:
        message = compose(damaged(customer_email=email), PDF, NINE)
    except MailRefused:
        return
    local_part, _, domain = message.recipient.rpartition("@")

    assert local_part in {email.rpartition("@")[0], f'"{email.rpartition("@")[0]}"'}
    assert domain.isascii()
    assert envelope(message) == (HEADERS, ["receipts@shop.invalid"], [message.recipient.replace('"', "")])


@settings(max_examples=400, deadline=None)
@given(ANY | ANY.map("{} <receipts@example.com>".format) | ANY.map("{}@example.com".format))
def test_a_sender_is_understood_or_refused(text: str):
    try:
        parsed = sender.parse(text)
    except Misconfigured:
        return

    assert str(parsed.address).isascii()
    assert parsed.name is None or plain.line(parsed.name) == parsed.name


@settings(max_examples=300, deadline=None)
@given(ANY)
def test_every_line_of_a_header_is_short_ascii_and_reads_back(name: str):
    line = plain.line(name)
    written = headers.mailbox(line, address.parse("zoe@example.com"))
    subject = f"Subject: {headers.text(line)}"

    assert written.isascii()
    assert max(map(len, f"From: {written}\r\n{subject}".split("\r\n"))) <= 76


@settings(max_examples=300, deadline=None)
@given(name=ANY)
def test_a_name_is_text_in_the_message_and_nothing_else(name: str):
    message = compose(damaged(customer_name=name), PDF, NINE)
    html, text = html_of(message), text_of(message)
    calm = compose(damaged(customer_name="Alice" if greeting.is_name(name) else "http"), PDF, NINE)

    assert re.findall(r"<[a-z/!]+", html) == re.findall(r"<[a-z/!]+", html_of(calm))
    assert len(text.split("\n")) == len(text_of(calm).split("\n"))
    greeted = plain.line(name) in text.replace("\u2068", "").replace("\u2069", "")
    assert greeted or not greeting.is_name(name)


@settings(max_examples=200, deadline=None)
@given(name=ANY)
def test_nor_is_any_other_text_of_an_order(name: str):
    """The texts of each line are of one line, and as many as those of a calm order."""
    messages = [compose(damaged(**texts(each)), PDF, NINE) for each in (name, "Cups")]
    odd, calm = ([html_of(message), text_of(message)] for message in messages)

    assert re.findall(r"<[a-z/!]+", odd[0]) == re.findall(r"<[a-z/!]+", calm[0])
    assert len(odd[1].split("\n")) == len(calm[1].split("\n"))
    assert not re.search(r"[a-z]@[a-z]|\w\.org", odd[1].replace("zoe@example.com", ""))


def texts(name: str) -> dict[str, Any]:
    """A basket of which every text is this one."""
    item = PostedItem(name=name, quantity=2, unit_price="7.5", unit=name, discount=Discount(percent="10", name=name))
    return {
        "items": (replace(item, taxes=(PostedTax(name or "x", "5"),)),),
        "discounts": (OrderDiscount(name, amount="1"),),
        "charges": (Charge(kind="fee", name=name, amount="1"),),
    }
