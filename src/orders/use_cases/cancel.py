"""Cancel an order that has no receipt yet, at an operator's word. Nothing takes it back."""

from orders.order.errors import NotCancellable
from orders.order.order import MOVES, Order, Status
from orders.ports import Outside
from orders.use_cases import retrieve


def cancel(order_id: str, outside: Outside, by: str) -> Order:
    """Move an order to `CANCELLED`; the row as it is then. One that is cancelled already stays as it is.

    Raises:
        UnknownOrder: no row has this id.
        NotCancellable: its receipt has been issued.
        Unavailable: the table did not answer; call again.
    """
    order = retrieve.order(order_id, outside)
    while Status.CANCELLED in MOVES[order.status]:
        order = outside.table.replace(order, order.cancelled(outside.clock(), by))
    if order.status is not Status.CANCELLED:
        raise NotCancellable
    return order
