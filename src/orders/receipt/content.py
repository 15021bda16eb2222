"""What stands on the page: text only, so that the template has nothing to compute."""

from typing import Any

from orders.order import Order, Totals
from orders.receipt import language, qr, scripts
from orders.receipt.language import Language
from orders.receipt.letters import breakable, printable
from orders.receipt.shop import Shop
from orders.row import Row

_A_LINE, _A_COLUMN = 40, 22
"""So many of the widest letters fit."""

_LONGEST_URL = 400


def of(row: Row, shop: Shop) -> dict[str, Any]:
    """The content of the page, as `receipt.typ` takes it."""
    order, speech = row.order, language.of(row.order.locale)
    totals = order.totals()
    return {
        "language": {"code": speech.locale.language, "country": speech.locale.territory, "words": speech.words},
        "arabicFonts": scripts.arabic_fonts(order),
        "hanFonts": scripts.han_fonts(order),
        "shop": _shop(shop),
        "orderId": order.order_id,
        "customerName": breakable(order.customer_name, _A_LINE),
        "receivedAt": speech.instant(row.received_at),
        "note": breakable(order.note, _A_LINE) if order.note else None,
        "thankYou": breakable(_thanks(order, shop, speech), _A_LINE),
        "bill": _bill(order, totals, speech) if totals else None,
        "verification": _verification(row),
        "order": row.body,
    }


def _shop(shop: Shop) -> dict[str, Any]:
    return {
        "name": printable(shop.name) if shop.name else None,
        "address": [printable(line) for line in shop.address],
        "taxId": printable(shop.tax_id) if shop.tax_id else None,
        "logo": shop.logo.as_posix() if shop.logo else None,
        "colors": dict(shop.colors),
    }


def _thanks(order: Order, shop: Shop, speech: Language) -> str:
    return (shop.thank_you or speech.words["thank_you"]).replace("{name}", order.customer_name)


def _verification(row: Row) -> dict[str, str] | None:
    """Where anyone can ask whether a file is this receipt; nowhere if the address is not known, or no address."""
    url = f"{row.api_url}receipt/{row.order_id}/verification"
    if not row.api_url or len(url) > _LONGEST_URL or not (url.isascii() and url.isprintable()):
        return None
    return {"url": url, "code": qr.svg(url)}


def _bill(order: Order, totals: Totals, speech: Language) -> dict[str, Any]:
    currency = order.currency or ""
    return {
        "currency": currency,
        "lines": [
            {
                "name": breakable(item.name, _A_COLUMN),
                "sku": breakable(item.sku, _A_COLUMN) if item.sku else None,
                "quantity": speech.number(item.quantity),
                "unitPrice": speech.amount(line // item.quantity, currency),
                "amount": speech.amount(line, currency),
            }
            for item, line in zip(order.items, totals.lines, strict=True)
        ],
        "subtotal": speech.amount(totals.subtotal, currency),
        "taxes": [
            {"rate": speech.percentage(rate), "amount": speech.amount(tax, currency)}
            for rate, tax in totals.taxes.items()
        ],
        "total": speech.price(totals.total, currency),
    }
