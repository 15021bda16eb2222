"""The texts of an e-mail, ready for the templates, which compute nothing."""

import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from orders.mail import greeting, plain
from orders.mail.filters import fill
from orders.order.clock import from_iso
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.order.totals import Totals
from orders.shop import colors, language, public_url
from orders.shop.language import Language
from orders.shop.shop import Shop

_URL = re.compile("https?://[!-~]+")


def of(order: Order, shop: Shop) -> dict[str, Any]:
    """The values that the templates can use. docs/mail.md explains them."""
    speech = language.of(order.posted.locale)
    name = _name(order)
    return {
        "language": speech.tag,
        "direction": speech.words.get("direction", "ltr"),
        "subject": _subject(order, shop, speech),
        "words": _words(speech, name),
        "name": name,
        "facts": list(_facts(order, speech)),
        "link": _link(order),
        "shop": _shop(shop),
        "colors": colors.of(shop.colors),
    }


def _name(order: Order) -> str:
    """The customer's name, empty if it reads as something else: see `orders.mail.greeting`."""
    name = order.posted.customer_name
    return plain.line(name) if greeting.is_name(name) else ""


def _words(speech: Language, name: str) -> Mapping[str, str]:
    """The language's words. Without a name, the greeting is the one that needs none."""
    return speech.mail if name else {**speech.mail, "greeting": speech.mail["greeting_without_name"]}


def _subject(order: Order, shop: Shop, speech: Language) -> str:
    number = _number(order)
    if not shop.name:
        return fill(speech.mail["subject_without_shop"], {"order": number})
    return fill(speech.mail["subject"], {"order": number, "shop": plain.line(shop.name)})


def _number(order: Order) -> str:
    """The number that the shop gave the order, or the order id if there is none or if it reads as an address."""
    number = order.posted.order_number
    return plain.line(number if number and not greeting.has_address(number) else order.order_id)


def _facts(order: Order, speech: Language) -> Iterator[dict[str, str]]:
    yield {"name": speech.words["order"], "value": _number(order)}
    yield _date(order, speech)
    if (totals := order.posted.totals) and order.posted.currency:
        yield from _amounts(totals, order.posted, order.posted.currency, speech)


def _date(order: Order, speech: Language) -> dict[str, str]:
    """When the customer bought, if the shop says so; otherwise when the order was received."""
    if placed_at := order.posted.placed_at:
        return {"name": speech.words["placed"], "value": speech.instant(from_iso(placed_at))}
    return {"name": speech.words["received"], "value": speech.instant(order.received_at)}


def _amounts(totals: Totals, posted: PostedOrder, currency: str, speech: Language) -> Iterator[dict[str, str]]:
    """The total, and what the customer still has to pay if the order says what was paid."""
    yield {"name": speech.words["total"], "value": speech.price(totals.total, currency)}
    if posted.payments and totals.due > 0:
        yield {"name": speech.words["due"], "value": speech.price(totals.due, currency)}


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


def _shop(shop: Shop) -> dict[str, Any]:
    return {
        "name": plain.line(shop.name) if shop.name else None,
        "address": [plain.line(each) for each in shop.address],
    }
