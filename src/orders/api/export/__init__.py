"""Orders and documents as CSV, for programs and for spreadsheets.

A row for each order, for each of its taxes or for each item; or a row for each document and tax.
"""

from orders.api.export.documents import DOCUMENTS
from orders.api.export.forms import PLAIN
from orders.api.export.parts import heading, part, text
from orders.api.export.rows import ITEMS, KINDS, ORDERS, TAXES, Rows
from orders.api.export.wanted import EXCEL, FORMING, form, rows, zone

COLUMNS = ORDERS.columns

__all__ = [
    "COLUMNS", "DOCUMENTS", "EXCEL", "FORMING", "ITEMS", "KINDS", "ORDERS", "PLAIN", "TAXES", "Rows", "form", "heading",
    "part", "rows", "text", "zone",
]  # fmt: skip
