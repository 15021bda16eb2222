"""Give documents their numbers, right before they are drawn."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from orders.order.document import parts_of
from orders.order.errors import OrdersError
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.shop import numbers, shop

log = logging.getLogger(__name__)


def numbered(order: Order, outside: Outside) -> Order:
    """The order with its number, if it is to have one.

    It may have moved meanwhile, and have none then.

    Raises:
        Misconfigured: the shop's file can't be used.
        Unavailable: the table did not say whether it has given a number; begin again with the order's row.
    """
    while wanted := _wanted([order], now := outside.clock()):
        (order,) = outside.table.issue(wanted, now)
    return order


def for_all(order_ids: Sequence[str], read: Callable[[str], Order], outside: Outside) -> Callable[[str], Order]:
    """Give numbers to all of these orders that are to have one, in one write, and return how to read them now.

    This raises nothing: an order that could not be read, or given a number, is read again when it is needed.
    """
    found = dict[str, Order]()
    try:
        if not shop.configured().numbers:
            return read
        for order_id in dict.fromkeys(order_ids):
            found |= _readable(order_id, read)
        now = outside.clock()
        wanted = _wanted(list(found.values()), now)
        issued = outside.table.issue(wanted, now) if wanted else []
    except OrdersError as error:
        log.warning("%d orders get their numbers one by one: %s", len(order_ids), error)
        return outside.table.read
    found |= {order.order_id: order for order in issued}
    return lambda order_id: found[order_id] if order_id in found else read(order_id)


def _readable(order_id: str, read: Callable[[str], Order]) -> dict[str, Order]:
    """The order, unless it can't be read."""
    try:
        return {order_id: read(order_id)}
    except OrdersError:
        return {}


def _wanted(orders: Sequence[Order], now: datetime) -> list[tuple[Order, str]]:
    """Those that are to have a number, each with the series of the year in which it is issued `now`.

    The canary's orders have none.
    """
    configured = shop.configured()
    if not configured.numbers:
        return []
    waiting = [each for each in orders if each.status is Status.RECEIVED and not each.issue and not each.is_canary]
    series = ((order, numbers.series(parts_of(order.order_id)[1], configured, now)) for order in waiting)
    return [(order, name) for order, name in series if name]
