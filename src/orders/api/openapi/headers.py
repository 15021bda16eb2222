"""The headers of answers that a caller may want to read."""

from typing import Any

from orders.api.export import KINDS
from orders.api.http import NEXT_CURSOR, RETRY_AFTER_SECONDS

_TEXT: dict[str, Any] = {"type": "string"}


def _header(says: str, schema: dict[str, Any], example: str | int, *, always: bool) -> dict[str, Any]:
    return {"description": says, "required": always, "schema": schema, "example": example}


def _fixed(says: str, value: str, *, always: bool = True) -> dict[str, Any]:
    return _header(says, {"type": "string", "const": value}, value, always=always)


_FILES = (*KINDS, "documents", "register")

HEADERS: dict[str, dict[str, Any]] = {
    "Location": _header(
        "The URL of the order, the refund, the correction, the PDF or the webhook endpoint.",
        {"type": "string", "format": "uri-reference"},
        "orders/A-1001",
        always=True,
    ),
    "Idempotent-Replayed": _fixed("The same body was accepted earlier.", "true", always=False),
    "Retry-After": _header(
        "The number of seconds to wait before the next call.",
        {"type": "integer", "minimum": 1},
        RETRY_AFTER_SECONDS,
        always=True,
    ),
    "Vary": _header(
        "The headers of the request that the answer depends on.",
        {"type": "string", "enum": ["Accept", "Accept, Accept-Language"]},
        "Accept",
        always=True,
    ),
    "Content-Disposition": _header(
        "A name for the downloaded file.",
        {
            "type": "string",
            "enum": [f'attachment; filename="{kind}.csv"' for kind in (*KINDS, "documents", "register")],
        },
        'attachment; filename="orders.csv"',
        always=True,
    ),
    NEXT_CURSOR: _header(
        "The cursor of the next part. The last part has none.", _TEXT, "MjAyNi0xMS0yM1Qw", always=False
    ),
    "Allow": _header("The methods that this path has.", _TEXT, "GET", always=True),
    "WWW-Authenticate": _fixed("The authentication scheme.", "Bearer"),
}
