"""Try a failed order again, for an operator."""

from orders.order.document import Kind
from orders.order.errors import NotRetryable
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.use_cases import doorbell, retrieve


def try_again(order_id: str, outside: Outside, by: str) -> Order:
    """Move a failed order back to `RECEIVED`, send a message for its receipt, and return the order.

    Raises:
        UnknownOrder: no order has this id.
        NotRetryable: the order did not fail.
        Unavailable: the table did not answer; call again.
    """
    order = retrieve.order(order_id, outside)
    if order.status is not Status.FAILED:
        raise NotRetryable(f"The order is {order.status}; only a FAILED order can be retried.")
    refuse_superseded(order, outside)
    while order.status is Status.FAILED:
        order = outside.table.replace(order, order.retried(outside.clock(), by))
    if order.status is Status.CANCELLED:
        raise NotRetryable("The order was cancelled meanwhile.")
    doorbell.notify(order.order_id, outside.queue)
    return order


def refuse_superseded(order: Order, outside: Outside) -> None:
    """Refuse a corrected receipt after which another one was requested: both would replace the same receipt.

    Raises:
        NotRetryable: there is a later one.
    """
    if order.document is None or order.document.kind is not Kind.CORRECTED_RECEIPT:
        return
    known = outside.table.read(order.document.order_id).settlement.documents
    corrections = [each.id for each in known if each.kind is Kind.CORRECTED_RECEIPT]
    if corrections[-1:] != [order.document.id]:
        raise NotRetryable("A later correction took its place; only the latest one can be retried.")
