"""API Gateway's REST proxy event in, its answer out, every error as `application/problem+json` (RFC 9457).

Nothing here is kept between calls, so that handlers run side by side in the threads of one process.
https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
"""

from orders.api.http.answer import CSV, NEXT_CURSOR, RETRY_AFTER_SECONDS, Answer, to_event
from orders.api.http.handler import LambdaHandler, handler
from orders.api.http.problems import PROBLEMS, Problem, problem
from orders.api.http.request import Event, Request, route_of

__all__ = [
    "CSV",
    "NEXT_CURSOR",
    "PROBLEMS",
    "RETRY_AFTER_SECONDS",
    "Answer",
    "Event",
    "LambdaHandler",
    "Problem",
    "Request",
    "handler",
    "problem",
    "route_of",
    "to_event",
]
