"""What every table must do with numbers, with the register, and with the documents that follow orders."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.fakes import MemoryTable
from tests.support.second_opinions import TRANSACTIONS
from tests.support.stream import CountedTable

from orders.local.sqlite.table import SqliteTable
from orders.order import register, validation
from orders.order.document import Document, DocumentReference, Kind, Reference
from orders.order.due import Task
from orders.order.errors import UnknownOrder
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import BEFORE_THE_FIRST, Entry, Head, Issue
from orders.ports import Listed, Proof, Selection, Table

RECEIPTS, NOTES = "R2026-{number:06}", "C2026-{number}"
RECEIPT = StoredReceipt("receipts/2026-11-23/12345.pdf", "ab" * 32, 13_000)
LATER = NINE + timedelta(minutes=5)


@pytest.fixture(params=["memory", "SQLite", *TRANSACTIONS])
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


def received(table: Table, *order_ids: str) -> list[Order]:
    """Orders that wait for their receipts, one accepted each minute."""
    return [
        table.create(Order.received(validation.parse(ALICE | {"orderId": each}), "token", NINE + timedelta(minutes=n)))
        for n, each in enumerate(order_ids)
    ]


def issue(table: Table, *rows: Order, series: str = RECEIPTS) -> list[Order]:
    return list(table.issue([(row, series) for row in rows], LATER))


def every(table: Table, series: str = RECEIPTS) -> list[Entry]:
    """All entries of a series, after a look at the chain."""
    found = list(table.entries(series, 1, 1000))
    assert [entry.previous for entry in found] == [BEFORE_THE_FIRST, *(entry.hash for entry in found)][: len(found)]
    assert [entry.number for entry in found] == list(range(1, len(found) + 1))
    return found


def credit_note(order: Order, refund_id: str = "r-1", customer: str = "Alice") -> tuple[Order, Order]:
    """The order with a refund, and the row of its credit note."""
    named = Reference(order.order_id, "R2026-000001", NINE)
    document = Document(Kind.CREDIT_NOTE, order.order_id, refund_id, {"amount": "5.00"}, named, {"total": "5.00"})
    kept = DocumentReference(Kind.CREDIT_NOTE, refund_id, LATER, "f" * 64, "5.00")
    after = order.followed(kept, f"refund {refund_id}", "shop", {"total": "5.00"})
    posted = replace(order.posted, customer_name=customer)
    return after, Order.following(document, order, posted, LATER, by="shop", total="5.00")


def followed(table: Table, order_id: str = "12345") -> tuple[Order, Order]:
    """A completed order, and the row of its credit note, as the table holds them."""
    (order,) = received(table, order_id)
    order = table.replace(order, order.completed(RECEIPT, NINE))
    after, note = credit_note(order)
    assert table.append(order, after, note) == after
    return after, note


def listed(table: Table, selection: Selection) -> list[str]:
    """The ids on all pages of a list, which has two rows a page."""
    page = table.page(selection, 2, None)
    found = [row.order_id for row in page.orders]
    while page.cursor:
        page = table.page(selection, 2, page.cursor)
        found += [row.order_id for row in page.orders]
    return found


class TestNumbers:
    def test_a_batch_gets_the_next_numbers_in_its_order(self, table: Table):
        rows = received(table, "a", "b", "c")
        first = issue(table, rows[2], rows[0])
        (last,) = issue(table, rows[1])

        assert [row.issue for row in (*first, last)] == [Issue(RECEIPTS, number, LATER) for number in (1, 2, 3)]
        assert [table.read(row.order_id) for row in (*first, last)] == [*first, last]
        assert first[0] == rows[2].issued(Issue(RECEIPTS, 1, LATER))
        assert [entry.order_id for entry in every(table)] == ["c", "a", "b"]

    def test_an_entry_says_what_the_number_was_issued_for(self, table: Table):
        (row,) = received(table, "12345")
        issue(table, row)

        assert every(table) == [
            Entry(RECEIPTS, 1, Kind.RECEIPT, "12345", "12345", LATER, row.fingerprint, BEFORE_THE_FIRST)
        ]

    def test_a_row_that_has_moved_gets_no_number_and_leaves_no_gap(self, table: Table):
        rows = received(table, "a", "b", "c", "d")
        deferred = table.replace(rows[0], rows[0].deferred("bucket down", NINE, "process"))
        failed = table.replace(rows[2], rows[2].failed("no ink", NINE, "process"))
        issued = issue(table, *rows)

        assert issued[0] == deferred
        assert issued[2] == failed
        assert [row.issue and row.issue.number for row in issued] == [None, 1, None, 2]
        assert [entry.order_id for entry in every(table)] == ["b", "d"]

    def test_a_row_gets_one_number_however_often_it_is_asked_for(self, table: Table):
        (row,) = received(table, "a")
        issued = issue(table, row)

        assert issue(table, row) == issued
        assert issue(table, *issued) == issued
        assert len(every(table)) == 1

    def test_an_order_that_comes_twice_in_a_batch_gets_one_number(self, table: Table):
        first, second = received(table, "a", "b")
        issued = issue(table, first, first, second)

        assert [row.issue and row.issue.number for row in issued] == [1, 1, 2]
        assert [entry.order_id for entry in every(table)] == ["a", "b"]

    def test_only_a_row_that_waits_for_its_receipt_gets_a_number(self, table: Table):
        failed, completed = received(table, "a", "b")
        failed = table.replace(failed, failed.failed("no ink", NINE, "process"))
        completed = table.replace(completed, completed.completed(RECEIPT, NINE))

        assert issue(table, failed, completed) == [failed, completed]
        assert every(table) == []

    def test_a_batch_of_nothing_is_nothing(self, table: Table):
        assert list(table.issue([], LATER)) == []
        assert list(table.series()) == []

    def test_an_order_that_nobody_knows_gets_no_number(self, table: Table):
        with pytest.raises(UnknownOrder):
            issue(table, Order.received(validation.parse(ALICE), "token", NINE))
        assert every(table) == []

    def test_each_series_of_a_batch_counts_by_itself(self, table: Table):
        a, b, c = received(table, "a", "b", "c")
        issued = table.issue([(a, RECEIPTS), (b, NOTES), (c, RECEIPTS)], LATER)

        assert [row.issue and row.issue.text for row in issued] == ["R2026-000001", "C2026-1", "R2026-000002"]
        assert [entry.order_id for entry in every(table)] == ["a", "c"]
        assert [entry.order_id for entry in every(table, NOTES)] == ["b"]

    def test_the_last_entries_of_the_series_are_their_heads(self, table: Table):
        a, b, c = received(table, "a", "b", "c")
        table.issue([(a, RECEIPTS), (b, NOTES), (c, RECEIPTS)], LATER)

        assert list(table.series()) == [
            Head(NOTES, 1, every(table, NOTES)[-1].hash),
            Head(RECEIPTS, 2, every(table)[-1].hash),
        ]

    def test_a_series_whose_name_begins_another_has_its_own_entries(self, table: Table):
        short, long, short_again = received(table, "a", "b", "c")
        table.issue([(short, "R{number}"), (long, "R{number}/{number}"), (short_again, "R{number}")], LATER)

        assert [entry.order_id for entry in every(table, "R{number}")] == ["a", "c"]
        assert [entry.order_id for entry in every(table, "R{number}/{number}")] == ["b"]

    def test_entries_are_read_in_parts(self, table: Table):
        issue(table, *received(table, *(f"o{number:02}" for number in range(12))))
        parts = [[entry.number for entry in table.entries(RECEIPTS, first, 5)] for first in (1, 6, 11, 13)]

        assert parts == [[1, 2, 3, 4, 5], [6, 7, 8, 9, 10], [11, 12], []]
        assert list(table.entries("nobody's", 1, 5)) == []

    def test_a_batch_may_be_larger_than_one_write_of_any_table(self, table: Table):
        rows = received(table, *(f"o{number:03}" for number in range(120)))
        issued = issue(table, *rows)

        assert [row.issue and row.issue.number for row in issued] == list(range(1, 121))
        assert [entry.order_id for entry in every(table)] == [row.order_id for row in rows]

    def test_of_many_that_issue_at_once_each_row_has_one_number_and_no_number_is_left_out(self, table: Table):
        """Each row is in two of the batches."""
        rows = received(table, *(f"o{number:02}" for number in range(24)))
        with ThreadPoolExecutor(6) as threads:
            batches = [rows[start : start + 4] for start in range(0, 24, 4)] * 2
            issued = [row for batch in threads.map(lambda batch: issue(table, *batch), batches) for row in batch]

        assert set(issued) == {table.read(row.order_id) for row in rows}
        assert sorted(row.issue.number for row in set(issued) if row.issue) == list(range(1, 25))
        assert {entry.order_id: entry.number for entry in every(table)} == {
            row.order_id: row.issue.number for row in issued if row.issue
        }


class TestWhatBecomesOfANumber:
    @pytest.fixture
    def numbered(self, table: Table) -> Order:
        (row,) = issue(table, *received(table, "12345"))
        return row

    def test_the_entry_has_the_hash_of_the_file_once_it_is_made(self, table: Table, numbered: Order):
        hashes = [entry.hash for entry in every(table)]
        table.replace(numbered, numbered.completed(RECEIPT, LATER))
        (entry,) = every(table)

        assert (entry.sha256, entry.void) == (RECEIPT.sha256, None)
        assert [entry.hash] == hashes
        assert table.read("12345").issue == Issue(RECEIPTS, 1, LATER)

    @pytest.mark.parametrize(("status", "reason"), [(Status.FAILED, "failed: no ink"), (Status.CANCELLED, "cancelled")])
    def test_the_number_of_a_document_that_is_not_made_is_void(
        self, table: Table, numbered: Order, status: Status, reason: str
    ):
        ended = numbered.failed("no ink", NINE, "process")
        ended = ended if status is Status.FAILED else numbered.cancelled(NINE, "maria")
        (hashed,) = [entry.hash for entry in every(table)]

        assert table.replace(numbered, ended) == ended
        (entry,) = every(table)
        assert (entry.void, entry.sha256, entry.hash) == (reason, None, hashed)
        assert table.read("12345").issue is None

    def test_a_void_number_is_never_used_again(self, table: Table, numbered: Order):
        failed = table.replace(numbered, numbered.failed("no ink", NINE, "process"))
        retried = table.replace(failed, failed.retried(NINE, "maria"))
        (again,) = issue(table, retried)
        table.replace(again, again.completed(RECEIPT, LATER))

        assert again.issue == Issue(RECEIPTS, 2, LATER)
        assert [(entry.order_id, entry.void, entry.sha256) for entry in every(table)] == [
            ("12345", "failed: no ink", None),
            ("12345", None, RECEIPT.sha256),
        ]

    def test_a_move_that_is_refused_changes_no_entry(self, table: Table, numbered: Order):
        deferred = table.replace(numbered, numbered.deferred("bucket down", NINE, "process"))
        before = every(table)

        assert table.replace(numbered, numbered.failed("no ink", NINE, "process")) == deferred
        assert table.replace(numbered, numbered.completed(RECEIPT, LATER)) == deferred
        assert every(table) == before

    def test_moves_change_in_the_register_what_the_moves_say(self, table: Table, numbered: Order):
        """Each move along a life: what the table notes is what `register.change` says of the two rows."""
        failed = numbered.failed("no ink", NINE, "process")
        deferred = numbered.deferred("bucket down", NINE, "process")
        completed = replace(deferred.completed(RECEIPT, LATER), revision=numbered.revision + 2)
        lives = {"failed": [failed, failed.retried(NINE, "maria")], "done": [deferred, completed]}
        others = issue(table, *received(table, "x", "y"))
        for number, life in enumerate(lives.values(), 2):
            row = others[number - 2]
            for after in life:
                moved = replace(
                    after, order_id=row.order_id, fingerprint=row.fingerprint, issue=after.issue and row.issue
                )
                before, (entry,) = row, table.entries(RECEIPTS, number, 1)
                row = table.replace(before, moved)
                change = register.change(before, moved)
                assert list(table.entries(RECEIPTS, number, 1)) == [change.made_in(entry) if change else entry]

    def test_a_lost_receipt_that_is_made_again_and_mails_change_no_entry(self, table: Table, numbered: Order):
        row = table.replace(numbered, numbered.completed(RECEIPT, LATER))
        before = every(table)
        row = table.replace(row, row.receipt_made_again(LATER))
        table.replace(row, row.mail_held(LATER))

        assert every(table) == before

    def test_what_moves_without_a_number_is_in_no_register(self, table: Table):
        done, failed = received(table, "a", "b")
        table.replace(done, done.completed(RECEIPT, NINE))
        table.replace(failed, failed.failed("no ink", NINE, "process"))

        assert list(table.series()) == []


class TestDocumentsThatFollow:
    def test_an_order_and_the_document_that_follows_it_are_written_together(self, table: Table):
        after, note = followed(table)

        assert table.read("12345") == after
        assert table.read("12345/refunds/r-1") == note

    def test_nothing_is_written_if_the_order_has_moved(self, table: Table):
        order, _ = followed(table)
        moved = table.replace(order, order.receipt_made_again(LATER))

        assert table.append(order, *credit_note(order, "r-2")) == moved
        with pytest.raises(UnknownOrder):
            table.read("12345/refunds/r-2")

    def test_appending_again_finds_it_there(self, table: Table):
        """As when the SDK sends a call twice."""
        (order,) = received(table, "12345")
        after, note = credit_note(order)
        table.append(order, after, note)

        assert table.append(order, after, note) == after
        assert table.read("12345/refunds/r-1") == note

    def test_nothing_follows_an_order_that_nobody_knows(self, table: Table):
        order = Order.received(validation.parse(ALICE), "token", NINE)

        with pytest.raises(UnknownOrder):
            table.append(order, *credit_note(order))
        with pytest.raises(UnknownOrder):
            table.read("12345/refunds/r-1")

    def test_of_many_that_append_at_once_one_wins_and_only_its_document_is_there(self, table: Table):
        (order,) = received(table, "12345")
        appended = [credit_note(order, f"r-{number}") for number in range(32)]
        with ThreadPoolExecutor(16) as threads:
            seen = set(threads.map(lambda pair: table.append(order, *pair), appended))
        (winner,) = seen
        ids = [row_id for row_id in listed(table, Selection(listed=Listed.EVERYTHING)) if row_id != "12345"]

        assert table.read("12345") == winner
        assert ids == [f"12345/refunds/{winner.settlement.documents[0].id}"]

    def test_a_document_goes_through_the_same_process(self, table: Table):
        _, note = followed(table)
        assert [row.order_id for row in table.due(Task.RECEIPT, LATER + timedelta(minutes=2))] == [note.order_id]
        (numbered,) = issue(table, note, series=NOTES)
        completed = table.replace(numbered, numbered.completed(RECEIPT, LATER))
        (entry,) = every(table, NOTES)

        assert table.read_many([note.order_id])(note.order_id) == completed
        assert (entry.kind, entry.order_id, entry.document_id) == (Kind.CREDIT_NOTE, "12345", "r-1")
        assert (entry.fingerprint, entry.sha256) == (note.fingerprint, RECEIPT.sha256)
        assert list(table.due(Task.RECEIPT, LATER + timedelta(days=1))) == []

    def test_a_document_has_the_orders_token_and_a_proof_of_its_own(self, table: Table):
        _, note = followed(table)
        other = replace(RECEIPT, sha256="cd" * 32)
        table.replace(note, note.completed(other, LATER))

        assert table.proof("12345") == Proof("token", RECEIPT.sha256)
        assert table.proof("12345/refunds/r-1") == Proof("token", other.sha256)

    def test_lists_have_orders_or_documents_or_both(self, table: Table):
        followed(table)
        received(table, "a", "b", "c")
        orders, documents = ["c", "b", "a", "12345"], ["12345/refunds/r-1"]

        assert sorted(listed(table, Selection())) == sorted(orders)
        assert listed(table, Selection(listed=Listed.DOCUMENTS)) == documents
        assert sorted(listed(table, Selection(listed=Listed.EVERYTHING))) == sorted([*orders, *documents])

    def test_lists_of_a_state_or_a_time_have_orders_or_documents_or_both(self, table: Table):
        """The credit note was received five minutes after the order."""
        _, note = followed(table)
        received(table, "a")
        waits, new = Selection(Status.RECEIVED), Selection(since=LATER)

        for selection, orders in ((waits, ["a"]), (new, [])):
            assert listed(table, selection) == orders
            assert listed(table, replace(selection, listed=Listed.DOCUMENTS)) == [note.order_id]
            assert listed(table, replace(selection, listed=Listed.EVERYTHING)) == [note.order_id, *orders]
        assert listed(table, Selection(Status.COMPLETED, listed=Listed.DOCUMENTS)) == []

    def test_documents_are_listed_the_newest_first(self, table: Table):
        (order,) = received(table, "12345")
        for number in range(1, 6):
            after, note = credit_note(order, f"r-{number}")
            later = LATER + timedelta(minutes=number)
            order = table.append(order, after, replace(note, received_at=later, waiting_since=later))

        ids = [f"12345/refunds/r-{number}" for number in (5, 4, 3, 2, 1)]
        assert listed(table, Selection(listed=Listed.DOCUMENTS)) == ids
        assert listed(table, Selection(Status.RECEIVED, listed=Listed.DOCUMENTS)) == ids

    @pytest.mark.parametrize("text", ["Zoë", "zoe@example.com", "basket-1", "basket-1/refunds/r-1", "2026-17"])
    def test_a_search_finds_orders_only(self, table: Table, text: str):
        posted = validation.parse(BASKET | {"orderNumber": "2026-17"})
        order = table.create(Order.received(posted, "token", NINE))
        after, note = credit_note(order, customer="Zoë Ångström")
        table.append(order, after, note)
        expected = [] if "/" in text else ["basket-1"]

        assert listed(table, Selection(text=text)) == expected

    def test_documents_are_counted_by_state_and_in_no_count_of_orders(self, table: Table):
        order, note = followed(table)
        before = table.activity(LATER)
        (numbered,) = issue(table, note, series=NOTES)
        table.replace(numbered, numbered.completed(RECEIPT, LATER))
        _, second = appended = credit_note(order, "r-2")
        table.append(order, *appended)
        table.replace(second, second.failed("no ink", LATER, "process"))
        after = table.activity(LATER)

        none = dict.fromkeys(Status, 0)
        assert before.documents == none | {Status.RECEIVED: 1}
        assert after.documents == none | {Status.COMPLETED: 1, Status.FAILED: 1}
        assert after.by_status == before.by_status == none | {Status.COMPLETED: 1}
        assert (after.accepted, after.completed, after.took) == (before.accepted, before.completed, before.took)

    def test_the_oldest_waiting_order_is_no_document(self, table: Table):
        followed(table)
        assert table.activity(LATER).oldest_waiting is None

        received(table, "a")
        assert table.activity(LATER).oldest_waiting == NINE


def test_the_hashes_of_a_series_are_a_chain(table: Table):
    """`every` sees this in each test; here is that it would see an entry that was changed."""
    issue(table, *received(table, "a", "b", "c"))
    entries = every(table)
    changed = replace(entries[1], order_id="x")

    assert all(after.previous == before.hash for before, after in pairwise(entries))
    assert changed.hash != entries[2].previous
