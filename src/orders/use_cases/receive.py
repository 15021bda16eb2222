"""Accept an order: it is stored durably before the caller gets an answer."""

import hmac
import json
from dataclasses import dataclass

from orders.order import ids, validation
from orders.order.errors import InvalidOrder, OrderConflict
from orders.order.history import SHOP
from orders.order.order import Order, Status
from orders.order.posted import PostedOrder
from orders.ports import Outside
from orders.use_cases import doorbell


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The stored order, and whether it was stored before this call."""

    order: Order
    replayed: bool


def accept(posted: PostedOrder, outside: Outside, api_url: str | None = None, by: str = SHOP) -> Acceptance:
    """Store the order and send a message for its receipt. Accepting the same order again is a replay.

    `api_url` is the API's address as the shop called it, `by` is who posted it; see `Order`.

    Raises:
        InvalidOrder: it was placed in the future.
        OrderConflict: another order has this id.
        Unavailable: the table did not answer; call again with the same order.
    """
    now = outside.clock()
    validation.refuse_future(posted, now)
    order = Order.received(posted, ids.receipt_token(outside.random_bytes(16)), now, api_url, by)
    kept = outside.table.create(order)
    if not _is_same(kept, order):
        raise OrderConflict("Another order has this id.")
    if kept.status is Status.RECEIVED:
        doorbell.notify(kept.order_id, outside.queue)
    return Acceptance(kept, replayed=kept.receipt_token != order.receipt_token)


def _is_same(kept: Order, order: Order) -> bool:
    """Whether both say the same. An older version may have kept a text that is normalised further today."""
    if hmac.compare_digest(kept.fingerprint, order.fingerprint):
        return True
    try:
        return validation.parse(json.loads(kept.body)).canonical() == order.body
    except InvalidOrder:
        return False
