"""Fills a data folder with many completed orders of the last years and their receipts, and some orders that wait."""

import hashlib
import os
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from report import tell

from orders.local.folder.folder import DataFolder
from orders.local.sqlite.columns import COLUMNS, values
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.delivery import Delivery
from orders.order.order import Order, StoredReceipt

BETWEEN_ORDERS = timedelta(seconds=60)
"""So a million orders take two years."""
MOST_WAITING = 100
RECEIPT = b"%PDF-1.7 made by bench\n"
SHA256 = hashlib.sha256(RECEIPT).hexdigest()
LINKS_A_FILE = 60_000
"""All receipts are links to a few files. On ext4 a file can have 65,000 links."""
ORDERS_A_PART = 20_000
ITEMS = [
    {"name": "Espresso cup", "quantity": 4, "unitPrice": "7.50", "taxRate": "20"},
    {"name": "Coffee, 1 kg", "quantity": 2, "unitPrice": "18.99", "taxRate": "5.5"},
]
_INSERT = f"INSERT INTO orders ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def fill(folder: DataFolder, count: int, now: datetime) -> None:
    """Make the folder. The newest orders wait: one in a hundred, at most a hundred."""
    DataFolder.open(folder.path)
    SqliteTable(folder.database).close()
    completed = count - min(MOST_WAITING, count // 100)
    with closing(sqlite3.connect(folder.database, isolation_level=None)) as connection:
        connection.executescript("PRAGMA synchronous = OFF; PRAGMA cache_size = -500000")
        for start in range(0, count, ORDERS_A_PART):
            numbers = range(start, min(start + ORDERS_A_PART, count))
            orders = [_order(number, now - BETWEEN_ORDERS * (count - number), number < completed) for number in numbers]
            connection.execute("BEGIN")
            connection.executemany(_INSERT, map(values, orders))
            connection.execute("COMMIT")
            _store(folder, (order.receipt_key for order in orders if order.receipt))
            tell(f"{numbers.stop:,} of {count:,} orders made")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _order(number: int, at: datetime, is_completed: bool) -> Order:
    posted = {
        "orderId": f"o{number}",
        "customerName": f"Zoë Ångström {number}",
        "customerEmail": f"c{number}@example.com",
        "orderNumber": f"#{number}",
        "currency": "EUR",
        "items": ITEMS,
    }
    order = Order.received(validation.parse(posted), f"token-{number:016}", at, "http://localhost:8000/")
    if not is_completed:
        return order
    sent = Delivery.requested(at).sent("2.0.0 Ok: queued as 1", at)
    return order.completed(StoredReceipt(order.receipt_key, SHA256, len(RECEIPT)), at, sent)


def _store(folder: DataFolder, keys: Iterable[str]) -> None:
    original = folder.objects / "original"
    links = LINKS_A_FILE
    for key in keys:
        path = folder.objects / key
        path.parent.mkdir(exist_ok=True)
        if links == LINKS_A_FILE or not original.exists():
            original.unlink(missing_ok=True)
            original.write_bytes(RECEIPT)
            links = 0
        os.link(original, path)
        links += 1
    original.unlink(missing_ok=True)


def filled(path: Path, count: int, now: datetime) -> DataFolder:
    """The folder at this path, made if it is missing."""
    folder = DataFolder(path)
    if not path.exists():
        fill(folder, count, now)
    return folder
