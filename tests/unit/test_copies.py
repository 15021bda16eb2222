"""The copy for the shop's accountant: a message of its own with a state of its own."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.mail.composing import PDF, html_of, read, row_of, text_of
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.fakes import World
from tests.unit.test_feedback import event
from tests.unit.test_send import Racing

from orders.mail import compose
from orders.order import record, validation
from orders.order.delivery import CLAIM_LASTS, Addressee, Delivery, DeliveryStatus
from orders.order.errors import MailDeferred, Misconfigured, NewerVersion, Unavailable
from orders.order.order import Order
from orders.receipt import drawing
from orders.shop import shop
from orders.use_cases import feedback, process, receive, resend, send, sweep
from orders.use_cases.feedback import Feedback

ZOE = BASKET["orderId"]
ACCOUNTANT = "accounts@casaluna.example"
OLD_FIELDS = {"status", "since", "at", "number", "attempts", "claim", "messageId", "reason"}
"""What the version before knew of a mail. It leaves a row with any other field alone."""


@pytest.fixture
def shop_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Make this the shop's shop.toml."""

    def write(text: str) -> None:
        (tmp_path / "shop.toml").write_text(text, encoding="utf-8")
        monkeypatch.setenv("ORDERS_RECEIPT", str(tmp_path / "shop.toml"))
        shop.configured.cache_clear()
        drawing.end_idle()  # it knows the shop of another test

    yield write
    shop.configured.cache_clear()
    drawing.end_idle()


@pytest.fixture
def world(shop_says: Callable[[str], None]) -> World:
    shop_says(f'name = "Casa Luna"\ncopy_to = "{ACCOUNTANT}"')
    return World()


@pytest.fixture
def row(world: World) -> Order:
    return completed(world)


def completed(world: World, order: dict[str, object] = BASKET) -> Order:
    receive.accept(validation.parse(order), world.outside)
    return process.make_receipt(str(order["orderId"]), world.outside)


def copy_of(row: Order) -> Delivery:
    assert row.copy
    return row.copy


def recipients(world: World) -> list[str]:
    return [message.recipient for message in world.mailer.sent]


def swept(world: World, minutes: int = 60) -> Order:
    """The order after the sweep of so many minutes."""
    for _ in range(minutes):
        world.clock.advance(minutes=1)
        world.mail_queue.notified.clear()
        sweep.requeue_waiting(world.outside)
        for order_id in world.mail_queue.notified:
            send.send_receipt(order_id, world.outside)
    return world.table.read(ZOE)


def test_completion_requests_both_in_the_same_write(world: World, row: Order):
    assert (row.mail, row.copy) == (Delivery.requested(NINE), Delivery.requested(NINE))
    assert (row.mail_due_at, row.revision) == (NINE + timedelta(minutes=1), 2)


def test_each_gets_a_message_of_their_own_once(world: World, row: Order):
    first = send.send_receipt(ZOE, world.outside)
    assert recipients(world) == ["zoe@example.com"]
    assert first.mail_due_at == NINE + timedelta(minutes=1)
    after = swept(world)

    assert recipients(world) == ["zoe@example.com", ACCOUNTANT]
    assert [copy_of(after).status, after.mail and after.mail.status] == [DeliveryStatus.SENT] * 2
    assert copy_of(after).message_id == "queued as 2"
    assert after.mail_due_at is None
    assert [entry.what for entry in after.history][-2:] == ["mail sent", "copy sent"]


def test_of_attempts_by_turns_the_history_keeps_the_last_of_each(world: World, row: Order):
    world.mailer.down = True
    after = swept(world, 120)

    assert min(copy_of(after).attempts, after.mail.attempts if after.mail else 0) > 2
    assert sorted(entry.what for entry in after.history[2:]) == [
        "copy deferred: mail server down",
        "mail deferred: mail server down",
    ]


def test_the_copy_is_sent_where_the_customer_left_no_address(world: World):
    row = completed(world, ALICE)
    assert (row.mail, world.mail_queue.notified) == (None, ["12345"])
    sent = send.send_receipt("12345", world.outside)

    assert recipients(world) == [ACCOUNTANT]
    assert (sent.mail, copy_of(sent).status, sent.mail_due_at) == (None, DeliveryStatus.SENT, None)


def test_a_shop_without_an_address_for_copies_gets_none(world: World, shop_says: Callable[[str], None]):
    shop_says("")

    assert completed(world).copy is None


def test_where_no_mail_is_sent_the_copy_says_so(world: World):
    silent = replace(world.outside, mail_queue=None)
    receive.accept(validation.parse(ALICE), silent)
    copy = copy_of(process.make_receipt("12345", silent))

    assert (copy.status, copy.reason) == (DeliveryStatus.NOT_SENT, "no sender's address is set")


def test_the_limit_of_the_customers_mailbox_does_not_delay_the_copy(world: World, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("ORDERS_MAILS_PER_HOUR", "1")
    for number in range(6):
        completed(world, BASKET | {"orderId": f"o{number}"})
    completed(world)
    swept(world, 30)

    assert recipients(world).count("zoe@example.com") == 1
    assert recipients(world).count(ACCOUNTANT) == 7


def test_of_two_senders_at_once_one_sends_the_copy(world: World):
    completed(world, ALICE)
    racing = Racing(table=world.table, bucket=world.bucket)
    send.send_receipt("12345", racing.outside)

    assert recipients(racing) == [ACCOUNTANT]


def test_a_copy_whose_sender_is_gone_ends_unknown_and_is_not_sent_again(world: World):
    row = completed(world, ALICE)
    claimed = row.mailed(copy_of(row).claimed("gone", NINE), None, by="mail", to=Addressee.COPY)
    world.table.replace(row, claimed)
    assert claimed.mail_due_at == NINE + CLAIM_LASTS
    assert send.send_receipt("12345", world.outside) == claimed
    swept_row = None
    for _ in range(5):
        world.clock.advance(minutes=1)
        swept_row = send.send_receipt("12345", world.outside)

    assert swept_row
    assert copy_of(swept_row).status is DeliveryStatus.UNKNOWN
    assert world.mailer.sent == []
    assert swept_row.history[-1].what.startswith("copy perhaps sent: ")


def test_an_answer_that_was_lost_ends_unknown(world: World):
    completed(world, ALICE)
    world.mailer.refusal = Unavailable("no answer")
    for _ in range(3):
        row = send.send_receipt("12345", world.outside)

    assert (copy_of(row).status, copy_of(row).reason) == (DeliveryStatus.UNKNOWN, "no answer")
    assert world.mailer.sent == []


def test_both_wait_while_the_mail_server_is_down_and_neither_starves_the_other(world: World, row: Order):
    world.mailer.down = True
    waiting = swept(world, 180)
    assert waiting.mail_due_at
    assert waiting.mail
    assert {waiting.mail.status, copy_of(waiting).status} == {DeliveryStatus.WAITING}
    assert 5 < waiting.mail.attempts < 40  # the pauses grow
    assert abs(waiting.mail.attempts - copy_of(waiting).attempts) <= 1
    world.mailer.down = False
    swept(world, 45)

    assert sorted(recipients(world)) == [ACCOUNTANT, "zoe@example.com"]


def test_a_mail_that_is_refused_keeps_its_copy(world: World, row: Order):
    world.mailer.refusal = MailDeferred("451 later")
    first = send.send_receipt(ZOE, world.outside)
    after = swept(world)

    assert (first.mail and first.mail.status, copy_of(first).status) == (DeliveryStatus.WAITING,) * 2
    assert sorted(recipients(world)) == [ACCOUNTANT, "zoe@example.com"]
    assert after.mail_due_at is None


def test_what_comes_back_is_noted_of_the_message_that_it_is_about(world: World, row: Order):
    swept(world)
    about = event(ZOE)
    about["detail"]["mail"]["tags"]["number"] = ["1-copy"]
    feedback.note(Feedback.told_by(about), world.outside)
    after = world.table.read(ZOE)

    assert (after.mail and after.mail.status, copy_of(after).status) == (DeliveryStatus.SENT, DeliveryStatus.BOUNCED)
    assert after.history[-1].what.startswith("copy came back: Permanent/General")


def test_the_message_says_in_its_tag_which_one_it_is(world: World, row: Order):
    swept(world)

    assert [message.ordinal for message in world.mailer.sent] == ["1", "1-copy"]


def test_an_operator_who_resends_the_mail_sends_no_other_copy(world: World, row: Order):
    before = swept(world)
    world.clock.advance(minutes=2)
    again = resend.send_again(ZOE, world.outside, by="ann")
    swept(world)

    assert again.copy == before.copy
    assert recipients(world) == ["zoe@example.com", ACCOUNTANT, "zoe@example.com"]


def test_an_address_that_was_taken_away_meanwhile_gets_nothing(
    world: World, row: Order, shop_says: Callable[[str], None]
):
    shop_says("")
    after = swept(world)

    assert recipients(world) == ["zoe@example.com"]
    assert copy_of(after).status is DeliveryStatus.NOT_SENT
    assert copy_of(after).reason == "The shop names no address for copies any more."


def test_an_address_that_cannot_be_written_waits_for_somebody_to_correct_it(
    world: World, row: Order, shop_says: Callable[[str], None]
):
    shop_says('copy_to = "zoë@casaluna.example"')
    after = swept(world, 3)

    assert copy_of(after).status is DeliveryStatus.WAITING
    assert "the part before the @ must be ASCII" in (copy_of(after).reason or "")


class TestTheMessage:
    def test_it_goes_to_the_accountant_alone_and_names_customer_and_order(self, world: World):
        message = compose(row_of(), PDF, NINE, Addressee.COPY)
        letter = read(message)

        assert (message.recipient, message.ordinal) == (ACCOUNTANT, "1-copy")
        assert (letter["To"], letter["Cc"], letter["Bcc"]) == (ACCOUNTANT, None, None)
        assert letter["Subject"] == "Copy of the receipt for Zoë Ångström, basket-1"
        assert "zoe@example.com" not in str(letter)
        assert text_of(message).startswith("Casa Luna\nCopy of the receipt for Zoë Ångström\n€101.07\n")
        for text in (text_of(message), html_of(message)):
            assert "Espresso cups" in text
            assert "Hello" not in text
            assert "Questions?" not in text
        (attached,) = letter.iter_attachments()
        assert attached.get_content() == PDF

    def test_it_is_another_message_than_the_customers(self, world: World):
        mail, copy = (read(compose(row_of(), PDF, NINE, to)) for to in Addressee)

        assert mail["Message-ID"] != copy["Message-ID"]

    @pytest.mark.parametrize("name", ["see evil.example", "{name}", "{order}"])
    def test_it_names_the_order_where_the_name_reads_as_something_else(self, world: World, name: str):
        subject = read(compose(row_of({"customerName": name}), PDF, NINE, Addressee.COPY))["Subject"]

        assert subject == (
            "Copy of the receipt for basket-1" if "evil" in name else f"Copy of the receipt for {name}, basket-1"
        )

    def test_an_invoice_is_called_one(self, world: World):
        unpaid = {"payments": [{"method": "card", "amount": "1"}]}

        assert read(compose(row_of(unpaid), PDF, NINE, Addressee.COPY))["Subject"] == (
            "Copy of the invoice for Zoë Ångström, basket-1"
        )


class TestHolding:
    def test_a_copy_is_held_released_and_dropped_by_itself(self, world: World, row: Order):
        held = row.mail_held(NINE, Addressee.COPY)
        released, dropped = (
            held.mail_released(NINE, "ann", Addressee.COPY),
            held.mail_dropped(NINE, "ann", Addressee.COPY),
        )

        assert (held.mail, copy_of(held).status) == (row.mail, DeliveryStatus.HELD)
        assert held.mail_due_at == NINE + timedelta(minutes=1)  # of the customer's
        assert copy_of(released).status is DeliveryStatus.WAITING
        assert copy_of(dropped).status is DeliveryStatus.NOT_SENT
        assert [each.history[-1].what for each in (held, released, dropped)] == [
            "copy held: this data folder was copied or restored, and it may have been sent already",
            "held copy released",
            "copy not sent: left to the original folder by an operator",
        ]

    def test_a_copy_that_is_held_before_completion_stays_held(self, world: World):
        waiting = receive.accept(validation.parse(ALICE), world.outside).order
        world.table.replace(waiting, waiting.mail_held(NINE, Addressee.COPY))
        row = process.make_receipt("12345", world.outside)

        assert (copy_of(row).status, row.mail_due_at) == (DeliveryStatus.HELD, None)


class TestTheRecord:
    def test_it_is_read_as_it_was_written(self, world: World, row: Order):
        for each in (row, replace(row, mail=None), replace(row, copy=None), replace(row, mail=None, copy=None)):
            assert record.to_order(record.from_order(each)) == each

    def test_a_row_without_a_copy_has_no_field_of_it(self, world: World, row: Order):
        text = record.from_order(replace(row, copy=None))["mail"]

        assert json.loads(str(text)).keys() == OLD_FIELDS

    @pytest.mark.parametrize("has_mail", [True, False])
    def test_the_version_before_leaves_a_row_with_a_copy_alone(self, world: World, row: Order, has_mail: bool):
        text = record.from_order(row if has_mail else replace(row, mail=None))["mail"]

        assert json.loads(str(text)).keys() - OLD_FIELDS == {"copy"}

    def test_so_does_this_version_with_what_a_newer_one_knows_of_a_copy(self, world: World, row: Order):
        kept = record.from_order(row)
        document = json.loads(str(kept["mail"]))
        document["copy"]["channel"] = "fax"

        with pytest.raises(NewerVersion, match="a mail's field 'channel'"):
            record.to_order({**kept, "mail": json.dumps(document)})

    @pytest.mark.parametrize("text", ["{}", '{"copy": {}}', '{"copy": 7}', "[]"])
    def test_what_is_damaged_is_called_damaged(self, world: World, row: Order, text: str):
        with pytest.raises(Misconfigured, match="is damaged"):
            record.to_order({**record.from_order(row), "mail": text})
