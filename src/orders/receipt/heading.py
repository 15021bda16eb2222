"""The amount at the top of the receipt."""

from orders.receipt.bill import Bill


def of(bill: Bill) -> dict[str, str | None]:
    """The amount of the document, and whether it is paid, if the order says so."""
    totals, state = bill.totals, None
    if bill.posted.payments:
        state = bill.word("paid") if totals.due <= 0 else f"{bill.word('due')}: {bill.price(totals.due)}"
    return {"amount": bill.price(totals.payable), "state": state}
