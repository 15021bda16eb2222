"""GET /orders/{orderId}, and below it refunds and corrections: each with its state and its history."""

from orders.api import answers, http
from orders.edition import connect

outside = connect()


def show(request: http.Request) -> http.Answer:
    return answers.order(request, outside)


handler = http.handler(
    {
        "GET /orders/{orderId}": show,
        "GET /orders/{orderId}/refunds/{refundId}": show,
        "GET /orders/{orderId}/corrections/{correctionId}": show,
    }
)
