"""What DynamoDB counts: the size of an item, and the units of its writes, of its indexes and of its reads.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

Item = Mapping[str, Any]
KIB = 1024
_BYTES_A_WRITE, _BYTES_A_READ = KIB, 4 * KIB


@dataclass(frozen=True, slots=True)
class Index:
    """`partition` is its partition key. `keys` are all of its own and its table's; an item that lacks one is not in it.

    `attributes` are what the index holds, its keys among them; `None` if it holds whole items.
    """

    name: str
    partition: str
    keys: frozenset[str]
    attributes: frozenset[str] | None

    def entry(self, item: Item | None) -> Item | None:
        """What the index holds of an item."""
        if item is None or not self.keys <= item.keys():
            return None
        if self.attributes is None:
            return item
        return {name: value for name, value in item.items() if name in self.attributes}

    def key(self, entry: Item) -> Item:
        return {name: entry[name] for name in self.keys}


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name, its partition key, its indexes, and its sort key if it has one."""

    name: str
    key: str
    indexes: tuple[Index, ...] = ()
    sort: str = ""

    def key_of(self, item: Item) -> str:
        return " ".join(_text(item[name]) for name in (self.key, self.sort) if name)


def size(item: Item) -> int:
    """Bytes: the names and values of all attributes."""
    return sum(len(name.encode()) + _size_of(value) for name, value in item.items())


def _size_of(attribute: Mapping[str, Any]) -> int:
    ((kind, value),) = attribute.items()
    if kind == "S":
        return len(str(value).encode())
    if kind == "N":
        return ceil(len(str(value).strip("-").replace(".", "")) / 2) + 1
    if kind == "B":
        return len(str(value)) * 3 // 4  # as a call has it, in base64
    if kind == "SS":
        return sum(len(each.encode()) for each in value)
    if kind in {"M", "L"}:
        parts: Iterable[Any] = value.items() if kind == "M" else (("", each) for each in value)
        return 3 + sum(1 + len(name.encode()) + _size_of(each) for name, each in parts)
    return len(value) if isinstance(value, (str, bytes)) else 1


def write_units(*images: Item | None) -> int:
    """The units of one write, which counts the larger of the item before and after it."""
    return max(ceil(size(image) / _BYTES_A_WRITE) for image in images if image is not None)


def read_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """The units of items that are read one by one, as GetItem and BatchGetItem do. A missing item counts, too."""
    return sum(max(1, ceil(each / _BYTES_A_READ)) for each in sizes) * (1 if consistent else 0.5)


def query_units(sizes: Iterable[int], *, consistent: bool) -> float:
    """The units of a query, which counts all that it reads together."""
    return max(1, ceil(sum(sizes) / _BYTES_A_READ)) * (1 if consistent else 0.5)


def index_writes(index: Index, before: Item | None, after: Item | None) -> Counter[str]:
    """The units of a write in an index, by partition key. An entry whose key changes is deleted and put."""
    old, new = index.entry(before), index.entry(after)
    if old == new:
        return Counter()
    if old is not None and new is not None and index.key(old) == index.key(new):
        return Counter({_text(new[index.partition]): write_units(old, new)})
    found = Counter[str]()
    for entry in (old, new):
        if entry is not None:
            found[_text(entry[index.partition])] += write_units(entry)
    return found


def _text(attribute: Mapping[str, Any]) -> str:
    (value,) = attribute.values()
    return str(value)


def all_writes(
    table: Table, before: Item | None, after: Item | None, *, transactional: bool
) -> Mapping[str, Mapping[str, int]]:
    """The units of a write by table and index, as in `OrderTable` and `OrderTable/newest`, and there by partition key.

    A transaction counts twice in its table.
    """
    key = _text((after or before or {})[table.key])
    own = {key: write_units(before, after) * (2 if transactional else 1)}
    return {table.name: own} | {
        f"{table.name}/{index.name}": index_writes(index, before, after) for index in table.indexes
    }
