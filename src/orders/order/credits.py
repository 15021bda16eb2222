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
    """What can still be given back; `None` if nothing in the order has a price."""
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
        raise InvalidOrder([WrongField("#", "can't be given back: nothing in this order has a price")])
    rest = ledger.whole - taken
    credit = _credit(ledger, rest, refund)
    _refuse_nothing(ledger, credit, refund)
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
        detail = _only(payable, "the order", amount, ledger.currency)
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
    left = rest - credit
    if min(ledger.total(left), ledger.payable(left)) < 0:
        yield _only(ledger.payable(rest), "the order", ledger.payable(credit), ledger.currency)
    for whole, remains, takes, after in zip(*map(ledger.taxes, (ledger.whole, rest, credit, left)), strict=True):
        name = f"{whole.name or 'the tax'}{'' if whole.rate is None else f' at {whole.rate:f} %'}"
        if _is_beyond(after.amount, whole.amount):
            yield _only(remains.amount, name, takes.amount, ledger.currency)
        elif _is_beyond(after.base or 0, whole.base or 0):
            yield _only(remains.base or 0, f"the amount with {name}", takes.base or 0, ledger.currency)


def _is_beyond(left: int, whole: int) -> bool:
    """Whether more was taken than there was, or less than nothing."""
    return not min(0, whole) <= left <= max(0, whole)


def _only(remains: int, of: str, takes: int, currency: str) -> str:
    if takes * remains < 0:
        return f"must not take {money.text(takes, currency)} of {of}, of which {money.text(remains, currency)} remains"
    return f"only {money.text(remains, currency)} remains of {of}; the refund takes {money.text(takes, currency)}"


def _refuse_nothing(ledger: Ledger, credit: Taken, refund: "PostedRefund") -> None:
    payable = ledger.payable(credit)
    if payable > 0:
        return
    if not (refund.lines or refund.amount):
        raise WrongAmount("#", "gives nothing back: nothing remains of this order")
    raise WrongAmount(
        "#/lines",
        f"must give something back to the customer, and these lines come to {money.text(payable, ledger.currency)}",
    )


def _paid(ledger: Ledger, credit: Taken, refund: "PostedRefund") -> int:
    """What the payments come to."""
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
