"""A Lambda handler behind API Gateway: event in, answer out, no error past it."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

from orders import correlation
from orders.api.http import audit
from orders.api.http.answer import Answer, to_event
from orders.api.http.problems import UNEXPECTED, problem
from orders.api.http.request import Event, Request, from_event, request_id, route_of
from orders.order import errors

log = logging.getLogger(__name__)

LambdaHandler = Callable[[Event, Any], dict[str, Any]]


def handler(routes: Mapping[str, Callable[[Request], Answer]]) -> LambdaHandler:
    """A Lambda handler that answers the routes it is given, each written as in `"GET /orders/{orderId}"`.

    HEAD gets the answer of GET, with its body: a gateway sends the length of the body, and leaves the body out.
    """

    def handle(event: Event, _context: object) -> dict[str, Any]:
        with correlation.answering(request_id(event)):
            return answered(event)

    def answered(event: Event) -> dict[str, Any]:
        request: Request | None = None
        try:
            request = from_event(event)
            answer = routes[route_of(event)](request)
        except errors.OrdersError as error:
            answer = problem(error)
        except Exception:
            log.exception("unexpected error in %s %s", event.get("httpMethod"), event.get("resource"))
            answer = UNEXPECTED.answer()
        if request:
            audit.note(event, request, answer)
        return to_event(answer)

    return handle
