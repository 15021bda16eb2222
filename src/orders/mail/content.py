"""The texts of an e-mail, ready for the templates, which compute nothing."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from orders.mail import bill, greeting, plain
from orders.mail.filters import fill
from orders.mail.picture import Picture
from orders.order.delivery import Addressee
from orders.order.order import Order
from orders.shop import colors, language, public_url
from orders.shop.language import Language
from orders.shop.shop import Shop
from orders.shop.title import Kind, date_of, kind_of

_URL = re.compile("https?://[!-~]+")
_NOT_IN_A_FILE = re.compile("[^A-Za-z0-9._-]")


def of(
    order: Order,
    shop: Shop,
    logo: Picture | None = None,
    to: Addressee = Addressee.CUSTOMER,
    *,
    can_be_answered: bool = False,
) -> dict[str, Any]:
    """The values that the templates can use. docs/mail.md explains them."""
    speech, kind = language.of(order.posted.locale or shop.language), kind_of(order.posted, shop)
    name, words = _name(order), _of_kind(speech, kind)
    if is_copy := to is Addressee.COPY:
        words = {**words, "heading": fill(words["copy"], {"name": name or _number(order)})}
    amounts, date = bill.of(order.posted, speech, shop), _date(order, shop, speech)
    return {
        "language": speech.tag,
        "direction": speech.direction,
        "subject": _subject_of_a_copy(order, words) if is_copy else _subject(order, shop, words),
        "words": words if name else {**words, "greeting": words["greeting_without_name"]},
        "name": name,
        "number": _number(order),
        "date": date["value"],
        "facts": list(_facts(order, speech, date, amounts["amount"])),
        **amounts,
        "link": _link(order),
        "file": f"{kind}-{_NOT_IN_A_FILE.sub('_', order.order_id)}.pdf",
        "contact": words["contact"] if can_be_answered and not is_copy else None,
        "is_copy": is_copy,
        "shop": _shop(shop, logo),
        "colors": colors.of(shop.colors),
    }


def _of_kind(speech: Language, kind: Kind) -> Mapping[str, str]:
    """The language's words. Those of an invoice take the place of those of a receipt."""
    if kind is Kind.RECEIPT:
        return speech.mail
    invoice = "invoice_"
    return {**speech.mail, **{k.removeprefix(invoice): v for k, v in speech.mail.items() if k.startswith(invoice)}}


def _name(order: Order) -> str:
    """The customer's name, empty if it reads as something else: see `orders.mail.greeting`."""
    name = order.posted.customer_name
    return plain.line(name) if greeting.is_name(name) else ""


def _subject(order: Order, shop: Shop, words: Mapping[str, str]) -> str:
    number = _number(order)
    if not shop.name:
        return fill(words["subject_without_shop"], {"order": number})
    return fill(words["subject"], {"order": number, "shop": plain.line(shop.name)})


def _subject_of_a_copy(order: Order, words: Mapping[str, str]) -> str:
    """The heading, and the order's number unless the heading has it in place of a name."""
    return f"{words['heading']}, {_number(order)}" if _name(order) else words["heading"]


def _number(order: Order) -> str:
    """The number that the shop gave the order, or the order id if there is none or if it reads as an address."""
    number = order.posted.order_number
    return plain.line(number if number and not greeting.has_address(number) else order.order_id)


def _facts(
    order: Order, speech: Language, date: Mapping[str, str], amount: Mapping[str, str] | None
) -> Iterator[Mapping[str, str]]:
    yield {"name": speech.words["order"], "value": _number(order)}
    yield date
    if amount:
        yield amount


def _date(order: Order, shop: Shop, speech: Language) -> Mapping[str, str]:
    name, at = date_of(order)
    return {"name": speech.words[name], "value": speech.instant(at, shop.zone)}


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
