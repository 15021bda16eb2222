"""A feed of 200,000 events, and 50,000 deliveries: whatever is read, the database reads little more than that.

How much it reads is counted in the steps of SQLite's machine, which are the same on every computer, and seen in its
plans: https://www.sqlite.org/eqp.html.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence, Set
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar, cast

import pytest
from tests.support.examples import ALICE, NINE

from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.order import validation
from orders.order.clock import to_iso
from orders.order.errors import CursorExpired
from orders.order.event import Event, EventType, event_id
from orders.order.order import Order
from orders.use_cases import events

T = TypeVar("T")
EVENTS, DELIVERIES = 200_000, 50_000
RARE = 7_000
"""Each so many events, an order failed. All others are received."""
STEP = 100
ENDPOINT = "we_shop"


@dataclass
class Watched:
    """A table that notes its queries, and how many hundreds of steps they took."""

    table: SqliteTable
    queries: list[tuple[str, Any]] = field(default_factory=list)
    work: int = 0

    def ask(self, query: Callable[[sqlite3.Connection], T]) -> T:
        def watched(connection: sqlite3.Connection) -> T:
            connection.set_progress_handler(self._count, STEP)
            try:
                return query(cast("sqlite3.Connection", Noting(connection, self.queries)))
            finally:
                connection.set_progress_handler(None, 0)

        return self.table.ask(watched)

    def _count(self) -> int:
        self.work += 1
        return 0

    def plans(self) -> list[str]:
        """The lines of the plans of all queries so far."""
        return [
            detail
            for sql, values in self.queries
            for *_, detail in self.table.ask(
                lambda connection, sql=sql, values=values: connection.execute(  # type: ignore[misc]
                    f"EXPLAIN QUERY PLAN {sql}", values
                ).fetchall()
            )
        ]

    def work_of(self, call: Callable[[], object]) -> int:
        before = self.work
        call()
        return self.work - before


@dataclass
class Noting:
    connection: sqlite3.Connection
    queries: list[tuple[str, Any]]

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        self.queries.append((sql, values))
        return self.connection.execute(sql, values)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SqliteTable]:
    with closing(SqliteTable(tmp_path_factory.mktemp("data") / "orders.db")) as table:
        table.create(Order.received(validation.parse(ALICE | {"orderId": "o-1"}), "token", NINE))
        rows = (
            ("order.failed" if number % RARE == 0 else "order.received", f"o-{number}", at(number))
            for number in range(2, EVENTS + 1)
        )
        insert = "INSERT INTO events (type, rowId, revision, at, status) VALUES (?, ?, 1, ?, '')"
        table.take(lambda connection: connection.executemany(insert, rows), size=EVENTS)
        deliveries = (
            (ENDPOINT, event_id(number, "9f3a1c2b"), at(number), *state(number)) for number in range(1, DELIVERIES + 1)
        )
        insert_delivery = (
            "INSERT INTO deliveries (endpointId, eventId, type, createdAt, status, attempts, dueAt)"
            " VALUES (?, ?, 'order.received', ?, ?, 1, ?)"
        )
        table.take(lambda connection: connection.executemany(insert_delivery, deliveries), size=DELIVERIES)
        yield table


def at(number: int) -> str:
    return to_iso(NINE + timedelta(seconds=number))


def state(number: int) -> tuple[str, str | None]:
    """Few are not delivered."""
    if number % RARE == 0:
        return "PENDING", at(number)
    return ("FAILED", None) if number % RARE == 1 else ("DELIVERED", None)


@pytest.fixture
def watched(filled: SqliteTable) -> Watched:
    return Watched(filled)


@pytest.fixture
def feed(watched: Watched) -> SqliteFeed:
    return SqliteFeed(cast("SqliteTable", watched))


def cursor_at(position: int, feed: SqliteFeed) -> str:
    """The id of the event at this position: one happened each second."""
    found = feed.before(NINE + timedelta(seconds=position + 1))
    assert found
    return found


def test_a_page_from_the_middle_or_the_end_costs_what_one_from_the_beginning_does(watched: Watched, feed: SqliteFeed):
    middle, late = cursor_at(100_000, feed), cursor_at(199_000, feed)
    watched.queries.clear()
    costs = [watched.work_of(lambda after=each: feed.read(after, 100)) for each in (None, middle, late)]  # type: ignore[misc]

    assert max(costs) <= 1.1 * min(costs) + 1
    assert set(watched.plans()) == {
        "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)",
        "SEARCH orders USING INDEX sqlite_autoindex_orders_1 (orderId=?) LEFT-JOIN",
    }


def test_one_event_and_the_end_cost_next_to_nothing(watched: Watched, feed: SqliteFeed):
    middle = cursor_at(100_000, feed)

    assert watched.work_of(lambda: feed.find(middle)) <= 2
    assert watched.work_of(feed.end) <= 2


@pytest.mark.parametrize("seconds", [-86_400, 0, 2, 100_000, EVENTS, EVENTS + 86_400])
def test_the_place_of_a_time_is_found_with_few_steps(watched: Watched, feed: SqliteFeed, seconds: int):
    """Half an hour of events is looked at, at most, and the feed has more than two days of them."""
    found: list[str | None] = []
    cost = watched.work_of(lambda: found.append(feed.before(NINE + timedelta(seconds=seconds))))

    assert cost <= 300
    assert len(watched.queries) < 30
    behind = feed.read(found[0], 1)
    assert [event.happening.at for event in behind] == (
        [] if seconds > EVENTS else [NINE + timedelta(seconds=max(seconds, 0))]
    )
    assert "SCAN orders" not in watched.plans()


@pytest.mark.parametrize("status", ["DELIVERED", "PENDING", "FAILED", None])
def test_a_page_of_deliveries_uses_an_index(watched: Watched, status: Any):
    webhooks = SqliteWebhooks(cast("SqliteTable", watched))
    pages = [
        watched.work_of(lambda after=each: webhooks.deliveries(ENDPOINT, status, 10, after))  # type: ignore[misc]
        for each in (None, event_id(25_000, "9f3a1c2b"))
    ]

    assert max(pages) <= 30
    assert all("USING INDEX" in line and "SCAN" not in line for line in watched.plans()), watched.plans()


def test_deliveries_that_are_due_are_found_by_their_index(watched: Watched):
    webhooks = SqliteWebhooks(cast("SqliteTable", watched))
    due = webhooks.pending(ENDPOINT, NINE + timedelta(days=1), 48)

    assert [each.due_at for each in due] == sorted(each.due_at or NINE for each in due)
    assert watched.work <= 30
    assert watched.plans() == ["SEARCH deliveries USING INDEX deliveriesDue (endpointId=? AND dueAt>? AND dueAt<?)"]


@dataclass
class Counting:
    """A feed that counts the events that are looked at for one answer."""

    feed: SqliteFeed
    looked_at: int = 0

    def read(self, after: str | None, limit: int, types: Set[EventType] = frozenset()) -> Sequence[Event]:
        found = self.feed.read(after, limit, types)
        self.looked_at += len(found)
        return found

    def find(self, event_id: str) -> Event:
        return self.feed.find(event_id)

    def end(self) -> str | None:
        return self.feed.end()

    def before(self, at: Any) -> str | None:
        return self.feed.before(at)


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_a_reader_of_a_rare_type_gets_all_of_them_in_answers_that_each_look_at_few_events(feed: SqliteFeed, limit: int):
    cursor: str | None = cursor_at(150_000, feed)
    found, empty, has_more = list[Event](), 0, True
    while has_more:
        counting = Counting(feed)
        part = events.read(counting, cursor, {EventType.ORDER_FAILED}, limit)
        assert counting.looked_at <= events.LOOKED_AT
        assert len(part.events) <= limit
        empty += not part.events
        found, cursor, has_more = [*found, *part.events], part.cursor, part.has_more

    assert [event.position for event in found] == [each for each in range(RARE, EVENTS + 1, RARE) if each > 150_000]
    assert cursor == feed.end()
    assert empty, "an answer may have no event, and a cursor that leads on"


@pytest.mark.parametrize("limit", [1, 499, 500])
def test_without_types_an_answer_looks_at_one_event_more_than_it_has(feed: SqliteFeed, limit: int):
    counting = Counting(feed)
    part = events.read(counting, cursor_at(150_000, feed), frozenset(), limit)

    assert ([event.position for event in part.events], part.has_more) == ([*range(150_001, 150_001 + limit)], True)
    assert counting.looked_at == limit + 1
    assert part.cursor == part.events[-1].id


def test_at_the_end_there_is_nothing_and_the_cursor_stays(feed: SqliteFeed):
    end = feed.end()
    assert events.read(feed, end, frozenset(), 10) == events.Part((), end, has_more=False)
    assert events.read(feed, end, {EventType.ORDER_FAILED}, 10) == events.Part((), end, has_more=False)
    last = events.read(feed, cursor_at(EVENTS - 10, feed), frozenset(), 10)
    assert (len(last.events), last.has_more) == (10, False)
    with pytest.raises(CursorExpired):
        events.read(feed, event_id(EVENTS, "00000000"), frozenset(), 10)
