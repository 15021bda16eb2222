"""A data folder with many completed orders, made without a server. Their receipts are a few random bytes."""

import hashlib
import random
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from tests.support.examples import BASKET, NINE

from orders.local.folder.folder import DataFolder
from orders.local.sqlite.columns import COLUMNS, values
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.order import Order, StoredReceipt

BYTES = 300
ORDERS_A_DAY = 1_000
_INSERT = f"INSERT INTO orders ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"


def filled(data: Path, orders: int) -> Path:
    folder, chance = DataFolder.open(data), random.Random(orders)
    SqliteTable(folder.database).close()
    with closing(sqlite3.connect(folder.database)) as connection:
        connection.executemany(_INSERT, (_row(folder, number, chance.randbytes(BYTES)) for number in range(orders)))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return data


def _row(folder: DataFolder, number: int, pdf: bytes) -> Sequence[object]:
    at = NINE + timedelta(days=number // ORDERS_A_DAY)
    order = Order.received(validation.parse(BASKET | {"orderId": f"o{number}"}), f"{number:032x}", at)
    path = folder.objects / order.receipt_key
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(pdf)
    receipt = StoredReceipt(order.receipt_key, hashlib.sha256(pdf).hexdigest(), len(pdf))
    return values(order.completed(receipt, at))
