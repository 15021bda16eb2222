"""The feed of a restored table: no id is given twice, and no reader is left behind at the place of the restore."""

from datetime import timedelta
from typing import Any

import pytest
from tests.aws.test_event_feed import RECEIPT, Through, all_of, batches_in, expected, keys_of, moves, received, told
from tests.support.emulator import Emulator
from tests.support.examples import NINE
from tests.support.fakes import Clock
from tests.support.resources import new_event_table

from orders.aws.clients import dynamodb
from orders.aws.dynamodb.event_batches import READABLE_FOR
from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.restored_feed import go_on_elsewhere
from orders.order.errors import CursorExpired, Unavailable


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def name(emulator: Emulator) -> str:
    return new_event_table()


@pytest.fixture
def feed(name: str, clock: Clock) -> DynamoFeed:
    return DynamoFeed(name, dynamodb(), clock)


def record(name: str, clock: Clock, *ids: str) -> None:
    """These orders come in, one after another."""
    for order_id in ids:
        Recorder(name, dynamodb(), clock).record([told(None, received(order_id), clock.now)])


def lose(name: str, count: int) -> None:
    """The newest batches, as if the table was restored as it was before them."""
    for item in batches_in(name)[-count:]:
        dynamodb().delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


def test_a_cursor_of_the_lost_time_is_not_valid_although_its_event_came_again_at_the_same_distance(
    name: str, feed: DynamoFeed, clock: Clock
):
    """The shop posts again what the restored table lacks, and meanwhile somebody else orders."""
    record(name, clock, "kept", "lost", "again")
    *_, again = all_of(feed)
    lose(name, 2)
    clock.advance(minutes=10)
    go_on_elsewhere(name, dynamodb(), clock)
    record(name, clock, "other", "again")

    assert [row_id for row_id, _ in keys_of(feed)] == ["kept", "other", "again"]
    with pytest.raises(CursorExpired):
        feed.read(again.id, 9)


def test_a_reader_goes_on_over_the_place_of_the_restore_from_each_event(name: str, feed: DynamoFeed, clock: Clock):
    Recorder(name, dynamodb(), clock).record(moves(0))
    go_on_elsewhere(name, dynamodb(), clock)
    go_on_elsewhere(name, dynamodb(), clock)  # repeated
    Recorder(name, dynamodb(), clock).record(moves(3))

    events = all_of(feed)
    assert keys_of(feed) == expected(0) + expected(3)
    for place, event in enumerate(events):
        assert all_of(feed, event.id) == events[place + 1 :]
        assert feed.find(event.id) == event


def test_numbers_behind_the_restore_are_higher_than_any_before(name: str, feed: DynamoFeed, clock: Clock):
    record(name, clock, *(f"o-{number}" for number in range(5)))
    lost = all_of(feed)[-1]
    lose(name, 5)
    clock.advance(seconds=1)
    go_on_elsewhere(name, dynamodb(), clock)  # nothing is left but where the feed began
    record(name, clock, "new")

    (new,) = all_of(feed)
    assert new.position > lost.position
    with pytest.raises(CursorExpired):
        feed.read(lost.id, 9)


def test_as_long_as_nothing_new_has_come_the_end_is_the_last_event(name: str, feed: DynamoFeed, clock: Clock):
    record(name, clock, "one")
    (one,) = all_of(feed)
    clock.advance(minutes=5)
    go_on_elsewhere(name, dynamodb(), clock)

    assert feed.end() == one.id
    assert feed.before(clock.now + timedelta(hours=1)) == one.id
    assert feed.read(one.id, 9) == []


def test_a_feed_that_never_began_stays_empty(name: str, feed: DynamoFeed, clock: Clock):
    go_on_elsewhere(name, dynamodb(), clock)

    assert batches_in(name) == []
    assert (feed.end(), feed.read(None, 9)) == (None, [])


def test_a_time_is_found_on_both_sides_of_the_restore(name: str, feed: DynamoFeed, clock: Clock):
    for day in range(20):
        clock.now = NINE + timedelta(days=day)
        record(name, clock, f"o-{day}")
        if day in {6, 13}:
            go_on_elsewhere(name, dynamodb(), clock)

    for day in range(1, 20):
        at = NINE + timedelta(days=day)
        assert feed.read(feed.before(at), 1)[0].happening.row_id == f"o-{day}"


def test_the_start_of_the_feed_is_found_long_after_the_restore(name: str, feed: DynamoFeed, clock: Clock):
    record(name, clock, "old")
    go_on_elsewhere(name, dynamodb(), clock)
    clock.advance(days=20)
    record(name, clock, "new")
    clock.now = NINE + READABLE_FOR + timedelta(days=1)

    assert [row_id for row_id, _ in keys_of(feed)] == ["new"]
    lose(name, 3)
    assert keys_of(feed) == []


def test_the_start_of_the_feed_is_found_where_the_last_that_expired_is_gone_and_an_older_one_is_not(
    name: str, feed: DynamoFeed, clock: Clock
):
    record(name, clock, "older", "last")
    clock.advance(days=20)
    record(name, clock, "new")
    clock.now = NINE + timedelta(days=40)
    _, last, _ = batches_in(name)
    dynamodb().delete_item(TableName=name, Key={"pk": last["pk"], "sk": last["sk"]})

    assert [row_id for row_id, _ in keys_of(feed)] == ["new"]


def test_a_function_that_has_seen_what_is_lost_leaves_no_gap(name: str, feed: DynamoFeed, clock: Clock):
    """It goes on while the table is restored, within an hour of what it appended."""
    going_on = Recorder(name, dynamodb(), clock)
    going_on.record([told(None, received("kept"), clock.now)])
    going_on.record([told(None, received("lost"), clock.now)])
    lose(name, 1)
    clock.advance(minutes=20)
    going_on.record([told(None, received("new"), clock.now)])

    assert [row_id for row_id, _ in keys_of(feed)] == ["kept", "new"]


def test_a_function_that_has_seen_what_is_lost_appends_it_again(name: str, feed: DynamoFeed, clock: Clock):
    """As the stream tells of the last day again. Others have taken the same number meanwhile."""
    going_on = Recorder(name, dynamodb(), clock)
    lost = told(None, received("lost"), clock.now)
    going_on.record([lost])
    lose(name, 1)
    clock.advance(minutes=20)
    record(name, clock, "new")
    going_on.record([lost])

    assert [row_id for row_id, _ in keys_of(feed)] == ["new", "lost"]


def test_others_may_append_at_the_same_time(name: str, feed: DynamoFeed, clock: Clock):
    class Overtaken(Through):
        def put_item(self, **call: Any) -> Any:
            if not others:
                others.append("other")
                record(name, clock, "other")
            return self._client.put_item(**call)

    record(name, clock, "one")
    others = list[str]()
    client: Any = Overtaken()
    clock.advance(minutes=1)
    go_on_elsewhere(name, client, clock)
    record(name, clock, "new")

    assert [row_id for row_id, _ in keys_of(feed)] == ["one", "other", "new"]


def test_where_others_always_come_first_it_is_to_be_called_again(name: str, clock: Clock):
    class Refusing(Through):
        def put_item(self, **call: Any) -> Any:
            record(name, clock, f"o-{len(batches_in(name))}")
            return self._client.put_item(**call)

    record(name, clock, "one")
    client: Any = Refusing()
    with pytest.raises(Unavailable, match="others append"):
        go_on_elsewhere(name, client, clock)


def test_a_row_that_was_put_back_as_it_had_become_tells_nothing(name: str, feed: DynamoFeed, clock: Clock):
    """`make repair-orders` does that. An order that comes back as it came in is told of as a new one."""
    row = received("repaired")
    recorder = Recorder(name, dynamodb(), clock)

    assert recorder.record([told(None, row.completed(RECEIPT, NINE))]) == 0
    assert recorder.record([told(None, row)]) == 1
