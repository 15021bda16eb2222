import json
from typing import Any

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
