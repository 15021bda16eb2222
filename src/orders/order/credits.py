"""The credit of a refund: what is given back of an order, of each line and of each tax.

The credits of an order never exceed it. When nothing remains, they add up to it exactly: by line, by tax and in total.
Amounts are whole minor units of the order's currency.
"""

from collections.abc import Iterator
from dataclasses import replace
from enum import StrEnum
from typing import TYPE_CHECKING

from orders.order import dividing, figures, money
from orders.order.credit import Credit as Credit
from orders.order.errors import ExceedsRemaining, InvalidOrder, WrongAmount, WrongField
from orders.order.ledger import Ledger
from orders.order.lists import MOST_FAULTS
from orders.order.requested import Requested
from orders.order.taken import Taken as Taken

if TYPE_CHECKING:
    from orders.order.posted import PostedOrder
    from orders.order.refund import PostedRefund


class SettlementState(StrEnum):
    """How much of an order was given back."""

    NONE = "NONE"
    PARTLY_REFUNDED = "PARTLY_REFUNDED"
    REFUNDED = "REFUNDED"


def settlement(posted: "PostedOrder", taken: Taken) -> SettlementState:
    ledger = Ledger.of(posted)
    if ledger is None or taken == Taken():
        return SettlementState.NONE
    remains = ledger.payable(ledger.whole - taken)
    return SettlementState.PARTLY_REFUNDED if remains else SettlementState.REFUNDED


def remaining(posted: "PostedOrder", taken: Taken) -> figures.Remaining | None:
    """The amounts that can still be given back; `None` if nothing in the order has a price."""
    ledger = Ledger.of(posted)
    return figures.of_rest(ledger, ledger.whole - taken) if ledger else None


def give(posted: "PostedOrder", taken: Taken, refund: "PostedRefund") -> tuple[Credit, Taken]:
    """The credit of a refund of an order of which so much was taken before, and what is taken with it.

    Raises:
        ExceedsRemaining: the refund takes more than remains.
        InvalidOrder: it does not fit the order, or gives nothing back.
    """
    ledger = Ledger.of(posted)
    if ledger is None:
        raise InvalidOrder([WrongField("#", "can't be a refund of this order: nothing in it has a price")])
    rest = ledger.whole - taken
    credit = _credit(ledger, rest, refund)
    if ledger.payable(credit) <= 0:
        raise _gives_nothing(ledger, rest, credit)
    paid = _paid(ledger, credit, refund)
    return Credit.of(ledger, credit, is_spread=refund.amount is not None, paid=paid), taken + credit


def _credit(ledger: Ledger, rest: Taken, refund: "PostedRefund") -> Taken:
    if refund.lines:
        return _of_lines(ledger, rest, refund)
    if refund.amount is not None:
        return _of_amount(ledger, rest, refund.amount)
    return rest


def _of_lines(ledger: Ledger, rest: Taken, refund: "PostedRefund") -> Taken:
    requested = Requested(ledger, rest)
    for number, line in enumerate(refund.lines):
        requested.add(number, line)
    if requested.wrong:
        raise InvalidOrder(requested.wrong[:MOST_FAULTS])
    if requested.beyond:
        raise ExceedsRemaining(requested.beyond[:MOST_FAULTS], figures.of_rest(ledger, rest))
    credit = dividing.of_parts(ledger, rest, requested.parts)
    left = rest - credit
    if not ledger.payable(left) or not any(part.amount for part in left.parts.values()):
        return rest
    _refuse_excess(ledger, rest, credit, "#/lines")
    return credit


def _of_amount(ledger: Ledger, rest: Taken, text: str) -> Taken:
    try:
        amount = money.to_minor(text, ledger.currency)
    except ValueError as error:
        raise WrongAmount("#/amount", str(error)) from None
    total, payable = ledger.total(rest), ledger.payable(rest)
    if amount > payable:
        detail = _too_much(payable, "the order", amount, ledger.currency)
        raise ExceedsRemaining([WrongField("#/amount", detail)], figures.of_rest(ledger, rest))
    if amount == payable:
        return rest
    if amount >= total:
        return replace(rest, rounding=amount - total)
    credit = dividing.of_amount(ledger, rest, amount)
    _refuse_excess(ledger, rest, credit, "#/amount")
    return credit


def _refuse_excess(ledger: Ledger, rest: Taken, credit: Taken, pointer: str) -> None:
    if details := list(_excess(ledger, rest, credit)):
        fields = [WrongField(pointer, detail) for detail in details]
        raise ExceedsRemaining(fields, figures.of_rest(ledger, rest))


def _excess(ledger: Ledger, rest: Taken, credit: Taken) -> Iterator[str]:
    """Sentences about the order and each of its taxes of which more is taken than remains, or less than nothing."""
    left, currency = rest - credit, ledger.currency
    if min(ledger.total(left), ledger.payable(left)) < 0:
        yield _too_much(ledger.payable(rest), "the order", ledger.payable(credit), currency)
    for row, (whole, after) in enumerate(zip(ledger.rows, ledger.taxes(left), strict=True)):
        name = f"{whole.name or 'the tax'}{'' if whole.rate is None else f' at {whole.rate:f} %'}"
        for column, (most, of) in enumerate(((whole.amount, name), (whole.base or 0, f"the amount with {name}"))):
            if not min(0, most) <= after[column] <= max(0, most):
                takes = ledger.taxes(credit)[row][column]
                if takes * most < 0:
                    yield f"must not take {money.text(takes, currency)} of {of}: name more of what bears this tax"
                else:
                    yield _too_much(ledger.taxes(rest)[row][column], of, takes, currency)


def _too_much(remains: int, of: str, takes: int, currency: str) -> str:
    return (
        f"must not take more than the {money.text(remains, currency)} that remains of {of};"
        f" it takes {money.text(takes, currency)}"
    )


def _gives_nothing(ledger: Ledger, rest: Taken, credit: Taken) -> InvalidOrder:
    if ledger.payable(rest) <= 0:
        return ExceedsRemaining(
            [WrongField("#", "can't give anything back: nothing remains of this order")], figures.of_rest(ledger, rest)
        )
    comes_to = money.text(ledger.payable(credit), ledger.currency)
    return WrongAmount("#/lines", f"must give something back to the customer; these come to {comes_to}")


def _paid(ledger: Ledger, credit: Taken, refund: "PostedRefund") -> int:
    """The sum of the payments."""
    wrong, paid = list[WrongField](), 0
    for number, payment in enumerate(refund.payments):
        try:
            paid += money.to_minor(payment.amount, ledger.currency)
        except ValueError as error:
            wrong.append(WrongField(f"#/payments/{number}/amount", str(error)))
    if wrong:
        raise InvalidOrder(wrong)
    if paid > (payable := ledger.payable(credit)):
        raise WrongAmount(
            "#/payments",
            f"must not come to more than what is given back: the refund gives back"
            f" {money.text(payable, ledger.currency)}, the payments come to {money.text(paid, ledger.currency)}",
        )
    return paid
