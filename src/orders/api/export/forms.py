"""How cells are written: in the form that programs read, or in the form that Excel opens by a double click."""

import unicodedata
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Protocol

from orders.api.export import harmless, separators
from orders.order.clock import to_iso

Cell = str | int | Decimal | datetime | None
"""A number or an instant is ours and never a formula; a text may be anybody's."""

_LONGEST_CONSTANT = 255
"""Characters that Excel takes as a text inside a formula."""
_OF_NUMBERS_AND_DATES = frozenset("#/.-_+,:()%&*'\u2019")


class Form(Protocol):
    """`start` is written before the heading."""

    @property
    def start(self) -> str: ...

    @property
    def separator(self) -> str: ...

    def cell(self, cell: Cell) -> str:
        """The cell as text. No program runs it."""
        ...


class Plain:
    """RFC 4180: commas, decimal points, instants in UTC (RFC 3339)."""

    start, separator = "", ","

    def cell(self, cell: Cell) -> str:
        return harmless.text(cell) if isinstance(cell, str) else _written(cell)


class Excel:
    """A byte order mark, by which Excel knows UTF-8; numbers and separators of a locale; dates of a time zone.

    There is no line `sep=;`: with it, Excel takes no notice of the byte order mark.
    """

    start = "\ufeff"

    def __init__(self, zone: tzinfo = UTC, locale: str = separators.DEFAULT) -> None:
        self._zone = zone
        self._decimal = separators.decimal(locale)
        self.separator = separators.of_list(locale)

    def cell(self, cell: Cell) -> str:
        if isinstance(cell, str):
            return _as_text(cell)
        if isinstance(cell, datetime):
            return self._local(cell)
        return _written(cell).replace(".", self._decimal)

    def _local(self, instant: datetime) -> str:
        """`2026-11-23 09:30:00`, which Excel takes for a date whatever the country."""
        try:
            local = instant.astimezone(self._zone)
        except OverflowError:  # the first and the last day that Python knows
            local = instant
        return local.replace(tzinfo=None).isoformat(" ", "seconds")


PLAIN = Plain()


def _written(cell: int | Decimal | datetime | None) -> str:
    if isinstance(cell, datetime):
        return to_iso(cell)
    return "" if cell is None else f"{cell:f}" if isinstance(cell, Decimal) else str(cell)


def _as_text(text: str) -> str:
    """A text that Excel would turn into a number or a date, such as `0012` or `1-2`, is the constant `="0012"`."""
    safe = harmless.text(text, commas=True)
    return f'="{text}"' if safe == text and _may_be_converted(text) else safe


def _may_be_converted(text: str) -> bool:
    """Whether it has a digit, and only characters that numbers and dates have in some country.

    No kind of quotation mark is among these, so that nothing leaves the quotation marks of the constant.
    """
    return (
        len(text) <= _LONGEST_CONSTANT
        and any(character.isnumeric() for character in text)
        and all(map(_is_of_numbers_and_dates, text))
    )


def _is_of_numbers_and_dates(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] in "LNM" or category in {"Zs", "Sc"} or character in _OF_NUMBERS_AND_DATES
