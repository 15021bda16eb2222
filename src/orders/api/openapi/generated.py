"""The generated files as they are served: `make schema` writes them, so that serving needs nothing that makes them."""

import json
from pathlib import Path
from typing import Any

OPENAPI = Path(__file__).with_name("openapi.json")
PAGE = Path(__file__).with_name("page.html")

TEXT = OPENAPI.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(TEXT)


def methods(path: str) -> list[str]:
    """The methods by which a path, as in `/orders/{orderId}`, can be called; none if there is no such path.

    The document does not have HEAD, which works wherever GET does.
    """
    described = [method.upper() for method in DOCUMENT["paths"].get(path, ())]
    return [*described, "HEAD"] if "GET" in described else described
