"""Orders as CSV (RFC 4180), for spreadsheets: a cell that they would run as a formula is made harmless.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence

from orders.api import present
from orders.order.order import Order
from orders.ports import Outside, Selection

COLUMNS = (
    "orderId", "status", "receivedAt", "completedAt", "customerName", "customerEmail", "currency", "total", "attempts",
    "lastError",
)  # fmt: skip
PAGES_A_PART = 5
"""Of few orders among many, a page may hold none."""
_UNREADABLE = "The server can't read this order: a newer version wrote it, or it is damaged. Its log says which."
_INVISIBLE = {"Cf", "Mn", "Zs"}
_SEPARATOR = re.compile(r"([;\t|][\s\"']*)")
"""Where the comma separates decimals, spreadsheets take a semicolon for the end of a cell."""


def part(selection: Selection, most: int, cursor: str | None, outside: Outside) -> tuple[str, str | None]:
    """At most `most` of the selected orders as CSV, and the cursor of the next part.

    The parts, one after another, are one document: only the first has the heading. A part may be short, or empty, and
    have a cursor all the same: where few orders are selected of many, a page is read in vain now and then.

    Raises:
        BadRequest: the cursor is not valid for this list.
        Unavailable: the table did not answer.
    """
    lines, heading = list[Sequence[object]](), [] if cursor is not None else [COLUMNS]
    for _ in range(PAGES_A_PART):
        page = outside.table.page(selection, most - len(lines), cursor)
        lines += [*map(_cells, page.orders), *map(_cells_of_unreadable, page.unreadable)]
        cursor = page.cursor
        if cursor is None or len(lines) == most:
            break
    return _written([*heading, *lines]), cursor


def _written(lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _cells(order: Order) -> list[object]:
    listed = dict(present.listed(order))
    return [_harmless(listed[column]) for column in COLUMNS]


def _cells_of_unreadable(order_id: str) -> list[object]:
    """A line that is missing would be missed by nobody."""
    return [_harmless(order_id), *[None] * (len(COLUMNS) - 2), _UNREADABLE]


def _harmless(cell: object) -> object:
    """A spreadsheet shows a text after an apostrophe unchanged."""
    if not isinstance(cell, str):
        return cell
    first, *others = _SEPARATOR.split(cell)
    text = "".join([_guarded(first), *map(_guarded, others)])
    return f"'{text}" if cell.startswith(("\t", "\r", "\n")) else text


def _guarded(piece: str) -> str:
    return f"'{piece}" if _first_visible(piece) in "=+-@" else piece


def _first_visible(text: str) -> str:
    """In its plainest form: some programs take characters of another width for the same."""
    visible = (character for character in text if unicodedata.category(character) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", next(visible, " "))
