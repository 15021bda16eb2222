"""What the mail service tells later about a message, in the row of its order."""

import json
import logging
from base64 import b64encode
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from tests.support.examples import ALICE, NINE, ROOT
from tests.support.fakes import World

from orders.aws import mailer
from orders.order import validation
from orders.order.delivery import Delivery, DeliveryStatus
from orders.order.errors import BadRequest, Unavailable
from orders.order.order import Order
from orders.use_cases import feedback, process, receive
from orders.use_cases.feedback import Feedback

BOUNCE = json.loads((ROOT / "events" / "note_feedback_event.json").read_text())
USER_UNKNOWN = "Permanent/General: smtp; 550 5.1.1 user unknown"


def event(order_id: str = "12345", number: int = 1, **changes: Any) -> dict[str, Any]:
    """The example event about another message, or with another `bounce`, or of a `complaint`."""
    told: dict[str, Any] = deepcopy(BOUNCE)
    told["detail"]["mail"]["tags"] |= {"order-id": [order_id.encode().hex()], "number": [str(number)]}
    if "complaint" in changes:
        del told["detail"]["bounce"]
    told["detail"].update(changes)
    return told


def bounce(sort: str, subtype: str) -> dict[str, Any]:
    return {**BOUNCE["detail"]["bounce"], "bounceType": sort, "bounceSubType": subtype}


@pytest.fixture
def world() -> World:
    world = World()
    receive.accept(validation.parse(ALICE | {"customerEmail": "alice@example.com"}), world.outside)
    process.make_receipt("12345", world.outside)
    return with_mail(world, lambda mail: mail.claimed("c", NINE).sent("m1", NINE))


def with_mail(world: World, move: Any) -> World:
    row = world.table.read("12345")
    world.table.replace(row, row.mailed(move(row.mail), "as if", by="test"))
    return world


def told(world: World, event: Mapping[str, Any]) -> Order:
    feedback.note(Feedback.told_by(event), world.outside)
    return world.table.read("12345")


def mail(row: Order) -> Delivery:
    assert row.mail
    return row.mail


def test_a_bounce_is_in_the_row_with_its_reason(world: World):
    row = told(world, event())

    assert (mail(row).status, mail(row).reason) == (DeliveryStatus.BOUNCED, USER_UNKNOWN)
    assert (row.history[-1].what, row.history[-1].by) == (f"mail came back: {USER_UNKNOWN}", "mail")
    assert row.mail_due_at is None


def test_what_is_told_twice_is_noted_once(world: World):
    assert told(world, event()) == told(world, event())


@pytest.mark.parametrize("subtype", ["General", "NoEmail", "Suppressed", "OnAccountSuppressionList"])
@pytest.mark.parametrize("sort", ["Permanent", "Undetermined"])
def test_what_came_back_for_good_bounced(world: World, sort: str, subtype: str):
    assert mail(told(world, event(bounce=bounce(sort, subtype)))).status is DeliveryStatus.BOUNCED


@pytest.mark.parametrize("subtype", ["MailboxFull", "MessageTooLarge", "ContentRejected", "AttachmentRejected"])
def test_what_ses_gave_up_to_deliver_bounced(world: World, subtype: str):
    assert mail(told(world, event(bounce=bounce("Transient", subtype)))).status is DeliveryStatus.BOUNCED


def test_what_may_be_an_out_of_office_note_is_noted_and_changes_no_state(world: World):
    row = told(world, event(bounce=bounce("Transient", "General")))

    assert mail(row).status is DeliveryStatus.SENT
    assert row.history[-1].what.startswith("mail perhaps came back: Transient/General")
    assert told(world, event(bounce=bounce("Transient", "General"))) == row


def test_a_complaint_is_in_the_row_and_no_bounce_takes_it_back(world: World):
    row = told(world, event(complaint={"complaintFeedbackType": "abuse"}))
    assert (mail(row).status, mail(row).reason) == (DeliveryStatus.COMPLAINED, "abuse")

    assert told(world, event()) == row
    assert told(world, event(complaint={})).history[-1].what == "mail called unwanted: no reason given"


def test_what_came_back_was_sent_also_where_nobody_knew(world: World):
    with_mail(world, lambda mail: replace(mail.lost_track_of("no answer", NINE), claim="c"))
    row = told(world, event())

    assert mail(row).status is DeliveryStatus.BOUNCED
    assert not mail(row).is_claimed_by("c")


@pytest.mark.parametrize("about", [event(order_id="nobody"), event(number=2)], ids=["unknown order", "other message"])
def test_what_is_about_no_message_that_there_is_is_dropped_and_names_nobody(
    world: World, about: dict[str, Any], caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    before = world.table.read("12345")

    assert told(world, about) == before
    assert "feedback dropped" in caplog.text
    assert "alice" not in caplog.text


def test_an_order_that_has_no_mail_stays_as_it_is(world: World):
    receive.accept(validation.parse(ALICE | {"orderId": "no-mail"}), world.outside)
    before = world.table.read("no-mail")
    told(world, event(order_id="no-mail"))

    assert world.table.read("no-mail") == before


def tagged(**tags: list[str]) -> dict[str, Any]:
    return event(mail={"tags": {name.replace("_", "-"): values for name, values in tags.items()}})


MALFORMED = {
    "nothing": {},
    "no detail": {"detail": None},
    "no order": tagged(number=["1"]),
    "no number": tagged(order_id=["3132333435"]),
    "no number at all": tagged(order_id=["3132333435"], number=["first"]),
    "order not in hexadecimal": tagged(order_id=["order-7"], number=["1"]),
    "an id of the register": tagged(order_id=[b"/register".hex()], number=["1"]),
    "a document of a register's id": tagged(document=[b64encode(b"/register/R/1").decode()], number=["1"]),
    "a document in no base64": tagged(document=["\u00e9"], number=["1"]),
    "neither": {**event(), "detail": {"mail": event()["detail"]["mail"]}},
    "no time": {**event(), "time": "soon"},
    "a bounce of no type": event(bounce={}),
}


@pytest.mark.parametrize("about", MALFORMED.values(), ids=MALFORMED)
def test_what_can_not_be_read_says_so_and_no_more(about: dict[str, Any]):
    with pytest.raises(BadRequest) as refused:
        Feedback.told_by(about)

    assert "alice" not in str(refused.value)


def test_a_long_diagnosis_is_cut(world: World):
    long = bounce("Permanent", "General") | {"bouncedRecipients": [{"diagnosticCode": "550\n  " + "x" * 9000}]}

    assert len(mail(told(world, event(bounce=long))).reason or "") < 400


def test_a_table_that_does_not_answer_is_asked_again(world: World, monkeypatch: pytest.MonkeyPatch):
    def down(_order_id: str) -> Order:
        raise Unavailable("table down")

    monkeypatch.setattr(world.table, "read", down)
    with pytest.raises(Unavailable):
        feedback.note(Feedback.told_by(event()), world.outside)


def test_somebody_elses_move_meanwhile_is_kept(world: World, monkeypatch: pytest.MonkeyPatch):
    replace_row, races = world.table.replace, iter([True])

    def racing(before: Order, after: Order) -> Order:
        if next(races, False):
            replace_row(before, before.mailed(mail(before), "somebody else's", by="test"))
        return replace_row(before, after)

    monkeypatch.setattr(world.table, "replace", racing)
    row = told(world, event())

    assert mail(row).status is DeliveryStatus.BOUNCED
    assert [entry.what for entry in row.history][-2:] == ["somebody else's", f"mail came back: {USER_UNKNOWN}"]


def test_an_event_that_is_told_again_after_a_newer_one_changes_nothing(world: World):
    first, newer = event(), event(bounce=bounce("Permanent", "Suppressed")) | {"time": "2026-11-23T10:00:00Z"}
    told(world, first)
    after = told(world, newer)

    assert told(world, first) == after


def test_an_instant_that_no_calendar_has_is_no_feedback():
    with pytest.raises(BadRequest):
        Feedback.told_by(event() | {"time": "0001-01-01T00:00:00+14:00"})


def test_feedback_about_a_credit_note_is_noted_in_its_row():
    told = event()
    del told["detail"]["mail"]["tags"]["order-id"]
    tag = mailer.tag_of("12345/refunds/r-1")
    told["detail"]["mail"]["tags"] |= {tag["Name"]: [tag["Value"]]}

    assert Feedback.told_by(told).order_id == "12345/refunds/r-1"
