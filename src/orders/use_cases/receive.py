"""Accept an order: its row is durable before anyone is told so."""

import hmac
from dataclasses import dataclass

from orders.order import ids
from orders.order.errors import OrderConflict
from orders.order.order import Order, Status
from orders.order.posted import PostedOrder
from orders.ports import Outside
from orders.use_cases import doorbell


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The row that stands for the order, and whether it stood there before this call."""

    row: Order
    replayed: bool


def accept(order: PostedOrder, outside: Outside, api_url: str | None = None) -> Acceptance:
    """Keep the order and ask for its receipt. The same order may be accepted any number of times.

    `api_url` is where the receipt will tell its reader to look; see `Order`.

    Raises:
        OrderConflict: another order has this id.
        Unavailable: the table did not answer; call again with the same order.
    """
    row = Order.received(order, ids.receipt_token(outside.random_bytes(16)), outside.clock(), api_url)
    kept = outside.table.create(row)
    if not hmac.compare_digest(kept.fingerprint, row.fingerprint):
        raise OrderConflict("Another order has this id.")
    if kept.status is Status.RECEIVED:
        doorbell.ring(kept.order_id, outside.queue)
    return Acceptance(kept, replayed=kept.receipt_token != row.receipt_token)
