"""/operations: what an operator does with orders."""

import re

from orders import http, present, retry
from orders.edition import connect
from orders.errors import BadRequest
from orders.row import Status

outside = connect()


def list_orders(request: http.Request) -> http.Answer:
    page = outside.table.page(wanted_status(request), page_size(request), request.query.get("cursor"))
    return http.Answer(200, {"orders": [present.summary(row) for row in page.rows], "cursor": page.cursor})


def retry_order(request: http.Request) -> http.Answer:
    row = retry.try_again(request.path["orderId"], outside, by="operator")
    return http.Answer(202, present.order(row))


def wanted_status(request: http.Request) -> Status | None:
    status = request.query.get("status")
    if status is None:
        return None
    if status not in Status.__members__:
        raise BadRequest(f"status is one of {', '.join(Status)}.")
    return Status(status)


def page_size(request: http.Request) -> int:
    limit = request.query.get("limit", "50")
    if not re.fullmatch("[1-9][0-9]?|100", limit):
        raise BadRequest("limit is a whole number from 1 to 100.")
    return int(limit)


handler = http.handler(
    {
        "GET /operations/orders": list_orders,
        "POST /operations/orders/{orderId}/retry": retry_order,
    }
)
