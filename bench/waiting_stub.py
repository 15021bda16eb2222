"""A stub of DynamoDB and SQS over TLS on loopback, for Sweep: a table of pending orders, and an index that lags.

    python bench/waiting_stub.py CERTIFICATE KEY ORDERS LAG_MS TABLE_MS QUEUE_MS

Every order is due. The index `waiting` shows each change LAG_MS after it was made; every call takes its milliseconds.
The first line on stdout is the port. It answers each line on stdin with the counts of `Seen`. The process ends with
its stdin.
"""

import json
import sys
import threading
import time
import zlib
from bisect import bisect_right, insort
from collections import deque
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

from aws_stub import JSON, Listener, Stub, in_json
from wire import answer

from orders.aws.dynamodb.item import MOST_SHARDS, SHARDS

LONG_AGO = "2026-01-01T00:00:00.000Z"

Entry = tuple[str, str]
"""The order of the index: when an order is due, then its id."""


@dataclass(slots=True)
class Seen:
    """Messages in the queue, orders that they are about, orders that were postponed, and reads of the index."""

    messages: int = 0
    orders: int = 0
    postponed: int = 0
    queries: int = 0


@dataclass
class Waiting:
    """The table and its index. Not thread-safe."""

    lag: float
    due_at: dict[str, str]
    changes: deque[tuple[float, Entry, Entry]] = field(default_factory=deque)
    """A change that the index does not show yet: when it will, and the entry before and after."""
    shards: list[list[Entry]] = field(default_factory=lambda: [[] for _ in range(MOST_SHARDS)])

    def __post_init__(self) -> None:
        for order_id, due_at in sorted(self.due_at.items()):
            self.shard_of(order_id).append((due_at, order_id))

    def shard_of(self, order_id: str) -> list[Entry]:
        return self.shards[zlib.crc32(order_id.encode()) % SHARDS]

    def postpone(self, order_id: str, before: str, until: str) -> bool:
        if self.due_at.get(order_id) != before:
            return False
        self.due_at[order_id] = until
        self.changes.append((time.monotonic() + self.lag, (before, order_id), (until, order_id)))
        return True

    def page(self, shard: int, now: str, after: Entry | None, limit: int) -> tuple[list[Entry], bool]:
        """The due entries after `after`, and whether there are more."""
        self._catch_up()
        entries = self.shards[shard]
        begin = bisect_right(entries, after) if after else 0
        end = bisect_right(entries, (now, "\U0010ffff"))
        return entries[begin : min(end, begin + limit)], begin + limit <= end

    def _catch_up(self) -> None:
        now = time.monotonic()
        while self.changes and self.changes[0][0] <= now:
            _, before, after = self.changes.popleft()
            entries = self.shard_of(before[1])
            del entries[bisect_right(entries, before) - 1]
            insort(entries, after)


@dataclass(frozen=True, slots=True)
class SweepStub(Stub):
    """`Stub` with such a table, and a queue that counts."""

    waiting: Waiting = field(default_factory=lambda: Waiting(0, {}))
    swept: Seen = field(default_factory=Seen)
    ids: set[str] = field(default_factory=set)

    def table(self, operation: str, call: Mapping[str, Any]) -> bytes:
        time.sleep(self.table_delay)
        with self.lock:
            return self._query(call) if operation == "Query" else self._update(call)

    def queue(self, call: Mapping[str, Any]) -> bytes:
        ids = [entry["MessageBody"] for entry in call.get("Entries", [call])]
        with self.lock:
            self.ids.update(ids)
            self.swept.messages, self.swept.orders = self.swept.messages + len(ids), len(self.ids)
        return Stub.queue(self, call)

    def _query(self, call: Mapping[str, Any]) -> bytes:
        values, after = call["ExpressionAttributeValues"], call.get("ExclusiveStartKey")
        start = (after["dueAt"]["S"], after["orderId"]["S"]) if after else None
        page, more = self.waiting.page(int(values[":shard"]["S"]), values[":now"]["S"], start, call["Limit"])
        self.swept.queries += 1
        items = [{"orderId": {"S": it}, "dueAt": {"S": due}, "waitingSince": {"S": LONG_AGO}} for due, it in page]
        key = {name: items[-1][name] for name in ("orderId", "dueAt")} if more else None
        return in_json({"Items": items} | ({"LastEvaluatedKey": key} if key else {}))

    def _update(self, call: Mapping[str, Any]) -> bytes:
        values = call["ExpressionAttributeValues"]
        taken = self.waiting.postpone(call["Key"]["orderId"]["S"], values[":before"]["S"], values[":until"]["S"])
        self.swept.postponed += taken
        return in_json({}) if taken else refusal()


def refusal() -> bytes:
    body = json.dumps({"__type": "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException"}).encode()
    return answer(HTTPStatus.BAD_REQUEST, {"Content-Type": JSON, "x-amz-crc32": str(zlib.crc32(body))}, body)


def main() -> None:
    certificate, key, orders, *times = sys.argv[1:]
    lag, table, queue = (float(each) / 1000 for each in times)
    waiting = Waiting(lag, {f"order-{number:06}": LONG_AGO for number in range(int(orders))})
    stub = SweepStub({}, table, queue, 0, waiting=waiting)
    listener = Listener(stub, certificate, key)
    threading.Thread(target=listener.accept, daemon=True).start()
    print(listener.port, flush=True)
    for _ in sys.stdin:
        print(json.dumps(asdict(stub.swept)), flush=True)


if __name__ == "__main__":
    main()
