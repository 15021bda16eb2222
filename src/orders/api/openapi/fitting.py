"""What JSON Schema can say of fields that must fit together: `orders.order.combinations` checks them, and a few more.

Each constraint admits all that the API accepts.
"""

from typing import Any

from orders.order.parts import CATEGORIES_WITHOUT_A_RATE

Schema = dict[str, Any]

_BLANK = {"maxItems": 0, "pattern": r"^[ \t]*$"}
"""An empty list, a blank text, or null."""
_ZERO = {"pattern": r"^[ \t]*(0{1,3}(\.0{1,6})?)?[ \t]*$"}
_WITH_AMOUNTS = ("charges", "discounts", "taxes", "total", "rounding", "payments")
_NOT_FIRST = "The first tax can't be compound."


def without(*names: str) -> Schema:
    """Nothing is filled in there."""
    return {"properties": dict.fromkeys(names, _BLANK)}


def with_text(name: str) -> Schema:
    return {"properties": {name: {"type": "string", "pattern": r"[^ \t]"}}, "required": [name]}


def with_list(name: str) -> Schema:
    return {"properties": {name: {"type": "array", "minItems": 1}}, "required": [name]}


def without_number(name: str) -> Schema:
    """Nothing is filled in there, neither a number nor a text."""
    return {"properties": {name: {"type": ["string", "null"], **_BLANK}}}


def with_position(name: str) -> Schema:
    return {"properties": {name: {"type": "integer"}}, "required": [name]}


def any_of(*schemas: Schema) -> Schema:
    return {"anyOf": [*schemas]}


_AMOUNT_OR_PERCENT = (
    {"allOf": [with_text("amount"), without("percent")]},
    {"allOf": [with_text("percent"), without("amount")]},
)
_TAX: list[Schema] = [
    any_of(without("taxes"), without("taxRate", "taxName", "taxCategory")),
    any_of({"properties": {"taxCategory": {"enum": ["S", None, ""]}}}, {"properties": {"taxRate": _ZERO}}),
    any_of(
        with_text("taxRate"),
        without("taxName", "taxCategory"),
        {"properties": {"taxCategory": {"enum": [*CATEGORIES_WITHOUT_A_RATE]}}, "required": ["taxCategory"]},
    ),
    {
        "properties": {
            "taxes": {"prefixItems": [{"properties": {"compound": {"description": _NOT_FIRST, "enum": [False, None]}}}]}
        }
    },
]

_CORRECTED = ("customerName", "customerCompany", "customerTaxId", "customerReference", "customerEmail")
_ADDRESS: Schema = {
    "properties": {"customerAddress": {"type": "object", "minProperties": 1}},
    "required": ["customerAddress"],
}

OF: dict[str, list[Schema]] = {
    "PostedOrder": [
        any_of(without("items", *_WITH_AMOUNTS), with_text("currency")),
        any_of(without(*_WITH_AMOUNTS[1:]), with_list("items"), with_list("charges")),
        any_of(without("discounts"), with_list("items")),
    ],
    "PostedItem": _TAX,
    "Charge": _TAX,
    "Discount": [any_of(without("amount", "percent", "name"), *_AMOUNT_OR_PERCENT)],
    "OrderDiscount": [any_of(*_AMOUNT_OR_PERCENT)],
    "PostedRefund": [
        any_of(without("lines"), without("amount")),
        {"properties": {"amount": {"pattern": r"[^ \t]"}}},  # not blank: without an amount, all that remains goes back
    ],
    "RefundLine": [
        any_of(
            {"allOf": [with_position("item"), without_number("charge")]},
            {"allOf": [with_position("charge"), without_number("item"), without_number("quantity")]},
        ),
        any_of(without_number("quantity"), without("amount")),
    ],
    "PostedReplay": [
        any_of(
            {"allOf": [with_text("eventId"), without("from", "to")]},
            {"allOf": [with_text("from"), with_text("to"), without("eventId")]},
        ),
    ],
    "PostedWebhookChange": [
        any_of(*({"required": [name]} for name in ("url", "types", "description", "status"))),
        any_of(
            {"properties": {"skipMissed": {"enum": [False, None]}}},
            {"properties": {"status": {"const": "ENABLED"}}, "required": ["status"]},
        ),
    ],
    "PostedCorrection": [any_of(*map(with_text, _CORRECTED), _ADDRESS)],
}
"""By the name of a document: all of its constraints hold."""
