"""Receipts of orders that one remembers, and what can be read in them."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pypdf
from tests.examples import NINE

from orders import receipt, schema
from orders.row import Row

ROOT = Path(__file__).parent.parent.parent
API = "https://orders.example/prod/"


def row_of(order: dict[str, Any], at: datetime = NINE) -> Row:
    return Row.received(schema.parse(order), "token", at, API)


def receipt_of(order: dict[str, Any]) -> bytes:
    return receipt.render(row_of(order))


def text_of(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages)
