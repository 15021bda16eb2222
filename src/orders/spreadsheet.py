"""Orders as CSV (RFC 4180), for spreadsheets: a cell that they would run as a formula is made harmless.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Iterable, Sequence

from orders import present
from orders.ports import Outside, Selection
from orders.row import Row

COLUMNS = (
    "orderId", "status", "receivedAt", "completedAt", "customerName", "customerEmail", "currency", "total", "attempts",
    "lastError",
)  # fmt: skip
PAGE = 100
_STARTS_A_FORMULA = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""Some programs take characters of full width for the same, and look past a tab or a line break."""


def part(selection: Selection, most: int, cursor: str | None, outside: Outside) -> tuple[str, str | None]:
    """At most `most` of the selected orders as CSV, and the cursor of the next part.

    The parts, one after another, are one document: only the first has the heading. A part may be short, or empty, and
    have a cursor all the same: where few orders are selected of many, a page is read in vain now and then.

    Raises:
        BadRequest: the cursor is none that was given out.
        Unavailable: the table did not answer.
    """
    rows, heading = list[Row](), [] if cursor is not None else [COLUMNS]
    for _ in range(-(-most // PAGE)):
        page = outside.table.page(selection, min(PAGE, most - len(rows)), cursor)
        rows += page.rows
        cursor = page.cursor
        if cursor is None:
            break
    return _written([*heading, *map(_cells, rows)]), cursor


def _written(lines: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue()


def _cells(row: Row) -> list[object]:
    listed = dict(present.listed(row))
    return [_harmless(listed[column]) for column in COLUMNS]


def _harmless(cell: object) -> object:
    """A text in front of which an apostrophe stands is shown as it is."""
    if isinstance(cell, str) and _STARTS_A_FORMULA & {*cell[:1], *cell.lstrip()[:1]}:
        return f"'{cell}"
    return cell
