"""The checker of events: each move has its one event (rule 14), each endpoint gets it (15), each reader sees it (16).

It works out by itself what a write is told as, from the rows, and what an event must say. What is in the feed it learns
as others do, from readers and receivers.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.simulation.next_version import NextVersion
from tests.simulation.postings import CANARY, figures
from tests.simulation.scheduler import Milliseconds

from orders.order.order import Order, Status

Json = Mapping[str, Any]
AT_THE_LATEST: Milliseconds = 60_000
"""After a move, its event is in the feed, on a day without faults."""
A_CALL = timedelta(minutes=2)
"""Longer than a function runs: so much earlier than its commit a move may have been dated."""
_OF_AN_ORDER, _OF_A_CREDIT, _OF_A_CORRECTION = "order", "refund", "correction"
_FOLDERS = {"credit-note": "refunds", "corrected-receipt": "corrections"}
_NAMES = {"refunds": _OF_A_CREDIT, "corrections": _OF_A_CORRECTION}
_TOLD = frozenset({"SENT", "UNKNOWN", "NOT_SENT", "BOUNCED", "COMPLAINED"})
"""The states of an e-mail of which others are told."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a move is told as. `to` is only that of an e-mail."""

    type: str
    row_id: str
    revision: int
    to: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A move that was committed, and what its event must say besides its key."""

    key: Key
    status: str
    number: int | None
    committed_at: Milliseconds
    dated: Sequence[datetime]
    """What the clock has shown at the commit, or shortly before without its jumps since."""
    must_be_told: bool = True
    """False if the next version has written a state that this one does not know."""


class EventChecker:
    """`broken` is told which rule was broken, for which row, and how. `now` is the time.

    `clocks` is what the clock shows, and what it would show without its jumps in the time of a call. `next_version`
    knows which rows the next version has written.
    """

    def __init__(
        self,
        rows: Mapping[str, Order],
        broken: Callable[[int, str, str], None],
        now: Callable[[], Milliseconds],
        clocks: Callable[[], Sequence[datetime]],
        next_version: Callable[[], NextVersion] = NextVersion,
    ) -> None:
        self._rows, self._broken, self._now, self._clocks = rows, broken, now, clocks
        self._next = next_version
        self.moves: dict[Key, Move] = {}
        """All that were committed, in the order in which they were."""
        self.by_type = Counter[str]()
        """How many moves of each type there were of which others must be told."""
        self.seen_at: dict[Key, Milliseconds] = {}
        """When the event of a move was first seen by anybody."""
        self.ids: dict[Key, str] = {}
        self.documents: dict[str, Json] = {}
        """The events by their ids, as they were first seen."""

    # Rule 14.

    def row_written(self, before: Order | None, after: Order) -> list[Move]:
        """The moves that others must be told of."""
        dated, is_known = self._clocks(), not self._next().hides_state(after.order_id)
        moves = [
            Move(
                Key(type_, after.order_id, after.revision, to), after.status.value, number, self._now(), dated, is_known
            )
            for type_, to, number in told(before, after)
        ]
        for move in moves:
            self.moves[move.key] = move
            self.by_type[move.key.type] += is_known
        return moves if is_known else []

    def seen(self, event: Json) -> Key:
        """By a reader, or a receiver: the whole event."""
        key, event_id = key_of(event), str(event["id"])
        if key not in self.moves:
            self._broken(14, key.row_id, f"an event tells of what was not committed: {key.type}, {key.revision}")
            return key
        if self.ids.setdefault(key, event_id) != event_id:
            self._broken(14, key.row_id, f"two events for one move: {self.ids[key]} and {event_id}")
        if event_id not in self.documents:
            self.documents[event_id] = event
            self.seen_at[key] = self._now()
            self._check(self.moves[key], event)
        elif self.documents[event_id] != event:
            self._broken(14, key.row_id, f"{event_id} says something else than before")
        return key

    def _check(self, move: Move, event: Json) -> None:
        row, data = self._rows[move.key.row_id], event["data"]
        expected = dict(data_of(move, row))
        if row.order_id in self._next().rows:  # it may have written another state or receipt
            data, expected = ({**each, "status": None, "receipt": None} for each in (data, expected))
        if data != expected:
            self._broken(14, row.order_id, f"its event says {data}, and should say {expected}")
        text = json.dumps({**event, "data": {**data, "metadata": None}})
        if CANARY.casefold() in text.casefold() or row.receipt_token in text:
            self._broken(14, row.order_id, "its event has a name, an address or a token in it")
        dated = datetime.fromisoformat(event["timestamp"])
        if not any(timedelta(0) <= each - dated + timedelta(seconds=1) <= A_CALL for each in move.dated):
            self._broken(14, row.order_id, f"its event is dated {event['timestamp']}")

    def ended(self, *, without_fault: bool) -> None:
        """What is true in the end: each move has its event, and had it soon if nothing went wrong."""
        for key, move in self.moves.items():
            if key not in self.seen_at:
                if move.must_be_told:
                    self._broken(14, key.row_id, f"{key.type} (revision {key.revision}) has no event")
            elif without_fault and self.seen_at[key] - move.committed_at > AT_THE_LATEST:
                self._broken(14, key.row_id, f"{key.type} had its event only after a minute")

    def facts(self) -> Counter[str]:
        """How many moves there were, and how many events were seen of them."""
        return Counter({"move": len(self.moves), "event": len(self.seen_at)})


def told(before: Order | None, after: Order) -> Iterator[tuple[str, str, int | None]]:
    """The types of what happened between two rows, and for e-mails to whom, and which one."""
    of = _NAMES.get(after.order_id.partition("/")[2].partition("/")[0], _OF_AN_ORDER)
    if before is None:
        yield f"{of}.received", "", None
    elif before.status is Status.FAILED and after.status is Status.RECEIVED:
        yield f"{of}.retried", "", None
    elif before.status is not after.status:
        yield _ended_as(of, after.status), "", None
    for to, was, mail in (
        ("customer", before.mail if before else None, after.mail),
        ("copy", before.copy if before else None, after.copy),
    ):
        if (
            mail
            and mail.status.value in _TOLD
            and (was is None or (was.status, was.number) != (mail.status, mail.number))
        ):
            yield f"mail.{mail.status.value.lower()}", to, mail.number


def _ended_as(of: str, status: Status) -> str:
    if of == _OF_A_CORRECTION and status is Status.COMPLETED:
        return "receipt.corrected"
    return f"{of}.{status.value.lower()}"


def key_of(event: Json) -> Key:
    data = event["data"]
    document = data.get("document")
    row_id = f"{data['orderId']}/{_FOLDERS[document['kind']]}/{document['id']}" if document else data["orderId"]
    return Key(event["type"], row_id, data["revision"], data.get("mail", {}).get("to", ""))


def data_of(move: Move, row: Order) -> Iterator[tuple[str, Any]]:
    """What an event must say."""
    order_id, folder, document_id = (*row.order_id.split("/"), "", "")[:3]
    body = json.loads(row.body)
    yield "orderId", order_id
    if "orderNumber" in body:
        yield "orderNumber", body["orderNumber"]
    if folder:
        kinds = {place: kind for kind, place in _FOLDERS.items()}
        yield "document", {"kind": kinds[folder], "id": document_id}
    yield "status", move.status
    yield "revision", move.key.revision
    if (total := _total(row, folder)) is not None:
        yield "total", total
        yield "currency", body["currency"]
    if body.get("metadata"):
        yield "metadata", body["metadata"]
    if move.key.to:
        yield "mail", {"to": move.key.to, "number": move.number}
    elif move.status == Status.COMPLETED and row.receipt:
        yield "receipt", {"sha256": row.receipt.sha256, "size": row.receipt.size}


def _total(row: Order, folder: str) -> str | None:
    """The row's own total, held against the oracle where that knows it."""
    totals = figures(row.body)
    return str(totals["total"]) if totals and not folder else row.total
