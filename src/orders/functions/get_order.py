"""GET /orders/{orderId}: the order, its state and its history."""

from orders import http, present, retrieve
from orders.edition import connect

outside = connect()


def show(request: http.Request) -> http.Answer:
    return http.Answer(200, present.order(retrieve.order(request.path["orderId"], outside)))


handler = http.handler({"GET /orders/{orderId}": show})
