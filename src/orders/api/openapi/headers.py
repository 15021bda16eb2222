"""The headers of answers that a caller may want to read."""

from typing import Any

from orders.api.http import NEXT_CURSOR, RETRY_AFTER_SECONDS

_TEXT: dict[str, Any] = {"type": "string"}


def _header(says: str, schema: dict[str, Any], example: str | int, *, always: bool) -> dict[str, Any]:
    return {"description": says, "required": always, "schema": schema, "example": example}


def _fixed(says: str, value: str, *, always: bool = True) -> dict[str, Any]:
    return _header(says, {"type": "string", "const": value}, value, always=always)


HEADERS: dict[str, dict[str, Any]] = {
    "Location": _header("Where to go on.", {"type": "string", "format": "uri-reference"}, "orders/A-1001", always=True),
    "Idempotent-Replayed": _fixed("The order was accepted before.", "true", always=False),
    "Retry-After": _header(
        "After how many seconds to ask again.", {"type": "integer", "minimum": 1}, RETRY_AFTER_SECONDS, always=True
    ),
    "Vary": _fixed("What the answer depends on.", "Accept"),
    "Content-Disposition": _fixed("A name for the file.", 'attachment; filename="orders.csv"'),
    NEXT_CURSOR: _header("Where the next part begins.", _TEXT, "MjAyNi0xMS0yM1Qw", always=False),
    "Allow": _header("The methods that this path has.", _TEXT, "GET", always=True),
    "WWW-Authenticate": _fixed("What to log in with.", "Bearer"),
}
