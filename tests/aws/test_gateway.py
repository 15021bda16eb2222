"""What API Gateway answers itself, without a function."""

import json
from dataclasses import replace

import pytest
from tests.support.api import Api

from orders.api.http import refusals

OTHERS = [
    ("DELETE", "/orders", "POST"),
    ("HEAD", "/orders", "POST"),
    ("PUT", "/orders/12345", "GET, HEAD"),
    ("OPTIONS", "/receipt/12345/verification", "GET, HEAD"),
    ("PATCH", "/operations/orders", "GET, HEAD"),
    ("GET", "/operations/orders/12345/retry", "POST"),
    ("POST", "/docs", "GET, HEAD"),
]
BODIES = [None, "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain"]


@pytest.mark.parametrize(("method", "path", "allowed"), OTHERS)
def test_another_method_is_answered_with_those_that_there_are(api: Api, method: str, path: str, allowed: str):
    reply = replace(api, key=None).request(method, path)

    assert (reply.status, reply.headers["Allow"]) == (405, allowed)
    assert reply.headers["Content-Security-Policy"] == "sandbox"  # a function would send its own
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert method == "HEAD" or reply.problem == "method-not-allowed"


@pytest.mark.parametrize("media_type", BODIES)
def test_another_method_is_refused_whatever_its_body(api: Api, media_type: str | None):
    headers = {"Content_Type": media_type} if media_type else {}

    assert api.request("PUT", "/orders", "not { JSON", **headers).status == 405


def test_another_method_with_an_unusual_body_is_refused_in_our_words(api: Api):
    reply = api.request("PUT", "/orders", "x", Content_Type="image/png")

    assert (reply.status, reply.problem) == (415, "not-json")


@pytest.mark.parametrize("path", ["/nowhere", "/orders/12345/nothing", "/"])
@pytest.mark.parametrize("login", [None, "Bearer eyJhbGciOiJSUzI1NiJ9.c2VjcmV0", "Basic c2VjcmV0", "secret"])
def test_a_wrong_path_is_404_and_never_repeats_the_login(api: Api, path: str, login: str | None):
    reply = api.request("GET", path, **({"Authorization": login} if login else {}))

    assert (reply.status, reply.body) == (404, refusals.NOT_FOUND.answer().body)
    assert not login or login.split()[-1] not in json.dumps(dict(reply.headers)) + reply.content.decode()


def test_without_a_key_or_a_login_the_caller_is_told_what_to_send(api: Api):
    stranger = replace(api, key=None, login=None)
    shop, operators = stranger.get("/orders/12345"), stranger.get("/operations/orders")

    assert (shop.status, shop.body) == (403, refusals.FORBIDDEN.answer().body)
    assert (operators.status, operators.body) == (401, refusals.LOGIN_REQUIRED.answer().body)
    assert operators.headers["WWW-Authenticate"] == "Bearer"


def test_a_flood_of_refused_methods_is_refused_sooner_than_the_shops_orders_are(api: Api):
    """By the limit of what has none of its own: 40 at once, and 10 a second."""
    statuses = [api.request("LINK", "/docs").status for _ in range(150)]

    assert set(statuses) == {405, 429}
    assert 40 <= statuses.count(405) < 150
    assert api.post_order({"orderId": "12345", "customerName": "Alice"}).status in {202, 409}
