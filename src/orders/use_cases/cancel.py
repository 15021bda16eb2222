"""Cancel an order that has no receipt yet, for an operator. This can't be undone."""

from orders.order.errors import NotCancellable
from orders.order.order import MOVES, Order, Status
from orders.ports import Outside
from orders.use_cases import retrieve


def cancel(order_id: str, outside: Outside, by: str) -> Order:
    """Move an order to `CANCELLED`, and return it. An order that is already cancelled stays as it is.

    Raises:
        UnknownOrder: no order has this id.
        NotCancellable: its receipt has been issued; or it is a document that follows a receipt: what it says happened.
        Unavailable: the table did not answer; call again.
    """
    order = retrieve.order(order_id, outside)
    if order.document:
        raise NotCancellable
    while Status.CANCELLED in MOVES[order.status]:
        order = outside.table.replace(order, order.cancelled(outside.clock(), by))
    if order.status is not Status.CANCELLED:
        raise NotCancellable
    return order
