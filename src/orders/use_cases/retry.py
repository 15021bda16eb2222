"""Give a failed order another chance, at an operator's word."""

from orders.order.errors import NotRetryable
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.use_cases import doorbell as bell
from orders.use_cases import retrieve


def try_again(order_id: str, outside: Outside, by: str) -> Order:
    """Move a failed order back to `RECEIVED` and ask for its receipt; the row as it is then.

    Raises:
        UnknownOrder: no row has this id.
        NotRetryable: the order did not fail.
        Unavailable: the table did not answer; call again.
    """
    row = retrieve.order(order_id, outside)
    if row.status is not Status.FAILED:
        raise NotRetryable(f"The order is {row.status}; only a FAILED order can be retried.")
    while row.status is Status.FAILED:
        row = outside.table.replace(row, row.retried(outside.clock(), by))
    if row.status is Status.CANCELLED:
        raise NotRetryable("The order was cancelled meanwhile.")
    bell.ring(row.order_id, outside.queue)
    return row
