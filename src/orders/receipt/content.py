"""The texts on the receipt, ready for `receipt.typ`, which computes nothing."""

import json
import math
from dataclasses import replace
from typing import Any

from orders.order import figures
from orders.order.clock import from_iso
from orders.order.errors import DrawingAborted
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.receipt import buyer, lines, qr, rows, scripts
from orders.receipt.bill import Bill
from orders.receipt.letters import breakable, printable, with_breaks
from orders.receipt.writing import MOST_WORK, MOST_WORK_SINCE_VERSION_4, Writing, fonts_needed
from orders.shop import language, public_url
from orders.shop.language import Language
from orders.shop.shop import Shop

_A_LINE, _A_SIGN, _AN_ADDRESS, _A_NUMBER = 40, 20, 26, 64
"""So many of the widest letters fit."""
_LONGEST_URL = 400


def of(order: Order, shop: Shop, most_work: float = math.inf) -> dict[str, Any]:
    """The content of the page, as `receipt.typ` takes it.

    Raises:
        DrawingAborted: its texts would need more work than `most_work`; see `orders.receipt.writing`.
    """
    families = scripts.families(order.posted)
    writing = Writing(families, MOST_WORK_SINCE_VERSION_4 if _is_new(order.posted) else MOST_WORK)
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
        "language": {"code": speech.code.partition("-")[0], "country": speech.locale.territory, "words": speech.words},
        "shop": _shop(shop),
        "orderId": order.order_id,
        "orderNumber": writing.breakable(posted.order_number, _A_NUMBER) if posted.order_number else order.order_id,
        "customerName": writing.breakable(posted.customer_name, _A_LINE),
        "buyer": buyer.of(posted, speech, writing),
        "date": _date(order, speech),
        "note": writing.breakable(posted.note, _A_LINE) if posted.note else None,
        "thankYou": _thanks(posted, shop, speech, writing),
        "bill": _bill(Bill(posted, totals, speech, writing, _is_new(posted))) if totals else None,
        "verification": _verification(order),
    }


def _is_new(posted: PostedOrder) -> bool:
    """Whether it has anything of schema version 4. The receipts of other orders stay as they always were."""
    return posted.schema_version() >= 4


def _bill(bill: Bill) -> dict[str, Any]:
    before, after = list(rows.before_the_total(bill)), list(rows.after_the_total(bill))
    return {
        "currency": bill.currency,
        "taxIncluded": bill.word("tax_included") if bill.is_gross else None,
        "lines": lines.of(bill),
        "before": before,
        "total": bill.speech.price(bill.totals.total, bill.currency, _is_printable),
        "after": after,
        "isLong": rows.are_long(before + after),
        "reasons": list(rows.reasons(bill)),
    }


def _is_printable(sign: str) -> bool:
    return printable(sign) == sign


def _date(order: Order, speech: Language) -> dict[str, str]:
    """When the customer bought, if the shop says so; otherwise when the order was received."""
    placed_at = order.posted.placed_at
    name, at = ("placed", from_iso(placed_at)) if placed_at else ("received", order.received_at)
    return {"name": speech.words[name], "value": speech.instant(at, can_be_shown=_is_printable)}


def _attached(order: Order) -> str:
    """The order, for programs, and its totals if it has something of schema version 4.

    It omits the customer's e-mail address, which the page does not show either.
    """
    posted = order.posted
    body = replace(posted, customer_email=None).canonical() if posted.customer_email else order.body
    if not _is_new(posted) or posted.totals is None:
        return body
    document = json.loads(body) | {"totals": figures.of(posted)}
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


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
    if lines.HAS_LEFTWARD.search(thanks) or lines.HAS_LEFTWARD.search(name):
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
