"""A straightforward server: the handler stores each order in a table, with a durable commit of its own.

As durable as `orders serve` (write-ahead log, synchronous=FULL); it neither checks the order nor makes a receipt.
The database is the file that the environment's COMMIT_EACH_DATABASE names.
"""

import json
import os
import sqlite3

from starlette.types import Receive, Scope, Send

HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"2")]

connection = sqlite3.connect(os.environ["COMMIT_EACH_DATABASE"], isolation_level=None)
connection.execute("PRAGMA journal_mode = WAL")
connection.execute("PRAGMA synchronous = FULL")
connection.execute("CREATE TABLE IF NOT EXISTS orders (orderId TEXT PRIMARY KEY, body TEXT NOT NULL)")


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    body = b""
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    order_id = json.loads(body)["orderId"]
    connection.execute("INSERT INTO orders VALUES (?, ?)", (order_id, body.decode()))
    await send({"type": "http.response.start", "status": 202, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"{}"})
