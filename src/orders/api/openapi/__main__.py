"""Generate the files that describe the API: `make schema`."""

import json
from pathlib import Path
from typing import Any

from orders.api.openapi import document, examples, generated, page, schemas

ORDER = Path(__file__).parents[4] / "schema" / "order.json"


def files() -> dict[Path, str]:
    """The content of each file, made from the table of routes and the types."""
    described = document.document()
    return {generated.OPENAPI: _json(described), generated.PAGE: page.render(described), ORDER: _json(_order())}


def _order() -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schemas.posted_order(),
        "examples": [
            {"orderId": "12345", "customerName": "Alice"},
            *(order for _, order in examples.TO_POST.values()),
        ],
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
