"""The body of a refund. The fields are declared as those of an order: see `orders.order.posted`."""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from orders.order import canonical, rules
from orders.order.parts import METHODS, STRICT, Payment
from orders.order.posted import MOST_ITEMS, MOST_PARTS
from orders.order.rule import ListOf


@dataclass(frozen=True, slots=True)
class RefundLine:
    """A line item or a charge of the order: all that remains of it, or a part of that."""

    __pydantic_config__: ClassVar = STRICT

    item: Annotated[int | None, rules.position("The position of a line item in the order. The first is 1.")] = None
    charge: Annotated[int | None, rules.position("The position of a charge in the order. The first is 1.")] = None
    quantity: Annotated[
        int | str | None,
        rules.positive_quantity(
            "How much of the line item is given back: a whole number, or a decimal as text with at most 6 decimals."
        ),
    ] = None
    amount: Annotated[
        str | None,
        rules.positive_amount(
            "How much of the line or the charge is given back: a part of its amount as the receipt prints it, before"
            " the discounts of the whole order, and with tax only if `pricesIncludeTax`."
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class RefundPayment(Payment):
    """How an amount went back to the customer."""

    __pydantic_config__: ClassVar = STRICT

    method: Annotated[str, rules.one_of("How the money went back.", *METHODS)]
    amount: Annotated[str, rules.amount("The amount that was given back.", instead="it is what the customer gets")]
    paid_at: Annotated[str | None, rules.instant("When it was given back, with an offset (RFC 3339).")] = None


@dataclass(frozen=True)
class PostedRefund:
    """The body of `POST /orders/{orderId}/refunds`.

    With `lines`, these are given back; with `amount`, so much of the order; with neither, all that remains of it.
    """

    __pydantic_config__: ClassVar = STRICT

    refund_id: Annotated[
        str,
        rules.order_id(
            "The shop's own id of the refund, unique within the order: 1 to 64 letters, digits, dots, underscores or"
            " hyphens. The server makes an id if there is none."
        ),
    ]
    reason: Annotated[
        str | None, rules.line("Why the money goes back, in one line. It is printed on the credit note.", 500)
    ] = None
    lines: Annotated[
        tuple[RefundLine, ...],
        ListOf("The line items and charges that are given back.", most=MOST_ITEMS + MOST_PARTS),
    ] = ()
    amount: Annotated[
        str | None,
        rules.positive_amount(
            "An amount of the whole order, with tax, instead of `lines`. It is spread over the taxes in proportion to"
            " what remains of them."
        ),
    ] = None
    payments: Annotated[
        tuple[RefundPayment, ...], ListOf("How the money went back to the customer.", most=MOST_PARTS)
    ] = ()
    refunded_at: Annotated[
        str | None,
        rules.instant(
            "When the money went back, with an offset (RFC 3339). It is printed on the credit note, beside the date of"
            " issue. It must not be in the future."
        ),
    ] = None

    @staticmethod
    def stored(text: str) -> "PostedRefund":
        """An accepted refund, from its canonical form: not judged again.

        Raises:
            NewerVersion: it has a field that this version does not know.
        """
        return canonical.read(PostedRefund, text)

    def canonical(self, currency: str | None) -> str:
        """The refund as JSON text that is the same for every way of writing the same refund. See `PostedOrder`."""
        return canonical.written(self.document(currency))

    def document(self, currency: str | None) -> dict[str, Any]:
        """The same refund before it is written as text; amounts with all of the currency's decimals."""
        return canonical.document(self, currency)
