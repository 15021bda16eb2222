"""Try a failed order again, for an operator."""

from orders.order.document import Document, Kind
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
    keep_the_latest(order, outside, by)
    doorbell.notify(order.order_id, outside.queue)
    return order


def refuse_superseded(row: Order, outside: Outside) -> None:
    """Refuse a corrected receipt after which another one was requested: both would replace the same receipt.

    Raises:
        NotRetryable: there is a later one.
    """
    if document := _correction(row):
        _refuse_earlier(document, outside.table.read(document.order_id))


def keep_the_latest(row: Order, outside: Outside, by: str) -> None:
    """Note the retry of a corrected receipt in the row of its order, so that a later correction waits for it.

    Whoever requests one now has seen the corrected receipt FAILED, or has to look again.

    Raises:
        NotRetryable: a later correction came first. This one is FAILED again.
    """
    if (document := _correction(row)) is None:
        return
    order = outside.table.read(document.order_id)
    try:
        while True:
            _refuse_earlier(document, order)
            noted = order.correction_retried(document.id, outside.clock(), by)
            order = outside.table.replace(order, noted)
            if order == noted:
                return
    except NotRetryable as error:
        while row.status is Status.RECEIVED:
            row = outside.table.replace(row, row.failed(str(error), outside.clock(), by))
        raise


def _correction(row: Order) -> Document | None:
    return row.document if row.document and row.document.kind is Kind.CORRECTED_RECEIPT else None


def _refuse_earlier(document: Document, order: Order) -> None:
    corrections = [each.id for each in order.settlement.documents if each.kind is Kind.CORRECTED_RECEIPT]
    if corrections[-1:] != [document.id]:
        raise NotRetryable("A later correction took its place; only the latest one can be retried.")
