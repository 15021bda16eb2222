"""Reads the lists of a posted order, in time that grows with the order and not with its faults.

pydantic takes about 4 µs for each fault that it finds, and a body has room for 100,000. It therefore stops at the first
entry that is wrong. Only then is the list read again, entry by entry, until enough faults are known to name.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic_core import InitErrorDetails, ValidationError

MOST_FAULTS = 50
"""The largest number of faults that an answer names."""
MOST_FIELDS = 64
"""The largest number of fields of an entry or a part that is read: far more than any has."""

Read = Callable[[object], Any]
"""How pydantic reads a value."""


def all_of(entries: list[Any], read: Read) -> object:
    """The entries as pydantic reads the list of them.

    Raises:
        ValidationError: entries are wrong; with their faults in order, until there are `MOST_FAULTS`.
    """
    from pydantic_core import ValidationError

    if any(map(_is_crowded, entries)):
        raise ValueError(f"must have no entry of more than {MOST_FIELDS} fields")
    try:
        return read(entries)
    except ValidationError as error:
        first = _where(error)
    found = list["InitErrorDetails"]()
    for number in range(first, len(entries)):
        try:
            read([entries[number]])
        except ValidationError as error:
            found += _moved(error, number)
        if len(found) >= MOST_FAULTS:
            break
    raise ValidationError.from_exception_data("list", found)


def without_blank_texts(entries: list[Any]) -> list[Any]:
    return [each for each in entries if each is not None and not (isinstance(each, str) and not each.strip())]


def uncrowded(part: object) -> object:
    """The part, to be read.

    Raises:
        ValueError: it has more fields than any part of an order.
    """
    if _is_crowded(part):
        raise ValueError(f"must not have more than {MOST_FIELDS} fields")
    return part


def _is_crowded(part: object) -> bool:
    return isinstance(part, dict) and len(part) > MOST_FIELDS


def _where(error: "ValidationError") -> int:
    """The first entry that is wrong."""
    return min(int(fault["loc"][0]) for fault in faults(error))


def _moved(error: "ValidationError", number: int) -> "list[InitErrorDetails]":
    """The faults of an entry that was read by itself, at the place that it has in the list."""
    return [
        {"type": fault["type"], "loc": (number, *fault["loc"][1:]), "input": None, "ctx": fault.get("ctx", {})}
        for fault in faults(error)
    ]


def faults(error: "ValidationError") -> list[Any]:
    return list(error.errors(include_url=False, include_input=False))
