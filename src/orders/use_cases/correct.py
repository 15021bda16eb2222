"""Accept a correction of the buyer's data. It makes a receipt with the same amounts, which replaces the one before."""

from orders.order import canonical
from orders.order.correction import PostedCorrection
from orders.order.document import MOST_DOCUMENTS, Document, DocumentReference, Kind, fingerprint
from orders.order.errors import CorrectionConflict, NotCorrectable, UnknownOrder
from orders.order.history import SHOP
from orders.order.order import Order, Status
from orders.ports import Outside
from orders.use_cases import documents, follow, retrieve
from orders.use_cases.follow import Following


def accept(
    order_id: str, correction: PostedCorrection, outside: Outside, *, by: str = SHOP, api_url: str | None = None
) -> Following:
    """Store a correction, and send a message for the new receipt. Accepting the same correction again is a replay.

    Raises:
        UnknownOrder: no order has this id.
        NotCorrectable: the order is not completed, another correction is being made, or too many documents follow it.
        CorrectionConflict: another correction of this order has this id.
        InvalidOrder: the correction does not fit the order. Nothing is stored.
        Unavailable: the table did not answer; call again with the same correction.
    """
    order = retrieve.order(order_id, outside)
    if order.document:
        raise UnknownOrder
    refuse(order)
    posted = correction.document()
    digest = fingerprint(canonical.written(posted), None)

    def build(order: Order) -> tuple[Order, Order]:
        known = documents.of(order, outside)
        if follow.has_too_many(order):
            raise NotCorrectable(f"The order has {MOST_DOCUMENTS} documents already, which is the most it can have.")
        if known.waits_for_correction:
            raise NotCorrectable("Another corrected receipt of this order is being made. Try again in a moment.")
        now, receipt, corrected = outside.clock(), known.receipt, correction.applied_to(known.receipt.posted)
        document = Document(
            Kind.CORRECTED_RECEIPT,
            order.order_id,
            correction.correction_id,
            posted,
            documents.reference(receipt),
            ordered_at=documents.ordered_at(order),
        )
        reference = DocumentReference(Kind.CORRECTED_RECEIPT, correction.correction_id, now, digest)
        after = order.followed(reference, f"correction {correction.correction_id} accepted", by)
        return after, Order.following(
            document, receipt, corrected, now, by=by, api_url=api_url, total=corrected.total_text()
        )

    try:
        return follow.store(order, Kind.CORRECTED_RECEIPT, correction.correction_id, digest, build, outside)
    except follow.IdTaken:
        raise CorrectionConflict("Another correction of this order has this id.") from None


def refuse(order: Order) -> None:
    """Refuse an order that can't be corrected.

    Raises:
        NotCorrectable: it says why.
    """
    if order.is_canary:
        raise NotCorrectable("The canary posted this order: it has no customer.")
    if order.status is not Status.COMPLETED:
        raise NotCorrectable(f"The order is {order.status}; only the receipt of a COMPLETED order can be corrected.")
