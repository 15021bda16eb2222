"""The export of documents: a row for each receipt, credit note or corrected receipt and tax.

The amounts of credit notes are negative. A corrected receipt has the amounts of the receipt that it replaces, so that
its own row has 0.00: whoever adds up a column counts each amount once.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from orders.api.export import amounts
from orders.api.export.amounts import ByTax
from orders.api.export.rows import Row, Rows, country
from orders.order import money
from orders.order.credit import Credit
from orders.order.document import Kind, parts_of
from orders.order.ledger import Ledger
from orders.order.order import Order
from orders.order.posted import PostedOrder
from orders.use_cases import documents

_AMOUNTS = ("base", "tax", "gross", "total")


def _of_document(row: Order) -> Iterator[Row]:
    about = _about(row)
    for by_tax in _amounts(row):
        yield {**about, **by_tax}


def _about(row: Order) -> Row:
    order_id, kind, document_id = parts_of(row.order_id)
    posted, named = row.posted, row.document.refers_to.number if row.document else None
    return {
        "kind": kind.value,
        "number": row.issue.text if row.issue else None,
        "id": document_id,
        "orderId": order_id,
        "orderNumber": posted.order_number,
        "date": documents.reference(row).at,
        "customerName": posted.customer_name,
        "customerCompany": posted.customer_company,
        "customerTaxId": posted.customer_tax_id,
        "country": country(posted),
        "currency": posted.currency,
        "replaces": named if kind is Kind.CORRECTED_RECEIPT else None,
        "credits": named if kind is Kind.CREDIT_NOTE else None,
    }


def _amounts(row: Order) -> Iterator[Row]:
    """The amounts of each tax; one row without amounts for an order in which nothing has a price."""
    ledger = Ledger.of(row.posted)
    if ledger is None:
        yield {}
    elif row.document is None:
        yield from _written(amounts.of_receipt(ledger), ledger.total(ledger.whole), row.posted)
    elif row.document.credited is None:
        yield dict.fromkeys(_AMOUNTS, money.from_minor(0, ledger.currency))
    else:
        credit = Credit.from_document(row.document.credited)
        yield from _written(amounts.of_credit(ledger, credit), credit.total, row.posted, sign=-1)


def _written(found: Sequence[ByTax], total: int, posted: PostedOrder, sign: int = 1) -> Iterator[Row]:
    def amount(minor: int | None) -> Decimal | None:
        return None if minor is None else money.from_minor(sign * minor, posted.currency or "")

    for each in found:
        tax = each.tax
        yield {
            "taxName": tax.name if tax else None,
            "rate": tax.rate if tax else None,
            "category": tax.category if tax else None,
            "base": amount(tax.base if tax else each.gross),
            "tax": amount(tax.amount if tax else 0),
            "gross": amount(each.gross),
            "total": amount(total),
        }


DOCUMENTS = Rows(
    "documents",
    (
        "kind", "number", "id", "orderId", "orderNumber", "date", "customerName", "customerCompany", "customerTaxId",
        "country", "currency", "taxName", "rate", "category", "base", "tax", "gross", "total", "replaces", "credits",
        "problem",
    ),
    "problem",
    _of_document,
)  # fmt: skip
