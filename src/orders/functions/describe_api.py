"""GET /openapi.json and /docs: the API's description. Also refuses methods that a path does not have."""

from dataclasses import replace
from typing import Any

from orders.api import http
from orders.api.http import content_policy, refusals
from orders.api.openapi import generated

PAGE = generated.PAGE.read_text(encoding="utf-8")
POLICY = {"Content-Security-Policy": content_policy.of(PAGE)}


def document(_request: http.Request) -> http.Answer:
    return http.Answer(200, generated.TEXT)


def read(_request: http.Request) -> http.Answer:
    return http.Answer(200, PAGE, POLICY, "text/html; charset=utf-8")


def handler(event: http.Event, context: object) -> dict[str, Any]:
    if http.route_of(event) in ROUTES:
        return describe(event, context)
    return http.to_event(method_not_allowed(event["resource"]))


def method_not_allowed(path: str) -> http.Answer:
    """The answer where a path is called by a method that it does not have (RFC 9110, section 15.5.6)."""
    methods = generated.methods(path)
    return replace(refusals.METHOD_NOT_ALLOWED.answer(), headers={"Allow": ", ".join(methods)})


ROUTES = {"GET /openapi.json": document, "GET /docs": read}
describe = http.handler(ROUTES)
