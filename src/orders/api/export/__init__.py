"""Orders, documents and the register as CSV, for programs and for spreadsheets.

A row for each order, for each of its taxes or for each item; or a row for each document and tax, or for each number.
"""

from orders.api.export.documents import DOCUMENTS
from orders.api.export.forms import PLAIN
from orders.api.export.parts import heading, part, text
from orders.api.export.register import register
from orders.api.export.rows import ITEMS, KINDS, ORDERS, TAXES, Rows
from orders.api.export.wanted import EXCEL, FORMING, OF_EXCEL, form, rows, zone

COLUMNS = ORDERS.columns

__all__ = [
    "COLUMNS", "DOCUMENTS", "EXCEL", "FORMING", "ITEMS", "KINDS", "OF_EXCEL", "ORDERS", "PLAIN", "TAXES", "Rows",
    "form", "heading", "part", "register", "rows", "text", "zone",
]  # fmt: skip
