"""The texts of an e-mail, ready for the templates, which compute nothing."""

import os
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from orders.mail import bill, greeting, plain
from orders.mail.filters import fill
from orders.mail.picture import Picture
from orders.order.delivery import Addressee
from orders.order.order import Order
from orders.shop import colors, language, public_url, reference, title
from orders.shop.language import Language
from orders.shop.shop import Shop

_URL = re.compile("https?://[!-~]+")
_NOT_IN_A_FILE = re.compile("[^A-Za-z0-9._-]")
_PREFIXES = {
    "receipt": (),
    "invoice": ("invoice_",),
    "credit_note": ("credit_note_",),
    "corrected_receipt": ("corrected_",),
    "corrected_invoice": ("invoice_", "corrected_invoice_"),
}
"""By what the document is called: of the words that take the place of a receipt's, the last first."""


def of(
    order: Order,
    shop: Shop,
    logo: Picture | None = None,
    to: Addressee = Addressee.CUSTOMER,
    *,
    can_be_answered: bool = False,
) -> dict[str, Any]:
    """The values that the templates can use. docs/mail.md explains them."""
    speech = language.of(order.posted.locale or shop.language)
    name, words = _name(order), _words(speech, title.word_of(order, shop))
    if is_copy := to is Addressee.COPY:
        words = {**words, "heading": fill(words["copy"], {"name": name or _number(order)})}
    subject = _subject_of_a_copy(order, words) if is_copy else _subject(order, shop, words)
    amounts, date = bill.of(order, speech, shop), _date(order, shop, speech)
    return {
        "language": speech.tag,
        "direction": speech.direction,
        "subject": _numbered(subject, order, words),
        "words": words if name else {**words, "greeting": words["greeting_without_name"]},
        "name": name,
        "number": _number(order),
        "date": date["value"],
        "facts": list(_facts(order, speech, date, amounts["amount"])),
        "document": list(_document(order, shop, speech)),
        "reference": _reference(order, shop, speech),
        **amounts,
        "link": _link(order),
        "file": _file(order, shop),
        "contact": words["contact"] if can_be_answered and not is_copy else None,
        "is_copy": is_copy,
        "shop": _shop(shop, logo),
        "colors": colors.of(shop.colors),
    }


def _words(speech: Language, kind: str) -> Mapping[str, str]:
    """The language's words. Those of another document take the place of those of a receipt."""
    words = dict(speech.mail)
    for prefix in _PREFIXES[kind]:
        words |= {key.removeprefix(prefix): word for key, word in speech.mail.items() if key.startswith(prefix)}
    return words


def _name(order: Order) -> str:
    """The customer's name, empty if it reads as something else: see `orders.mail.greeting`."""
    name = order.posted.customer_name
    return plain.line(name) if greeting.is_name(name) else ""


def _subject(order: Order, shop: Shop, words: Mapping[str, str]) -> str:
    number = _number(order)
    if not shop.name:
        return fill(words["subject_without_shop"], {"order": number})
    return fill(words["subject"], {"order": number, "shop": plain.line(shop.name)})


def _numbered(subject: str, order: Order, words: Mapping[str, str]) -> str:
    """With the number of the document, if it has one."""
    return fill(words["numbered"], {"subject": subject, "number": _own_number(order)}) if order.issue else subject


def _subject_of_a_copy(order: Order, words: Mapping[str, str]) -> str:
    """The heading, and the order's number unless the heading has it in place of a name."""
    return f"{words['heading']}, {_number(order)}" if _name(order) else words["heading"]


def _number(order: Order) -> str:
    """The number that the shop gave the order, or the order id if there is none or if it reads as an address."""
    number = order.posted.order_number
    return plain.line(number if number and not greeting.has_address(number) else title.order_id_of(order))


def _own_number(order: Order) -> str:
    return plain.line(order.issue.text) if order.issue else ""


def _facts(
    order: Order, speech: Language, date: Mapping[str, str], amount: Mapping[str, str] | None
) -> Iterator[Mapping[str, str]]:
    yield {"name": speech.words["order"], "value": _number(order)}
    yield date
    if amount:
        yield amount


def _document(order: Order, shop: Shop, speech: Language) -> Iterator[Mapping[str, str]]:
    """The facts of a document besides those of an order: number, date of issue, and reason of a refund."""
    if order.issue:
        yield {"name": speech.words[title.number_label_of(order, shop)], "value": _own_number(order)}
        if not order.document:
            yield _issued(order.issue.at, shop, speech)
    if order.document and (reason := order.document.posted.get("reason")):
        yield {"name": speech.words["reason"], "value": plain.unlinked(reason)}


def _reference(order: Order, shop: Shop, speech: Language) -> str | None:
    """The sentence about the receipt that is credited or replaced."""
    if (document := order.document) is None:
        return None
    is_numbered = reference.is_by_number(order, document)
    number = plain.line(document.refers_to.number) if is_numbered else _number(order)
    return reference.written(order, document, shop, speech, number, speech.day(document.refers_to.at, shop.zone))


def _date(order: Order, shop: Shop, speech: Language) -> Mapping[str, str]:
    """That of the order, or of a document that follows its receipt."""
    if order.document and (at := title.issued_at(order)):
        return _issued(at, shop, speech)
    name, at = title.date_of(order)
    return {"name": speech.words[name], "value": speech.instant(at, shop.zone)}


def _issued(at: datetime, shop: Shop, speech: Language) -> Mapping[str, str]:
    return {"name": speech.words["issued"], "value": speech.day(at, shop.zone)}


def _file(order: Order, shop: Shop) -> str:
    """As in `receipt-12345.pdf` or `credit-note-12345-r-1.pdf`."""
    ids = [title.order_id_of(order), *([order.document.id] if order.document else [])]
    return f"{title.word_of(order, shop).replace('_', '-')}-{_NOT_IN_A_FILE.sub('_', '-'.join(ids))}.pdf"


def _link(order: Order) -> str | None:
    """The permanent address of the receipt, or None if the customer's machine can't reach it.

    A message for the outbox always has it: people who read it are on this machine.
    """
    base = public_url.configured() or order.api_url or ""
    url = f"{base}receipt/{order.order_id}/{order.receipt_token}"
    if not _URL.fullmatch(url) or (_leaves() and not public_url.is_public(base)):
        return None
    return url


def _leaves() -> bool:
    """Whether messages leave this machine, by a mail server or by SES."""
    return bool(os.environ.get("ORDERS_SMTP") or os.environ.get("ORDERS_CONFIGURATION_SET"))


def _shop(shop: Shop, logo: Picture | None) -> dict[str, Any]:
    return {
        "name": plain.line(shop.name) if shop.name else None,
        "logo": {"source": f"cid:{logo.name}", "width": logo.width, "height": logo.height} if logo else None,
        "address": [plain.line(each) for each in shop.address],
        "phone": plain.line(shop.phone) if shop.phone else None,
        "web": {"name": plain.line(shop.web), "url": shop.web_url} if shop.web else None,
    }
