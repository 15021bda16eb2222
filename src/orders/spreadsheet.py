"""Orders as CSV (RFC 4180), for spreadsheets: a cell that they would run as a formula is made harmless.

https://owasp.org/www-community/attacks/CSV_Injection
"""

import csv
import io
from collections.abc import Iterable

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
    """At least `most` of the selected orders as CSV, where there are so many, and the cursor of the next part.

    The parts, one after another, are one document: only the first has the heading.

    Raises:
        BadRequest: the cursor is none that was given out.
        Unavailable: the table did not answer.
    """
    rows = list[Row]()
    is_first = cursor is None
    while len(rows) < most:
        page = outside.table.page(selection, min(PAGE, most - len(rows)), cursor)
        rows += page.rows
        cursor = page.cursor
        if cursor is None:
            break
    return _written(rows, with_heading=is_first), cursor


def _written(rows: Iterable[Row], *, with_heading: bool) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    if with_heading:
        writer.writerow(COLUMNS)
    for row in rows:
        listed = dict(present.listed(row))
        writer.writerow([_harmless(listed[column]) for column in COLUMNS])
    return text.getvalue()


def _harmless(cell: object) -> object:
    """A text in front of which an apostrophe stands is shown as it is."""
    if isinstance(cell, str) and _STARTS_A_FORMULA & {*cell[:1], *cell.lstrip()[:1]}:
        return f"'{cell}"
    return cell
