"""The e-mails that are sent when an order is completed: RFC 5322 and MIME, by the standard library."""

import hashlib
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import Any

from orders.mail import address, content, headers, picture, sender, templates
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
    message = EmailMessage(headers.AsWritten(linesep="\r\n", cte_type="7bit", utf8=recipient.needs_utf8))
    message["From"] = headers.mailbox(source.name, source.address)
    if answers:
        message["Reply-To"] = str(answers)
    message["To"] = headers.mailbox(None if said["is_copy"] else said["name"], recipient)
    message["Subject"] = headers.text(said["subject"])
    message["Date"] = format_datetime(at.astimezone(UTC))
    message["Message-ID"] = f"<{_id(order, number, to)}@{source.address.domain}>"
    message["Auto-Submitted"] = "auto-generated"  # so that nobody's absence is announced to the shop (RFC 3834)
    _write_body(message, said, pdf, logo)
    message["Content-Language"] = said["language"]
    return Message(order.order_id, number, str(source.address), str(recipient), _written(message), to)


def _id(order: Order, number: int, to: Addressee) -> str:
    return _hash(order.order_id, number, order.fingerprint, *([to.value] if to is Addressee.COPY else []))


def mailbox_key(order: Order) -> str:
    """Which mailbox the message goes to: see `orders.order.mailbox`.

    Raises:
        MailRefused: the customer has no address that can be written.
    """
    return mailbox.key_of(str(_recipient(order, Addressee.CUSTOMER)))


def _written(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes()
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


def _write_body(message: EmailMessage, said: dict[str, Any], pdf: bytes, logo: Picture | None) -> None:
    """Two forms of one text, and the receipt, between boundaries that depend on nothing else."""
    text, html = (templates.render(name, said) for name in ("receipt.txt", "receipt.html"))
    inner, outer = (f"=_{_hash(kind, text, html)}" for kind in ("alternative", "mixed"))
    message.set_content(f"{text.strip()}\n")
    message.make_alternative(inner)
    message.add_alternative(html, subtype="html")
    if logo and f"cid:{logo.name}" in html:
        _add_logo(message, logo)
    message.make_mixed(outer)
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename=said["file"])


def _add_logo(message: EmailMessage, logo: Picture) -> None:
    """Beside the page that shows it. It has no file name, so that no mail program lists it as an attachment."""
    *_, page = message.iter_parts()
    page.make_related(f"=_{_hash('related', logo.name)}")
    page.add_related(logo.content, maintype="image", subtype=logo.subtype, cid=f"<{logo.name}>", disposition="inline")


def _hash(*parts: str | int) -> str:
    """The same for the same parts, and for no others."""
    return hashlib.sha256(ascii(parts).encode()).hexdigest()[:40]
