"""The checker notices when a rule is broken, each of them."""

import hashlib
import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from tests.simulation import postings
from tests.simulation.checker import ADDRESS, Checker
from tests.simulation.postings import Poison, Posting, posting, wrong_posting
from tests.support.examples import NINE

from orders.order import figures, validation
from orders.order.delivery import Delivery
from orders.order.errors import InvalidOrder
from orders.order.order import Order, Status, StoredReceipt
from orders.ports import Message

ALICE = posting("12345")
ALICIA = posting("12345", variant=1)
BASKET = posting("12345", sold=1)
PDF = b"%PDF of Alice"
CUSTOMER = json.loads(ALICIA.body)["customerEmail"]
MAIL = Delivery.requested(NINE)
NOTHING_FOLLOWS: dict[str, object] = {"settlement": "NONE", "refunded": None, "documents": [{}]}


@dataclass
class Scene:
    """A table, a bucket, and the checker who sees both."""

    rows: dict[str, Order] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    now: int = 0

    def __post_init__(self) -> None:
        self.checker = Checker(self.rows, self.objects, lambda _row: {PDF}, lambda: self.now)

    def put(self, row: Order) -> Order:
        before, self.rows[row.order_id] = self.rows.get(row.order_id), row
        self.checker.row_written(before, row)
        return row

    def store(self, key: str, pdf: bytes = PDF) -> StoredReceipt:
        before, self.objects[key] = self.objects.get(key), pdf
        self.checker.object_written(key, before, pdf)
        return StoredReceipt(key, hashlib.sha256(pdf).hexdigest(), len(pdf))

    def receive(self, posted: Posting = ALICE) -> Order:
        return self.put(Order.received(validation.parse(json.loads(posted.body)), "token", NINE, ADDRESS))

    def complete(self) -> Order:
        row = self.receive()
        return self.put(row.completed(self.store(row.receipt_key), NINE))

    def complete_with_mail(self) -> Order:
        row = self.receive(ALICIA)
        return self.put(row.completed(self.store(row.receipt_key), NINE, MAIL))

    @property
    def broken(self) -> list[int]:
        return [violation.rule for violation in self.checker.violations]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_life_in_which_all_goes_well_breaks_nothing(scene: Scene):
    row = scene.complete()
    scene.checker.accepted(ALICE, row.receipt_token)
    scene.checker.accepted(ALICE, row.receipt_token)
    scene.checker.refused(ALICIA)
    scene.checker.linked("12345", f"https://bucket/{row.receipt_key}?seconds=300")
    scene.checker.end(settled=True)

    assert scene.broken == []


def acknowledged_without_a_row(scene: Scene) -> None:
    scene.checker.accepted(ALICE, "token")


def lost_in_the_end(scene: Scene) -> None:
    scene.receive()
    scene.checker.accepted(ALICE, "token")
    scene.rows.clear()
    scene.checker.end(settled=True)


def waiting_for_ever(scene: Scene) -> None:
    scene.receive()
    scene.checker.end(settled=False)


def completed_with_two_receipts(scene: Scene) -> None:
    scene.complete()
    scene.objects["receipts/2026-11-23/12345-other.pdf"] = PDF
    scene.checker.end(settled=True)


def failed_without_a_reason(scene: Scene) -> None:
    row = scene.receive(posting("12345", 0, Poison.IMPOSSIBLE))
    scene.put(replace(row, status=Status.FAILED))


def unknown_though_acknowledged(scene: Scene) -> None:
    scene.receive()
    scene.checker.accepted(ALICE, "token")
    scene.checker.unknown("12345")


def two_bodies_accepted(scene: Scene) -> None:
    scene.receive()
    scene.checker.accepted(ALICIA, "token")


def another_token_in_the_replay(scene: Scene) -> None:
    scene.receive()
    scene.checker.accepted(ALICE, "another")


def the_accepted_order_changes(scene: Scene) -> None:
    scene.put(replace(scene.receive(), body=ALICIA.canonical))


def the_stored_receipt_changes(scene: Scene) -> None:
    scene.store(scene.receive().receipt_key)
    scene.store(scene.rows["12345"].receipt_key, b"%PDF of somebody else")


def another_hash_in_the_row(scene: Scene) -> None:
    row = scene.receive()
    scene.put(row.completed(replace(scene.store(row.receipt_key), sha256="00" * 32), NINE))


def a_receipt_that_its_row_does_not_give(scene: Scene) -> None:
    row = scene.receive()
    scene.put(row.completed(scene.store(row.receipt_key, b"%PDF of yesterday"), NINE))
    scene.checker.end(settled=True)


def a_receipt_without_a_row(scene: Scene) -> None:
    scene.store("receipts/2026-11-23/12345-0123456789abcdef.pdf")


def completed_without_a_receipt(scene: Scene) -> None:
    row = scene.receive()
    scene.put(row.completed(StoredReceipt(row.receipt_key, "00" * 32, 1), NINE))


def completed_and_then_failed(scene: Scene) -> None:
    row = scene.complete()
    scene.put(replace(row, status=Status.FAILED, last_error="too late"))


def conflict_with_nobody(scene: Scene) -> None:
    scene.receive()
    scene.checker.refused(ALICE)


def failed_by_an_outage(scene: Scene) -> None:
    scene.put(scene.receive().failed("bucket: no answer", NINE + timedelta(hours=25), "process"))


def poison_that_comes_out_well(scene: Scene) -> None:
    row = scene.receive(posting("12345", 0, Poison.BUG))
    scene.put(row.completed(scene.store(row.receipt_key), NINE))
    scene.checker.end(settled=True)


def a_neighbour_is_kept_waiting(scene: Scene) -> None:
    scene.checker.disturbed("12345", Poison.BUG)


def notified_each_minute(scene: Scene) -> None:
    scene.checker.notified("12345", 120)


def no_answer_for_want_of_a_message(scene: Scene) -> None:
    scene.checker.kept_waiting("12345")


def failed_and_the_reason_is_not_shown(scene: Scene) -> None:
    row = scene.receive(posting("12345", 0, Poison.IMPOSSIBLE))
    scene.put(row.failed("no ink", NINE, "process"))
    scene.checker.shown("12345", NOTHING_FOLLOWS | {"status": "FAILED", "lastError": None})


def a_completed_order_has_no_link(scene: Scene) -> None:
    scene.complete()
    scene.checker.opened("12345", with_token=202, with_another=404)


def a_wrong_token_opens_it(scene: Scene) -> None:
    scene.complete()
    scene.checker.opened("12345", with_token=303, with_another=303)


def a_link_to_nothing(scene: Scene) -> None:
    scene.checker.linked("12345", f"https://bucket/{scene.receive().receipt_key}?seconds=300")


def a_link_that_lives_too_long(scene: Scene) -> None:
    scene.checker.linked("12345", f"https://bucket/{scene.complete().receipt_key}?seconds=301")


def a_link_to_another_version(scene: Scene) -> None:
    scene.checker.linked("12345", f"https://bucket/{scene.complete().receipt_key}?seconds=300&version=2")


def told_failed_and_is_not(scene: Scene) -> None:
    scene.complete()
    scene.checker.told_failed("12345")


def cancelled_and_nobody_wanted_it(scene: Scene) -> None:
    scene.put(scene.receive().cancelled(NINE, "nobody"))


def cancelled_and_then_received_again(scene: Scene) -> None:
    scene.checker.to_be_cancelled.add("12345")
    row = scene.receive()
    scene.put(row.cancelled(NINE, "ann"))
    scene.put(row)


def told_cancelled_and_is_not(scene: Scene) -> None:
    scene.complete()
    scene.checker.told_cancelled("12345")


def not_cancelled_though_it_could_be(scene: Scene) -> None:
    scene.receive()
    scene.checker.not_cancelled("12345")


def failed_with_a_receipt(scene: Scene) -> None:
    scene.put(replace(scene.complete(), status=Status.FAILED))
    scene.checker.end(settled=True)


def completed_and_still_due(scene: Scene) -> None:
    scene.rows["12345"] = replace(scene.complete(), due_at=NINE)
    scene.checker.end(settled=True)


def message(scene: Scene, number: int = 1, content: bytes = PDF, recipient: str = CUSTOMER) -> None:
    scene.checker.mail.taken(Message("12345", number, "shop@example.com", recipient, content))


def two_mails_and_nobody_asked(scene: Scene) -> None:
    scene.complete_with_mail()
    message(scene)
    message(scene)


def another_mail_and_nobody_asked(scene: Scene) -> None:
    scene.complete_with_mail()
    message(scene, number=2)


def a_mail_to_somebody_else(scene: Scene) -> None:
    scene.complete_with_mail()
    message(scene, recipient="somebody@example.com")


def a_mail_about_an_order_that_is_not_completed(scene: Scene) -> None:
    scene.objects[scene.receive(ALICIA).receipt_key] = PDF
    message(scene)


def a_mail_with_another_receipt(scene: Scene) -> None:
    scene.complete_with_mail()
    message(scene, content=b"%PDF of Bob")


def a_mail_that_is_missing(scene: Scene) -> None:
    row = scene.receive(ALICIA)
    scene.put(row.completed(scene.store(row.receipt_key), NINE))
    scene.checker.end(settled=True)


def a_mail_that_waits_for_ever(scene: Scene) -> None:
    scene.complete_with_mail()
    scene.checker.end(settled=True)


def a_mail_noted_as_sent_that_was_not(scene: Scene) -> None:
    row = scene.complete_with_mail()
    scene.put(row.mailed(MAIL.sent("m1", NINE), "mail sent", "mail"))
    scene.checker.end(settled=True)


def a_mail_noted_as_not_sent_that_was(scene: Scene) -> None:
    row = scene.complete_with_mail()
    message(scene)
    scene.put(row.mailed(MAIL.given_up("no such address", NINE), "mail not sent", "mail"))
    scene.checker.end(settled=True)


def a_mail_that_was_not_sent_without_a_reason(scene: Scene) -> None:
    row = scene.complete_with_mail()
    scene.put(row.mailed(MAIL.given_up("", NINE), "mail not sent", "mail"))
    scene.checker.end(settled=True)


def test_what_becomes_of_a_mail_breaks_nothing_where_the_row_says_so(scene: Scene):
    row = scene.complete_with_mail()
    row = scene.put(row.mailed(MAIL.claimed("mine", NINE), None, "mail"))
    message(scene)
    row = scene.put(row.mailed(MAIL.sent("m1", NINE), "mail sent", "mail"))
    scene.checker.mail.another_wanted("12345")
    row = scene.put(row.mailed(Delivery.requested(NINE, number=2), "mail requested again", "ann"))
    message(scene, number=2)
    scene.put(row.mailed(replace(MAIL, number=2).lost_track_of("no answer", NINE), "mail perhaps sent", "mail"))
    scene.checker.end(settled=True)

    assert scene.broken == []


def called_elsewhere(scene: Scene) -> None:
    scene.put(Order.received(validation.parse(json.loads(ALICE.body)), "token", NINE, None))


def a_wrong_order_is_accepted(scene: Scene) -> None:
    scene.checker.accepted(wrong_posting("12345", 1), "token")


def another_total_on_the_receipt(scene: Scene) -> None:
    row = scene.receive(BASKET)
    scene.checker.counted(row, (postings.figures(row.body) or {}) | {"total": "0.01"})


def amounts_that_are_not_shown(scene: Scene) -> None:
    row = scene.receive(BASKET)
    scene.checker.shown("12345", NOTHING_FOLLOWS | {"status": row.status, "lastError": None, "totals": None})


@pytest.mark.parametrize("sold", range(1, 60))
def test_orders_with_goods_are_kept_and_counted_as_expected(scene: Scene, sold: int):
    posted = posting("12345", sold=sold)
    row = scene.receive(posted)
    scene.checker.accepted(posted, row.receipt_token)
    scene.checker.counted(row, figures.of(row.posted))

    assert scene.broken == []


@pytest.mark.parametrize("sold", range(1, 20))
def test_wrong_orders_are_wrong_by_their_total_alone(sold: int):
    document = json.loads(wrong_posting("12345", sold).body)

    with pytest.raises(InvalidOrder, match=r"#/total"):
        validation.parse(document)
    assert validation.parse({name: value for name, value in document.items() if name != "total"}).totals


def a_name_in_the_log(scene: Scene) -> None:
    scene.checker.logged(logging.LogRecord("orders", logging.INFO, "", 0, "hello %s", ("Canary Zoë",), None))


def a_name_in_an_error_whose_causes_lead_back_to_it(scene: Scene) -> None:
    error, cause = RuntimeError("outer"), ValueError("Canary Zoë")
    error.__cause__, cause.__context__ = cause, error
    scene.checker.logged(logging.LogRecord("orders", logging.ERROR, "", 0, "?", (), (RuntimeError, error, None)))
    cause.args = ("nobody",)
    scene.checker.logged(logging.LogRecord("orders", logging.ERROR, "", 0, "?", (), (RuntimeError, error, None)))


@pytest.mark.parametrize(
    ("rule", "deed"),
    [
        (1, acknowledged_without_a_row), (1, lost_in_the_end), (1, waiting_for_ever), (1, completed_with_two_receipts),
        (1, failed_without_a_reason), (1, unknown_though_acknowledged), (1, told_failed_and_is_not),
        (1, failed_and_the_reason_is_not_shown), (1, a_completed_order_has_no_link),
        (1, cancelled_and_nobody_wanted_it), (1, told_cancelled_and_is_not), (1, not_cancelled_though_it_could_be),
        (4, cancelled_and_then_received_again), (4, failed_with_a_receipt),
        (2, two_bodies_accepted), (2, another_token_in_the_replay), (2, the_accepted_order_changes),
        (2, called_elsewhere),
        (3, the_stored_receipt_changes), (3, another_hash_in_the_row), (3, a_receipt_that_its_row_does_not_give),
        (4, a_receipt_without_a_row), (4, completed_without_a_receipt), (4, completed_and_then_failed),
        (5, conflict_with_nobody), (5, failed_by_an_outage),
        (6, poison_that_comes_out_well), (6, a_neighbour_is_kept_waiting),
        (7, a_link_to_nothing), (7, a_link_that_lives_too_long), (7, a_link_to_another_version),
        (7, a_wrong_token_opens_it),
        (8, a_name_in_the_log), (8, a_name_in_an_error_whose_causes_lead_back_to_it),
        (10, two_mails_and_nobody_asked), (10, another_mail_and_nobody_asked), (10, a_mail_to_somebody_else),
        (10, a_mail_about_an_order_that_is_not_completed), (3, a_mail_with_another_receipt),
        (10, a_mail_that_is_missing), (10, a_mail_that_waits_for_ever), (10, a_mail_noted_as_sent_that_was_not),
        (10, a_mail_noted_as_not_sent_that_was), (10, a_mail_that_was_not_sent_without_a_reason),
        (17, a_wrong_order_is_accepted), (17, another_total_on_the_receipt), (17, amounts_that_are_not_shown),
        (9, notified_each_minute), (9, no_answer_for_want_of_a_message), (9, completed_and_still_due),
    ],
)  # fmt: skip
def test_a_broken_rule_is_noticed(scene: Scene, rule: int, deed: Callable[[Scene], None]):
    deed(scene)

    assert rule in scene.broken
