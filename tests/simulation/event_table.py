"""The table of events as DynamoDB keeps it: items with two keys, conditions, queries, and an index that lags behind.

https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.current import current
from tests.simulation.faults import READ, WRITE
from tests.simulation.scheduler import Milliseconds
from tests.simulation.services import SHARE_IN_PARTS, no_answer, refuse

Item = dict[str, Any]
Key = tuple[str, str]
LONGEST_LAG: Milliseconds = 2_000
"""Of the index, and of reads that are not consistent."""
MOST_PUTS, MOST_GETS = 25, 100
_BETWEEN = re.compile(r"(\w+) BETWEEN (:\w+) AND (:\w+)")
_COMPARED = re.compile(r"(#?\w+) (=|<=) (:\w+)")


@dataclass
class EventTable:
    """Each item with what it was before, and since when."""

    items: dict[Key, list[tuple[Milliseconds, Item | None]]] = field(default_factory=dict)

    def put(self, key: Key, item: Item | None) -> None:
        self.items.setdefault(key, []).append((current.world.scheduler.now, item))

    def now(self, key: Key) -> Item | None:
        versions = self.items.get(key)
        return versions[-1][1] if versions else None

    def at(self, key: Key, instant: Milliseconds) -> Item | None:
        """As it was then."""
        for since, item in reversed(self.items.get(key, ())):
            if since <= instant:
                return item
        return None

    def partition(self, pk: str) -> list[Key]:
        return sorted(key for key in self.items if key[0] == pk)


def table() -> EventTable:
    told = current.world.events
    assert told is not None
    kept: EventTable = told.kept.setdefault("table", EventTable())
    return kept


class EventClient:
    """The operations that the feed and the webhooks use."""

    def get_item(self, *, TableName: str, Key: Item, ConsistentRead: bool = False, **_: Any) -> Item:  # noqa: N803
        def effect() -> Item:
            item = _read(_key(Key), consistent=ConsistentRead)
            return {"Item": item} if item else {}

        return current.world.call(READ, "events.get_item", effect, no_answer)

    def put_item(
        self,
        *,
        TableName: str,  # noqa: N803
        Item: Item,  # noqa: N803
        ConditionExpression: str = "",  # noqa: N803
        ExpressionAttributeValues: Item | None = None,  # noqa: N803
        ExpressionAttributeNames: Mapping[str, str] | None = None,  # noqa: N803
    ) -> None:
        def effect() -> None:
            there = table().now(_key(Item))
            if not _holds(ConditionExpression, there, ExpressionAttributeValues or {}, ExpressionAttributeNames or {}):
                refuse("PutItem", "ConditionalCheckFailedException", 400)
            _put(Item)

        current.world.call(WRITE, "events.put_item", effect, no_answer)

    def delete_item(self, *, TableName: str, Key: Item) -> None:  # noqa: N803
        current.world.call(WRITE, "events.delete_item", lambda: table().put(_key(Key), None), no_answer)

    def batch_write_item(self, *, RequestItems: Mapping[str, Sequence[Item]]) -> Item:  # noqa: N803
        """Now and then only some of the items: the others are unprocessed."""
        ((name, requests),) = RequestItems.items()
        items = [request["PutRequest"]["Item"] for request in requests]
        if not 0 < len(items) <= MOST_PUTS or len({_key(item) for item in items}) < len(items):
            refuse("BatchWriteItem", "ValidationException", 400)

        def effect() -> Item:
            count = _some_of(len(items))
            for item in items[:count]:
                _put(item)
            return {"UnprocessedItems": {name: requests[count:]} if count < len(items) else {}}

        return current.world.call(WRITE, "events.batch_write_item", effect, no_answer)

    def batch_get_item(self, *, RequestItems: Mapping[str, Item]) -> Item:  # noqa: N803
        ((name, wanted),) = RequestItems.items()
        keys = wanted["Keys"]
        if not 0 < len(keys) <= MOST_GETS or len({_key(key) for key in keys}) < len(keys):
            refuse("BatchGetItem", "ValidationException", 400)

        def effect() -> Item:
            count = _some_of(len(keys))
            consistent = wanted.get("ConsistentRead", False)
            found = [item for key in keys[:count] if (item := _read(_key(key), consistent=consistent))]
            left = {name: wanted | {"Keys": keys[count:]}} if count < len(keys) else {}
            return {"Responses": {name: found}, "UnprocessedKeys": left}

        return current.world.call(READ, "events.batch_get_item", effect, no_answer)

    def query(self, **query: Any) -> Item:
        """A query reads at more than one moment: what is written meanwhile is in the answer, or not, each by itself."""
        if current.world.events is None:
            return {"Items": []}
        began = current.world.scheduler.now
        find = _pending if query.get("IndexName") == "pending" else _found
        return current.world.call(READ, "events.query", lambda: _page(find(query, began), query), no_answer)


def _some_of(count: int) -> int:
    chance = current.world.chance
    return chance.randint(1, count) if chance.random() < SHARE_IN_PARTS else count


def _put(item: Item) -> None:
    table().put(_key(item), dict(item))
    current.world.tell(f"  item {' '.join(_key(item))}")


def _key(item: Mapping[str, Any]) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _read(key: Key, *, consistent: bool) -> Item | None:
    if consistent:
        return table().now(key)
    return table().at(key, current.world.scheduler.now - int(LONGEST_LAG * current.world.chance.random()))


def _found(query: Item, began: Milliseconds) -> Iterator[Item]:
    """The items of a partition, in the wanted order."""
    values = query["ExpressionAttributeValues"]
    condition, lag = query["KeyConditionExpression"], int(LONGEST_LAG * current.world.chance.random())
    pk = next(values[value]["S"] for name, _, value in _COMPARED.findall(condition) if name == "pk")
    between = _BETWEEN.search(condition)
    first, last = (values[value]["S"] for value in between.groups()[1:]) if between else ("", "~")
    keys = [key for key in table().partition(pk) if first <= key[1] <= last]
    for key in keys if query.get("ScanIndexForward", True) else reversed(keys):
        if not query.get("ConsistentRead"):
            item = table().at(key, began - lag)
        elif table().items[key][-1][0] > began and current.world.chance.random() < 0.5:
            item = table().at(key, began)
        else:
            item = table().now(key)
        if item:
            yield item


def _pending(query: Item, began: Milliseconds) -> Iterator[Item]:
    """The index of pending deliveries, as it was a while ago: it has the keys alone."""
    values, then = query["ExpressionAttributeValues"], began - int(LONGEST_LAG * current.world.chance.random())
    endpoint, due_by = values[":endpoint"]["S"], values[":dueBy"]["S"]
    items = [item for key in table().partition(f"deliveries/{endpoint}") if (item := table().at(key, then))]
    mine = [item for item in items if "dueAt" in item and item["dueAt"]["S"] <= due_by]
    kept = ("pk", "sk", "endpointId", "dueAt")
    for item in sorted(mine, key=lambda item: (item["dueAt"]["S"], _key(item))):
        yield {name: item[name] for name in kept}


def _page(found: Iterator[Item], query: Item) -> Item:
    """What is behind the start, as much as the limit says, and of that what passes the filter."""
    items, start, limit = list(found), query.get("ExclusiveStartKey"), query.get("Limit", 1_000)
    if start:
        items = list(_behind(items, start, forward=query.get("ScanIndexForward", True)))
    shown, more = items[:limit], len(items) >= limit
    last = (
        {name: shown[-1][name] for name in ("pk", "sk", "endpointId", "dueAt") if name in shown[-1]} if more else None
    )
    names, values = query.get("ExpressionAttributeNames", {}), query["ExpressionAttributeValues"]
    passed = [item for item in shown if _holds(query.get("FilterExpression", ""), item, values, names)]
    return {"Items": passed} | ({"LastEvaluatedKey": last} if last else {})


def _behind(items: list[Item], start: Item, *, forward: bool) -> Iterator[Item]:
    place: Callable[[Item], tuple[str, Key]] = lambda item: (item.get("dueAt", {"S": ""})["S"], _key(item))  # noqa: E731
    if "dueAt" not in start:
        place = lambda item: ("", _key(item))  # noqa: E731
    for item in items:
        if place(item) > place(start) if forward else place(item) < place(start):
            yield item


def _holds(condition: str, item: Item | None, values: Item, names: Mapping[str, str]) -> bool:
    """The condition expressions that are used."""
    if not condition:
        return True
    if condition == "attribute_not_exists(pk)":
        return item is None
    compared = _COMPARED.findall(condition)
    assert compared, condition
    return item is not None and all(
        item.get(names.get(name, name)) == values[value] for name, operator, value in compared if operator == "="
    )
