"""What every table must do, and the table of the tests, too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest
from tests.support.examples import ALICE, ALICIA, BASKET, NINE
from tests.support.fakes import MemoryTable
from tests.support.second_opinions import DYNAMODB
from tests.support.stream import CountedTable

from orders.aws.dynamodb import due as dynamodb_due
from orders.local.sqlite import table as sqlite_table
from orders.local.sqlite.table import SqliteTable
from orders.order import validation
from orders.order.delivery import CLAIM_LASTS, Addressee, Delivery
from orders.order.due import DueOrder, Task
from orders.order.errors import BadRequest, UnknownOrder
from orders.order.mailbox import Mailbox
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import NOBODYS, Proof, Selection, Table

EVERYTHING = Selection()
RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000)


@pytest.fixture(params=["memory", "SQLite", *DYNAMODB])
def table(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Table]:
    if request.param == "memory":
        yield MemoryTable()
    elif request.param == "SQLite":
        sqlite = SqliteTable(tmp_path / "orders.db")
        yield sqlite
        sqlite.close()
    else:
        request.getfixturevalue(request.param)
        yield CountedTable()


def row_of(order: dict[str, object], token: str = "first", minute: int = 0) -> Order:
    return Order.received(validation.parse(order), token, NINE + timedelta(minutes=minute))


def test_a_row_is_read_as_it_was_created(table: Table):
    for order in (ALICE, BASKET):
        row = row_of(order)

        assert table.create(row) == row
        assert table.read(row.order_id) == row


def test_the_first_row_under_an_id_stays(table: Table):
    first, second = row_of(ALICE), row_of(ALICIA, token="second")
    table.create(first)

    assert table.create(second) == first
    assert table.read("12345") == first


def test_creating_the_same_row_again_finds_it_there(table: Table):
    """As when the SDK sends a call twice: the second is refused by the effect of the first."""
    row = row_of(ALICE)
    table.create(row)

    assert table.create(row) == row


def test_an_id_that_nobody_used_is_unknown(table: Table):
    with pytest.raises(UnknownOrder):
        table.read("12345")
    with pytest.raises(UnknownOrder):
        table.replace(row_of(ALICE), row_of(ALICE))


def test_orders_that_are_read_together_are_those_that_are_read_alone(table: Table):
    """Two messages about one order may come in one batch, and one about an order that nobody knows."""
    rows = [table.create(row_of(ALICE | {"orderId": f"o{number}"})) for number in range(10)]

    read = table.read_many([*(row.order_id for row in rows), "o3", "nobody"])

    assert [read(row.order_id) for row in rows] == rows
    with pytest.raises(UnknownOrder):
        read("nobody")
    table.read_many([])


def test_a_move_of_an_order_that_was_read_together_with_others_is_refused_if_it_has_moved_since(table: Table):
    row = table.create(row_of(ALICE))
    before = table.read_many(["12345"])("12345")
    cancelled = table.replace(row, row.cancelled(NINE, "maria"))

    assert table.replace(before, before.completed(RECEIPT, NINE)) == cancelled


def test_a_row_is_replaced_at_its_revision_only(table: Table):
    row = table.create(row_of(ALICE))
    completed = row.completed(RECEIPT, NINE)
    late = row.failed("too late", NINE, "fail")

    assert table.replace(row, completed) == completed
    assert table.replace(row, late) == completed
    assert table.read("12345") == completed


def test_replacing_again_with_the_same_row_finds_it_there(table: Table):
    row = table.create(row_of(ALICE))
    completed = row.completed(RECEIPT, NINE)
    table.replace(row, completed)

    assert table.replace(row, completed) == completed


def test_of_many_that_race_for_one_id_one_wins_and_all_see_the_same(table: Table):
    with ThreadPoolExecutor(16) as threads:
        seen = list(threads.map(lambda n: table.create(row_of(ALICE, token=f"token {n}")), range(64)))

    assert set(seen) == {table.read("12345")}


def test_of_many_that_race_to_move_a_row_one_wins_and_all_see_the_same(table: Table):
    row = table.create(row_of(ALICE))
    with ThreadPoolExecutor(16) as threads:
        seen = list(threads.map(lambda n: table.replace(row, row.failed(f"{n}", NINE, "fail")), range(64)))

    assert set(seen) == {table.read("12345")}


def test_what_opens_an_order_to_somebody_without_a_key_is_its_token_and_its_receipts_hash(table: Table):
    for order_id in ("b", "d"):
        table.create(row_of(ALICE | {"orderId": order_id}, token=f"token of {order_id}"))
    row = table.read("d")
    assert table.proof("d") == Proof("token of d", NOBODYS.sha256)
    table.replace(row, row.completed(RECEIPT, NINE))

    assert table.proof("d") == Proof("token of d", RECEIPT.sha256)
    assert table.proof("b") == Proof("token of b", NOBODYS.sha256)
    assert [table.proof(order_id) for order_id in ("a", "c", "e", "D", "d-")] == [NOBODYS] * 5


def test_due_are_the_waiting_orders_whose_time_has_come_the_longest_due_first(table: Table):
    for number in range(5):
        table.create(row_of(ALICE | {"orderId": f"o{number}"}, minute=number))
    failed = table.read("o1")
    table.replace(failed, failed.failed("x", NINE, "process"))

    assert [order.order_id for order in table.due(Task.RECEIPT, NINE + timedelta(minutes=4))] == ["o0", "o2", "o3"]


def test_due_orders_come_once_each_while_they_are_postponed(table: Table, monkeypatch: pytest.MonkeyPatch):
    """Read in parts of three, some of them due at the same instant; a part is postponed before the next one is read."""
    monkeypatch.setattr(sqlite_table, "ORDERS_A_QUERY", 3)
    monkeypatch.setattr(dynamodb_due, "ORDERS_A_QUERY", 3)
    for number in range(30):
        table.create(row_of(ALICE | {"orderId": f"o{number:02}"}, minute=number // 12))
    now = NINE + timedelta(minutes=9)
    due, seen = table.due(Task.RECEIPT, now), list[DueOrder]()
    while part := list(islice(due, 4)):
        table.postpone(Task.RECEIPT, part, [now + timedelta(minutes=1)] * len(part))
        seen += part

    assert sorted(order.order_id for order in seen) == [f"o{number:02}" for number in range(30)]
    assert [order.due_at for order in seen] == sorted(order.due_at for order in seen)
    assert list(table.due(Task.RECEIPT, now)) == []


def test_a_postponed_order_is_due_again_later_and_its_revision_is_the_same(table: Table):
    row = table.create(row_of(ALICE))
    (due,) = table.due(Task.RECEIPT, NINE + timedelta(minutes=1))
    table.postpone(Task.RECEIPT, [due], [NINE + timedelta(minutes=7)])

    assert list(table.due(Task.RECEIPT, NINE + timedelta(minutes=6))) == []
    assert len(list(table.due(Task.RECEIPT, NINE + timedelta(minutes=7)))) == 1
    assert table.replace(row, row.completed(RECEIPT, NINE)).status is Status.COMPLETED


def test_an_order_completed_meanwhile_is_not_made_due_by_postponing(table: Table):
    row = table.create(row_of(ALICE))
    (due,) = table.due(Task.RECEIPT, NINE + timedelta(minutes=1))
    completed = table.replace(row, row.completed(RECEIPT, NINE))
    table.postpone(Task.RECEIPT, [due], [NINE])

    assert list(table.due(Task.RECEIPT, NINE + timedelta(days=1))) == []
    assert table.read("12345") == completed


class TestMailsThatWait:
    """Each doorbell has its own orders."""

    MAIL = Delivery.requested(NINE)

    @pytest.fixture
    def waiting(self, table: Table) -> Order:
        row = table.create(row_of(ALICE))
        return table.replace(row, row.completed(RECEIPT, NINE, self.MAIL))

    def test_they_are_due_for_the_mail_bell_alone(self, table: Table, waiting: Order):
        later = NINE + timedelta(minutes=1)

        assert list(table.due(Task.MAIL, NINE)) == []
        assert list(table.due(Task.MAIL, later)) == [DueOrder("12345", NINE, later)]
        assert list(table.due(Task.RECEIPT, later)) == []

    def test_what_is_kept_of_a_mail_is_what_was_put(self, table: Table, waiting: Order):
        claimed = self.MAIL.claimed("mine", NINE).lost_track_of("no answer", NINE)

        assert table.replace(waiting, waiting.mailed(claimed, "mail perhaps sent", "mail")).mail == claimed
        assert table.read("12345").mail == claimed

    @pytest.mark.parametrize("mail", [MAIL, None])
    def test_a_copy_is_due_as_well_and_is_kept_as_it_was_put(self, table: Table, mail: Delivery | None):
        row = table.create(row_of(ALICE))
        row = table.replace(row, row.completed(RECEIPT, NINE, mail, self.MAIL))
        if mail:
            row = table.replace(row, row.mailed(mail.sent("m1", NINE), "mail sent", "mail"))
        later = NINE + timedelta(minutes=1)
        assert list(table.due(Task.MAIL, later)) == [DueOrder("12345", NINE, later)]
        claimed = self.MAIL.claimed("mine", later)
        assert table.replace(row, row.mailed(claimed, None, "mail", to=Addressee.COPY)).copy == claimed
        assert table.read("12345").copy == claimed
        assert list(table.due(Task.MAIL, later)) == []
        assert list(table.due(Task.MAIL, later + CLAIM_LASTS)) == [DueOrder("12345", later, later + CLAIM_LASTS)]

    def test_postponing_them_changes_no_revision_and_makes_none_due_that_waits_no_more(
        self, table: Table, waiting: Order
    ):
        later, latest = NINE + timedelta(minutes=1), NINE + timedelta(minutes=9)
        (due,) = table.due(Task.MAIL, later)
        table.postpone(Task.MAIL, [due], [latest])
        assert list(table.due(Task.MAIL, later)) == []
        (due,) = table.due(Task.MAIL, latest)
        sent = table.replace(waiting, waiting.mailed(self.MAIL.sent("m1", NINE), "mail sent", "mail"))
        table.postpone(Task.MAIL, [due], [NINE])

        assert table.read("12345") == sent
        assert list(table.due(Task.MAIL, NINE + timedelta(days=1))) == []


class TestMailboxes:
    """How many mails each got lately, by compare-and-set."""

    EMPTY = Mailbox("k" * 64)

    def test_one_that_got_none_is_empty_and_one_is_read_as_it_was_put(self, table: Table):
        assert table.mailbox(self.EMPTY.key) == self.EMPTY
        first = self.EMPTY.with_message("12345 1", NINE)
        second = first.with_message("12345 2", NINE + timedelta(milliseconds=1))

        assert table.count_mail(self.EMPTY, first) == first
        assert table.count_mail(first, second) == second
        assert table.mailbox(self.EMPTY.key) == second
        assert table.mailbox("another") == Mailbox("another")

    def test_one_is_put_at_its_revision_only(self, table: Table):
        first, late = self.EMPTY.with_message("1 1", NINE), self.EMPTY.with_message("2 1", NINE)
        table.count_mail(self.EMPTY, first)

        assert table.count_mail(self.EMPTY, late) == first
        assert table.mailbox(self.EMPTY.key) == first

    def test_putting_it_again_finds_it_there(self, table: Table):
        first = self.EMPTY.with_message("1 1", NINE)
        table.count_mail(self.EMPTY, first)

        assert table.count_mail(self.EMPTY, first) == first

    def test_of_many_that_race_for_a_place_each_takes_one_of_its_own(self, table: Table):
        def take(number: int) -> None:
            box, wanted = table.mailbox(self.EMPTY.key), None
            while box != wanted:
                wanted = box.with_message(f"o{number} 1", NINE)
                box = table.count_mail(box, wanted)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(take, range(24)))

        assert {name for name, _ in table.mailbox(self.EMPTY.key).entries} == {f"o{number} 1" for number in range(24)}

    def test_they_are_not_among_what_is_counted_of_orders(self, table: Table):
        table.count_mail(self.EMPTY, self.EMPTY.with_message("1 1", NINE))

        assert table.activity(NINE).by_status == dict.fromkeys(Status, 0)


def test_pages_show_every_order_once_the_newest_first(table: Table):
    for number in range(7):
        table.create(row_of(ALICE | {"orderId": f"o{number}"}, minute=number // 2))
    pages, cursor = [], None
    while True:
        page = table.page(EVERYTHING, 3, cursor)
        pages.append([row.order_id for row in page.orders])
        cursor = page.cursor
        if cursor is None:
            break
        table.create(row_of(ALICE | {"orderId": f"new{len(pages)}"}, minute=60))  # newer ones disturb nobody

    assert pages == [["o6", "o5", "o4"], ["o3", "o2", "o1"], ["o0"]]


def test_a_page_may_be_of_one_status(table: Table):
    for number in range(4):
        table.create(row_of(ALICE | {"orderId": f"o{number}"}, minute=number))
    row = table.read("o2")
    table.replace(row, row.failed("x", NINE, "process"))

    assert [row.order_id for row in table.page(Selection(Status.FAILED), 10, None).orders] == ["o2"]
    assert table.page(Selection(Status.COMPLETED), 10, None).orders == []


@pytest.mark.parametrize(
    "cursor",
    ["x", "e30=", "!!!", "WyJhIiwgImIiXQ==", "é", "WyIwMDAxLTAxLTAxVDAwOjAwOjAwKzIzOjU5IiwiYSJd", "W" * 40_000],
)
def test_a_cursor_that_was_not_given_out_is_refused(table: Table, cursor: str):
    with pytest.raises(BadRequest):
        table.page(EVERYTHING, 10, cursor)


def test_a_list_begins_at_its_first_instant_and_ends_before_its_last(table: Table):
    for number in range(5):
        table.create(row_of(ALICE | {"orderId": f"o{number}"}, minute=number))
    since, until = NINE + timedelta(minutes=1), NINE + timedelta(minutes=4)

    assert found(table, Selection(since=since, until=until)) == ["o3", "o2", "o1"]
    assert found(table, Selection(since=since)) == ["o4", "o3", "o2", "o1"]
    assert found(table, Selection(until=until)) == ["o3", "o2", "o1", "o0"]
    assert found(table, Selection(Status.RECEIVED, since, until), limit=2) == ["o3", "o2", "o1"]
    assert found(table, Selection(since=until, until=since)) == []


def test_a_text_finds_an_order_by_its_id_its_address_or_the_start_of_its_name(table: Table):
    customers = [("Zoë Ångström", "zoe@example.com"), ("ZOE OTHER", None), ("o1", None), ("Al", "ZOE@example.com")]
    for number, (name, email) in enumerate(customers):
        address = {"customerEmail": email} if email else {}
        table.create(row_of({"orderId": f"o{number}", "customerName": name, **address}, minute=number))

    assert found(table, Selection(text="zoe")) == ["o1", "o0"]
    assert found(table, Selection(text="Zoë a")) == ["o0"]
    assert found(table, Selection(text="Zoe@Example.com")) == ["o3", "o0"]
    assert found(table, Selection(text="o1")) == ["o2", "o1"]
    assert found(table, Selection(text="O0")) == []
    assert found(table, Selection(text="ström")) == []
    assert found(table, Selection(text="\u0301")) == []


def test_a_text_finds_the_orders_with_this_whole_number_in_any_case_and_however_its_blanks_are_written(table: Table):
    numbers = ["RE 2024-17", "re  2024-17", "Stra\u00dfe 1", "#1001", "#10012", None]
    for number, order_number in enumerate(numbers):
        table.create(row_of(ALICE | {"orderId": f"o{number}", "orderNumber": order_number}, minute=number))

    assert found(table, Selection(text="re 2024-17")) == ["o1", "o0"]
    assert found(table, Selection(text="Re \t 2024-17")) == ["o1", "o0"]
    assert found(table, Selection(text="STRASSE 1")) == ["o2"]
    assert found(table, Selection(text="#1001")) == ["o3"]
    for text in ("1001", "#100", "re2024-17", "None", "\U0001d160" * 254):
        assert found(table, Selection(text=text)) == []


def test_an_order_is_found_by_its_number_after_it_has_moved_and_beside_an_id_and_a_name_that_are_the_same(table: Table):
    table.create(row_of(ALICE | {"orderId": "1001", "orderNumber": "1001", "customerName": "1001"}, minute=3))
    row = table.create(row_of(ALICE | {"orderId": "other", "orderNumber": "1001"}, minute=2))
    table.create(row_of(ALICE | {"orderId": "third", "customerName": "1001 Nights"}, minute=1))
    table.replace(row, row.failed("x", NINE, "process"))

    assert found(table, Selection(text="1001"), limit=1) == ["1001", "other", "third"]
    assert found(table, Selection(Status.FAILED, text="1001")) == ["other"]


def test_what_a_text_finds_may_be_of_one_status_and_time(table: Table):
    for number in range(6):
        table.create(row_of(BASKET | {"orderId": f"o{number}", "orderNumber": "#1001"}, minute=number))
    for number in range(4):
        row = table.read(f"o{number}")
        table.replace(row, row.failed("x", NINE, "process"))
    since, until = NINE + timedelta(minutes=1), NINE + timedelta(minutes=5)

    for text in ("zoe", "zoe@example.com", "#1001"):
        assert found(table, Selection(Status.FAILED, since, until, text)) == ["o3", "o2", "o1"]
        assert found(table, Selection(Status.RECEIVED, since, until, text), limit=1) == ["o4"]
    assert found(table, Selection(Status.FAILED, since, until, "o2")) == ["o2"]
    assert found(table, Selection(Status.FAILED, since, until, "o0")) == []
    assert found(table, Selection(Status.COMPLETED, since, until, "o2")) == []


@pytest.mark.parametrize("text", ["zoe", "zoe@example.com", "#1001"])
def test_pages_of_a_search_show_every_order_once_the_newest_first(table: Table, text: str):
    table.create(row_of(ALICE, minute=3))
    for number in range(7):
        table.create(row_of(BASKET | {"orderId": f"o{number}", "orderNumber": "#1001"}, minute=number // 2))
    pages, cursor = list[list[str]](), None
    while not pages or cursor:
        page = table.page(Selection(text=text), 3, cursor)
        pages.append([row.order_id for row in page.orders])
        cursor = page.cursor
        table.create(row_of(BASKET | {"orderId": f"new{len(pages)}", "orderNumber": "#1001"}, minute=60))

    assert [order_id for page in pages for order_id in page] == ["o6", "o5", "o4", "o3", "o2", "o1", "o0"]


def test_a_cancelled_order_is_listed_as_what_it_is(table: Table):
    row = table.create(row_of(ALICE))
    cancelled = table.replace(row, row.cancelled(NINE, "maria"))

    assert table.page(Selection(Status.CANCELLED), 10, None).orders == [cancelled]
    assert found(table, Selection(Status.RECEIVED)) == []
    assert list(table.due(Task.RECEIPT, NINE + timedelta(days=1))) == []


def test_activity_is_what_moved_in_the_last_hour_and_what_is_in_each_state_now(table: Table):
    completed, failed, cancelled, _ = (
        table.create(row_of(ALICE | {"orderId": f"o{number}"}, minute=number)) for number in range(4)
    )
    table.replace(completed, completed.completed(RECEIPT, NINE + timedelta(minutes=2, milliseconds=1234)))
    table.replace(failed, failed.failed("x", NINE, "process"))
    table.replace(cancelled, cancelled.cancelled(NINE, "maria"))
    activity = table.activity(NINE + timedelta(minutes=60))

    assert activity.by_status == {"RECEIVED": 1, "COMPLETED": 1, "FAILED": 1, "CANCELLED": 1}
    assert activity.oldest_waiting == NINE + timedelta(minutes=3)
    assert activity.accepted == {f"2026-11-23T09:0{minute}": 1 for minute in (1, 2, 3)}
    assert activity.completed == {"2026-11-23T09:02": 1}
    assert activity.took == {120_000: 1}


def test_activity_follows_an_order_there_and_back(table: Table):
    row = table.create(row_of(ALICE))
    assert table.activity(NINE).by_status[Status.RECEIVED] == 1
    row = table.replace(row, row.failed("x", NINE, "process"))
    assert table.activity(NINE).oldest_waiting is None
    row = table.replace(row, row.retried(NINE, "maria"))
    table.replace(row, row.deferred("bucket down", NINE, "process"))
    activity = table.activity(NINE)

    assert {status for status, number in activity.by_status.items() if number} == {Status.RECEIVED}
    assert activity.oldest_waiting == NINE
    assert activity.accepted == {"2026-11-23T09:00": 1}
    assert activity.completed == {}
    assert activity.took == {}


def test_activity_of_nothing_is_nothing(table: Table):
    activity = table.activity(NINE)

    assert activity.by_status == dict.fromkeys(Status, 0)
    assert activity.oldest_waiting is None


def found(table: Table, selection: Selection, limit: int = 10) -> list[str]:
    """The ids of the selected orders, from pages of that size."""
    page = table.page(selection, limit, None)
    order_ids = [row.order_id for row in page.orders]
    while page.cursor:
        page = table.page(selection, limit, page.cursor)
        order_ids += [row.order_id for row in page.orders]
    return order_ids
