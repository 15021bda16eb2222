"""The OpenAPI document as it is served: made beforehand, so that nothing that makes it is needed where it is served."""

import json
from pathlib import Path
from typing import Any

TEXT = Path(__file__).with_name("openapi.json").read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(TEXT)


def methods(path: str) -> list[str]:
    """The methods by which a path, as in `/orders/{orderId}`, can be called; none if there is no such path."""
    return [method.upper() for method in DOCUMENT["paths"].get(path, ())]
