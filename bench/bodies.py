"""Posts the most expensive bodies that we know, and prints how long each holds the event loop of a server.

Each is at most as large as an order may be. The figure is the CPU time of this thread in the handler of `POST /orders`,
which parses, checks, normalises and stores the order (into a folder in memory). The server answers no other caller in
this time. The figure is the least of several tries; the aim is 20 ms.
"""

import json
import os
import sys
import tempfile
import time
import unicodedata
from collections.abc import Mapping
from typing import Any

from report import row

TRIES = 5
AIM = 20
"""Milliseconds."""
MEMORY = "/dev/shm"

ID = "000000000000000"
ORDER = b'{"orderId":"000000000000000","customerName":"A","currency":"EUR","items":['
MARKS = {unicodedata.combining(chr(code)): chr(code) for code in range(0x300, 0x800)}
CLASSES = sorted(set(MARKS) - {0}, reverse=True)


def main() -> None:
    from orders.order.posted import MAX_BODY_BYTES

    with tempfile.TemporaryDirectory(dir=MEMORY if os.path.isdir(MEMORY) else None) as folder:
        os.environ["ORDERS_DATA"] = folder
        print(row("Body", "KiB", "CPU ms", "status", figures_of_widest=3))
        seen = [(_cheapest(body), name, len(body)) for name, body in bodies(MAX_BODY_BYTES).items()]
        for (seconds, status), name, size in sorted(seen, reverse=True):
            print(row(name, f"{size / 1024:,.0f}", f"{seconds * 1000:,.1f}", str(status), figures_of_widest=3))
    sys.stdout.flush()
    os._exit(any(seconds * 1000 > AIM for (seconds, _status), _name, _size in seen))  # the database is still open


def bodies(most: int) -> Mapping[str, bytes]:
    """No body is larger than `most` bytes."""
    nested = b"[" * 50 + b"]" * 50
    return {
        "items that are empty objects": _filled(ORDER, b"{}", b"]}", most),
        "items that are numbers": _filled(ORDER, b"1e9", b"]}", most),
        "items that are nested lists": _filled(ORDER, nested, b"]}", most),
        "items that are huge numbers": _filled(ORDER, b"9" * 4299, b"]}", most),
        "a list of empty objects": _filled(b"[", b"{}", b"]", most),
        "lists that never end": b"[" * most,
        "unknown fields": b'{"":0%s}' % b"".join(b',"%x":1' % number for number in range(26_000)),
        "the same key again and again": _filled(b"{", b'"a":1', b"}", most),
        "a name of 120,000 accents": ORDER.replace(b'"A"', json.dumps("\u0301" * 40_000).encode()) + b"]}",
        "items of unknown fields": _order({f"{number:x}": 1 for number in range(60)}, most),
        "items of wrong fields": _order(dict.fromkeys(("name", "quantity", "unitPrice", "taxRate", "sku"), 0), most),
        "items of accents backwards": _order(_item(_backwards(199)), most),
        "items of 30 accents in a row": _order(_item(_backwards(30) * 7), most),
        "items that are invisible": _order(_item("\u115f" * 150, sku="\u115f" * 30), most),
        "items of Korean letters": _order(_item("\u1100\u1161\u11a8" * 60), most),
        "500 ordinary items": _order(_item("Espresso cup", sku="CUP-4"), most),
        **_in_parts(most),
    }


def _in_parts(most: int) -> Mapping[str, bytes]:
    """Parts within parts: as many of them as an order may have, or far more."""
    cup = _item("Cup")
    taxes = [{"name": "T", "rate": f"{number}.5"} for number in range(6)]
    by_rate = [cup | {"taxRate": f"{number / 100:.2f}"} for number in range(500)]
    spread = [{"name": "D", "percent": "0.01"}] * 50
    wrong: dict[str, Any] = {name: [{}] * 50 for name in ("discounts", "charges", "taxes", "payments")}
    return {
        "taxes that are empty objects": _order({"taxes": [{}] * 6}, most),
        "items with six taxes each": _order(_bare() | {"taxes": taxes}, most),
        "thousands of different taxes": _document(items=_different_taxes(450)),
        "600 different taxes, inside the prices": _document(items=_different_taxes(100), pricesIncludeTax=True),
        "50 discounts over 500 rates": _document(items=by_rate, discounts=spread),
        "50 stated taxes of 500 rates": _document(items=by_rate, taxes=[{"rate": "4.99", "amount": "0.00"}] * 50),
        "wrong parts of every kind": _document(items=[{"taxes": [{}] * 6}] * 500, **wrong),
        "address lines that are empty objects": _document(customerAddress={"lines": [{}] * 80_000}),
        "an address of unknown fields": _document(customerAddress={f"{number:x}": 1 for number in range(20_000)}),
        "metadata of 20,000 names": _document(metadata={f"{number:x}": "" for number in range(20_000)}),
        "metadata of accents": _document(metadata={"a": "\u0301a" * 40_000}),
        "a note of line breaks": _document(note="a\r\n" * 50_000),
        "objects in objects": b'{"orderId":"%s","metadata":%s1%s}' % (ID.encode(), b'{"a":' * 900, b"}" * 900),
    }


def _different_taxes(items: int) -> list[dict[str, Any]]:
    """Six compound taxes on each item, all with rates of their own."""
    first = [[{"name": "T", "rate": f"{(6 * item + tax) / 100:.2f}"} for tax in range(6)] for item in range(items)]
    return [_bare() | {"taxes": [taxes[0], *(tax | {"compound": True} for tax in taxes[1:])]} for taxes in first]


def _bare() -> dict[str, Any]:
    return {"name": "Cup", "quantity": 1, "unitPrice": "1.00"}


def _backwards(marks: int) -> str:
    """A letter with this many accents, in the order that takes longest to sort."""
    return "a" + "".join(MARKS[CLASSES[number * len(CLASSES) // marks]] for number in range(marks))


def _filled(first: bytes, unit: bytes, last: bytes, most: int) -> bytes:
    times = (most - len(first) - len(last) + 1) // (len(unit) + 1)
    return first + b",".join([unit] * times) + last


def _item(name: str, sku: str = "a") -> dict[str, Any]:
    return {"name": name[:200], "quantity": 1, "unitPrice": "1.00", "taxRate": "7.7", "sku": sku}


def _order(item: dict[str, Any], most: int) -> bytes:
    """As many of the item as an order may have, and as fit into a body."""
    size = len(json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()) + 1
    return _document(items=[item] * min(500, (most - 100) // size))


def _document(**fields: Any) -> bytes:
    document = {"orderId": ID, "customerName": "A", "currency": "EUR"} | fields
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _cheapest(body: bytes) -> tuple[float, int]:
    """CPU seconds of the event loop's thread, and the answer's status."""
    return min(_handled(body.replace(ID.encode(), b"%015x" % time.monotonic_ns())) for _ in range(TRIES))


def _handled(body: bytes) -> tuple[float, int]:
    from orders.functions import receive_order

    headers = {"content-type": "application/json", "host": "localhost", "x-forwarded-proto": "http"}
    event = {"httpMethod": "POST", "resource": "/orders", "headers": headers, "body": body.decode()}
    began = time.thread_time()
    answer = receive_order.handler(event, None)
    return time.thread_time() - began, answer["statusCode"]


if __name__ == "__main__":
    main()
