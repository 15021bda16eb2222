"""Draws every screen of the operators' page into build/screenshots/, for `make screenshots`. The README shows two."""

import argparse
import random
import shutil
import tempfile
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect
from tests.support.api import Api
from tests.support.chromium import chromium
from tests.support.examples import ROOT, example_orders
from tests.support.servers import serving

from orders.local.sqlite.table import SqliteTable
from orders.order import validation as schema
from orders.order.clock import utc_now
from orders.order.delivery import Delivery
from orders.order.order import Order, StoredReceipt

PICTURES = ROOT / "build" / "screenshots"
DOCS = ROOT / "docs"
SHOWN = "1100"
"""The order whose screen is drawn."""
SCREENS = {"orders": "#/orders", "order": f"#/orders/{SHOWN}", "failed": "#/failed", "live": "#/live", "new": "#/new"}
WIDTHS = {1280: 900, 360: 780}
REASONS = ("the page has no place for it: items[2].name", "the typesetter stopped: no room for a word of 212 letters")
DRAWN = frozenset(
    {"ARABIC", "BENGALI", "CJK", "CYRILLIC", "DEVANAGARI", "GREEK"}
    | {"HANGUL", "HEBREW", "KATAKANA", "HIRAGANA", "LATIN", "TAMIL", "THAI"}
)
"""Scripts of the bundled fonts, as Unicode's names of their letters begin."""
CUPS = [{"name": "Espresso cup", "quantity": 4, "unitPrice": "7.50", "taxRate": "20"}]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000, help="how many there are")
    options = parser.parse_args()
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder, "orders.db"), options.orders)
        with serving(Path(folder)) as address, chromium() as browser:
            wait(Path(folder, "orders.db"))
            Api(address).post_order(next(order for order in example_orders() if order["orderId"] == SHOWN))
            for colours in ("light", "dark"):
                for width in WIDTHS:
                    take(browser, address, colours, width)
    shutil.copy(PICTURES / "orders-light-1280.png", DOCS / "orders.png")
    shutil.copy(PICTURES / "order-dark-1280.png", DOCS / "order.png")


def fill(path: Path, count: int) -> None:
    """The example orders, repeated over the last hour."""
    chance, now = random.Random(1), utc_now()  # noqa: S311
    examples = [order for order in example_orders() if order["orderId"] != SHOWN and is_drawn(order)]
    ages = sorted((timedelta(seconds=3 + chance.betavariate(1, 1.4) * 3600) for _ in range(count)), reverse=True)
    with closing(SqliteTable(path)) as table, ThreadPoolExecutor(32) as threads:

        def make(number: int) -> None:
            example, again = examples[number % len(examples)], number < count - len(examples)
            order_id = f"{number}-{example['orderId']}"[:64] if again else example["orderId"]
            received = Order.received(schema.parse(example | {"orderId": order_id}), "token", now - ages[number])
            soon = received.received_at + timedelta(milliseconds=chance.lognormvariate(5, 0.6))
            table.replace(table.create(received), ended(received, count - number, soon))

        list(threads.map(make, range(count)))


def is_drawn(order: dict[str, Any]) -> bool:
    """Whether the bundled fonts have the letters of its customer's name."""
    return {unicodedata.name(letter).split()[0] for letter in order["customerName"] if letter.isalpha()} <= DRAWN


def ended(row: Order, number: int, at: datetime) -> Order:
    """Every 29th order failed. The others have a receipt, and an e-mail if they have an address."""
    if number % 29 == 8:
        return row.failed(REASONS[number % 7 == 0], at, "process")
    mail = Delivery.requested(at).claimed("claim", at).sent("message", at) if row.posted.customer_email else None
    return row.completed(StoredReceipt(row.receipt_key, "ab" * 32, 48_213), at, mail)


def wait(path: Path) -> None:
    """Pending orders without a message: they wait for a quarter of an hour."""
    with closing(SqliteTable(path)) as table:
        for name in ("Priya Raghunathan", "小笠原 さくら子", "José Núñez"):
            posted = {"orderId": f"web-{len(name)}", "customerName": name, "currency": "EUR", "items": CUPS}
            received = Order.received(schema.parse(posted), "token", utc_now())
            table.create(replace(received, due_at=utc_now() + timedelta(minutes=15)))


def take(browser: Browser, address: str, colours: Any, width: int) -> None:
    size: Any = {"width": width, "height": WIDTHS[width]}
    with browser.new_context(viewport=size, color_scheme=colours, locale="en-GB") as context:
        page = context.new_page()
        for name, place in SCREENS.items():
            page.goto(f"{address}/{place}")
            drawn(page)
            if name == "order":
                page.wait_for_timeout(3_000)  # nothing tells when the browser has drawn a receipt
            page.screenshot(path=PICTURES / f"{name}-{colours}-{width}.png")


def drawn(page: Page) -> None:
    """Wait until the page has loaded everything, including a receipt."""
    page.get_by_role("main").wait_for()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)


if __name__ == "__main__":
    main()
