import json
from typing import Any

import pytest

from orders.api.openapi.generated import DOCUMENT
from orders.functions import describe_api


def called(method: str, path: str) -> dict[str, Any]:
    return describe_api.handler({"httpMethod": method, "resource": path, "path": path, "headers": {}}, None)


def test_the_document_is_served_as_it_is_kept():
    answer = called("GET", "/openapi.json")

    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, "application/json")
    assert json.loads(answer["body"]) == DOCUMENT


def test_the_page_is_served_with_its_own_policy():
    answer = called("GET", "/docs")

    assert (answer["statusCode"], answer["headers"]["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "style-src 'sha256-" in answer["headers"]["Content-Security-Policy"]


def test_head_is_answered_as_get():
    assert called("HEAD", "/docs") == called("GET", "/docs")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/orders", "POST"),
        ("HEAD", "/orders", "POST"),
        ("DELETE", "/orders/{orderId}", "GET, HEAD"),
        ("PUT", "/docs", "GET, HEAD"),
        ("POST", "/openapi.json", "GET, HEAD"),
        ("OPTIONS", "/operations/orders/{orderId}/retry", "POST"),
    ],
)
def test_another_method_is_refused_with_those_that_there_are(method: str, path: str, allowed: str):
    answer = called(method, path)

    assert (answer["statusCode"], answer["headers"]["Allow"]) == (405, allowed)
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert json.loads(answer["body"])["type"] == "urn:orders:problem:method-not-allowed"
