"""The amount at the top of the receipt."""

from orders.receipt.bill import Bill


def of_credit(bill: Bill, *, went_back: bool) -> dict[str, str | None]:
    """The amount of a credit note, and whether it went back, if the refund says so."""
    return {"amount": bill.price(bill.totals.payable), "state": bill.word("refunded") if went_back else None}


def of(bill: Bill) -> dict[str, str | None]:
    """The amount of the document, and whether it is paid, if the order says so."""
    totals, state = bill.totals, None
    if bill.posted.payments:
        state = bill.word("paid") if totals.due <= 0 else f"{bill.word('due')}: {bill.price(totals.due)}"
    return {"amount": bill.price(totals.payable), "state": state}
