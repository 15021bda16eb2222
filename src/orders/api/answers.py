"""The answers that shops and operators both get: an order or a document that follows it, and a link to its PDF."""

from orders.api import http, present, present_documents
from orders.api.documents import ShownCorrection, ShownOrder, ShownRefund
from orders.order.document import Kind, row_id
from orders.order.ids import is_order_id
from orders.order.order import Order
from orders.ports import Outside
from orders.use_cases import documents, retrieve

FOLLOWING = {"refundId": Kind.CREDIT_NOTE, "correctionId": Kind.CORRECTED_RECEIPT}
"""The parameter of a path that names a document, and what kind it is."""
NOBODYS_ROW = "/"
"""An id that no row has."""


def row_id_of(request: http.Request) -> str:
    """The id of the row that the path names: that of an order, or of a document that follows it.

    The parts are checked each by itself, since a slash may be encoded in one. Where one is no id, the answer is the id
    of no row, so that the caller goes on with the same steps as for an unknown order.
    """
    order_id = request.path["orderId"]
    for name, kind in FOLLOWING.items():
        if document_id := request.path.get(name):
            return row_id(order_id, kind, document_id) if _are_ids(order_id, document_id) else NOBODYS_ROW
    return order_id if _are_ids(order_id) else NOBODYS_ROW


def kind_of(request: http.Request) -> Kind:
    """The kind of document that the path names, whether there is one or not."""
    return next((kind for name, kind in FOLLOWING.items() if name in request.path), Kind.RECEIPT)


def _are_ids(*parts: str) -> bool:
    return all(map(is_order_id, parts))


def order(request: http.Request, outside: Outside) -> http.Answer:
    """The order, or the document, that the path names, with its state and its history.

    Raises:
        UnknownOrder: no row has this id.
        Unavailable: the table did not answer.
    """
    return http.Answer(200, shown(retrieve.order(row_id_of(request), outside), outside))


def shown(row: Order, outside: Outside) -> ShownOrder | ShownRefund | ShownCorrection:
    """An order with the documents that follow it, or one of these documents.

    Raises:
        Unavailable: the table did not answer.
    """
    if row.document is None:
        return present.order(row, documents.of(row, outside).following)
    if row.document.kind is Kind.CREDIT_NOTE:
        return present_documents.refund(row)
    return present_documents.correction(row)


def receipt_link(request: http.Request, outside: Outside) -> http.Answer:
    """A link to the PDF of the order, or of the document, that the path names.

    Raises:
        UnknownOrder: no row has this id.
        OrderFailed, OrderCancelled: it has no PDF.
        Unavailable: the table or the bucket did not answer, or the PDF is lost.
    """
    found = retrieve.order(row_id_of(request), outside)
    link = retrieve.receipt_link(found, outside)
    return http.Answer(200, present.receipt_link(link, request.url(link.url))) if link else pending(found)


def pending(row: Order) -> http.Answer:
    """The PDF is being made: the caller should ask again."""
    return http.Answer(202, present.pending(row), {"Retry-After": str(http.RETRY_AFTER_SECONDS)})
