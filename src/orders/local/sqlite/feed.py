"""The event feed on SQLite: rows of `orders.local.sqlite.events`, joined with those of the orders."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import datetime, timedelta
from typing import Any

from orders.local.sqlite.table import SqliteTable
from orders.order.clock import from_iso, to_iso
from orders.order.delivery import Addressee
from orders.order.errors import CursorExpired, UnknownEvent
from orders.order.event import Event, EventType, Happening, data_of, parts_of_id

_LATE = timedelta(minutes=10)
"""A move is stored at most this long after its time, unless the clock is set back."""

_COLUMNS = "position, type, rowId, events.revision, at, events.status, recipient, number"
_KNOWN = f"type IN ({str([each.value for each in EventType])[1:-1]})"
"""Before a rollback, a newer version may have written types that this one does not know: they are skipped."""
_READ = f"""
SELECT {_COLUMNS}, {{body}}, total, receipt FROM events LEFT JOIN orders ON orders.orderId = events.rowId
WHERE position {{condition}} AND {_KNOWN} ORDER BY position LIMIT :limit
"""
_FROM, _ONE = _READ.format(condition=">= :position", body="body"), _READ.format(condition="= :position", body="body")
_SOME = _READ.format(condition=">= :position", body="iif(type IN (SELECT value FROM json_each(:types)), body, NULL)")
"""The orders of other events are large, and are not read."""
_NEWEST = f"SELECT {_COLUMNS} FROM events WHERE {_KNOWN} ORDER BY position DESC LIMIT 1"
_ENDS = "SELECT (SELECT min(position) FROM events), (SELECT max(position) FROM events)"
_TIME_AT = "SELECT position, at FROM events WHERE position >= ? ORDER BY position LIMIT 1"
_LAST_BEFORE = f"""
SELECT {_COLUMNS} FROM events WHERE position < ifnull(
    (SELECT position FROM events WHERE position > :position AND at >= :at ORDER BY position LIMIT 1), 1e18
) AND {_KNOWN} ORDER BY position DESC LIMIT 1
"""


class SqliteFeed:
    """`orders.ports.events.Feed` in the file of the orders.

    One process at a time writes to the file, so events become visible in the order of their positions.
    """

    def __init__(self, table: SqliteTable) -> None:
        self._table = table

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:
        query = _SOME if types else _FROM
        if after is None:
            return self._events(query, 0, limit, types)
        place = parts_of_id(after)
        found = self._events(query, place[0], limit + 1, types) if place else []
        if not found or found[0].id != after:
            raise CursorExpired
        return found[1:]

    def find(self, event_id: str) -> Event:
        place = parts_of_id(event_id)
        found = self._events(_ONE, place[0], 1) if place else []
        if not found or found[0].id != event_id:
            raise UnknownEvent
        return found[0]

    def end(self) -> str | None:
        return self._id_of(_NEWEST, {})

    def before(self, at: datetime) -> str | None:
        early, exact = to_iso(at - _LATE), to_iso(at)
        position = self._table.ask(lambda connection: _position_before(connection, early))
        return self._id_of(_LAST_BEFORE, {"position": position, "at": exact})

    def _events(self, query: str, position: int, limit: int, types: Set[EventType] = frozenset()) -> list[Event]:
        values = {"position": position, "limit": limit, "types": json.dumps(sorted(types))}
        return list(_readable(self._table.ask(lambda connection: connection.execute(query, values).fetchall())))

    def _id_of(self, query: str, values: Mapping[str, object]) -> str | None:
        found = self._table.ask(lambda connection: connection.execute(query, values).fetchone())
        return Event(found[0], _happening(found[1:]), {}).id if found else None


def _position_before(connection: sqlite3.Connection, at: str) -> int:
    """A position before which all events are of an earlier time, found by halving."""
    first, last = connection.execute(_ENDS).fetchone()
    low, high = (first or 1) - 1, (last or 0) + 1
    while high - low > 1:
        position, time = connection.execute(_TIME_AT, ((low + high) // 2,)).fetchone()
        if time < at:
            low = position
        else:
            high = (low + high) // 2
    return low


def _readable(rows: Iterable[Sequence[Any]]) -> Iterator[Event]:
    for position, *columns, body, total, receipt in rows:
        happening = _happening(columns)
        yield Event(position, happening, data_of(happening, {"body": body, "total": total, "receipt": receipt}))


def _happening(columns: Sequence[Any]) -> Happening:
    type_, row_id, revision, at, status, recipient, number = columns
    to = Addressee(recipient) if recipient else None
    return Happening(EventType(type_), row_id, revision, from_iso(at), status, to, number)
