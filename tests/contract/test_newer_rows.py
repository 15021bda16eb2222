"""A row that a newer version wrote, met by this one: it is left as it is, and hides no other, in both editions."""

import csv
import io
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

import boto3
import pytest
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.fakes import World
from tests.support.newer import EVERYWHERE, IN_ITEMS, Novelty, a_field_of_the_order
from tests.support.resources import new_table
from tests.support.second_opinions import DYNAMODB

from orders.api import export
from orders.aws.dynamodb.table import DynamoTable
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.delivery import Delivery
from orders.order.due import DueOrder, Task
from orders.order.errors import Misconfigured, NewerVersion, UnknownOrder
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Outside, Selection, Table
from orders.use_cases import cancel, fail, feedback, process, receive, resend, retrieve, retry, send, sweep
from orders.use_cases import verify as verifying
from orders.use_cases.feedback import Feedback, Kind

ORDER = BASKET | {"orderId": "12345"}
ROW = Order.received(validation.parse(ORDER), "token", NINE)


class Kept(Protocol):
    """A table, and what it keeps, as nobody's code reads it."""

    @property
    def table(self) -> Table: ...

    def raw(self, order_id: str) -> dict[str, Any]:
        """What is kept of an order."""

    def rewrite(self, order_id: str, newly: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        """Change it behind the table's back."""


@dataclass(frozen=True)
class InSqlite:
    table: SqliteTable
    path: Path

    def raw(self, order_id: str) -> dict[str, Any]:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.row_factory = sqlite3.Row
            return dict(connection.execute("SELECT * FROM orders WHERE orderId = ?", (order_id,)).fetchone())

    def rewrite(self, order_id: str, newly: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        kept = newly(self.raw(order_id))
        with closing(sqlite3.connect(self.path, isolation_level=None)) as connection:
            columns = ", ".join(f"{column} = :{column}" for column in kept)
            connection.execute(f"UPDATE orders SET {columns} WHERE orderId = :orderId", kept)


@dataclass(frozen=True)
class InDynamoDb:
    table: DynamoTable
    name: str

    def raw(self, order_id: str) -> dict[str, Any]:
        found = boto3.client("dynamodb").get_item(TableName=self.name, Key={"orderId": {"S": order_id}})
        return dict(found["Item"])

    def rewrite(self, order_id: str, newly: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> None:
        item = self.raw(order_id)
        before = {name: next(iter(attribute.values())) for name, attribute in item.items()}
        before |= {name: int(before[name]) for name in ("attempts", "revision", "schemaVersion")}
        after = {name: _attribute(value) for name, value in newly(before).items() if value is not None}
        boto3.client("dynamodb").put_item(TableName=self.name, Item=after)


def _attribute(value: object) -> Any:
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"S": value} if isinstance(value, str) else {"N": str(value)}


@pytest.fixture(params=["SQLite", *DYNAMODB])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Kept]:
    if request.param == "SQLite":
        path = tmp_path / "orders.db"
        with closing(SqliteTable(path)) as sqlite:
            yield InSqlite(sqlite, path)
    else:
        request.getfixturevalue(request.param)
        name = new_table()
        yield InDynamoDb(DynamoTable(name), name)


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def outside(kept: Kept, world: World) -> Outside:
    """The real table in the place of the fake."""
    return replace(world.outside, table=kept.table)


def novelties(kept: Kept) -> tuple[Novelty, ...]:
    return (*EVERYWHERE, *IN_ITEMS) if isinstance(kept, InDynamoDb) else EVERYWHERE


def received_and(kept: Kept, novelty: Novelty, order_id: str) -> None:
    kept.table.create(Order.received(validation.parse(ORDER | {"orderId": order_id}), "token", NINE))
    kept.rewrite(order_id, novelty)


def test_a_row_with_something_that_this_version_does_not_know_is_unavailable_and_stays_as_it_is(kept: Kept):
    for novelty in novelties(kept):
        order_id = novelty.__name__
        received_and(kept, novelty, order_id)
        before = kept.raw(order_id)
        row = Order.received(validation.parse(ORDER | {"orderId": order_id}), "token", NINE)
        told = f"order {order_id} was written by a newer version of this program"

        with pytest.raises(NewerVersion, match=told):
            kept.table.read(order_id)
        with pytest.raises(NewerVersion, match=told):
            kept.table.create(row)
        with pytest.raises(NewerVersion, match=told):
            kept.table.replace(replace(row, revision=7), row.failed("x", NINE, "fail"))
        assert kept.raw(order_id) == before


def test_it_harms_no_order_that_is_read_together_with_it(kept: Kept):
    row = kept.table.create(Order.received(validation.parse(ALICE), "token", NINE))
    for novelty in novelties(kept):
        received_and(kept, novelty, novelty.__name__)
    read = kept.table.read_many(["12345", *(novelty.__name__ for novelty in novelties(kept))])

    for novelty in novelties(kept):
        with pytest.raises(NewerVersion):
            read(novelty.__name__)
    assert read("12345") == row


@pytest.mark.parametrize("status", list(Status))
def test_no_use_case_touches_such_a_row(kept: Kept, outside: Outside, status: Status, caplog):
    received_and(kept, a_field_of_the_order, "12345")
    kept.rewrite("12345", lambda record: {**record, "status": status.value})
    before = kept.raw("12345")
    came_back = Feedback("12345", 1, Kind.BOUNCED, "no such user", NINE)
    uses: list[Callable[[], object]] = [
        lambda: process.make_receipt("12345", outside),
        lambda: fail.decide("12345", outside),
        lambda: send.send_receipt("12345", outside),
        lambda: feedback.note(came_back, outside),
        lambda: receive.accept(validation.parse(ORDER), outside),
        lambda: retrieve.order("12345", outside),
        lambda: retrieve.order_of_customer("12345", "token", outside),
        lambda: retry.try_again("12345", outside, "maria"),
        lambda: cancel.cancel("12345", outside, "maria"),
        lambda: resend.send_again("12345", outside, "maria"),
    ]

    for use in uses:
        with pytest.raises(NewerVersion):
            use()
    assert kept.raw("12345") == before
    assert not {word for word in ("Zoë", "zoe@example.com") if word in caplog.text}


def test_without_a_key_such_an_order_is_told_from_none_only_by_what_opens_it(kept: Kept, outside: Outside):
    """The receipt that was issued stays genuine; a wrong guess learns no more than about an unknown order."""
    completed = kept.table.create(ROW)
    completed = kept.table.replace(completed, completed.completed(StoredReceipt("k", "ab" * 32, 1), NINE))
    kept.rewrite("12345", a_field_of_the_order)

    with pytest.raises(UnknownOrder):
        retrieve.order_of_customer("12345", "guess", outside)
    assert verifying.is_issued("12345", "ab" * 32, outside)
    assert not verifying.is_issued("12345", "cd" * 32, outside)


def test_a_list_shows_the_other_orders_and_names_those_that_it_can_not_show(kept: Kept, caplog):
    for number, novelty in enumerate(EVERYWHERE):
        kept.table.create(Order.received(validation.parse(ALICE | {"orderId": f"o{number}"}), "token", NINE))
        received_and(kept, novelty, novelty.__name__)
    page = kept.table.page(Selection(), 100, None)

    assert {row.order_id for row in page.orders} == {f"o{number}" for number in range(len(EVERYWHERE))}
    assert set(page.unreadable) == {novelty.__name__ for novelty in EVERYWHERE}
    assert all(f"order {order_id} was written by a newer version" in caplog.text for order_id in page.unreadable)


def test_an_export_has_a_line_for_each_of_them(kept: Kept, outside: Outside):
    kept.table.create(Order.received(validation.parse(ALICE), "token", NINE))
    received_and(kept, a_field_of_the_order, "of-tomorrow")
    text, cursor = export.part(Selection(), 100, None, outside)
    lines = {line["orderId"]: line for line in csv.DictReader(io.StringIO(text))}

    assert (lines["12345"]["customerName"], lines["12345"]["lastError"]) == ("Alice", "")
    assert lines["of-tomorrow"]["status"] == ""
    assert "a newer version wrote it" in lines["of-tomorrow"]["lastError"]
    assert cursor is None


@pytest.mark.parametrize("rows", [export.TAXES, export.ITEMS], ids=lambda rows: rows.name)
def test_an_export_of_taxes_or_items_has_a_line_for_each_of_them(kept: Kept, outside: Outside, rows: export.Rows):
    kept.table.create(Order.received(validation.parse(BASKET), "token", NINE))
    received_and(kept, a_field_of_the_order, "of-tomorrow")
    text, _ = export.part(Selection(), 100, None, outside, rows)
    problems = {line["orderId"]: line["problem"] for line in csv.DictReader(io.StringIO(text))}

    assert problems["basket-1"] == ""
    assert "a newer version wrote it" in problems["of-tomorrow"]


def test_parts_that_end_early_have_every_order_once(kept: Kept, outside: Outside):
    """Also those that can't be read, wherever the part ends."""
    long = BASKET | {"items": [{"name": "x" * 200, "quantity": 1, "unitPrice": "1.00"}] * 400}
    for number in range(9):
        order = validation.parse(long | {"orderId": f"o{number}"})
        kept.table.create(Order.received(order, "token", NINE + timedelta(seconds=number)))
    kept.rewrite("o3", a_field_of_the_order)
    kept.rewrite("o8", a_field_of_the_order)
    texts, cursor = list[str](), None
    while cursor is not None or not texts:
        text, cursor = export.part(Selection(), 100, cursor, outside, export.ITEMS)
        texts.append(text)
    ids = [line["orderId"] for line in csv.DictReader(io.StringIO("".join(texts)))]

    assert len(texts) > 1
    assert {order_id: ids.count(order_id) for order_id in ids} == {
        f"o{number}": 1 if number in {3, 8} else 400 for number in range(9)
    }


def test_the_sweep_rings_for_such_a_row_and_puts_it_off_as_any_other(kept: Kept, outside: Outside, world: World):
    received_and(kept, a_field_of_the_order, "12345")
    later = world.clock.now = NINE + timedelta(minutes=1)

    assert sweep.requeue_waiting(outside) == 1
    assert sweep.requeue_waiting(outside) == 0
    assert list(kept.table.due(Task.RECEIPT, later + timedelta(minutes=1))) == [
        DueOrder("12345", NINE, later + timedelta(minutes=1))
    ]


@pytest.mark.parametrize("mail", ['{"when":1}', "a text", "[]", "null", '{"at":"yesterday"}', '{"at":"2026-11-23"}'])
def test_a_mail_that_says_in_another_way_since_when_it_waits_keeps_no_other_from_being_found(
    kept: Kept, outside: Outside, world: World, mail: str
):
    for order_id in ("12345", "other"):
        row = kept.table.create(Order.received(validation.parse(ORDER | {"orderId": order_id}), "token", NINE))
        kept.table.replace(row, row.completed(StoredReceipt("k", "ab" * 32, 3), NINE, Delivery.requested(NINE)))
    kept.rewrite("12345", lambda record: {**record, "mail": mail})
    later = world.clock.now = NINE + timedelta(minutes=1)

    assert {order.order_id for order in kept.table.due(Task.MAIL, later)} == {"12345", "other"}
    assert sweep.requeue_waiting(outside) == 2
    assert sweep.requeue_waiting(outside) == 0


def test_an_order_that_is_due_at_no_instant_keeps_no_other_from_being_found(kept: Kept, caplog):
    received_and(kept, lambda record: {**record, "dueAt": "0"}, "12345")
    kept.table.create(Order.received(validation.parse(ORDER | {"orderId": "other"}), "token", NINE))

    assert [order.order_id for order in kept.table.due(Task.RECEIPT, NINE + timedelta(hours=1))] == ["other"]
    assert "the row of order 12345 is damaged" in caplog.text


DAMAGE: list[dict[str, str | None]] = [
    {"status": "RECEIVED "}, {"receivedAt": "2026-11-2?"}, {"receivedAt": "2026-11-23"}, {"history": "[[1]]"},
    {"history": "none"}, {"receipt": "{}"}, {"receipt": "[1]"}, {"mail": "{}"}, {"mail": '{"status":"lost"}'},
]  # fmt: skip
MISSING = (
    "body", "fingerprint", "receiptToken", "status", "receivedAt", "waitingSince", "attempts", "history", "revision",
    "schemaVersion",
)  # fmt: skip
"""What only an item of DynamoDB may lack: a column of SQLite that must not be empty is not."""


def test_a_damaged_row_is_not_taken_for_one_of_a_newer_version(kept: Kept):
    lacking: list[dict[str, str | None]] = [{name: None} for name in MISSING] if isinstance(kept, InDynamoDb) else []
    for number, damage in enumerate([*DAMAGE, *lacking]):
        order_id = f"o{number}"
        received_and(kept, lambda record, damage=damage: {**record, **damage}, order_id)  # type: ignore[misc]

        with pytest.raises(Misconfigured, match=f"the row of order {order_id} is damaged"):
            kept.table.read(order_id)


def test_a_letter_that_has_changed_in_a_fields_name_is_damage(tmp_path: Path):
    """SQLite's rows have a fingerprint of the order, which a newer version's order fits, and a damaged one does not."""
    path = tmp_path / "orders.db"
    with closing(SqliteTable(path)) as sqlite:
        kept = InSqlite(sqlite, path)
        sqlite.create(ROW)
        kept.rewrite("12345", lambda record: {**record, "body": record["body"].replace("note", "nose")})

        with pytest.raises(Misconfigured, match="the body of order 12345 is damaged"):
            sqlite.read("12345")
