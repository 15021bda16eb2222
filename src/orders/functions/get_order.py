"""GET /orders/{orderId}, and below it refunds and corrections: each with its state and its history. And GET /events."""

from orders.api import answers, feed, http
from orders.edition import connect, connect_events

outside = connect()
events = connect_events()


def show(request: http.Request) -> http.Answer:
    return answers.order(request, outside)


def read_events(request: http.Request) -> http.Answer:
    return feed.read(request, events)


def show_event(request: http.Request) -> http.Answer:
    return feed.show(request, events)


handler = http.handler(
    {
        "GET /orders/{orderId}": show,
        "GET /orders/{orderId}/refunds/{refundId}": show,
        "GET /orders/{orderId}/corrections/{correctionId}": show,
        "GET /events": read_events,
        "GET /events/{eventId}": show_event,
    }
)
