"""Messages about orders that one remembers, and what a mail program reads in them."""

from dataclasses import replace
from email import message_from_bytes, message_from_string, policy
from email.message import EmailMessage
from typing import Any

from tests.support.examples import BASKET, NINE

from orders.mail import compose
from orders.order import validation
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.ports import Message

API = "https://orders.example/prod/"
PDF = b"%PDF-1.7\r\n\x00\xff\n.\n--=_\nFrom me\r" * 9
"""What mail may do something to: bare line ends, dots, boundaries, no end of line at the end."""


def row_of(order: dict[str, Any] = BASKET, api_url: str | None = API) -> Order:
    return Order.received(validation.parse(BASKET | order), "token", NINE, api_url)


def damaged(**fields: Any) -> Order:
    """A row with what no order may hold today."""
    row = row_of()
    order = replace(PostedOrder.stored(row.body), **fields)
    broken = replace(row, order_id=order.order_id)
    broken.__dict__["posted"] = order
    return broken


def message_of(order: dict[str, Any] = BASKET) -> Message:
    return compose(row_of(order), PDF, NINE)


def read(message: Message) -> EmailMessage:
    """As the standard library reads it; headers beyond ASCII as text, since its reader of bytes has only ASCII ones."""
    if message.content.isascii():
        return message_from_bytes(message.content, policy=policy.SMTP)
    return message_from_string(message.content.decode(), policy=policy.SMTPUTF8)


def text_of(message: Message, kind: str = "plain") -> str:
    part = read(message).get_body((kind,))
    assert part
    return str(part.get_content()).replace("\r\n", "\n")


def html_of(message: Message) -> str:
    return text_of(message, "html")


def addresses_of(message: Message, header: str) -> list[str]:
    """The bare addresses that a header has, without quotation marks: the library forgets them around dots in a row."""
    return [f"{each.username}@{each.domain}" for each in read(message)[header].addresses]
