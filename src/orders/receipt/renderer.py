"""The receipt as PDF: the typst page `receipt.typ`, filled in with one order."""

import json
import os
import queue
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from orders import money
from orders.errors import ReceiptImpossible
from orders.order import Order, Totals
from orders.receipt import han

_HERE = Path(__file__).parent
_PAGE = _HERE / "receipt.typ"
_FONTS = _HERE / "fonts"

_LONG_WORD = re.compile(r"\S{28,}")

COMPILERS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
"""How many receipts are made at once. A compiler keeps a core busy, so more of them would only take turns."""


def render(order: Order, received_at: datetime) -> bytes:
    """The receipt of an order as PDF; the same order and instant give the same bytes. Safe in any number of threads.

    Raises:
        ReceiptImpossible: this order can't be printed, however often one tries.
    """
    content = json.dumps(_content(order, received_at), ensure_ascii=False)
    with _compiler() as compiler:
        try:
            pdf = compiler.compile(
                format="pdf", sys_inputs={"order": content}, timestamp=received_at.replace(microsecond=0)
            )
        except (typst.TypstError, UnicodeEncodeError) as error:
            raise ReceiptImpossible(f"the receipt can't be typeset: {error}") from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise ReceiptImpossible("the typesetter gave up on this receipt") from error
    if not isinstance(pdf, bytes):
        raise ReceiptImpossible("the typesetter made no PDF")
    return pdf


_places: queue.LifoQueue[typst.Compiler | None] = queue.LifoQueue()
for _ in range(COMPILERS):
    _places.put(None)


@contextmanager
def _compiler() -> Iterator[typst.Compiler]:
    """A compiler that nobody else uses meanwhile: two threads on one raise `Already borrowed`."""
    compiler = _places.get()
    healthy = None
    try:
        compiler = compiler or typst.Compiler(input=_PAGE, root=_HERE, font_paths=_fonts())
        yield compiler
        healthy = compiler
    finally:
        _places.put(healthy)  # after an error the next one starts afresh


@cache
def _fonts() -> typst.Fonts:
    """Only the fonts that travel with the package, so that every machine prints the same."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FONTS])


def _breakable(text: str) -> str:
    """The text with places to break in words that are longer than a line may be; they show only where needed."""
    return _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), text)


def _content(order: Order, received_at: datetime) -> dict[str, Any]:
    """What stands on the page: text only, so that the template has nothing to compute."""
    totals = order.totals()
    return {
        "orderId": order.order_id,
        "customerName": _breakable(order.customer_name),
        "receivedAt": received_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC"),
        "note": _breakable(order.note) if order.note else None,
        "hanFonts": han.fonts(order),
        "bill": _bill(order, totals) if totals else None,
    }


def _bill(order: Order, totals: Totals) -> dict[str, Any]:
    currency = order.currency or ""

    def amount(minor: int) -> str:
        return f"{money.from_minor(minor, currency):,f}"

    return {
        "currency": currency,
        "lines": [
            {
                "name": _breakable(item.name),
                "sku": _breakable(item.sku) if item.sku else None,
                "quantity": f"{item.quantity:,}",
                "unitPrice": amount(line // item.quantity),
                "amount": amount(line),
            }
            for item, line in zip(order.items, totals.lines, strict=True)
        ],
        "subtotal": amount(totals.subtotal),
        "taxes": [{"rate": f"{rate.normalize():f} %", "amount": amount(tax)} for rate, tax in totals.taxes.items()],
        "total": amount(totals.total),
    }
