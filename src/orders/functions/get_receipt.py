"""GET /receipt/{orderId}, for the shop, and /receipt/{orderId}/{receiptToken}, for the customer: a link to the PDF.

And /receipt/{orderId}/verification, for anyone who has a PDF: whether it is the receipt that was issued.
"""

from orders.api import answers, http, present, verification_page
from orders.edition import connect
from orders.use_cases import retrieve, verify

outside = connect()


def for_shop(request: http.Request) -> http.Answer:
    return answers.receipt_link(request, outside)


def for_customer(request: http.Request) -> http.Answer:
    order = retrieve.order_of_customer(request.path["orderId"], request.path["receiptToken"], outside)
    link = retrieve.receipt_link(order, outside)
    return http.Answer(303, headers={"Location": request.url(link.url)}) if link else answers.pending(order)


def for_anyone(request: http.Request) -> http.Answer:
    order_id, sha256 = request.path["orderId"], request.query.get("sha256")
    if sha256 is None and "text/html" in request.headers.get("accept", ""):
        return verification_page.ANSWER
    issued = verify.is_issued(order_id, sha256 or "", outside)
    return http.Answer(200, present.verification(order_id, issued=issued), {"Vary": "Accept"})


handler = http.handler(
    {
        "GET /receipt/{orderId}": for_shop,
        "GET /receipt/{orderId}/{receiptToken}": for_customer,
        "GET /receipt/{orderId}/verification": for_anyone,
    },
)
