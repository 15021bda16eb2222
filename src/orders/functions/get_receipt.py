"""GET /receipt/{orderId}, for the shop, and /receipt/{orderId}/{receiptToken}, for the customer: a link to the PDF.

And /receipt/{orderId}/verification, for anyone who has a PDF: whether it is the receipt that was issued. The same for
credit notes and corrected receipts, below refunds/{refundId} and corrections/{correctionId}. Customers' browsers get
pages.
"""

from dataclasses import replace

from orders.api import answers, http, present
from orders.api.http import preferences
from orders.api.pages import layout, order_documents, verification, way_back
from orders.api.pages import receipt as receipt_page
from orders.edition import connect
from orders.order.errors import OrdersError
from orders.order.order import Order
from orders.use_cases import documents, retrieve, verify

outside = connect()
VARY = {"Vary": "Accept"}


def for_shop(request: http.Request) -> http.Answer:
    return answers.receipt_link(request, outside)


def for_customer(request: http.Request) -> http.Answer:
    """The same steps for a browser and for a program, up to the form of the answer."""
    row: Order | None = None
    try:
        row = retrieve.order_of_customer(answers.row_id_of(request), request.path["receiptToken"], outside)
        if listed := _listed(row, request):
            return listed
        answer = _opened(row, request)
    except OrdersError as error:
        answer = http.problem(error)
    if answer.status != 303 and preferences.prefers_html(request.headers):
        speech = layout.speech_for(request.headers, row)
        return receipt_page.answer(answer, speech, row, answers.kind_of(request))
    return replace(answer, headers={**answer.headers, **VARY})


def _listed(order: Order, request: http.Request) -> http.Answer | None:
    """The page with all documents, for a browser at the link of an order that has several."""
    wants_receipt = request.query.get("document") == order_documents.RECEIPT_ITSELF
    if not order.settlement.documents or wants_receipt or not preferences.prefers_html(request.headers):
        return None
    return order_documents.answer(documents.of(order, outside), layout.speech_for(request.headers, order))


def _opened(row: Order, request: http.Request) -> http.Answer:
    """On AWS the file is at another address, which no cookie of ours reaches."""
    link = retrieve.receipt_link(row, outside)
    if link is None:
        return answers.pending(row)
    location = request.url(link.url)
    is_ours = location != link.url
    cookie = way_back.remembered(location, row.order_id, row.receipt_token) if is_ours else {}
    return http.Answer(303, headers={"Location": location, **cookie})


def for_anyone(request: http.Request) -> http.Answer:
    row_id, sha256 = answers.row_id_of(request), request.query.get("sha256")
    if sha256 is None and preferences.prefers_html(request.headers):
        return verification.answer(layout.speech_for(request.headers), answers.kind_of(request))
    issued = verify.is_issued(row_id, sha256 or "", outside)
    replaced_by = verify.replacement(row_id, outside) if issued else None
    verdict = present.verification(request.path["orderId"], issued=issued, replaced_by=replaced_by)
    return http.Answer(200, verdict, VARY)


handler = http.handler(
    {
        "GET /receipt/{orderId}": for_shop,
        "GET /receipt/{orderId}/{receiptToken}": for_customer,
        "GET /receipt/{orderId}/verification": for_anyone,
        "GET /receipt/{orderId}/refunds/{refundId}": for_shop,
        "GET /receipt/{orderId}/refunds/{refundId}/{receiptToken}": for_customer,
        "GET /receipt/{orderId}/refunds/{refundId}/verification": for_anyone,
        "GET /receipt/{orderId}/corrections/{correctionId}": for_shop,
        "GET /receipt/{orderId}/corrections/{correctionId}/{receiptToken}": for_customer,
        "GET /receipt/{orderId}/corrections/{correctionId}/verification": for_anyone,
    },
)
