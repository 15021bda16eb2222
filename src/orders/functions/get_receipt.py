"""GET /receipt/{orderId}, for the shop, and /receipt/{orderId}/{receiptToken}, for the customer: a link to the PDF.

And /receipt/{orderId}/verification, for anyone who has a PDF: whether it is the receipt that was issued. Customers'
browsers get pages.
"""

from dataclasses import replace

from orders.api import answers, http, present
from orders.api.http import preferences
from orders.api.pages import layout, verification, way_back
from orders.api.pages import receipt as receipt_page
from orders.edition import connect
from orders.order.errors import OrdersError
from orders.order.order import Order
from orders.use_cases import retrieve, verify

outside = connect()
VARY = {"Vary": "Accept"}


def for_shop(request: http.Request) -> http.Answer:
    return answers.receipt_link(request, outside)


def for_customer(request: http.Request) -> http.Answer:
    """The same steps for a browser and for a program, up to the form of the answer."""
    order: Order | None = None
    try:
        order = retrieve.order_of_customer(request.path["orderId"], request.path["receiptToken"], outside)
        answer = _opened(order, request)
    except OrdersError as error:
        answer = http.problem(error)
    if answer.status != 303 and preferences.prefers_html(request.headers):
        return receipt_page.answer(answer, layout.speech_for(request.headers, order), order)
    return replace(answer, headers={**answer.headers, **VARY})


def _opened(order: Order, request: http.Request) -> http.Answer:
    """On AWS the file is at another address, which no cookie of ours reaches."""
    link = retrieve.receipt_link(order, outside)
    if link is None:
        return answers.pending(order)
    location = request.url(link.url)
    is_ours = location != link.url
    cookie = way_back.remembered(location, order.order_id, order.receipt_token) if is_ours else {}
    return http.Answer(303, headers={"Location": location, **cookie})


def for_anyone(request: http.Request) -> http.Answer:
    order_id, sha256 = request.path["orderId"], request.query.get("sha256")
    if sha256 is None and preferences.prefers_html(request.headers):
        return verification.answer(layout.speech_for(request.headers))
    issued = verify.is_issued(order_id, sha256 or "", outside)
    return http.Answer(200, present.verification(order_id, issued=issued), VARY)


handler = http.handler(
    {
        "GET /receipt/{orderId}": for_shop,
        "GET /receipt/{orderId}/{receiptToken}": for_customer,
        "GET /receipt/{orderId}/verification": for_anyone,
    },
)
