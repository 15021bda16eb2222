"""The OpenAPI document, put together from the table of routes and the types.

https://spec.openapis.org/oas/v3.1.1.html
"""

from importlib.metadata import version
from typing import get_args

from orders.api.authority import CALLERS
from orders.api.openapi import about, operation, problem_answers, schemas
from orders.api.openapi.operation import Document
from orders.api.openapi.routes import ROUTES


def document() -> Document:
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Orders",
            "version": version("orders"),
            "summary": "Orders in, PDF receipts out.",
            "description": about.TEXT,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": ".", "description": "Where this document is."}],
        "tags": [{"name": who.value, "description": says} for who, says in CALLERS.items()],
        "paths": _paths(),
        "components": {
            "schemas": schemas.of_document(_documents()),
            "responses": {name: operation.refusal([answer]) for name, answer in problem_answers.shared().items()},
            "securitySchemes": about.SECURITY,
        },
    }


def _documents() -> list[type]:
    """The types of what is answered, each once."""
    of_routes = (
        each
        for route in ROUTES
        for reply in route.replies
        for kind in reply.documents.values()
        for each in get_args(kind) or (kind,)
    )
    return [*dict.fromkeys(kind for kind in of_routes if kind not in {str, dict}), problem_answers.Problem]


def _paths() -> Document:
    paths: Document = {}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = operation.described(route)
    return paths
