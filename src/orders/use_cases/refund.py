"""Accept a refund of a completed order. It makes a credit note."""

from orders.order import canonical, money, validation
from orders.order.credits import Credit, Taken, give
from orders.order.document import MOST_DOCUMENTS, Document, DocumentReference, Kind, fingerprint
from orders.order.errors import NotRefundable, RefundConflict, UnknownOrder
from orders.order.history import SHOP
from orders.order.order import Order, Status
from orders.order.refund import PostedRefund
from orders.ports import Outside
from orders.use_cases import documents, follow, retrieve
from orders.use_cases.follow import Following


def accept(
    order_id: str, refund: PostedRefund, outside: Outside, *, by: str = SHOP, api_url: str | None = None
) -> Following:
    """Store a refund, and send a message for its credit note. Accepting the same refund again is a replay.

    The order's own row decides by compare-and-set, so that credits never exceed the order, however many ask at once.

    Raises:
        UnknownOrder: no order has this id.
        NotRefundable: the order is not completed, or too many documents follow it.
        RefundConflict: another refund of this order has this id.
        InvalidOrder, ExceedsRemaining: the refund does not fit the order. Nothing is stored.
        Unavailable: the table did not answer; call again with the same refund.
    """
    validation.refuse_future_refund(refund, outside.clock())
    order = _refundable(order_id, outside)
    posted = refund.document(order.posted.currency)
    digest = fingerprint(canonical.written(posted), None)

    def build(order: Order) -> tuple[Order, Order]:
        _refuse_too_many(order)
        credit, taken = give(order.posted, Taken.from_document(order.settlement.taken), refund)
        now, receipt = outside.clock(), documents.of(order, outside).receipt
        document = Document(
            Kind.CREDIT_NOTE,
            order.order_id,
            refund.refund_id,
            posted,
            documents.reference(receipt),
            credit.to_document(),
            documents.ordered_at(order),
        )
        total, given = (money.text(each, order.posted.currency or "") for each in (credit.total, credit.payable))
        reference = DocumentReference(Kind.CREDIT_NOTE, refund.refund_id, now, digest, total)
        after = order.followed(reference, f"refund {refund.refund_id} of {given} accepted", by, taken.to_document())
        row = Order.following(document, receipt, receipt.posted, now, by=by, api_url=api_url, total=total)
        return after, row

    try:
        return follow.store(order, Kind.CREDIT_NOTE, refund.refund_id, digest, build, outside)
    except follow.IdTaken:
        raise RefundConflict("Another refund of this order has this id.") from None


def check(order_id: str, refund: PostedRefund, outside: Outside) -> tuple[Order, Credit]:
    """The order, and what the refund would give back of it. Nothing is stored.

    Raises:
        UnknownOrder, NotRefundable, InvalidOrder, ExceedsRemaining, Unavailable: as `accept` does.
    """
    validation.refuse_future_refund(refund, outside.clock())
    order = _refundable(order_id, outside)
    _refuse_too_many(order)
    credit, _ = give(order.posted, Taken.from_document(order.settlement.taken), refund)
    return order, credit


def _refundable(order_id: str, outside: Outside) -> Order:
    order = retrieve.order(order_id, outside)
    if order.document:
        raise UnknownOrder
    refuse(order)
    return order


def _refuse_too_many(order: Order) -> None:
    if follow.has_too_many(order):
        raise NotRefundable(f"The order has {MOST_DOCUMENTS} documents already, which is the most it can have.")


def refuse(order: Order) -> None:
    """Refuse an order that can't be refunded.

    Raises:
        NotRefundable: it says why.
    """
    if order.is_canary:
        raise NotRefundable("The canary posted this order: it has no customer.")
    if order.status is not Status.COMPLETED:
        raise NotRefundable(f"The order is {order.status}; only a COMPLETED order can be refunded.")
