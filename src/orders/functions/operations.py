"""/operations: the operators' lists, figures and actions."""

from orders.api import answers, http, present
from orders.api import export as spreadsheet
from orders.api.http import bodyless, query
from orders.edition import connect
from orders.use_cases import cancel, resend, retry
from orders.use_cases.overview import overview

outside = connect()


def list_orders(request: http.Request) -> http.Answer:
    query.refuse_others(request, query.SELECTING | query.PAGING)
    limit = query.limit(request, query.USUALLY_LISTED, query.MOST_LISTED)
    return http.Answer(200, present.page(outside.table.page(query.selection(request), limit, request.cursor)))


def show_order(request: http.Request) -> http.Answer:
    return answers.order(request, outside)


def link_receipt(request: http.Request) -> http.Answer:
    return answers.receipt_link(request, outside)


def retry_order(request: http.Request) -> http.Answer:
    bodyless.refuse_body(request, bodyless.RETRY)
    order = retry.try_again(request.path["orderId"], outside, by=request.operator)
    return http.Answer(202, present.order(order))


def cancel_order(request: http.Request) -> http.Answer:
    bodyless.refuse_body(request, bodyless.CANCEL)
    order = cancel.cancel(request.path["orderId"], outside, by=request.operator)
    return http.Answer(200, present.order(order))


def resend_mail(request: http.Request) -> http.Answer:
    bodyless.refuse_body(request, bodyless.RESEND)
    order = resend.send_again(request.path["orderId"], outside, by=request.operator)
    return http.Answer(202, present.order(order))


def summarise(request: http.Request) -> http.Answer:
    query.refuse_others(request, frozenset())
    return http.Answer(200, present.summary(overview(outside)))


def export(request: http.Request) -> http.Answer:
    """A part of the orders, as an answer on AWS ends at 6 MB; `Next-Cursor` leads to the next part."""
    query.refuse_others(request, query.SELECTING | query.PAGING | spreadsheet.FORMING)
    limit = query.limit(request, query.USUALLY_EXPORTED, query.MOST_EXPORTED)
    rows, form = spreadsheet.rows(request.query), spreadsheet.form(request.query)
    selected = query.selection(request, spreadsheet.zone(request.query))
    text, cursor = spreadsheet.part(selected, limit, request.cursor, outside, rows, form)
    headers = {"Content-Disposition": f'attachment; filename="{rows.name}.csv"'}
    return http.Answer(200, text, headers | ({http.NEXT_CURSOR: cursor} if cursor else {}), http.CSV)


handler = http.handler(
    {
        "GET /operations/orders": list_orders,
        "GET /operations/orders/{orderId}": show_order,
        "GET /operations/orders/{orderId}/receipt": link_receipt,
        "POST /operations/orders/{orderId}/retry": retry_order,
        "POST /operations/orders/{orderId}/cancel": cancel_order,
        "POST /operations/orders/{orderId}/resend": resend_mail,
        "GET /operations/summary": summarise,
        "GET /operations/orders.csv": export,
    }
)
