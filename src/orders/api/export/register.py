"""The entries of the register as CSV."""

from collections.abc import Sequence
from typing import Any

from orders.api import present_documents
from orders.api.documents import RegisterEntry
from orders.api.export import parts
from orders.api.export.forms import Cell, Form
from orders.order.register import Entry

COLUMNS = tuple(RegisterEntry.__annotations__)


def register(entries: Sequence[Entry], form: Form, *, has_heading: bool) -> str:
    """The lines of these entries. `has_heading` says whether this is the first part of a document."""
    heading = form.start + parts.written([COLUMNS], form) if has_heading else ""
    return heading + parts.written((_cells(entry, form) for entry in entries), form)


def _cells(entry: Entry, form: Form) -> list[str]:
    shown: dict[str, Any] = dict(present_documents.entry_of(entry))
    cells: dict[str, Cell] = shown | {"issuedAt": entry.issued_at}
    return [form.cell(cells[column]) for column in COLUMNS]
