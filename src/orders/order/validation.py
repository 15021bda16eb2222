"""Whether a JSON document is an order, by the rules of the fields in `orders.order.posted`. Needs pydantic."""

import dataclasses
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from orders.order import combinations
from orders.order.clock import from_iso
from orders.order.correction import PostedCorrection
from orders.order.errors import InvalidOrder, WrongField
from orders.order.lists import MOST_FAULTS
from orders.order.posted import PostedOrder
from orders.order.refund import PostedRefund

MOST_OF_THE_FUTURE = timedelta(minutes=5)
"""A shop's clock may be this far ahead of ours."""

ADAPTER = TypeAdapter(PostedOrder)
REFUND_ADAPTER = TypeAdapter(PostedRefund)
CORRECTION_ADAPTER = TypeAdapter(PostedCorrection)
T = TypeVar("T")


def parse(document: object) -> PostedOrder:
    """The order that a JSON document describes.

    Raises:
        InvalidOrder: with every wrong field that one look can find.
    """
    posted = read(document, ADAPTER, PostedOrder, "an order")
    _refuse(combinations.wrong(posted))
    _ = posted.totals  # raises what contradicts itself
    return posted


def parse_refund(document: object) -> PostedRefund:
    """The refund that a JSON document describes. Whether it fits an order is for `orders.order.credits` to say.

    Raises:
        InvalidOrder: with every wrong field that one look can find.
    """
    refund = read(document, REFUND_ADAPTER, PostedRefund, "a refund")
    _refuse(combinations.wrong_in_refund(refund))
    if not refund.lines and refund.amount is None:
        _refuse(_left_empty(document))
    return refund


def parse_correction(document: object) -> PostedCorrection:
    """The correction that a JSON document describes.

    Raises:
        InvalidOrder: with every wrong field that one look can find, or because it changes nothing.
    """
    correction = read(document, CORRECTION_ADAPTER, PostedCorrection, "a correction")
    if not correction.changes:
        raise InvalidOrder([WrongField("#", "must have at least one field to correct besides correctionId")])
    return correction


def refuse_future(posted: PostedOrder, now: datetime) -> None:
    """Refuse an order that was placed after `now`. Clocks may differ by `MOST_OF_THE_FUTURE`.

    Raises:
        InvalidOrder: `placedAt` is in the future.
    """
    if _is_future(posted.placed_at, now):
        raise InvalidOrder([WrongField("#/placedAt", "must not be in the future: it is when the customer bought")])


def refuse_future_refund(refund: PostedRefund, now: datetime) -> None:
    """Refuse a refund that was made after `now`. Clocks may differ by `MOST_OF_THE_FUTURE`.

    Raises:
        InvalidOrder: `refundedAt` is in the future.
    """
    if _is_future(refund.refunded_at, now):
        raise InvalidOrder([WrongField("#/refundedAt", "must not be in the future: it is when the money went back")])


def _is_future(instant: str | None, now: datetime) -> bool:
    return instant is not None and from_iso(instant) > now + MOST_OF_THE_FUTURE


def _left_empty(document: object) -> Iterator[WrongField]:
    """A refund without lines and amount gives everything back: an empty one must not do so by mistake."""
    given = document if isinstance(document, dict) else {}
    for name in ("lines", "amount"):
        if given.get(name) is not None:
            yield WrongField(f"#/{name}", "must not be empty; leave it out to give back all that remains of the order")


def read(document: object, adapter: TypeAdapter[T], kind: type, noun: str) -> T:
    """The body that a JSON document describes, as far as each field can be judged by itself.

    Raises:
        InvalidOrder: with every wrong field.
    """
    if too_much := _too_much(document, len(dataclasses.fields(kind)), noun):
        raise InvalidOrder([too_much])
    try:
        return adapter.validate_python(document)
    except ValidationError as error:
        raise InvalidOrder(_wrong_fields(error, kind)) from None


def _refuse(wrong: Iterator[WrongField]) -> None:
    if found := list(islice(wrong, MOST_FAULTS)):
        raise InvalidOrder(found)


def _too_much(document: object, most: int, noun: str) -> WrongField | None:
    """Far more fields than any has, found by counting: each wrong field that pydantic finds costs 4 µs."""
    if isinstance(document, dict) and len(document) > most + MOST_FAULTS:
        return WrongField("#", f"has {len(document):,} fields; {noun} has at most {most}")
    return None


def _wrong_fields(error: ValidationError, kind: type) -> list[WrongField]:
    faults = error.errors(include_url=False, include_context=True, include_input=False)
    return [WrongField(_pointer(fault["loc"]), _detail(fault, kind)) for fault in faults[:MOST_FAULTS]]


def _pointer(location: tuple[int | str, ...]) -> str:
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return "#" + "".join(f"/{step}" for step in steps)


_UNKNOWN = "unexpected_keyword_argument"
_DETAILS = {
    "missing": "is required",
    _UNKNOWN: "is not a known field",
    "dataclass_type": "must be an object in curly brackets",
    "string_unicode": "must have fields with names of valid characters; one has half of a surrogate pair",
}
"""By the type of a fault that pydantic finds by itself; the checks of the fields find all others."""


def _detail(fault: Mapping[str, Any], kind: type) -> str:
    reason, context = fault["type"], fault.get("ctx")
    if reason == "value_error" and isinstance(context, dict):
        return str(context["error"])
    more = "; texts of your own can be in metadata" if reason == _UNKNOWN and kind is PostedOrder else ""
    return _DETAILS.get(reason, "is not valid") + more
