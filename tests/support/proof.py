"""That what a shop was told is true, in the answers of the server and in the files that it keeps."""

import hashlib
import json
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.support.api import Api
from tests.support.shop import Shop

SECONDS_TO_COMPLETE = 120


def wait_until_all_are_completed(api: Api) -> None:
    end = time.monotonic() + SECONDS_TO_COMPLETE
    while waiting := api.get("/operations/orders?status=RECEIVED&limit=1").body["orders"]:
        assert time.monotonic() < end, waiting
        time.sleep(0.05)  # nothing but another request can tell


def shown_after_an_attempt(api: Api, order_id: str) -> dict[str, Any]:
    """The order, once its receipt was tried in vain."""
    end = time.monotonic() + SECONDS_TO_COMPLETE
    while not (shown := api.get(f"/orders/{order_id}").body)["lastError"]:
        assert time.monotonic() < end, shown
        time.sleep(0.02)  # nothing but another request can tell
    return dict(shown)


def assert_answers_are_as_acknowledged(api: Api, shop: Shop) -> None:
    for order_id, acknowledged in shop.acknowledged.items():
        shown = api.get(f"/orders/{order_id}").body
        assert (shown["status"], shown["order"]) == ("COMPLETED", acknowledged.order), shown
        assert api.get(acknowledged.receipt_path).status == 303


def assert_files_are_as_acknowledged(data: Path, shop: Shop) -> None:
    """One row an order, one file a row, and nothing else."""
    with closing(sqlite3.connect(data / "orders.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = dict(connection.execute("SELECT orderId, receipt FROM orders"))
    receipts = [json.loads(receipt) for receipt in rows.values()]

    files = hashes_of_files(data / "bucket")

    assert set(rows) == set(shop.acknowledged)
    assert {receipt["key"]: receipt["sha256"] for receipt in receipts} == files
    assert len({receipt["key"] for receipt in receipts}) == len(rows)
    assert all((data / "bucket" / name).read_bytes().rstrip().endswith(b"%%EOF") for name in files)


def hashes_of_files(bucket: Path) -> dict[str, str]:
    """Every file below, what was left unfinished too."""
    files = [path for path in bucket.rglob("*") if path.is_file()]
    return {path.relative_to(bucket).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
