"""Accept a refund or a correction, from a shop or an operator: body in, 202 out."""

from typing import Any

from orders.api import answers, http, present_documents
from orders.api.http import dry_run, idempotency
from orders.order import validation
from orders.order.document import Kind
from orders.order.history import SHOP
from orders.order.order import Order
from orders.ports import Outside
from orders.shop import public_url
from orders.use_cases import correct, refund


def refunded(request: http.Request, outside: Outside, operator: str | None = None) -> http.Answer:
    """Store a refund of the order that the path names. `operator` is the name of the one who posts it, if not a shop.

    A dry run stores nothing: it answers what the refund would give back.

    Raises:
        BadRequest: the body is no refund, or does not fit the order; of each kind.
        UnknownOrder, NotRefundable, RefundConflict, Unavailable: see `orders.use_cases.refund`.
    """
    posted = validation.parse_refund(_with_id(request, "refundId", Kind.CREDIT_NOTE, outside))
    order_id = answers.row_id_of(request)
    if dry_run.is_requested(request, "a refund"):
        order, credit = refund.check(order_id, posted, outside)
        return http.Answer(200, present_documents.checked_refund(order.posted, posted, credit))
    api_url = _api_url(request, operator)
    accepted = refund.accept(order_id, posted, outside, by=operator or SHOP, api_url=api_url)
    url = _permanent_link(accepted.row, api_url or request.base_url)
    headers = _headers(request, accepted.row, replayed=accepted.replayed, operator=operator)
    return http.Answer(202, present_documents.accepted_refund(accepted.row, url), headers)


def corrected(request: http.Request, outside: Outside, operator: str | None = None) -> http.Answer:
    """Store a correction of the receipt of the order that the path names. `operator` is as for a refund.

    Raises:
        BadRequest: the body is no correction, or does not fit the order; of each kind. Or it is to be a dry run.
        UnknownOrder, NotCorrectable, CorrectionConflict, Unavailable: see `orders.use_cases.correct`.
    """
    dry_run.refuse(request)
    posted = validation.parse_correction(_with_id(request, "correctionId", Kind.CORRECTED_RECEIPT, outside))
    order_id, api_url = answers.row_id_of(request), _api_url(request, operator)
    accepted = correct.accept(order_id, posted, outside, by=operator or SHOP, api_url=api_url)
    url = _permanent_link(accepted.row, api_url or request.base_url)
    headers = _headers(request, accepted.row, replayed=accepted.replayed, operator=operator)
    return http.Answer(202, present_documents.accepted_correction(accepted.row, url), headers)


def _with_id(request: http.Request, name: str, kind: Kind, outside: Outside) -> Any:
    """The document in the body. If it has no id, it gets one, which the same `Idempotency-Key` makes for this order."""
    document, key = request.json(), idempotency.key(request)
    if isinstance(document, dict) and name not in document:
        scope = f"{request.path['orderId']}/{kind.folder}"
        document[name] = idempotency.made_up_id(key, outside, scope)
    return document


def _api_url(request: http.Request, operator: str | None) -> str | None:
    """The address that the document's links have. An operator calls by another one: the order's is kept."""
    if operator is not None:
        return None
    public_url.warn_unless_public(request.base_url)
    return request.base_url


def _permanent_link(row: Order, base_url: str) -> str:
    """The customer's link to the document."""
    return f"{row.api_url or base_url}receipt/{row.order_id}/{row.receipt_token}"


def _headers(request: http.Request, row: Order, *, replayed: bool, operator: str | None) -> dict[str, str]:
    place = "orders" if operator is None else "operations/orders"
    location = {"Location": request.url(f"{place}/{row.order_id}")}
    return location | ({"Idempotent-Replayed": "true"} if replayed else {})
