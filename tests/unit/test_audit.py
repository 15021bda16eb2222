"""The audit of the register: it accepts a sound one, and finds each kind of damage."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from tests.support.examples import ALICE, NINE

from orders.order import register, validation
from orders.order.document import NO_SETTLEMENT, Document, DocumentReference, Kind, Reference
from orders.order.errors import Misconfigured, NewerVersion, UnknownOrder
from orders.order.history import LONGEST_HISTORY, HistoryEntry
from orders.order.order import Order, Status, StoredReceipt
from orders.order.register import Entry, Head, Issue
from orders.use_cases import audit
from orders.use_cases.audit import Audit
from orders.use_cases.audited import PART, Row, Rows

SERIES = "R2026-{number:06}"


def order_of(number: int, at: datetime = NINE) -> Order:
    """The order that gets this number."""
    posted = validation.parse(ALICE | {"orderId": f"order-{number}", "customerName": f"Alice {number}"})
    return Order.received(posted, "t" * 22, at)


def file_of(order: Order) -> bytes:
    return f"%PDF of {order.order_id}".encode()


@dataclass
class Kept:
    """A register with its rows and files, in memory, where anything can be altered. Lists may be older than rows."""

    entries_: list[Entry] = field(default_factory=list)
    heads: list[Head] = field(default_factory=list)
    orders: dict[str, Order] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    damaged: dict[str, Exception] = field(default_factory=dict)
    listed: list[Order] | None = None
    most_read: int = 0
    on_reading: Callable[[], None] = lambda: None

    def series(self) -> Sequence[Head]:
        return list(self.heads)

    def entries(self, series: str, first: int, limit: int) -> Sequence[Entry]:
        self.most_read = max(self.most_read, limit)
        found = [each for each in self.entries_ if each.series == series and each.number >= first]
        return sorted(found, key=lambda each: each.number)[:limit]

    def rows(self, ids: Sequence[str]) -> Callable[[str], Row]:
        self.most_read = max(self.most_read, len(ids))
        self.on_reading()
        return self._row

    def _row(self, row_id: str) -> Row:
        if row_id in self.damaged:
            raise self.damaged[row_id]
        if row_id not in self.orders:
            raise UnknownOrder
        return Row.of(self.orders[row_id])

    def digests(self, rows: Sequence[Row]) -> Sequence[str | None]:
        return [hashlib.sha256(self.files[row.id]).hexdigest() if row.id in self.files else None for row in rows]

    def all_rows(self) -> Iterator[Rows]:
        orders = [each for each in self.listed or list(self.orders.values()) if each.order_id not in self.damaged]
        for start in range(0, len(orders), PART):
            part = orders[start : start + PART]
            yield Rows.of(part, ())
        yield Rows([], tuple(self.damaged), len(self.damaged))

    def issue(self, order: Order, *, is_made: bool = True) -> None:
        head = self.heads.pop() if self.heads else Head(SERIES)
        (entry,) = register.entries(head, [order], NINE + timedelta(minutes=head.number))
        after = order.issued(Issue(SERIES, entry.number, entry.issued_at))
        if is_made:
            pdf = file_of(order)
            receipt = StoredReceipt(order.receipt_key, hashlib.sha256(pdf).hexdigest(), len(pdf))
            after, entry = after.completed(receipt, NINE), replace(entry, sha256=receipt.sha256)
            self.files[order.order_id] = pdf
        self.orders[order.order_id] = after
        self.entries_.append(entry)
        self.heads.append(Head(SERIES, entry.number, entry.hash))

    def fail(self, number: int, reason: str = "it can't be printed") -> None:
        """As a table does when an order with a number fails."""
        before = self.orders[f"order-{number}"]
        after = before.failed(reason, NINE, "process")
        self.orders[before.order_id] = after
        self.alter(number, void=after.history[-1].what)

    def entry(self, number: int) -> Entry:
        return next(each for each in self.entries_ if each.number == number)

    def alter(self, number: int, **changes: object) -> None:
        self.entries_ = [replace(each, **changes) if each.number == number else each for each in self.entries_]  # type: ignore[arg-type]

    def alter_row(self, number: int, **changes: object) -> None:
        row_id = f"order-{number}"
        self.orders[row_id] = replace(self.orders[row_id], **changes)  # type: ignore[arg-type]


@pytest.fixture
def kept() -> Kept:
    """Five documents, then a number that is void, and one whose document is being made."""
    kept = Kept()
    for number in range(1, 6):
        kept.issue(order_of(number))
    kept.issue(order_of(6), is_made=False)
    kept.fail(6)
    kept.issue(order_of(7), is_made=False)
    return kept


def found(kept: Kept) -> Sequence[str]:
    return audit.audit_source(kept).findings


def test_a_sound_register_has_no_findings(kept: Kept):
    done = audit.audit_source(kept)

    assert done == Audit([audit.SeriesAudit(SERIES, last=7, issued=5, void=1, pending=1)], [])
    assert done.is_clean


def test_without_numbers_there_is_nothing_to_find():
    assert audit.audit_source(Kept()) == Audit([], [])


def test_a_gap_is_found(kept: Kept):
    kept.entries_.remove(kept.entry(3))

    assert found(kept) == [
        "R2026-000003 is missing: the series has a gap.",
        "R2026-000003: order-3 has this number, and the register does not have it.",
    ]


def test_entries_that_are_missing_at_the_end_are_found(kept: Kept):
    kept.entries_ = kept.entries_[:5]

    assert "R2026-000006 to R2026-000007 are missing: the series has a gap." in found(kept)


def test_a_number_that_is_in_the_register_twice_is_found(kept: Kept):
    kept.entries_.append(kept.entry(3))

    assert "R2026-000003 is in the register twice." in found(kept)


def test_a_number_that_two_documents_have_is_found(kept: Kept):
    twin = order_of(33).issued(Issue(SERIES, 3, kept.entry(3).issued_at))
    kept.orders[twin.order_id] = twin

    assert found(kept) == ["R2026-000003: order-33 has this number, and the register has it for order-3."]


def test_an_altered_entry_breaks_the_chain(kept: Kept):
    kept.alter(3, issued_at=NINE)

    assert "R2026-000004: the chain is broken. This entry, or that of R2026-000003 before it, was altered." in found(
        kept
    )


@pytest.mark.parametrize(
    "change", [{"order_id": "order-1"}, {"fingerprint": "0" * 64}, {"previous": "0" * 64}, {"kind": Kind.CREDIT_NOTE}]
)
def test_whatever_is_altered_in_the_last_entry_is_found_by_the_head(kept: Kept, change: dict[str, object]):
    kept.alter(7, **change)

    assert any("This last entry, or the head of the series, was altered." in finding for finding in found(kept))


def test_an_altered_first_entry_is_found(kept: Kept):
    kept.alter(1, previous="1" * 64)

    assert "R2026-000001: the chain is broken. This first entry was altered." in found(kept)


def test_an_entry_behind_the_head_is_found(kept: Kept):
    last = kept.entry(6)
    kept.heads = [Head(SERIES, 6, last.hash)]

    assert found(kept) == ["R2026-000007 is in the register, although the head of the series is 6."]


def test_numbers_that_are_issued_during_the_audit_are_no_finding(kept: Kept):
    following = iter(range(8, 20))
    kept.on_reading = lambda: kept.issue(order_of(next(following)))

    assert not found(kept)


def test_an_altered_file_is_found(kept: Kept):
    kept.files["order-2"] += b" "

    assert found(kept) == ["R2026-000002: the file of order-2 was altered: it has another SHA-256."]


def test_a_missing_file_is_found(kept: Kept):
    del kept.files["order-2"]

    assert found(kept) == ["R2026-000002: the file of order-2 is missing or altered."]


def test_another_file_in_the_register_than_in_the_row_is_found(kept: Kept):
    kept.alter(2, sha256="1" * 64)

    assert found(kept) == ["R2026-000002: the row of order-2 and the register have different SHA-256 for its file."]


def test_a_completed_document_without_its_file_in_the_register_is_found(kept: Kept):
    kept.alter(2, sha256=None)

    assert found(kept) == ["R2026-000002: the row of order-2 and the register have different SHA-256 for its file."]


def test_an_entry_without_its_row_is_found(kept: Kept):
    del kept.orders["order-4"]

    assert found(kept) == ["R2026-000004: the row of order-4 is missing."]


def test_an_entry_whose_row_has_no_number_is_found(kept: Kept):
    kept.alter_row(4, issue=None)

    assert found(kept) == ["R2026-000004: the row of order-4 has no number, and is COMPLETED."]


def with_a_refund(kept: Kept) -> Order:
    """The row of a credit note without a number, which its order names."""
    order = kept.orders["order-4"]
    document = Document(Kind.CREDIT_NOTE, order.order_id, "r-1", {}, Reference(order.order_id, "R", NINE), {})
    note = Order.following(document, order, order.posted, NINE, by="shop")
    reference = DocumentReference(Kind.CREDIT_NOTE, "r-1", NINE, note.fingerprint)
    kept.orders |= {order.order_id: order.followed(reference, "refund r-1", "shop"), note.order_id: note}
    return note


def test_an_order_with_its_documents_is_no_finding(kept: Kept):
    with_a_refund(kept)

    assert found(kept) == []


def test_a_document_whose_row_is_missing_is_found_by_its_order(kept: Kept):
    del kept.orders[with_a_refund(kept).order_id]

    assert found(kept) == ["The row of order-4 names the document order-4/refunds/r-1, whose row is missing."]


def test_a_document_that_its_order_does_not_know_is_found(kept: Kept):
    with_a_refund(kept)
    kept.alter_row(4, settlement=NO_SETTLEMENT)

    assert found(kept) == ["order-4/refunds/r-1 is a document of order-4, whose row does not know it."]


def test_a_document_without_its_order_is_found(kept: Kept):
    with_a_refund(kept)
    del kept.orders["order-4"]

    assert found(kept)[-1] == "order-4/refunds/r-1 is a document of order-4, whose row is missing."


def test_a_row_with_a_number_that_the_register_never_issued_is_found(kept: Kept):
    stray = order_of(8).issued(Issue(SERIES, 8, NINE))
    kept.orders[stray.order_id] = stray

    assert found(kept) == ["R2026-000008: order-8 has this number, and the register does not have it."]


def test_a_row_of_a_series_that_the_register_does_not_have_is_found(kept: Kept):
    stray = order_of(8).issued(Issue("X{number}", 1, NINE))
    kept.orders[stray.order_id] = stray

    assert found(kept) == [
        "X1: order-8 has this number, and the register does not have it.",
        "Documents have numbers of the series X{number}, and the register has no such series.",
    ]


def test_an_altered_row_is_found(kept: Kept):
    kept.alter_row(4, body=kept.orders["order-4"].body.replace("Alice", "Alicia"))

    assert found(kept) == [
        "R2026-000004: what order-4 prints was altered after the number was issued: the fingerprints differ."
    ]


def test_a_row_with_another_date_of_issue_is_found(kept: Kept):
    kept.alter_row(4, issue=Issue(SERIES, 4, NINE - timedelta(days=1)))

    assert found(kept) == ["R2026-000004: order-4 has another date of issue than the register."]


def test_a_void_number_that_a_row_still_has_is_found(kept: Kept):
    kept.alter_row(6, issue=Issue(SERIES, 6, kept.entry(6).issued_at))

    assert found(kept) == ["R2026-000006: it is void, and yet the row of order-6 has it."]


def test_a_void_number_without_a_reason_is_found(kept: Kept):
    kept.alter(6, void="")

    assert found(kept) == ["R2026-000006: it is void without a reason."]


def test_a_void_number_whose_reason_was_altered_is_found(kept: Kept):
    kept.alter(6, void="cancelled")

    assert found(kept) == ["R2026-000006: it is void for a reason that the history of order-6 does not have."]


def test_a_number_that_was_taken_from_a_document_and_made_void_is_found(kept: Kept):
    kept.alter(2, void="cancelled", sha256=None)
    kept.alter_row(2, issue=None)

    assert found(kept) == ["R2026-000002: it is void for a reason that the history of order-2 does not have."]


def test_a_history_that_may_have_lost_the_reason_is_no_finding(kept: Kept):
    by_operator = HistoryEntry(NINE, "mail requested", "maria")
    kept.alter_row(6, history=(by_operator,) * LONGEST_HISTORY)

    assert found(kept) == []


def test_a_void_number_whose_row_is_missing_is_found(kept: Kept):
    del kept.orders["order-6"]

    assert found(kept) == ["R2026-000006: the row of order-6 is missing."]


def test_a_void_number_with_a_file_is_found(kept: Kept):
    kept.alter(6, sha256="1" * 64)

    assert found(kept) == ["R2026-000006: it is void, and the register has a file for it."]


def test_a_failed_row_that_kept_its_number_is_found(kept: Kept):
    kept.alter_row(7, status=Status.FAILED)

    assert found(kept) == ["R2026-000007: order-7 is FAILED, and its number is not void."]


@pytest.mark.parametrize(
    ("error", "why"),
    [(NewerVersion("x"), "a newer version of this program wrote it"), (Misconfigured("x"), "it is damaged")],
)
def test_a_row_that_cannot_be_read_is_found(kept: Kept, error: Exception, why: str):
    kept.damaged["order-4"] = error

    assert found(kept) == [
        f"R2026-000004: the row of order-4 can't be read: {why}.",
        "The row of order-4 can't be read, so that nobody knows whether it has a number.",
    ]


def test_a_row_that_moves_while_it_is_looked_at_is_no_finding(kept: Kept):
    """Its entry was read before, and its number is void meanwhile."""
    kept.on_reading = lambda: kept.fail(7) if kept.orders["order-7"].status is Status.RECEIVED else None

    done = audit.audit_source(kept)

    assert not done.findings
    assert done.series[0].void == 2


def test_a_list_that_is_older_than_its_rows_is_no_finding(kept: Kept):
    then = replace(kept.orders["order-6"], issue=Issue(SERIES, 9, NINE))
    kept.listed = [*kept.orders.values(), then]

    assert not found(kept)


def test_a_long_register_is_read_in_parts():
    kept, told = Kept(), list[tuple[str, int, int]]()
    for number in range(1, 2 * PART + 51):
        kept.issue(order_of(number))

    done = audit.audit_source(kept, lambda *progress: told.append(progress))

    assert done.is_clean
    assert kept.most_read == PART
    assert told[:3] == [("numbers", 100, 250), ("numbers", 200, 250), ("numbers", 250, 250)]
    assert told[-1] == ("documents", 250, 0)


def test_of_very_many_findings_the_first_are_kept_and_the_others_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit, "MOST_FINDINGS", 3)
    kept = Kept()
    for number in range(1, 6):
        kept.issue(order_of(number))
    kept.files.clear()

    done = audit.audit_source(kept)

    assert len(done.findings) == 3
    assert done.more == 2
