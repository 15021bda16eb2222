"""Accept an order: its row is durable before anyone is told so."""

import hmac
import logging
from dataclasses import dataclass

from orders import ids
from orders.errors import OrderConflict, Unavailable
from orders.order import Order
from orders.ports import Outside
from orders.row import Row, Status

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The row that stands for the order, and whether it stood there before this call."""

    row: Row
    replayed: bool


def accept(order: Order, outside: Outside, api_url: str | None = None) -> Acceptance:
    """Keep the order and ask for its receipt. The same order may be accepted any number of times.

    `api_url` is where the receipt will tell its reader to look; see `Row`.

    Raises:
        OrderConflict: another order has this id.
        Unavailable: the table did not answer; call again with the same order.
    """
    row = Row.received(order, ids.receipt_token(outside.random_bytes(16)), outside.clock(), api_url)
    kept = outside.table.create(row)
    if not hmac.compare_digest(kept.fingerprint, row.fingerprint):
        raise OrderConflict("Another order has this id.")
    if kept.status is Status.RECEIVED:
        ring(kept.order_id, outside)
    return Acceptance(kept, replayed=kept.receipt_token != row.receipt_token)


def ring(order_id: str, outside: Outside) -> None:
    """Ask for the order's receipt now; when nobody hears, Sweep asks again later."""
    try:
        outside.queue.ring([order_id])
    except Unavailable as error:
        log.warning("bell not rung for order %s: %s", order_id, error)
