"""The parameters of the routes."""

from orders.api.http.query import ENCODED, LONGEST_TEXT, SEARCH
from orders.api.openapi.route import Parameter
from orders.order.order import Status
from orders.order.rules import ORDER_ID_LIMITS

_DAY_OR_INSTANT = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}

ORDER_ID = Parameter(
    "orderId",
    "path",
    "The order's id.",
    dict(ORDER_ID_LIMITS),
    "A-1001",
    required=True,
)
ANY_ID = Parameter(
    "orderId",
    "path",
    "The order id. An id that cannot exist is treated as an unknown order.",
    {"type": "string", "minLength": 1},
    "A-1001",
    required=True,
)
RECEIPT_TOKEN = Parameter(
    "receiptToken",
    "path",
    "The customer's token, the last step of the order's `receiptUrl`.",
    {"type": "string", "pattern": "^[A-Za-z0-9_-]{22}$"},
    "q3Zb0mJ2XkG8vT1cYw5RdA",
    required=True,
)
SHA256 = Parameter(
    "sha256",
    "query",
    "The file's SHA-256, in hexadecimal.",
    {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"},
    "d2a84f4b8b650937ec8f73cd8be2c74add5a911ba64df27458ed8229da804a26",
    required=True,
)
IDEMPOTENCY_KEY = Parameter(
    "Idempotency-Key",
    "header",
    "Where the order has no `orderId`, its id is derived from this key: the same call can be repeated until it is"
    " answered, and is accepted once. A UUID made for each order will do.",
    {"type": "string", "minLength": 1, "maxLength": 255},
    "7f1c9c0e-6f0a-4b0e-9a52-0d5a5c7d8e11",
)
STATUS = Parameter(
    "status", "query", "Orders in this state.", {"type": "string", "enum": [*Status]}, Status.FAILED.value
)
FROM = Parameter(
    "from",
    "query",
    "Orders received at this instant (RFC 3339) or later; a day stands for its beginning, in UTC.",
    _DAY_OR_INSTANT,
    "2026-11-01",
)
TO = Parameter(
    "to",
    "query",
    "Orders received before this instant (RFC 3339); a day stands for its end, in UTC.",
    _DAY_OR_INSTANT,
    "2026-11-23",
)
TEXT = Parameter(
    "q",
    "query",
    "Orders with this id, with this e-mail address, or with a customer whose name begins so, whatever its case and"
    " accents.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"\S"},
    "angstrom",
)
SEARCH_HEADER = Parameter(
    SEARCH,
    "header",
    "The same as `q`, in place of it, so that no customer's name or address stands in a URL: UTF-8 with"
    " percent-encoding (RFC 3986).",
    {"type": "string", "minLength": 1, "pattern": f"^{ENCODED}$"},
    "zo%C3%AB",
)
CURSOR = Parameter(
    "cursor",
    "query",
    "Where to go on: the cursor that the answer before gave, with the other parameters as they were.",
    {"type": "string"},
    "MjAyNi0xMS0yM1QwOTowMDowMC4wMDBaIDEyMzQ1",
)


def limit(default: int, most: int) -> Parameter:
    """How many orders an answer may have."""
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter(
        "limit",
        "query",
        "At most so many orders in one answer; an export that is sent whole is not shortened.",
        schema,
        default,
    )


SELECTING = (STATUS, FROM, TO, TEXT, SEARCH_HEADER)
