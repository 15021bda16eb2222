"""The texts on the receipt, ready for `receipt.typ`, which computes nothing."""

import json
import math
import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

from orders.order import money
from orders.order.errors import DrawingAborted
from orders.order.order import Order
from orders.order.posted import PostedItem, PostedOrder
from orders.order.totals import Totals
from orders.receipt import qr, scripts
from orders.receipt.letters import breakable, printable, with_breaks
from orders.receipt.writing import Writing, fonts_needed
from orders.shop import language, public_url
from orders.shop.language import Language
from orders.shop.shop import Shop

_A_LINE, _A_COLUMN, _A_SIGN, _AN_ADDRESS = 40, 22, 20, 26
"""So many of the widest letters fit."""


def _is_printable(sign: str) -> bool:
    return printable(sign) == sign


_LEFTWARD = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]"
_HAS_LEFTWARD, _STARTS_LEFTWARD = re.compile(_LEFTWARD), re.compile(f"[\\W\\d_]*{_LEFTWARD}")
"""Letters of Hebrew and Arabic, anywhere or as the first."""

_LONGEST_URL = 400


def of(order: Order, shop: Shop, most_work: float = math.inf) -> dict[str, Any]:
    """The content of the page, as `receipt.typ` takes it.

    Raises:
        DrawingAborted: its texts would need more work than `most_work`; see `orders.receipt.writing`.
    """
    families = scripts.families(order.posted)
    writing = Writing(families)
    page = _page(order, shop, writing)
    if writing.work > most_work:
        raise DrawingAborted("the receipt takes long to draw, as its letters are many and change much")
    return page | {
        "fonts": fonts_needed(json.dumps(page, ensure_ascii=False), families),
        "order": _attached(order),
    }


def _page(order: Order, shop: Shop, writing: Writing) -> dict[str, Any]:
    """All that is printed."""
    posted, speech = order.posted, language.of(order.posted.locale)
    totals = posted.totals
    return {
        "language": {"code": speech.locale.language, "country": speech.locale.territory, "words": speech.words},
        "shop": _shop(shop),
        "orderId": order.order_id,
        "customerName": writing.breakable(posted.customer_name, _A_LINE),
        "receivedAt": speech.instant(order.received_at),
        "note": writing.breakable(posted.note, _A_LINE) if posted.note else None,
        "thankYou": _thanks(posted, shop, speech, writing),
        "bill": _bill(posted, totals, speech, writing) if totals else None,
        "verification": _verification(order),
    }


def _attached(order: Order) -> str:
    """The order, for programs. It omits the customer's e-mail address, which the page does not show either."""
    return replace(order.posted, customer_email=None).canonical() if order.posted.customer_email else order.body


def _shop(shop: Shop) -> dict[str, Any]:
    return {
        "name": printable(shop.name) if shop.name else None,
        "sign": breakable(shop.name, _A_SIGN) if shop.name else None,
        "address": [breakable(line, _AN_ADDRESS) for line in shop.address],
        "taxId": breakable(shop.tax_id, _AN_ADDRESS) if shop.tax_id else None,
        "logo": shop.logo.as_posix() if shop.logo else None,
        "colors": dict(shop.colors),
    }


def _thanks(posted: PostedOrder, shop: Shop, speech: Language, writing: Writing) -> str:
    thanks = printable(shop.thank_you or speech.words["thank_you"])
    name = writing.printable(posted.customer_name)
    if _HAS_LEFTWARD.search(thanks) or _HAS_LEFTWARD.search(name):
        name = f"\u2068{name}\u2069"  # in its own direction, with the signs at its ends
    return with_breaks(thanks.replace("{name}", name), _A_LINE)


def _verification(order: Order) -> dict[str, str] | None:
    """The page that verifies the receipt, or None if only some machines reach the API's address."""
    url = f"{order.api_url}receipt/{order.order_id}/verification"
    if not order.api_url or len(url) > _LONGEST_URL or not (url.isascii() and url.isprintable()):
        return None
    if not public_url.is_public(order.api_url):
        return None
    return {"url": url, "code": qr.svg(url)}


def _bill(posted: PostedOrder, totals: Totals, speech: Language, writing: Writing) -> dict[str, Any]:
    currency = posted.currency or ""
    return {
        "currency": currency,
        "lines": [
            _line(item, line, currency, speech, writing) for item, line in zip(posted.items, totals.lines, strict=True)
        ],
        "subtotal": speech.amount(totals.subtotal, currency),
        "taxes": [
            {"rate": speech.percentage(tax.rate or Decimal(0)), "amount": speech.amount(tax.amount, currency)}
            for tax in totals.taxes
        ],
        "total": speech.price(totals.total, currency, _is_printable),
    }


def _line(item: PostedItem, amount: int, currency: str, speech: Language, writing: Writing) -> dict[str, str | None]:
    return {
        "name": writing.breakable(item.name, _A_COLUMN),
        "sku": _sku(item, writing) if item.sku else None,
        "quantity": speech.number(Decimal(item.quantity)),
        "unitPrice": speech.amount(money.product(item.unit_price, 1, currency), currency),
        "amount": speech.amount(amount, currency),
    }


def _sku(item: PostedItem, writing: Writing) -> str:
    """The article number. After a name that mixes two directions it begins with a mark of direction."""
    sku = writing.breakable(item.sku or "", _A_COLUMN)
    is_mixed = _HAS_LEFTWARD.search(item.name) and not _STARTS_LEFTWARD.match(item.name)
    return f"\u200e{sku}" if is_mixed else sku
