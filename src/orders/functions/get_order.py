"""GET /orders/{orderId}: the order, its state and its history."""

from orders.api import answers, http
from orders.edition import connect

outside = connect()


def show(request: http.Request) -> http.Answer:
    return answers.order(request, outside)


handler = http.handler({"GET /orders/{orderId}": show})
