"""The feed on DynamoDB: whatever comes again, and whoever appends, each event is there once, in one order."""

import json
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError
from tests.support.emulator import Emulator
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.fakes import Clock
from tests.support.newer import EVERYWHERE, IN_ITEMS, Novelty
from tests.support.resources import new_event_table, new_table
from tests.support.stream import records

from orders.aws.clients import dynamodb
from orders.aws.dynamodb import recording
from orders.aws.dynamodb.event_batches import EXPIRES_AFTER, MOST_BYTES, MOST_EVENTS, READABLE_FOR
from orders.aws.dynamodb.feed import DynamoFeed
from orders.aws.dynamodb.recording import Recorder
from orders.aws.dynamodb.table import DynamoTable
from orders.order import record, validation
from orders.order.errors import CursorExpired, Unavailable, UnknownEvent
from orders.order.event import KEPT_FOR, Event
from orders.order.order import Order, StoredReceipt

RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000)
Record = dict[str, Any]


def received(order_id: str, posted: Mapping[str, object] = ALICE, **more: Any) -> Order:
    return Order.received(validation.parse({**posted, "orderId": order_id}), "token", NINE, **more)


def told(before: Order | None, after: Order, at: datetime = NINE, **others: Any) -> Record:
    """What the stream tells of a write at this time."""
    images = {"OldImage": image(before)} if before else {}
    created = {"ApproximateCreationDateTime": at.timestamp(), "SequenceNumber": "1"}
    return {"eventID": after.order_id, "dynamodb": {**images, "NewImage": {**image(after), **others}, **created}}


def image(order: Order) -> Record:
    stored = record.from_order(order)
    return {name: {"S": it} if isinstance(it, str) else {"N": str(it)} for name, it in stored.items() if it is not None}


def moves(first: int, count: int = 3) -> list[Record]:
    """So many orders come in and are completed."""
    rows = [received(f"o-{number}") for number in range(first, first + count)]
    return [
        *(told(None, row) for row in rows),
        *(told(row, row.completed(RECEIPT, NINE)) for row in rows),
    ]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def name(emulator: Emulator) -> str:
    return new_event_table()


@pytest.fixture
def feed(name: str, clock: Clock) -> DynamoFeed:
    return DynamoFeed(name, dynamodb(), clock)


@pytest.fixture
def recorder(name: str, clock: Clock) -> Recorder:
    return Recorder(name, dynamodb(), clock)


def all_of(feed: DynamoFeed, after: str | None = None) -> list[Event]:
    found = list[Event]()
    while part := feed.read(found[-1].id if found else after, 7):
        found += part
    return found


def keys_of(feed: DynamoFeed) -> list[tuple[str, str]]:
    return [(event.happening.row_id, event.type.value) for event in all_of(feed)]


def expected(first: int, count: int = 3) -> list[tuple[str, str]]:
    ids = [f"o-{number}" for number in range(first, first + count)]
    return [(id_, type_) for type_ in ("order.received", "order.completed") for id_ in ids]


class TestOnce:
    def test_a_batch_that_is_delivered_again_is_in_the_feed_once(self, recorder: Recorder, feed: DynamoFeed):
        for _ in range(3):
            assert recorder.record(moves(0)) == 6

        assert keys_of(feed) == expected(0)

    def test_a_batch_that_comes_again_to_another_function_hours_later_in_other_parts(
        self, name: str, feed: DynamoFeed, clock: Clock
    ):
        """Lambda divides a batch after a crash, and another function has not seen what this one appended."""
        batch = moves(0)
        Recorder(name, dynamodb(), clock).record(batch[:4])
        for hour in range(20):
            clock.advance(hours=1)
            later = [told(None, received(f"later-{hour}"), clock.now)]
            Recorder(name, dynamodb(), clock).record(later)
        Recorder(name, dynamodb(), clock).record(batch[:2])
        Recorder(name, dynamodb(), clock).record(batch[2:])

        assert sorted(key for key in keys_of(feed) if key[0].startswith("o-")) == sorted(expected(0))

    def test_a_function_that_goes_on_looks_further_back_for_records_that_are_older(
        self, name: str, recorder: Recorder, feed: DynamoFeed, clock: Clock
    ):
        Recorder(name, dynamodb(), clock).record(moves(0))
        for minute in range(30):
            clock.advance(minutes=1)
            recorder.record([told(None, received(f"later-{minute}"), clock.now)])
        recorder.record(moves(0))

        assert len(keys_of(feed)) == 6 + 30

    def test_a_function_whose_clock_is_behind_that_of_the_stream(self, name: str, feed: DynamoFeed, clock: Clock):
        batch = [told(None, received("o-1"), NINE + timedelta(seconds=59))]
        for each in (batch, [told(None, received("o-2"), NINE)], batch):
            Recorder(name, dynamodb(), clock).record(each)

        assert [row_id for row_id, _ in keys_of(feed)] == ["o-1", "o-2"]

    def test_the_same_record_twice_in_a_batch(self, recorder: Recorder, feed: DynamoFeed):
        recorder.record([*moves(0), *moves(0)])

        assert keys_of(feed) == expected(0)

    def test_what_the_function_has_seen_before_it_does_not_read_again(self, name: str, clock: Clock):
        """Each append reads what the others have appended since the last one. Otherwise a busy hour would be dear."""
        client = Counting()
        recorder = Recorder(name, client, clock)  # type: ignore[arg-type]
        for second in range(100):
            clock.advance(seconds=1)
            recorder.record([told(None, received(f"o-{second}"), clock.now)])

        assert client.read <= 2 * 100  # the batch before, once at first
        assert len(recorder._recent._batches) == 100
        clock.advance(minutes=30)
        recorder.record([told(None, received("o-last"), clock.now)])
        assert len(recorder._recent._batches) <= 3


class Through:
    """A client of DynamoDB, through which all calls go."""

    def __init__(self) -> None:
        self._client: Any = dynamodb()

    def get_item(self, **call: Any) -> Any:
        return self._client.get_item(**call)

    def query(self, **call: Any) -> Any:
        return self._client.query(**call)

    def put_item(self, **call: Any) -> Any:
        return self._client.put_item(**call)


class Counting(Through):
    def __init__(self) -> None:
        super().__init__()
        self.read = 0

    def query(self, **call: Any) -> Any:
        answer = self._client.query(**call)
        self.read += len(answer["Items"])
        return answer


class Losing(Through):
    """The first puts take effect, and then raise what botocore raises if the answer is lost."""

    def __init__(self, say: Exception, puts: int = 1) -> None:
        super().__init__()
        self.say, self.puts = say, puts

    def put_item(self, **call: Any) -> Any:
        answer = self._client.put_item(**call)
        if call["Item"]["pk"]["S"] == "feed" and self.puts:
            self.puts -= 1
            raise self.say
        return answer


REFUSED_BY_ITSELF = ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
"""The client sent the call again by itself."""
NO_ANSWER = ReadTimeoutError(endpoint_url="https://dynamodb")


class TestLostAnswers:
    def test_a_put_that_is_refused_by_its_own_first_sending(self, name: str, feed: DynamoFeed, clock: Clock):
        client: Any = Losing(REFUSED_BY_ITSELF, puts=2)
        recorder = Recorder(name, client, clock)
        recorder.record(moves(0))
        recorder.record(moves(3))

        assert keys_of(feed) == expected(0) + expected(3)

    def test_a_put_whose_answer_never_came(self, name: str, feed: DynamoFeed, clock: Clock):
        client: Any = Losing(NO_ANSWER)
        recorder = Recorder(name, client, clock)
        with pytest.raises(Unavailable):
            recorder.record(moves(0))
        recorder.record(moves(0))
        recorder.record(moves(3))

        assert keys_of(feed) == expected(0) + expected(3)

    def test_a_put_that_arrives_late_finds_its_number_taken(self, name: str, feed: DynamoFeed, clock: Clock):
        """The function gave up, and was frozen. Its call reaches the table after the batch has come again."""
        held: list[Callable[[], object]] = []

        class Slow(Through):
            def put_item(self, **call: Any) -> Any:
                held.append(lambda: self._client.put_item(**call))
                raise NO_ANSWER

        Recorder(name, dynamodb(), clock).record(moves(0))
        slow: Any = Slow()
        with pytest.raises(Unavailable):
            Recorder(name, slow, clock).record(moves(3))
        Recorder(name, dynamodb(), clock).record(moves(3))
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            held[0]()

        assert keys_of(feed) == expected(0) + expected(3)


def has_recorded(recorder: Recorder, batch: Sequence[Record]) -> bool:
    try:
        recorder.record(batch)
    except Unavailable:
        return False
    return True


def append(name: str, batches: Sequence[Sequence[Record]]) -> None:
    recorder = Recorder(name, dynamodb())
    for batch in batches:
        while not has_recorded(recorder, batch):  # Lambda delivers it again
            pass


def follow(feed: DynamoFeed, seen: list[Event], are_done: threading.Event) -> None:
    """Read on from the cursor until nothing more can come."""
    while True:
        is_over = are_done.is_set()
        part = feed.read(seen[-1].id if seen else None, 10)
        seen += part
        if is_over and not part:
            return


class TestManyAppend:
    def test_a_reader_misses_nothing_that_twenty_append_at_once(self, name: str):
        """Half of the batches come twice, to two functions. The feed is empty at first, so that all begin it."""
        now = datetime.now(UTC)
        batches = [
            [told(None, received(f"{worker}-{number}-{each}"), now) for each in range(3)]
            for worker in range(20)
            for number in range(4)
        ]
        all_batches = [*batches, *batches[::2]]
        shares = [all_batches[worker::20] for worker in range(20)]
        reader, seen, are_done = DynamoFeed(name, dynamodb()), list[Event](), threading.Event()

        with ThreadPoolExecutor(21) as threads:
            following = threads.submit(follow, reader, seen, are_done)
            appending = [threads.submit(append, name, share) for share in shares]
            try:
                for each in appending:
                    each.result()
            finally:
                are_done.set()
            following.result()

        assert seen == all_of(reader)
        assert sorted(event.happening.row_id for event in seen) == sorted(
            item["dynamodb"]["NewImage"]["orderId"]["S"] for batch in batches for item in batch
        )
        assert len({event.id for event in seen}) == len(seen)
        assert [event.position for event in seen] == sorted(event.position for event in seen)
        numbers = sorted({event.position // 1000 for event in seen})
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    def test_the_times_of_batches_never_go_back(self, name: str, feed: DynamoFeed, clock: Clock):
        """Functions have clocks of their own. To look back is to stop at the first earlier batch."""
        behind = Clock(NINE - timedelta(seconds=50))
        Recorder(name, dynamodb(), clock).record(moves(0))
        Recorder(name, dynamodb(), behind).record([told(None, received("behind"), NINE)])
        Recorder(name, dynamodb(), clock).record([told(None, received("behind"), NINE)])

        newest = feed._reader.newest()
        assert newest
        assert newest.appended_at == NINE
        assert len(keys_of(feed)) == 7

    def test_a_reader_stops_where_a_query_missed_a_batch(self, name: str, recorder: Recorder, clock: Clock):
        """A query is no snapshot: it may look at the place of one batch before, and of the next after, both came."""

        class Missing(Through):
            def query(self, **call: Any) -> Any:
                answer = self._client.query(**call)
                answer["Items"] = [item for item in answer["Items"] if item["sk"]["S"] != missed]
                return answer

        for number in range(3):
            recorder.record([told(None, received(f"o-{number}"))])
        client: Any = Missing()
        first = DynamoFeed(name, dynamodb(), clock).read(None, 1)[0]
        missed = f"{first.position // 1000 + 1:012d}"

        assert DynamoFeed(name, client, clock).read(None, 9) == [first]
        assert DynamoFeed(name, client, clock).read(first.id, 9) == []


class TestSizes:
    def test_more_events_than_a_batch_has_places_are_divided(self, recorder: Recorder, feed: DynamoFeed):
        recorder.record([told(None, received(f"o-{number}")) for number in range(2 * MOST_EVENTS + 1)])
        events = all_by(feed, 500)

        assert [event.happening.row_id for event in events] == [f"o-{number}" for number in range(2 * MOST_EVENTS + 1)]
        assert len({event.position // 1000 for event in events}) == 3

    def test_events_with_much_metadata_are_divided_so_that_each_item_fits(
        self, recorder: Recorder, feed: DynamoFeed, name: str
    ):
        heavy = BASKET | {"metadata": {f"{name:>40}": "\N{SNOWMAN}" * 500 for name in range(20)}}
        recorder.record([told(None, received(f"o-{number}", heavy)) for number in range(50)])
        recorder.record([told(None, received(f"o-{number}", heavy)) for number in range(50)])

        assert [event.happening.row_id for event in all_of(feed)] == [f"o-{number}" for number in range(50)]
        sizes = [len(item["events"]["S"].encode()) + len(item["keys"]["B"]) for item in batches_in(name)]
        assert len(sizes) > 1
        assert max(sizes) < 390_000
        assert MOST_BYTES + MOST_EVENTS * 16 < 390_000


def batches_in(name: str) -> list[Record]:
    items: list[Any] = dynamodb().query(
        TableName=name,
        KeyConditionExpression="pk = :feed",
        ExpressionAttributeValues={":feed": {"S": "feed"}},
        ConsistentRead=True,
    )["Items"]
    return items


def all_by(feed: DynamoFeed, size: int) -> list[Event]:
    found = list[Event]()
    while part := feed.read(found[-1].id if found else None, size):
        found += part
    return found


class TestWhatIsTold:
    def test_orders_of_the_canary_have_no_events(self, emulator: Emulator, recorder: Recorder, feed: DynamoFeed):
        table = DynamoTable(name := new_table())
        row = table.create(received("canarys", by="canary"))
        table.replace(row, row.completed(RECEIPT, NINE))
        table.create(received("shops"))

        assert recorder.record(records(name)) == 1
        assert keys_of(feed) == [("shops", "order.received")]

    def test_what_is_removed_and_the_register_have_no_events(self, recorder: Recorder, feed: DynamoFeed):
        removed = told(None, received("o-1"))
        removed["dynamodb"]["OldImage"] = removed["dynamodb"].pop("NewImage")
        entry = {"eventID": "2", "dynamodb": {"NewImage": {"orderId": {"S": "/register/R/1"}, "hash": {"S": "-"}}}}

        assert recorder.record([removed, entry]) == 0
        assert keys_of(feed) == []

    def test_a_record_that_can_not_be_read_is_passed_over_and_told_of(
        self, recorder: Recorder, feed: DynamoFeed, caplog: pytest.LogCaptureFixture
    ):
        broken = {"eventID": "broken", "dynamodb": {"NewImage": {"body": {"S": "Canary"}}}}
        empty = {"eventID": "empty"}
        recorder.record([broken, empty, *moves(0)])

        assert keys_of(feed) == expected(0)
        assert all(f"record {name} of the stream can't be read" in caplog.text for name in ("broken", "empty"))
        assert all(each.levelno == logging.ERROR for each in caplog.records)
        assert not any(word in caplog.text for word in ("Canary", "Alice", "o-0"))

    def test_the_moves_of_a_newer_versions_rows_are_told(
        self, recorder: Recorder, feed: DynamoFeed, caplog: pytest.LogCaptureFixture
    ):
        """After a rollback this version can read none of them: what is not told now is missing for good."""
        before, after = (row := received("o-1")), row.completed(RECEIPT, NINE)
        recorder.record([told(before, after, schemaVersion={"N": "99"}, priority={"BOOL": True}, tags={"SS": ["a"]})])
        recorder.record([told(after, replace(after, revision=3), status={"S": "ON_HOLD"})])

        assert keys_of(feed) == [("o-1", "order.completed")]
        assert caplog.text == ""

    @pytest.mark.parametrize("novelty", [*EVERYWHERE, *IN_ITEMS], ids=lambda it: it.__name__)
    def test_whatever_a_newer_version_writes_into_a_row_its_coming_in_is_told(
        self, novelty: Novelty, recorder: Recorder, feed: DynamoFeed
    ):
        row = told(None, received("12345"))
        stored = novelty(record.from_order(received("12345")))
        row["dynamodb"]["NewImage"] = {name: attribute_of(it) for name, it in stored.items() if it is not None}
        recorder.record([row])

        (event,) = all_of(feed)
        assert (event.happening.row_id, event.type) == ("12345", "order.received")
        assert event.data.get("total") in {None, received("12345").total}


def attribute_of(value: object) -> Record:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


class TestNewerEvents:
    """The feed after a rollback, with an event of a type that this version does not know."""

    @pytest.fixture
    def events(self, name: str, recorder: Recorder, feed: DynamoFeed) -> list[Event]:
        recorder.record(moves(0))
        known = all_of(feed)
        (item,) = batches_in(name)
        texts = json.loads(item["events"]["S"])
        texts[2]["type"] = texts[5]["type"] = "order.archived"
        item["events"] = {"S": json.dumps(texts)}
        dynamodb().put_item(TableName=name, Item=item)
        return known

    def test_it_is_left_out(self, events: list[Event], feed: DynamoFeed):
        assert all_of(feed) == [events[0], events[1], events[3], events[4]]
        with pytest.raises(UnknownEvent):
            feed.find(events[2].id)

    def test_its_cursor_is_good(self, events: list[Event], feed: DynamoFeed, recorder: Recorder):
        assert all_of(feed, events[2].id) == [events[3], events[4]]
        assert feed.end() == events[5].id
        recorder.record([told(None, received("next"))])
        assert [event.happening.row_id for event in all_of(feed, events[5].id)] == ["next"]


def delete_expired(name: str) -> None:
    for item in batches_in(name):
        dynamodb().delete_item(TableName=name, Key={"pk": item["pk"], "sk": item["sk"]})


class TestOldEvents:
    def test_they_are_kept_for_thirty_days_and_then_forgotten(
        self, name: str, recorder: Recorder, feed: DynamoFeed, clock: Clock
    ):
        recorder.record(moves(0))
        events = all_of(feed)
        clock.advance(days=31)
        recorder.record([told(None, received("late"), clock.now)])
        assert all_of(feed)[:6] == events
        assert timedelta(days=31) < READABLE_FOR < EXPIRES_AFTER
        assert KEPT_FOR < READABLE_FOR
        clock.advance(days=4)

        assert [event.happening.row_id for event in all_of(feed)] == ["late"]
        with pytest.raises(CursorExpired):
            feed.read(events[-1].id, 9)
        assert feed.before(NINE + timedelta(days=1)) is None

    def test_dynamodb_may_delete_the_expired_in_any_order(self, name: str, feed: DynamoFeed, clock: Clock):
        for day in range(40):
            clock.now = NINE + timedelta(days=day)
            Recorder(name, dynamodb(), clock).record([told(None, received(f"o-{day}"), clock.now)])
        clock.now = NINE + timedelta(days=40)
        expired = sorted(item["sk"]["S"] for item in batches_in(name))
        for sk in (expired[3], expired[0], expired[2]):
            dynamodb().delete_item(TableName=name, Key={"pk": {"S": "feed"}, "sk": {"S": sk}})

        assert [event.happening.row_id for event in all_of(feed)] == [f"o-{day}" for day in range(6, 40)]
        for day in range(7, 40):
            at = NINE + timedelta(days=day)
            assert feed.read(feed.before(at), 1)[0].happening.row_id == f"o-{day}"

    def test_a_feed_whose_events_are_all_gone_goes_on_at_higher_positions(
        self, name: str, recorder: Recorder, feed: DynamoFeed, clock: Clock
    ):
        recorder.record(moves(0))
        last = all_of(feed)[-1]
        clock.advance(days=40)
        delete_expired(name)
        assert (feed.end(), feed.read(None, 9)) == (None, [])
        Recorder(name, dynamodb(), clock).record([told(None, received("later"), clock.now)])
        recorder.record([told(None, received("last"), clock.now)])

        events = all_of(feed)
        assert [event.happening.row_id for event in events] == ["later", "last"]
        assert events[0].id > last.id
        with pytest.raises(CursorExpired):
            feed.read(last.id, 9)

    @pytest.mark.parametrize("is_new", [True, False], ids=["new", "expired"])
    def test_two_who_begin_an_empty_feed_begin_it_at_one_number(
        self, is_new: bool, name: str, feed: DynamoFeed, clock: Clock
    ):
        """One has read that there is nothing, and is then held up while the other begins."""
        if not is_new:
            Recorder(name, dynamodb(), clock).record(moves(6))
            clock.advance(days=40)
            delete_expired(name)

        class HeldUp(Through):
            def put_item(self, **call: Any) -> Any:
                if not others:
                    clock.advance(seconds=3)
                    others.append(Recorder(name, dynamodb(), clock).record(moves(0)))
                return self._client.put_item(**call)

        others = list[int]()
        client: Any = HeldUp()
        Recorder(name, client, clock).record(moves(3))

        assert keys_of(feed) == expected(0) + expected(3)

    def test_an_event_that_a_restore_put_in_the_place_of_another_is_not_taken_for_it(
        self, name: str, recorder: Recorder, feed: DynamoFeed, clock: Clock
    ):
        recorder.record([told(None, received("kept"))])
        kept = all_of(feed)[-1]
        recorder.record([told(None, received("lost"))])
        lost = all_of(feed)[-1]
        sk = f"{lost.position // 1000:012d}"
        dynamodb().delete_item(TableName=name, Key={"pk": {"S": "feed"}, "sk": {"S": sk}})
        with pytest.raises(CursorExpired):
            feed.read(lost.id, 9)
        Recorder(name, dynamodb(), clock).record([told(None, received("new"))])

        new = all_of(feed, kept.id)
        assert [event.position for event in new] == [lost.position]
        with pytest.raises(CursorExpired):
            feed.read(lost.id, 9)
        with pytest.raises(UnknownEvent):
            feed.find(lost.id)


def test_a_feed_to_which_others_always_append_first_is_left_to_the_stream(
    name: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
):
    class Refusing(Through):
        def put_item(self, **call: Any) -> Any:
            raise REFUSED_BY_ITSELF

    client: Any = Refusing()
    monkeypatch.setattr(recording, "PATIENCE", 0)
    with pytest.raises(Unavailable, match="others append"):
        Recorder(name, client, clock).record(moves(0))
