"""The parameters of the routes."""

from dataclasses import replace

from orders.api import export
from orders.api.http.query import ENCODED, LONGEST_SERIES, LONGEST_TEXT, MOST_NUMBER, SEARCH
from orders.api.openapi.route import Parameter
from orders.order.event import EventType
from orders.order.order import Status
from orders.order.rules import ORDER_ID_LIMITS
from orders.order.webhook import WebhookDeliveryStatus

_DAY_OR_INSTANT = {"anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]}

ORDER_ID = Parameter(
    "orderId",
    "path",
    "The order id.",
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
REFUND_ID = Parameter("refundId", "path", "The refund id.", dict(ORDER_ID_LIMITS), "r-1", required=True)
CORRECTION_ID = Parameter("correctionId", "path", "The correction id.", dict(ORDER_ID_LIMITS), "c-1", required=True)
ANY_REFUND_ID, ANY_CORRECTION_ID = (
    replace(each, says=f"{each.says} One that cannot exist is treated as unknown.", limits=ANY_ID.limits)
    for each in (REFUND_ID, CORRECTION_ID)
)
DOCUMENT = Parameter(
    "document",
    "query",
    "`receipt`: a browser gets the receipt itself, also if other documents follow it.",
    {"type": "string", "enum": ["receipt"]},
    "receipt",
)
RECEIPT_TOKEN = Parameter(
    "receiptToken",
    "path",
    "The receipt token: the last part of the order's `receiptUrl`.",
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


def idempotency_key(noun: str, name: str) -> Parameter:
    """The header that makes an id for a body without one. `noun` is what is posted, `name` the field of its id."""
    return Parameter(
        "Idempotency-Key",
        "header",
        f"If the {noun} has no `{name}`, the server derives the id from this key, so that a repeated call finds the"
        f" same {noun}. A new UUID for each {noun} is a good key.",
        {"type": "string", "minLength": 1, "maxLength": 255},
        "7f1c9c0e-6f0a-4b0e-9a52-0d5a5c7d8e11",
    )


DRY_RUN = Parameter(
    "dryRun",
    "query",
    "`true`: the server checks the body and answers what it would come to. It stores nothing and sends nothing.",
    {"type": "string", "enum": ["true", "false"], "default": "false"},
    "true",
)
STATUS = Parameter(
    "status", "query", "Only orders in this state.", {"type": "string", "enum": [*Status]}, Status.FAILED.value
)
STATUS_OF_DOCUMENT = Parameter(
    "status",
    "query",
    "Only documents in this state. A document that follows a receipt is never cancelled.",
    {"type": "string", "enum": [*Status]},
    Status.FAILED.value,
)
SERIES = Parameter(
    "series",
    "query",
    "The name of the series. By default the only one or, of several, the one that issued the latest number.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_SERIES},
    "R2026-{number:06}",
)
FROM_NUMBER = Parameter(
    "from",
    "query",
    "The first number of the answer.",
    {"type": "integer", "minimum": 1, "maximum": MOST_NUMBER, "default": 1},
    1,
)
_IN_ZONE = "in UTC or in the `timeZone` of an export"
FROM = Parameter(
    "from",
    "query",
    f"Only orders received at this instant (RFC 3339) or later. A date means the beginning of that day, {_IN_ZONE}.",
    _DAY_OR_INSTANT,
    "2026-11-01",
)
TO = Parameter(
    "to",
    "query",
    f"Only orders received before this instant (RFC 3339). A date means the end of that day, {_IN_ZONE}.",
    _DAY_OR_INSTANT,
    "2026-11-23",
)
TEXT = Parameter(
    "q",
    "query",
    "Only orders with this id, order number or e-mail address, or with a customer's name that begins with this text."
    " Case matters only in ids, and accents do not matter in names.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT, "pattern": r"\S"},
    "angstrom",
)
SEARCH_HEADER = Parameter(
    SEARCH,
    "header",
    "The same as `q`, as a header. It keeps customers' names and addresses out of URLs, and so out of logs. UTF-8 with"
    " percent-encoding (RFC 3986).",
    {"type": "string", "minLength": 1, "pattern": f"^{ENCODED}$"},
    "zo%C3%AB",
)
CURSOR = Parameter(
    "cursor",
    "query",
    "The cursor from the previous answer. Send the other parameters unchanged.",
    {"type": "string"},
    "MjAyNi0xMS0yM1QwOTowMDowMC4wMDBaIDEyMzQ1",
)
ROWS = Parameter(
    "rows",
    "query",
    "Rows for `orders`, for the `taxes` of each order, or for its `items`.",
    {"type": "string", "enum": [*export.KINDS], "default": export.ORDERS.name},
    export.TAXES.name,
)
FOR = Parameter(
    "for",
    "query",
    "`excel` for a file that Excel opens by a double click: a byte order mark; the separator and the decimal sign of"
    " `locale`; dates and times of `timeZone`; ids stay text. Leave it out for programs: commas, decimal points, UTC.",
    {"type": "string", "enum": [export.EXCEL]},
    export.EXCEL,
)
TIME_ZONE = Parameter(
    "timeZone",
    "query",
    "The time zone of all dates and times, from the IANA time zone database. Only with `for=excel`.",
    {"type": "string", "default": "UTC"},
    "Europe/Berlin",
)
LOCALE = Parameter(
    "locale",
    "query",
    "The language and country (BCP 47) to which Excel is set. With a decimal comma, as in `de`, cells are separated by"
    " semicolons. Only with `for=excel`.",
    {"type": "string", "default": "en", "pattern": "^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"},
    "de-DE",
)


def limit(default: int, most: int, what: str = "orders") -> Parameter:
    """How many orders, documents or entries an answer may have."""
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter(
        "limit",
        "query",
        f"The largest number of {what} in one answer. A server on one machine ignores it in an export.",
        schema,
        default,
    )


_EVENT_ID = {"type": "string", "pattern": "^evt_[0-9]{15}_[0-9a-f]{8}$"}
_AN_EVENT_ID = "evt_000000000001042_9f3a1c2b"
EVENT_ID = Parameter("eventId", "path", "The event id.", _EVENT_ID, _AN_EVENT_ID, required=True)
DELIVERED_EVENT_ID = Parameter(
    "eventId",
    "path",
    "The event id; also that of a test event.",
    {"type": "string", "pattern": "^evt_[0-9a-z_]{1,40}$"},
    _AN_EVENT_ID,
    required=True,
)
WEBHOOK_ID = Parameter(
    "webhookId",
    "path",
    "The id of the webhook endpoint.",
    {"type": "string", "pattern": "^we_[A-Za-z0-9_-]{22}$"},
    "we_2hF8Jx0mQ7kV4cT1bYw5Rg",
    required=True,
)
AFTER = Parameter(
    "after",
    "query",
    "The `cursor` of the answer before, or the id of an event: only the events after it. By default, the feed is read"
    " from its start.",
    _EVENT_ID,
    _AN_EVENT_ID,
)
_TYPE = "|".join(each.replace(".", r"\.") for each in EventType)
TYPES = Parameter(
    "types",
    "query",
    f"Only events of these types, separated by commas: {', '.join(f'`{each}`' for each in EventType)}.",
    {"type": "string", "pattern": f"^({_TYPE})(,({_TYPE}))*$"},
    "order.completed,order.failed",
)
STATUS_OF_DELIVERY = Parameter(
    "status",
    "query",
    "Only deliveries in this state.",
    {"type": "string", "enum": [*WebhookDeliveryStatus]},
    WebhookDeliveryStatus.FAILED.value,
)
SELECTING = (STATUS, FROM, TO, TEXT, SEARCH_HEADER)
EXCEL = (FOR, TIME_ZONE, LOCALE)
EXPORTING = (ROWS, *EXCEL)
