"""Lists of orders, the newest first: the partitions of the indexes that a list reads, and how they make one page."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from orders.aws.dynamodb.item import DOCUMENTS, name_shard, shard_name
from orders.order import cursor as cursors
from orders.order import search
from orders.order.clock import to_iso
from orders.ports import Listed, Selection

_FIRST, _LAST = "0", ":"
"""As texts, all places are between these."""


@dataclass(frozen=True, slots=True)
class Span:
    """The places from `since` until before `before`. In the index each of them begins with `prefix`."""

    since: str = _FIRST
    before: str = _LAST
    prefix: str = ""

    def __contains__(self, place: str) -> bool:
        return self.since <= place < self.before

    @property
    def is_empty(self) -> bool:
        return self.since >= self.before

    @property
    def bounds(self) -> tuple[str, str]:
        """The first place, and the one behind the last, as the index has them."""
        return self.prefix + self.since, self.prefix + self.before


ALL_ORDERS = Span()
ANY_ROW = Span(before=f"{DOCUMENTS}{_LAST}")
"""The places of orders, and behind them those of documents."""


@dataclass(frozen=True, slots=True)
class Partition:
    """Orders by their place: one partition of an index, or those in it whose name begins with `name_key`."""

    index: str
    attribute: str
    value: str
    name_key: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The places found in a partition that was read, from the newest, down to the place `read_to` or to its end."""

    places: list[str]
    read_to: str = ""


def spans(selection: Selection, cursor: str | None) -> Sequence[Span]:
    """The spans of the page: that of the orders, that of the documents, or both. A text finds orders only.

    Raises:
        BadRequest: the cursor is not valid for this list.
    """
    until = to_iso(selection.until) if selection.until else _LAST
    after = cursors.place_of(cursor) if cursor is not None else _LAST
    span = Span(to_iso(selection.since) if selection.since else _FIRST, min(until, after))
    if span.is_empty:
        return []
    return [replace(span, prefix=prefix) for prefix in _prefixes(selection)]


def _prefixes(selection: Selection) -> Sequence[str]:
    orders = [] if selection.listed is Listed.DOCUMENTS else [""]
    documents = [] if selection.listed is Listed.ORDERS or selection.text is not None else [DOCUMENTS]
    return orders + documents


def partitions(selection: Selection, shards: Iterable[int]) -> Iterator[Partition]:
    """The partitions of these shards with the selected orders, except the order whose id is the text."""
    if selection.text is not None:
        yield Partition("newestByEmail", "emailKey", search.email_key(selection.text))
        yield Partition("newestByNumber", "numberKey", search.number_key(selection.text))
        if name := search.name_key(selection.text):
            for shard in shards:
                yield Partition("newestByName", "nameShard", name_shard(shard, name), name)
    elif selection.status:
        for shard in shards:
            yield Partition("newestByStatus", "statusShard", shard_name(shard, selection.status))
    else:
        for shard in shards:
            yield Partition("newest", "idShard", shard_name(shard))


def merged(readings: Sequence[Reading], limit: int) -> tuple[list[str], str | None]:
    """The newest places of all, and the place after which the next page starts (none after the last).

    Below the place to which every partition was read, one of them may have orders that were not read yet.
    """
    read_to = max((reading.read_to for reading in readings), default="")
    found = sorted({place for reading in readings for place in reading.places if place >= read_to}, reverse=True)
    if len(found) > limit:
        return found[:limit], found[limit - 1]
    return found, read_to or None
