"""The generated files as they are served: `make schema` writes them, so that serving needs nothing that makes them."""

import json
from pathlib import Path
from typing import Any

OPENAPI = Path(__file__).with_name("openapi.json")
PAGE = Path(__file__).with_name("page.html")

TEXT = OPENAPI.read_text(encoding="utf-8")
DOCUMENT: dict[str, Any] = json.loads(TEXT)
