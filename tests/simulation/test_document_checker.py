"""The checker notices when a rule about numbers, refunds or corrections is broken, each of them."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.simulation.baskets import BASKETS, FIRST_BASKET
from tests.simulation.credit_checker import credit_of, nonzero, sums_of
from tests.simulation.postings import Poison, posting
from tests.simulation.test_checker import PDF, Scene
from tests.support.examples import NINE

from orders.order import register, validation
from orders.order.credits import Taken, give
from orders.order.document import Document, DocumentReference, Kind, Reference
from orders.order.order import Order
from orders.order.register import Entry, Head, Issue
from orders.shop.shop import Shop

SERIES = "R2026-{number:04}"
BASKET = posting("12345", sold=FIRST_BASKET)


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    scene.checker.shop = Shop(numbers={"receipt": "R{year}-{number:04}"})
    return scene


def entry_of(row: Order, head: Head | None = None, at: datetime = NINE) -> Entry:
    (entry,) = register.entries(head or Head(SERIES), [row], at)
    return entry


def issue(scene: Scene, row: Order, entry: Entry | None = None) -> Order:
    """Give the row a number, as a table does."""
    entry = entry or entry_of(row)
    scene.checker.register.entry_written(entry)
    return scene.put(row.issued(Issue(entry.series, entry.number, entry.issued_at)))


def complete(scene: Scene) -> Order:
    """The basket, with a number and a receipt."""
    row = issue(scene, scene.receive(BASKET))
    stored = scene.store(row.receipt_key)
    scene.checker.register.entry_written(replace(entry_of(row), sha256=stored.sha256))
    return scene.put(row.completed(stored, NINE))


def refunded(order: Order, **refund: Any) -> tuple[Order, Order]:
    """The order as it is then, and the row of the credit note."""
    posted = validation.parse_refund({"refundId": f"r-{len(order.settlement.documents)}", **refund})
    credit, taken = give(order.posted, Taken.from_document(order.settlement.taken), posted)
    number = Reference(order.order_id, order.issue.text if order.issue else "", NINE)
    kept = DocumentReference(Kind.CREDIT_NOTE, posted.refund_id, NINE, "ab" * 32)
    document = Document(
        Kind.CREDIT_NOTE, order.order_id, posted.refund_id, posted.document("EUR"), number, credit.to_document()
    )
    after = order.followed(kept, "refunded", "shop", taken.to_document())
    return after, Order.following(document, order, order.posted, NINE, by="shop")


def credited(note: Order, **changes: Any) -> Order:
    """The same credit note, with other figures."""
    document = json.loads(note.document_text or "")
    document["credited"] |= changes
    return replace(note, document_text=json.dumps(document))


def refund(scene: Scene, order: Order, **refund: Any) -> Order:
    after, note = refunded(order, **refund)
    scene.put(after)
    scene.put(note)
    return after


def corrected(order: Order, **changes: Any) -> tuple[Order, Order]:
    number = Reference(order.order_id, order.issue.text if order.issue else "", NINE)
    posted = {"correctionId": "c-1", "customerCompany": "Alice & Daughters"}
    document = Document(Kind.CORRECTED_RECEIPT, order.order_id, "c-1", posted, number)
    after = order.followed(DocumentReference(Kind.CORRECTED_RECEIPT, "c-1", NINE, "ab" * 32), "corrected", "shop")
    body = replace(order.posted, customer_company="Alice & Daughters", **changes)
    return after, Order.following(document, order, body, NINE, by="shop")


def test_refunds_and_a_correction_of_a_numbered_order_break_nothing(scene: Scene):
    order = complete(scene)
    order = refund(scene, order, amount="5.01")
    order = refund(scene, order, lines=[{"item": 1, "quantity": 1}])
    order = refund(scene, order, lines=[{"charge": 1, "amount": "1.00"}])
    order = refund(scene, order)
    after, row = corrected(order)
    scene.put(after)
    scene.put(row)

    assert scene.broken == []
    assert scene.checker.facts()["order refunded whole"] == 1


@pytest.mark.parametrize("number", range(len(BASKETS)))
def test_what_is_given_back_at_once_is_what_the_oracle_says_of_the_order(number: int):
    order = validation.parse(json.loads(posting("12345", sold=FIRST_BASKET + number).body))
    credit, _ = give(order, Taken(), validation.parse_refund({"refundId": "r-1"}))

    assert nonzero(credit_of(credit.to_document())) == nonzero(sums_of(order.canonical()))


def a_number_is_left_out(scene: Scene) -> None:
    issue(scene, row := scene.receive(), entry_of(row, Head(SERIES, 1)))


def the_chain_breaks(scene: Scene) -> None:
    issue(scene, row := scene.receive(), entry_of(row, Head(SERIES, 0, "ab" * 32)))


def a_number_of_the_year_before(scene: Scene) -> None:
    row = scene.receive()
    issue(scene, row, entry_of(row, at=NINE + timedelta(days=39)))


def a_number_is_given_to_another_order(scene: Scene) -> None:
    issue(scene, scene.receive())
    other = scene.receive(posting("67890"))
    issue(scene, other, replace(entry_of(other)))


def a_second_number_while_the_first_is_not_void(scene: Scene) -> None:
    row = issue(scene, scene.receive())
    issue(scene, row, entry_of(row, Head(SERIES, 1, entry_of(row).hash)))


def an_entry_without_a_row(scene: Scene) -> None:
    scene.checker.register.entry_written(entry_of(scene.receive()))
    scene.checker.end(settled=True)


def a_row_without_an_entry(scene: Scene) -> None:
    scene.put(scene.receive().issued(Issue(SERIES, 1, NINE)))


def a_number_that_is_void_is_used_again(scene: Scene) -> None:
    row = issue(scene, scene.receive(posting("12345", poison=Poison.IMPOSSIBLE)))
    scene.checker.register.entry_written(replace(entry_of(row), void="no ink"))
    failed = scene.put(row.failed("no ink", NINE, "process"))
    scene.put(failed.retried(NINE, "ann").issued(Issue(SERIES, 1, NINE)))


def a_failed_order_keeps_its_number(scene: Scene) -> None:
    row = issue(scene, scene.receive(posting("12345", poison=Poison.IMPOSSIBLE)))
    scene.put(replace(row.failed("no ink", NINE, "process"), issue=row.issue))


def a_number_is_gone_and_not_void(scene: Scene) -> None:
    row = issue(scene, scene.receive(posting("12345", poison=Poison.IMPOSSIBLE)))
    scene.put(row.failed("no ink", NINE, "process"))


def completed_without_a_number(scene: Scene) -> None:
    scene.complete()


def the_register_does_not_have_the_file(scene: Scene) -> None:
    row = issue(scene, scene.receive())
    scene.put(row.completed(scene.store(row.receipt_key), NINE))


def an_entry_is_void_and_then_has_a_file(scene: Scene) -> None:
    entry = entry_of(issue(scene, scene.receive()))
    scene.checker.register.entry_written(replace(entry, void="no ink"))
    scene.checker.register.entry_written(replace(entry, sha256="ab" * 32))


def shown_in_the_register_and_not_there(scene: Scene) -> None:
    scene.checker.register.shown([{"series": SERIES, "number": 1, "text": "R2026-0001", "hash": "ab" * 32}])


def more_is_given_back_than_there_was(scene: Scene) -> None:
    order = refund(scene, complete(scene), lines=[{"item": 1}])
    forgotten = replace(order, settlement=replace(order.settlement, taken={}))
    refund(scene, forgotten, lines=[{"item": 1}])


def a_cent_of_the_tax_is_lost(scene: Scene) -> None:
    after, note = refunded(complete(scene))
    scene.put(after)
    first, *others = json.loads(note.document_text or "")["credited"]["taxes"]
    scene.put(credited(note, taxes=[[*first[:4], first[4] - 1], *others]))


def a_cent_of_a_line_is_lost(scene: Scene) -> None:
    after, note = refunded(complete(scene))
    scene.put(after)
    (place, quantity, amount, discount), *others = json.loads(note.document_text or "")["credited"]["lines"]
    scene.put(credited(note, lines=[[place, quantity, amount - 1, discount], *others]))


def another_amount_than_was_posted(scene: Scene) -> None:
    after, note = refunded(complete(scene), amount="5.00")
    scene.put(after)
    scene.put(credited(note, total=501))


def refused_though_it_does_not_exceed(scene: Scene) -> None:
    complete(scene)
    scene.checker.not_followed("12345/refunds/r-1", {"amount": "1.00"}, "exceeds-remaining", was_completed=True)


def another_settlement_is_shown(scene: Scene) -> None:
    order = refund(scene, complete(scene))
    scene.checker.credits.shown(order, {"settlement": "PARTLY_REFUNDED", "refunded": None, "documents": [{}, {}]})


def a_document_that_its_order_does_not_name(scene: Scene) -> None:
    _, note = refunded(complete(scene))
    scene.put(note)


def an_order_that_names_a_document_that_is_not_there(scene: Scene) -> None:
    after, _ = refunded(complete(scene))
    scene.put(after)
    scene.checker.end(settled=True)


def a_correction_of_an_amount(scene: Scene) -> None:
    order = complete(scene)
    after, row = corrected(order, items=(replace(order.posted.items[0], quantity=2), *order.posted.items[1:]))
    scene.put(after)
    scene.put(row)


def a_correction_of_the_order_itself(scene: Scene) -> None:
    after, row = corrected(complete(scene))
    scene.put(replace(after, body=row.body))


def a_document_changes(scene: Scene) -> None:
    order = complete(scene)
    refund(scene, order)
    note = scene.rows["12345/refunds/r-0"]
    scene.put(credited(note, total=1))


def the_file_of_a_credit_note_changes(scene: Scene) -> None:
    refund(scene, complete(scene))
    key = scene.rows["12345/refunds/r-0"].receipt_key
    scene.store(key)
    scene.store(key, b"%PDF of somebody else")


def refunded_before_it_was_completed(scene: Scene) -> None:
    after, _ = refunded(scene.receive(BASKET))
    scene.put(after)


def the_version_before_cannot_read_it(scene: Scene) -> None:
    scene.put(replace(scene.receive(), schema_version=5))


def refused_though_it_is_there(scene: Scene) -> None:
    refund(scene, complete(scene))
    scene.checker.not_followed("12345/refunds/r-0", {"refundId": "r-0"}, "refund-conflict", was_completed=True)


def acknowledged_and_not_there(scene: Scene) -> None:
    scene.checker.followed_by("12345/refunds/r-1", {"refundId": "r-1"})


@pytest.mark.parametrize(
    ("rule", "deed"),
    [
        (11, a_number_is_left_out), (11, the_chain_breaks), (11, a_number_of_the_year_before),
        (11, a_number_is_given_to_another_order), (11, a_second_number_while_the_first_is_not_void),
        (11, an_entry_without_a_row), (11, a_row_without_an_entry), (11, a_number_that_is_void_is_used_again),
        (11, a_failed_order_keeps_its_number), (11, a_number_is_gone_and_not_void), (11, completed_without_a_number),
        (11, the_register_does_not_have_the_file), (11, an_entry_is_void_and_then_has_a_file),
        (11, shown_in_the_register_and_not_there),
        (12, more_is_given_back_than_there_was), (12, a_cent_of_the_tax_is_lost), (12, a_cent_of_a_line_is_lost),
        (12, another_amount_than_was_posted), (12, refused_though_it_does_not_exceed),
        (12, another_settlement_is_shown),
        (13, a_document_that_its_order_does_not_name), (13, an_order_that_names_a_document_that_is_not_there),
        (13, a_correction_of_an_amount), (13, a_correction_of_the_order_itself), (13, a_document_changes),
        (13, the_file_of_a_credit_note_changes), (13, refunded_before_it_was_completed),
        (1, acknowledged_and_not_there), (2, the_version_before_cannot_read_it), (5, refused_though_it_is_there),
    ],
)  # fmt: skip
def test_a_broken_rule_is_noticed(scene: Scene, rule: int, deed: Callable[[Scene], None]):
    deed(scene)

    assert rule in scene.broken


def test_a_file_with_a_number_that_is_void_may_stay(scene: Scene):
    row = issue(scene, scene.receive(posting("12345", poison=Poison.FICKLE)))
    scene.store(row.receipt_key, b"%PDF with number 1")
    void = replace(entry_of(row), void="no ink")
    scene.checker.register.entry_written(void)
    row = scene.put(row.failed("no ink", NINE, "process"))
    row = issue(scene, scene.put(row.retried(NINE, "ann")), entry := entry_of(row, Head(SERIES, 1, void.hash)))
    stored = scene.store(row.receipt_key, PDF)
    scene.checker.register.entry_written(replace(entry, sha256=stored.sha256))
    scene.put(row.completed(stored, NINE))
    scene.checker.end(settled=True)

    assert scene.broken == []
