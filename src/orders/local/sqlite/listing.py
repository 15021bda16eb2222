"""Queries for lists of orders, the newest first."""

import sqlite3
from collections.abc import Sequence
from typing import Any

from orders.order import cursor as cursors
from orders.order import record, search
from orders.order.clock import to_iso
from orders.ports import Listed, Selection

_SHOWN = f"SELECT receivedAt || ' ' || orderId, {', '.join(record.FIELDS)} FROM orders"
_NEWEST_FIRST = "ORDER BY receivedAt DESC, orderId DESC LIMIT :limit"
_LAST = "\U0010ffff"
_SORTED = "ORDER BY +receivedAt DESC, +orderId DESC LIMIT :limit"
"""Not by walking through the index of all orders: few of them may be wanted."""
_LISTED = {
    Listed.ORDERS: "instr(orderId, '/') = 0",
    Listed.DOCUMENTS: "document IS NOT NULL",
    Listed.EVERYTHING: "TRUE",
}
"""Of orders there are many, and each index has their ids. Documents have an index of their own."""
_FOUND_BY = (
    "orders WHERE orderId = :text",
    "orders INDEXED BY byEmail WHERE emailKey = :email",
    "orders INDEXED BY byNumber WHERE numberKey = :number",
    "orders INDEXED BY byName WHERE nameKey >= :name AND nameKey < :afterName",
)
"""The indexes contain everything that is selected, so that a hundred thousand matches are looked through in 10 ms."""


def selected(
    connection: sqlite3.Connection, selection: Selection, limit: int, cursor: str | None
) -> list[tuple[str, Sequence[Any]]]:
    """At most `limit` of the selected orders after `cursor`, the newest first: each one's place and record.

    Raises:
        BadRequest: the cursor is not valid for this list.
    """
    conditions, values = _conditions(selection, cursor)
    values["limit"] = limit
    if selection.text is None:
        query = f"{_SHOWN} WHERE {conditions} {_NEWEST_FIRST}"
    else:
        values |= _keys(selection.text)
        found = " UNION ".join(
            f"SELECT * FROM (SELECT receivedAt, orderId FROM {how} AND {conditions} {_SORTED})" for how in _FOUND_BY
        )
        query = f"{_SHOWN} WHERE orderId IN (SELECT orderId FROM ({found} {_NEWEST_FIRST})) {_SORTED}"
    return [(place, columns) for place, *columns in connection.execute(query, values)]


def _conditions(selection: Selection, cursor: str | None) -> tuple[str, dict[str, object]]:
    """What an order has to fulfil but for the text, and the values that are named in it."""
    conditions, values = [_LISTED[selection.listed]], dict[str, object]()
    if selection.status:
        conditions.append("status = :status")
        values["status"] = selection.status.value
    if selection.since:
        conditions.append("receivedAt >= :since")
        values["since"] = to_iso(selection.since)
    if selection.until:
        conditions.append("receivedAt < :until")
        values["until"] = to_iso(selection.until)
    if cursor is not None:
        conditions.append("(receivedAt, orderId) < (:at, :orderId)")
        values["at"], values["orderId"] = cursors.place_of(cursor).split(" ")
    return " AND ".join(conditions), values


def _keys(text: str) -> dict[str, object]:
    name = search.name_key(text)
    return {
        "text": text,
        "email": search.email_key(text),
        "number": search.number_key(text),
        "name": name,
        "afterName": name + _LAST if name else name,  # nobody's name begins with nothing but an accent
    }
