"""What a function answers, and how API Gateway takes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

_PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
RETRY_AFTER_SECONDS = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is a document to be sent as JSON, or a text to be sent as it is."""

    status: int
    body: Json | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"


def to_event(answer: Answer) -> dict[str, Any]:
    """What API Gateway takes as a function's answer."""
    body = answer.body or ""
    if not isinstance(body, str):
        body = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return {
        "statusCode": answer.status,
        "headers": {"Content-Type": answer.content_type, **_PRIVATE, **answer.headers},
        "body": body,
        "isBase64Encoded": False,
    }
