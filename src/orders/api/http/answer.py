"""What a function answers, and how API Gateway takes it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Json = Mapping[str, Any]

_SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
"""Kept by nobody, framed and guessed at by nobody; over HTTPS only, once it was seen there (RFC 6797)."""
RETRY_AFTER_SECONDS = 2
_NO_CONTENT = 204
CSV = "text/csv; charset=utf-8"
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""`json.dumps` makes a new one for each call, which takes as long as a small document."""
NEXT_CURSOR = "Next-Cursor"
"""The header that leads to the next part of a document that is longer than an answer may be."""


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is a document to be sent as JSON, or a text to be sent as it is.

    `audited` is what the audit log says of the call beside what its path names: "webhook" is the id of a new endpoint,
    "to" where an endpoint now sends.
    """

    status: int
    body: Json | str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    audited: Mapping[str, str] = field(default_factory=dict)


def to_event(answer: Answer) -> dict[str, Any]:
    """What API Gateway takes as a function's answer."""
    body = answer.body or ""
    if not isinstance(body, str):
        body = _ENCODER.encode(body)
    of_body = {"Content-Type": answer.content_type} if answer.status != _NO_CONTENT else {}
    return {
        "statusCode": answer.status,
        "headers": {**of_body, **_SAFE, **answer.headers},
        "body": body,
        "isBase64Encoded": False,
    }
