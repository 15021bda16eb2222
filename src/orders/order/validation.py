"""Whether a JSON document is an order, by the rules of the fields in `orders.order.posted`. Needs pydantic."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from orders.order import combinations
from orders.order.clock import from_iso
from orders.order.errors import InvalidOrder, WrongField
from orders.order.lists import MOST_FAULTS
from orders.order.posted import PostedOrder

MOST_OF_THE_FUTURE = timedelta(minutes=5)
"""A shop's clock may be this far ahead of ours."""
_FIELDS = len(dataclasses.fields(PostedOrder))

ADAPTER = TypeAdapter(PostedOrder)


def parse(document: object) -> PostedOrder:
    """The order that a JSON document describes.

    Raises:
        InvalidOrder: with every wrong field that one look can find.
    """
    if too_much := list(_too_much(document)):
        raise InvalidOrder(too_much)
    try:
        posted = ADAPTER.validate_python(document)
    except ValidationError as error:
        raise InvalidOrder(_wrong_fields(error)) from None
    if wrong := list(combinations.wrong(posted)):
        raise InvalidOrder(wrong[:MOST_FAULTS])
    _ = posted.totals  # raises what contradicts itself
    return posted


def refuse_future(posted: PostedOrder, now: datetime) -> None:
    """Refuse an order that was placed after `now`. Clocks may differ by `MOST_OF_THE_FUTURE`.

    Raises:
        InvalidOrder: `placedAt` is in the future.
    """
    if posted.placed_at and from_iso(posted.placed_at) > now + MOST_OF_THE_FUTURE:
        raise InvalidOrder([WrongField("#/placedAt", "must not be in the future: it is when the customer bought")])


def _too_much(document: object) -> Iterator[WrongField]:
    """Far more fields than any order has, found by counting: each wrong field that pydantic finds costs 4 µs."""
    if isinstance(document, dict) and len(document) > _FIELDS + MOST_FAULTS:
        yield WrongField("#", f"has {len(document):,} fields; an order has at most {_FIELDS}")


def _wrong_fields(error: ValidationError) -> list[WrongField]:
    faults = error.errors(include_url=False, include_context=True, include_input=False)
    return [WrongField(_pointer(fault["loc"]), _detail(fault)) for fault in faults[:MOST_FAULTS]]


def _pointer(location: tuple[int | str, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "#" + "".join(f"/{step}" for step in steps)


_DETAILS = {
    "missing": "is required",
    "unexpected_keyword_argument": "is not a known field; texts of your own can be in metadata",
    "dataclass_type": "must be an object in curly brackets",
    "string_unicode": "must have fields with names of valid characters; one has half of a surrogate pair",
}
"""By the type of a fault that pydantic finds by itself; the checks of the fields find all others."""


def _detail(fault: Mapping[str, Any]) -> str:
    kind, context = fault["type"], fault.get("ctx")
    if kind == "value_error" and isinstance(context, dict):
        return str(context["error"])
    return _DETAILS.get(kind, "is not valid")
