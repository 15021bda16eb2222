"""Generate the files that describe the API: `make schema`."""

import json
from pathlib import Path
from typing import Any

from orders.api import event_documents
from orders.api.openapi import document, examples, generated, page, schemas

SCHEMA = Path(__file__).parents[4] / "schema"
SHORT = {"PostedOrder": [{"orderId": "12345", "customerName": "Alice"}]}
"""The shortest examples, beside those of the documentation."""

FILES = ("PostedOrder", "PostedRefund", "PostedCorrection", "PostedWebhook")
"""The bodies that have a file of their own."""


def files() -> dict[Path, str]:
    """The content of each file, made from the table of routes and the types."""
    described = document.document()
    bodies = {SCHEMA / f"{name.removeprefix('Posted').lower()}.json": _json(_posted(name)) for name in FILES}
    return {
        generated.OPENAPI: _json(described),
        generated.PAGE: page.render(described),
        **bodies,
        SCHEMA / "event.json": _json(_event()),
    }


def _posted(name: str) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schemas.posted(name),
        "examples": [*SHORT.get(name, ()), *(body for _, body in examples.TO_POST[name].values())],
    }


def _event() -> dict[str, Any]:
    """The body of a webhook."""
    found = schemas.of_answers([event_documents.Event, event_documents.TestEvent])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Event",
        "description": "An event of the feed, or a test event. More fields and types may be added.",
        "anyOf": [{"$ref": "#/$defs/Event"}, {"$ref": "#/$defs/TestEvent"}],
        "$defs": found,
        "examples": [examples.ANSWERED["getEvent", 200]],
    }


def _json(content: dict[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    for path, text in files().items():
        path.write_text(text, encoding="utf-8")
