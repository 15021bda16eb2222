"""The files that are made from the table of routes and the types, and are kept beside the code."""

import json
from pathlib import Path
from typing import Any

from orders.api.openapi import document, examples, schemas

OPENAPI = Path(__file__).with_name("openapi.json")
ORDER = Path(__file__).parents[4] / "schema" / "order.json"


def files() -> dict[Path, str]:
    """What each file should hold."""
    return {OPENAPI: _text(document.document()), ORDER: _text(_order())}


def _order() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schemas.posted_order(),
        "examples": [{"orderId": "12345", "customerName": "Alice"}, examples.POSTED],
    }


def _text(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"
