"""What a shop may post: an order's fields and their limits."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from orders.order import money
from orders.order.errors import InvalidOrder, WrongField
from orders.order.fields import Currency, Email, Locale, Name, Note, OrderId, Sku, TaxRate, UnitPrice
from orders.order.order import LineItem, Order

MOST_ITEMS = 200
_MOST_FIELDS_NAMED = 50
"""Of the fields that are wrong; so many may be unknown, too, before nothing else is looked at."""


class _Strict(BaseModel):
    """Frozen, camelCase in JSON, no unknown fields, nothing coerced."""

    model_config = ConfigDict(
        alias_generator=to_camel, extra="forbid", frozen=True, strict=True, hide_input_in_errors=True
    )


class PostedItem(_Strict):
    """One line of an order: the price is before tax, in the order's currency; the tax is a percentage."""

    name: Name
    quantity: Annotated[int, Field(ge=1, le=1_000_000)]
    unit_price: UnitPrice
    tax_rate: TaxRate | None = None
    sku: Sku | None = None


class PostedOrder(_Strict):
    """The body of `POST /orders`."""

    order_id: OrderId
    customer_name: Name
    customer_email: Email | None = None
    items: Annotated[tuple[PostedItem, ...], Field(strict=False, max_length=MOST_ITEMS)] = ()
    currency: Currency | None = None
    locale: Locale | None = None
    note: Note | None = None


def parse(document: object) -> Order:
    """The order that a JSON document describes.

    Raises:
        InvalidOrder: with every field that is wrong, as far as can be told at once.
    """
    if too_much := list(_too_much(document)):
        raise InvalidOrder(too_much)
    try:
        posted = PostedOrder.model_validate(document)
    except ValidationError as error:
        raise InvalidOrder(_wrong_fields(error)) from None
    if wrong := list(_wrong_together(posted)):
        raise InvalidOrder(wrong[:_MOST_FIELDS_NAMED])
    items = tuple(LineItem(**dict(item)) for item in posted.items)
    return Order(**dict(posted) | {"items": items})


def _too_much(document: object) -> Iterator[WrongField]:
    """What is far beyond any order, found by counting: each wrong field that pydantic finds costs 4 µs."""
    if not isinstance(document, dict):
        return
    if len(document) > len(PostedOrder.model_fields) + _MOST_FIELDS_NAMED:
        yield WrongField("#", f"has {len(document)} fields; an order has at most {len(PostedOrder.model_fields)}")
    items = document.get("items")
    if not isinstance(items, list):
        return
    if len(items) > MOST_ITEMS:
        yield WrongField("#/items", f"must have at most {MOST_ITEMS} items; an order with more can be split")
        return
    fields, most = sum(map(_size, items)), MOST_ITEMS * len(PostedItem.model_fields)
    if fields > most + _MOST_FIELDS_NAMED:
        yield WrongField("#/items", f"have {fields:,} fields; {MOST_ITEMS} items have at most {most:,}")


def _size(item: object) -> int:
    return len(item) if isinstance(item, dict) else 1


def _wrong_together(posted: PostedOrder) -> Iterator[WrongField]:
    if not posted.items:
        return
    if posted.currency is None:
        yield WrongField("#/currency", "is required with items")
        return
    for position, item in enumerate(posted.items):
        try:
            money.to_minor(Decimal(item.unit_price), posted.currency)
        except ValueError as error:
            yield WrongField(f"#/items/{position}/unitPrice", str(error))


def _wrong_fields(error: ValidationError) -> list[WrongField]:
    faults = error.errors(include_url=False, include_context=True, include_input=False)
    return [WrongField(_pointer(fault["loc"]), _detail(fault)) for fault in faults[:_MOST_FIELDS_NAMED]]


def _pointer(location: tuple[int | str, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "#" + "".join(f"/{step}" for step in steps)


_DETAILS = {
    "missing": "is required",
    "extra_forbidden": "is not a field of an order",
    "model_type": "must be an object",
    "string_unicode": "must be valid Unicode",
    "tuple_type": "must be an array",
}


_SHAPES = {
    "customerEmail": "must be an e-mail address, as in zoe@example.com",
    "locale": "must be a language tag, as in pt-BR",
    "unitPrice": "must be an amount with a decimal point, as in 18.99, and no currency",
    "taxRate": "must be a percentage with a decimal point, as in 7.7, without its sign",
}
"""What a pattern is for, by its field."""


def _detail(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx")
    if kind == "string_pattern_mismatch":
        return _SHAPES[fault["loc"][-1]]
    if kind == "value_error" and isinstance(context, dict):
        return str(context["error"])
    message = str(fault["msg"])
    return _DETAILS.get(str(kind), message[:1].lower() + message[1:])
