"""The e-mails that are sent when an order is completed (RFC 5322)."""

import hashlib
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from orders.mail import address, content, headers, mime, picture, sender, templates
from orders.mail.address import Address
from orders.mail.picture import Picture
from orders.order import mailbox
from orders.order.delivery import Addressee
from orders.order.errors import MailRefused, Misconfigured
from orders.order.order import Order
from orders.ports import Message
from orders.shop import shop


def compose(order: Order, pdf: bytes, at: datetime, to: Addressee = Addressee.CUSTOMER) -> Message:
    """The message about a completed order, with its receipt, dated `at`. The same arguments give the same bytes.

    Raises:
        MailRefused: the addressee has no address that can be written.
        Misconfigured: the sender, the shop's file or a template can't be used.
    """
    recipient, source, answers = _recipient(order, to), sender.configured(), sender.reply_to()
    logo = picture.of(shop.configured().logo)
    said = content.of(order, shop.configured(), logo, to, can_be_answered=bool(answers) or source.can_be_answered)
    number = delivery.number if (delivery := order.delivery(to)) else 1
    lines = [
        ("From", headers.mailbox(source.name, source.address)),
        *([("Reply-To", str(answers))] if answers else []),
        ("To", headers.mailbox(None if said["is_copy"] else said["name"], recipient)),
        ("Subject", headers.text(said["subject"])),
        ("Date", format_datetime(at.astimezone(UTC))),
        ("Message-ID", f"<{_id(order, number, to)}@{source.address.domain}>"),
        ("Auto-Submitted", "auto-generated"),  # so that nobody's absence is announced to the shop (RFC 3834)
    ]
    written = _written(lines, recipient, said, pdf, logo)
    return Message(order.order_id, number, str(source.address), str(recipient), written, to)


def _id(order: Order, number: int, to: Addressee) -> str:
    return _hash(order.order_id, number, order.fingerprint, *([to.value] if to is Addressee.COPY else []))


def mailbox_key(order: Order) -> str:
    """Which mailbox the message goes to: see `orders.order.mailbox`.

    Raises:
        MailRefused: the customer has no address that can be written.
    """
    return mailbox.key_of(str(_recipient(order, Addressee.CUSTOMER)))


def _written(lines: mime.Headers, recipient: Address, said: dict[str, Any], pdf: bytes, logo: Picture | None) -> bytes:
    text, html = (templates.render(name, said) for name in ("receipt.txt", "receipt.html"))
    try:
        return mime.written(lines, "utf-8" if recipient.needs_utf8 else "ascii") + _body(text, html, said, pdf, logo)
    except UnicodeError as error:  # half a character, from a shop's own template
        raise Misconfigured(f"the message can't be written: {type(error).__name__}") from None


def _recipient(order: Order, to: Addressee) -> Address:
    if to is Addressee.COPY:
        if found := sender.copy_to():
            return found
        raise MailRefused("The shop names no address for copies any more.")
    try:
        return address.parse(order.posted.customer_email or "")
    except ValueError as error:
        raise MailRefused(f"The customer's e-mail address can't be written: {error}.") from None


def _body(text: str, html: str, said: dict[str, Any], pdf: bytes, logo: Picture | None) -> bytes:
    """Two forms of one text, and the receipt, between boundaries that depend on nothing else."""
    inner, outer = (f"=_{_hash(kind, text, html)}" for kind in ("alternative", "mixed"))
    forms = [mime.text(f"{text.strip()}\n", "plain"), _page(html, logo)]
    attached = [("Content-Disposition", f'attachment; filename="{said["file"]}"')]
    parts = [mime.multipart("alternative", inner, forms), mime.binary(pdf, "application/pdf", attached)]
    return mime.multipart("mixed", outer, parts, mime.VERSION, [("Content-Language", said["language"])])


def _page(html: str, logo: Picture | None) -> bytes:
    """With the logo beside it, if it shows that.

    The logo has no file name, so that no mail program lists it as an attachment.
    """
    if not logo or f"cid:{logo.name}" not in html:
        return mime.text(html, "html", mime.VERSION)
    shown = [("Content-Disposition", "inline"), ("Content-ID", f"<{logo.name}>")]
    parts = [mime.text(html, "html"), mime.binary(logo.content, f"image/{logo.subtype}", shown)]
    return mime.multipart("related", f"=_{_hash('related', logo.name)}", parts, mime.VERSION)


def _hash(*parts: str | int) -> str:
    """The same for the same parts, and for no others."""
    return hashlib.sha256(ascii(parts).encode()).hexdigest()[:40]
