"""GET /openapi.json and /docs: the API's description."""

from orders.api import http
from orders.api.http import content_policy
from orders.api.openapi import generated

PAGE = generated.PAGE.read_text(encoding="utf-8")
POLICY = {"Content-Security-Policy": content_policy.of(PAGE)}


def document(_request: http.Request) -> http.Answer:
    return http.Answer(200, generated.TEXT)


def read(_request: http.Request) -> http.Answer:
    return http.Answer(200, PAGE, POLICY, "text/html; charset=utf-8")


handler = http.handler({"GET /openapi.json": document, "GET /docs": read})
