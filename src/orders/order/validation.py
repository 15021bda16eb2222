"""Whether a JSON document is an order, by the rules of the fields in `orders.order.posted`. Needs pydantic."""

import dataclasses
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Any, get_type_hints

from pydantic import TypeAdapter, ValidationError

from orders.order import money
from orders.order.errors import InvalidOrder, WrongField
from orders.order.posted import MOST_ITEMS, PostedItem, PostedOrder, in_camel_case
from orders.order.rules import Rule

_MOST_FIELDS_NAMED = 50
"""Of the fields that are wrong; so many may be unknown, too, before nothing else is looked at."""
_FIELDS, _FIELDS_OF_AN_ITEM = (len(dataclasses.fields(kind)) for kind in (PostedOrder, PostedItem))

ADAPTER = TypeAdapter(PostedOrder)


def parse(document: object) -> PostedOrder:
    """The order that a JSON document describes.

    Raises:
        InvalidOrder: with every field that is wrong, as far as can be told at once.
    """
    if too_much := list(_too_much(document)):
        raise InvalidOrder(too_much)
    try:
        posted = ADAPTER.validate_python(document)
    except ValidationError as error:
        raise InvalidOrder(_wrong_fields(error)) from None
    if wrong := list(_wrong_together(posted)):
        raise InvalidOrder(wrong[:_MOST_FIELDS_NAMED])
    return posted


def _too_much(document: object) -> Iterator[WrongField]:
    """What is far beyond any order, found by counting: each wrong field that pydantic finds costs 4 µs."""
    if not isinstance(document, dict):
        return
    if len(document) > _FIELDS + _MOST_FIELDS_NAMED:
        yield WrongField("#", f"has {len(document)} fields; an order has at most {_FIELDS}")
    items = document.get("items")
    if not isinstance(items, list):
        return
    fields, most = sum(map(_size, items)), MOST_ITEMS * _FIELDS_OF_AN_ITEM
    if len(items) > MOST_ITEMS:
        yield WrongField("#/items", f"must have at most {MOST_ITEMS} items; an order with more can be split")
        return
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
    "unexpected_keyword_argument": "is not a field of an order",
    "dataclass_type": "must be an object",
    "string_unicode": "must be valid Unicode",
    "tuple_type": "must be an array",
}


@cache
def _shapes() -> Mapping[str, str]:
    """What the pattern of a field is for, by the field's name in JSON."""
    hints = {**get_type_hints(PostedItem, include_extras=True), **get_type_hints(PostedOrder, include_extras=True)}
    rules = {name: each for name, hint in hints.items() for each in getattr(hint, "__metadata__", ())}
    return {in_camel_case(name): rule.shape for name, rule in rules.items() if isinstance(rule, Rule) and rule.shape}


def _detail(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx")
    if kind == "string_pattern_mismatch":
        return _shapes()[fault["loc"][-1]]
    if kind == "value_error" and isinstance(context, dict):
        return str(context["error"])
    message = str(fault["msg"])
    return _DETAILS.get(str(kind), message[:1].lower() + message[1:])
