"""The receipt of an order: the typst page `receipt.typ`, filled in with one order, as PDF or as pictures."""

import json
import math
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from orders.order.document import Kind
from orders.order.errors import Misconfigured, ReceiptImpossible
from orders.order.order import Order
from orders.order.parts import PostedItem
from orders.order.posted import PostedOrder
from orders.receipt import compilers, content, drawable_logo
from orders.receipt.compilers import COMPILERS
from orders.shop import shop
from orders.shop.shop import Shop

__all__ = ["COMPILERS", "PAGE", "check", "pdf", "pictures", "render"]

PAGE = Path(__file__).with_name("receipt.typ")
NUMBERS = "numbers"
OF_KIND = {Kind.CREDIT_NOTE: "credit notes", Kind.CORRECTED_RECEIPT: "corrected receipts"}
"""The features that a page must declare, for documents of these kinds."""
_PRINTS = re.compile(r"^#let prints = \(([^()\n]*)\)", re.MULTILINE)


def render(order: Order, most_work: float = math.inf) -> bytes:
    """The document of a row, as PDF/A-3a and PDF/UA-1: a receipt, a credit note or a corrected receipt.

    The same row gives the same bytes, as long as the page and `shop.toml` stay as they are. Safe in any number of
    threads.

    Raises:
        DrawingAborted: it would be more work than that; see `orders.receipt.writing`.
        ReceiptImpossible: this order can't be printed, however often one tries.
        Misconfigured: no order can be; the page, or what `shop.toml` says, has a fault.
    """
    try:
        return pdf(order, shop.configured(), most_work)
    except ReceiptImpossible:
        check()
        raise


def check() -> None:
    """See whether receipts can be made at all, with numbers if the shop has them.

    Raises:
        Misconfigured: as `render`.
    """
    try:
        drawable_logo.check(shop.configured(), shop.path())
        if shop.configured().numbers:
            _refuse_unless_printed(_page(), {NUMBERS})
        pdf(_sample(), shop.configured())
    except ReceiptImpossible as error:
        raise Misconfigured(f"{error}; see {_page()} and {shop.path()}") from error


def pdf(order: Order, shop: Shop, most_work: float = math.inf) -> bytes:
    """As `render`, for any shop.

    Raises:
        ReceiptImpossible: it can't be typeset.
        Misconfigured: the shop's own page does not print such a document.
    """
    made = _typeset(content.of(order, shop, most_work), order, format="pdf", pdf_standards=["a-3a", "ua-1"])
    if not isinstance(made, bytes):
        raise ReceiptImpossible("the typesetter made no PDF")
    return made


def pictures(order: Order, shop: Shop, dots_per_inch: int) -> list[bytes]:
    """The pages of a receipt as PNG.

    Raises:
        ReceiptImpossible: as `pdf`.
        Misconfigured: as `pdf`.
    """
    made = _typeset(content.of(order, shop), order, format="png", ppi=dots_per_inch)
    return made if isinstance(made, list) else [made or b""]


def _typeset(page: dict[str, Any], order: Order, **wanted: Any) -> bytes | list[bytes] | None:
    _refuse_unless_printed(_page(), _needed(order))
    at = order.issue.at if order.issue else order.received_at
    with compilers.compiler(page["fonts"]) as compiler:
        try:
            return compiler.compile(_source(page), timestamp=at.replace(microsecond=0), **wanted)
        except (typst.TypstError, UnicodeEncodeError) as error:
            raise ReceiptImpossible(f"the receipt can't be typeset: {error}") from error
        except BaseException as error:
            if type(error).__name__ != "PanicException":
                raise
            raise ReceiptImpossible("the typesetter gave up on this receipt") from error


def _source(page: dict[str, Any]) -> bytes:
    """A document that imports the page and fills it in.

    The content is a string literal, so it is never markup. In `sys.inputs` it would cost the typesetter a third more:
    it makes its whole library anew when these change.
    """
    text = _literal(json.dumps(page, ensure_ascii=False))
    return f"#import {_literal(_page().as_posix())}: receipt\n#receipt(json(bytes({text})))".encode()


def _literal(text: str) -> str:
    """The text as a string of typst, which reads JSON's escapes of quotes and backslashes, but none of letters."""
    return json.dumps(text, ensure_ascii=False)


def _page() -> Path:
    """The shop's own page, if there is one beside its file; otherwise ours."""
    own = shop.path().with_name(PAGE.name)
    return own if own.exists() else PAGE


def _needed(order: Order) -> set[str]:
    """The features of the page that a receipt without a number does not need."""
    of_kind = {OF_KIND[order.document.kind]} if order.document else set()
    return of_kind | ({NUMBERS} if order.issue else set())


def _refuse_unless_printed(page: Path, needed: set[str]) -> None:
    """Refuse to print a document on a page that was made before there were such documents: it would leave out a number.

    Raises:
        Misconfigured: the page does not say that it prints them.
    """
    if not needed or page == PAGE:
        return
    says = _PRINTS.search(page.read_text(encoding="utf-8"))
    if missing := sorted(needed - set(re.findall('"([^"]*)"', says[1] if says else ""))):
        raise Misconfigured(
            f"{page} was made for an earlier version, and does not print {' and '.join(missing)}."
            f" Copy {PAGE} there again, and repeat your changes"
        )


def _sample() -> Order:
    item = PostedItem(name="Sample", quantity=1, unit_price="1.00", tax_rate="10")
    order = PostedOrder(order_id="sample", customer_name="Sample", currency="EUR", items=(item,))
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Order.received(order, receipt_token="", at=at, api_url="https://orders.example/")  # with a code to draw
