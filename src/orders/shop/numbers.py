"""Which series a document gets its number from, by the patterns in `shop.toml`."""

from datetime import datetime

from orders.order.document import Kind
from orders.shop.patterns import YEAR
from orders.shop.shop import Shop
from orders.shop.times import local


def series(kind: Kind, shop: Shop, at: datetime) -> str | None:
    """The series of a document of this kind that is issued now, as in `R2026-{number:06}`; None without numbers.

    The year is that of the issue date in the shop's time zone.
    """
    pattern = shop.numbers.get("credit_note" if kind is Kind.CREDIT_NOTE else "receipt")
    return pattern.replace(YEAR, f"{local(at, shop.zone).year:04}") if pattern else None
