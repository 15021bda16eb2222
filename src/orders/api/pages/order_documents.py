"""The page with all documents of an order: what a browser gets at the order's link when others follow the receipt."""

from html import escape

from orders.api import http, present
from orders.api.pages import layout, receipt
from orders.api.pages.speech import Speech
from orders.order.clock import to_iso
from orders.order.document import Kind, parts_of
from orders.order.order import Order, Status
from orders.shop import shop
from orders.use_cases.documents import Documents

RECEIPT_ITSELF = "receipt"
"""The value of the parameter `document` that leads past this page."""
_KINDS = {
    Kind.RECEIPT: "document_receipt",
    Kind.CREDIT_NOTE: "document_credit_note",
    Kind.CORRECTED_RECEIPT: "document_corrected_receipt",
}
_STATES = {Status.RECEIVED: "document_pending", Status.FAILED: "document_failed"}


def answer(known: Documents, speech: Speech) -> http.Answer:
    """Each document with its number, its date and a link. The script writes the dates as the reader's language does.

    Raises:
        Misconfigured: the shop's file can't be used.
    """
    title = speech.pages["documents"]
    lines = "\n".join(_line(row, speech) for row in (known.order, *known.following))
    zone = escape(shop.configured().time_zone)
    main = f'{receipt.number(known.order, speech)}\n<h1>{escape(title)}</h1>\n<ul data-zone="{zone}">\n{lines}\n</ul>'
    return layout.answer(200, speech, title, main, script=layout.text("order_documents.js"))


def _line(row: Order, speech: Speech) -> str:
    _, kind, _ = parts_of(row.order_id)
    name = escape(speech.pages[_KINDS[kind]])
    number = f" {layout.apart(row.issue.text)}" if row.issue else ""
    at = to_iso(present.date(row))
    state = f" {escape(speech.pages[_STATES[row.status]])}" if row.status in _STATES else ""
    return (
        f'<li><a href="{escape(_link(row))}">{name}{number}</a>'
        f' <span class="quiet"><time datetime="{at}">{at[:10]}</time>{state}</span></li>'
    )


def _link(row: Order) -> str:
    """Relative to the order's own link: a proxy may serve the API below a path that only browsers know."""
    order_id, kind, _ = parts_of(row.order_id)
    if kind is Kind.RECEIPT:
        return f"?document={RECEIPT_ITSELF}"
    return f"{row.order_id.removeprefix(f'{order_id}/')}/{row.receipt_token}"
