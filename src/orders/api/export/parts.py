"""A part of the selected orders as CSV."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

from orders.api.export.forms import PLAIN, Form
from orders.api.export.rows import ORDERS, Row, Rows
from orders.ports import Outside, Page, Selection

ORDERS_A_PAGE = 100
PAGES_IN_VAIN = 5
"""More than a part needs: when few of many orders match, a page may have none of them."""
MOST_BYTES = 300_000
"""After this many bytes of UTF-8, a page takes no further order, and a part no further page. An order of 500 items
comes to less than a megabyte.

An answer on AWS may have 6 MB, as JSON in which a character of two bytes may have six. On one machine other requests
wait while a part is made."""


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
    still have a cursor: when few of many orders match, some pages have none of them, and long orders end a part early.

    Raises:
        BadRequest: the cursor is not valid for this list.
        Unavailable: the table did not answer.
    """
    texts, count, size = [] if cursor is not None else [heading(rows, form)], 0, 0
    for _ in range(most // ORDERS_A_PAGE + PAGES_IN_VAIN):
        page, written = _page(selection, min(most - count, ORDERS_A_PAGE), cursor, outside, rows, form)
        texts.append(written)
        cursor, count, size = page.cursor, count + _length(page), size + len(written.encode())
        if cursor is None or count >= most or size >= MOST_BYTES:
            break
    return "".join(texts), cursor


def heading(rows: Rows, form: Form) -> str:
    """The first line of a document, and what comes before it."""
    return form.start + written([rows.columns], form)


def text(page: Page, rows: Rows, form: Form) -> str:
    """The lines of all orders of a page."""
    return "".join([*_texts(page, rows, form), _of_unreadable(page, rows, form)])


def _page(
    selection: Selection, most: int, cursor: str | None, outside: Outside, rows: Rows, form: Form
) -> tuple[Page, str]:
    """The next orders, and their lines. If not all have room, a shorter page is read, as the table makes the cursor."""
    page = outside.table.page(selection, most, cursor)
    texts = list(_with_room(_texts(page, rows, form)))
    if len(texts) == len(page.orders):
        return page, "".join([*texts, _of_unreadable(page, rows, form)])
    page = outside.table.page(selection, len(texts), cursor)
    return page, text(page, rows, form)


def _length(page: Page) -> int:
    return len(page.orders) + len(page.unreadable)


def _texts(page: Page, rows: Rows, form: Form) -> Iterator[str]:
    """The lines of each order that can be read, one order after another."""
    return (_of_rows(rows.of(order), rows, form) for order in page.orders)


def _with_room(texts: Iterable[str]) -> Iterator[str]:
    """As many as have room; the first in any case."""
    size = 0
    for text in texts:
        yield text
        size += len(text.encode())
        if size >= MOST_BYTES:
            return


def _of_unreadable(page: Page, rows: Rows, form: Form) -> str:
    return _of_rows(map(rows.of_unreadable, page.unreadable), rows, form)


def _of_rows(found: Iterable[Row], rows: Rows, form: Form) -> str:
    return written([[form.cell(row.get(column)) for column in rows.columns] for row in found], form)


def written(lines: Iterable[Sequence[str]], form: Form) -> str:
    """Lines of cells as CSV."""
    document = io.StringIO()
    csv.writer(document, delimiter=form.separator).writerows(lines)
    return document.getvalue()
