"""/operations: the operators' lists, figures and actions."""

from dataclasses import replace

from orders.api import accepting, answers, http, present, present_documents, present_events
from orders.api import export as spreadsheet
from orders.api.http import bodyless, query
from orders.edition import connect, connect_events
from orders.order.order import Status
from orders.ports import Listed, Selection
from orders.use_cases import cancel, registered, resend, retry
from orders.use_cases.overview import overview
from orders.use_cases.webhooks import look

outside = connect()
events = connect_events()


def list_orders(request: http.Request) -> http.Answer:
    query.refuse_others(request, query.SELECTING | query.PAGING)
    limit = query.limit(request, query.USUALLY_LISTED, query.MOST_LISTED)
    return http.Answer(200, present.page(outside.table.page(query.selection(request), limit, request.cursor)))


def list_documents(request: http.Request) -> http.Answer:
    query.refuse_others(request, query.PAGING | {"status"})
    limit = query.limit(request, query.USUALLY_LISTED, query.MOST_LISTED)
    selected = Selection(status=query.selection(request).status, listed=Listed.DOCUMENTS)
    return http.Answer(200, present_documents.page(outside.table.page(selected, limit, request.cursor)))


def show(request: http.Request) -> http.Answer:
    return answers.order(request, outside)


def link_receipt(request: http.Request) -> http.Answer:
    return answers.receipt_link(request, outside)


def retry_order(request: http.Request) -> http.Answer:
    bodyless.refuse_body(request, bodyless.RETRY)
    row = retry.try_again(answers.row_id_of(request), outside, by=request.operator)
    return http.Answer(202, answers.shown(row, outside))


def cancel_order(request: http.Request) -> http.Answer:
    bodyless.refuse_body(request, bodyless.CANCEL)
    order = cancel.cancel(answers.row_id_of(request), outside, by=request.operator)
    return http.Answer(200, answers.shown(order, outside))


def resend_mail(request: http.Request) -> http.Answer:
    bodyless.refuse_body(request, bodyless.RESEND)
    row = resend.send_again(answers.row_id_of(request), outside, by=request.operator)
    return http.Answer(202, answers.shown(row, outside))


def refund(request: http.Request) -> http.Answer:
    return accepting.refunded(request, outside, request.operator)


def correct(request: http.Request) -> http.Answer:
    return accepting.corrected(request, outside, request.operator)


def summarise(request: http.Request) -> http.Answer:
    query.refuse_others(request, frozenset())
    webhooks = present_events.counts(look.count(events))
    return http.Answer(200, present.summary(overview(outside), webhooks))


def show_register(request: http.Request) -> http.Answer:
    query.refuse_others(request, query.OF_REGISTER | query.PAGING)
    limit = query.limit(request, query.USUALLY_LISTED, query.MOST_LISTED)
    part = registered.part(*query.place_in_register(request), limit, outside)
    return http.Answer(200, present_documents.register(part.series, part.entries, query.cursor_of(part.following)))


def export(request: http.Request) -> http.Answer:
    """A part of the orders, as an answer on AWS ends at 6 MB; `Next-Cursor` leads to the next part."""
    query.refuse_others(request, query.SELECTING | query.PAGING | spreadsheet.FORMING)
    limit = query.limit(request, query.USUALLY_EXPORTED, query.MOST_EXPORTED)
    rows, form = spreadsheet.rows(request.query), spreadsheet.form(request.query)
    selected = query.selection(request, spreadsheet.zone(request.query))
    text, cursor = spreadsheet.part(selected, limit, request.cursor, outside, rows, form)
    return _csv(rows.name, text, cursor)


def export_documents(request: http.Request) -> http.Answer:
    """A part of the documents that were made: receipts, and those that follow them."""
    query.refuse_others(request, query.PAGING | {"from", "to"} | spreadsheet.OF_EXCEL)
    limit = query.limit(request, query.USUALLY_EXPORTED, query.MOST_EXPORTED)
    form, asked = spreadsheet.form(request.query), query.selection(request, spreadsheet.zone(request.query))
    selected = replace(asked, status=Status.COMPLETED, listed=Listed.EVERYTHING)
    text, cursor = spreadsheet.part(selected, limit, request.cursor, outside, spreadsheet.DOCUMENTS, form)
    return _csv(spreadsheet.DOCUMENTS.name, text, cursor)


def export_register(request: http.Request) -> http.Answer:
    """A part of the entries of a series, as for orders."""
    query.refuse_others(request, query.OF_REGISTER | query.PAGING | spreadsheet.OF_EXCEL)
    limit = query.limit(request, query.USUALLY_EXPORTED, query.MOST_EXPORTED)
    form = spreadsheet.form(request.query)
    part = registered.part(*query.place_in_register(request), limit, outside)
    text = spreadsheet.register(part.entries, form, has_heading=request.cursor is None)
    return _csv("register", text, query.cursor_of(part.following))


def _csv(name: str, text: str, cursor: str | None) -> http.Answer:
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return http.Answer(200, text, headers | ({http.NEXT_CURSOR: cursor} if cursor else {}), http.CSV)


_OF_ONE = {
    "GET /operations/orders/{orderId}": show,
    "GET /operations/orders/{orderId}/receipt": link_receipt,
    "POST /operations/orders/{orderId}/retry": retry_order,
    "POST /operations/orders/{orderId}/resend": resend_mail,
}
"""The actions on an order, and on each document that follows one."""
_FOLLOWING = ("{orderId}/refunds/{refundId}", "{orderId}/corrections/{correctionId}")

handler = http.handler(
    {
        "GET /operations/orders": list_orders,
        "GET /operations/documents": list_documents,
        "GET /operations/register": show_register,
        **_OF_ONE,
        **{route.replace("{orderId}", each): does for route, does in _OF_ONE.items() for each in _FOLLOWING},
        "POST /operations/orders/{orderId}/cancel": cancel_order,
        "POST /operations/orders/{orderId}/refunds": refund,
        "POST /operations/orders/{orderId}/corrections": correct,
        "GET /operations/summary": summarise,
        "GET /operations/orders.csv": export,
        "GET /operations/documents.csv": export_documents,
        "GET /operations/register.csv": export_register,
    }
)
