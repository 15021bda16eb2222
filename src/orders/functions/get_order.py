"""GET /orders/{orderId}: the order, its state and its history."""

from orders.api import http, present
from orders.edition import connect
from orders.use_cases import retrieve

outside = connect()


def show(request: http.Request) -> http.Answer:
    return http.Answer(200, present.order(retrieve.order(request.path["orderId"], outside)))


handler = http.handler({"GET /orders/{orderId}": show})
