"""The attachment of a document, for programs: the order or its refund, with the printed figures."""

import json
from dataclasses import replace
from typing import Any

from orders.order import canonical, figures
from orders.order.clock import to_iso
from orders.order.document import Document
from orders.order.order import Order
from orders.shop import credited, title


def name(order: Order) -> str:
    """From the root: otherwise the typesetter would name it by the folder of the page."""
    return "/credit-note.json" if title.is_credit_note(order) else "/order.json"


def text(order: Order) -> str:
    """JSON, without the customer's e-mail address, which the page does not show either.

    The order's own fields, its `totals`, and the document's `number` and `issuedAt` if it has any. A corrected receipt
    also says what it `replaces`. That of a credit note has the `order`, the `refund` as it was posted, and what is
    `credited`, as `totals`.
    """
    body = _body(order)
    if title.is_credit_note(order) and order.document:
        return canonical.written(_credit_note(json.loads(body), order, order.document))
    more = _totals(order) | _names(order)
    if order.document:
        more["replaces"] = _reference(order.document)
    return canonical.written(json.loads(body) | more) if more else body


def _body(order: Order) -> str:
    posted = order.posted
    return replace(posted, customer_email=None).canonical() if posted.customer_email else order.body


def _totals(order: Order) -> dict[str, Any]:
    return {"totals": figures.of(order.posted)} if order.posted.totals else {}


def _names(order: Order) -> dict[str, Any]:
    """The number and the date of issue, as far as the document has them."""
    number, at = order.issue.text if order.issue else None, title.issued_at(order)
    return {name: value for name, value in (("number", number), ("issuedAt", at and to_iso(at))) if value}


def _credit_note(body: dict[str, Any], order: Order, document: Document) -> dict[str, Any]:
    return {
        **_names(order),
        "credits": _reference(document),
        "order": body | _totals(order),
        "refund": document.posted,
        "credited": figures.of_credit(credited.credit_of(document), order.posted),
    }


def _reference(document: Document) -> dict[str, str]:
    return {"number": document.refers_to.number, "date": to_iso(document.refers_to.at)}
