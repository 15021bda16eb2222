"""A part of the selected orders as CSV."""

import csv
import io
from collections.abc import Iterable, Sequence

from orders.api.export.forms import PLAIN, Form
from orders.api.export.rows import ORDERS, Rows
from orders.ports import Outside, Page, Selection

PAGES_A_PART = 5
"""Of few orders among many, a page may hold none."""
MOST_BYTES = 600_000
"""Of a page, in UTF-8: of a longer one, fewer orders are read. A part ends after the page that makes it so long.

An answer on AWS may have 6 MB, as JSON in which a character of two bytes may have six."""


def part(
    selection: Selection,
    most: int,
    cursor: str | None,
    outside: Outside,
    rows: Rows = ORDERS,
    form: Form = PLAIN,
) -> tuple[str, str | None]:
    """At most `most` of the selected orders as CSV, and the cursor of the next part.

    The parts, one after another, are one document: only the first has the heading. A part may be short, or empty, and
    have a cursor all the same: where few orders are selected of many, a page is read in vain now and then. A part
    also ends before `most` if its orders are long.

    Raises:
        BadRequest: the cursor is not valid for this list.
        Unavailable: the table did not answer.
    """
    texts, count, size = [] if cursor is not None else [heading(rows, form)], 0, 0
    for _ in range(PAGES_A_PART):
        page, written = _page(selection, most - count, cursor, outside, rows, form)
        texts.append(written)
        cursor, count, size = page.cursor, count + len(page.orders) + len(page.unreadable), size + len(written.encode())
        if cursor is None or count >= most or size >= MOST_BYTES:
            break
    return "".join(texts), cursor


def _page(
    selection: Selection, most: int, cursor: str | None, outside: Outside, rows: Rows, form: Form
) -> tuple[Page, str]:
    """The next orders, fewer of them if their text would be too long for a part."""
    while True:
        page = outside.table.page(selection, most, cursor)
        written, found = text(page, rows, form), len(page.orders) + len(page.unreadable)
        if (size := len(written.encode())) <= MOST_BYTES or found < 2:
            return page, written
        most = found * MOST_BYTES // size or 1


def heading(rows: Rows, form: Form) -> str:
    """The first line of a document, and what comes before it."""
    return form.start + _written([rows.columns], form)


def text(page: Page, rows: Rows, form: Form) -> str:
    """The lines of these orders."""
    readable = [row for order in page.orders for row in rows.of(order)]
    found = [*readable, *map(rows.of_unreadable, page.unreadable)]
    return _written([[form.cell(row.get(column)) for column in rows.columns] for row in found], form)


def _written(lines: Iterable[Sequence[str]], form: Form) -> str:
    document = io.StringIO()
    csv.writer(document, delimiter=form.separator).writerows(lines)
    return document.getvalue()
