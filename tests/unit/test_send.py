"""The mail to the customer: sent once for each time it was asked for, or never, and the row says which."""

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import NoReturn

import pytest
from tests.support.examples import ALICE, BASKET, NINE
from tests.support.fakes import MemoryTable, World

from orders.functions import batch
from orders.local.lambda_ import template
from orders.local.mail import smtp
from orders.order import validation
from orders.order.delivery import CLAIM_LASTS, Addressee, Delivery, DeliveryStatus
from orders.order.errors import MailDeferred, MailRefused, MailThrottled, Misconfigured, NotResendable, Unavailable
from orders.order.history import HistoryEntry
from orders.order.mailbox import LONGEST_TO_SEND, Mailbox
from orders.order.order import Order, Status
from orders.order.retries import FEWEST_ATTEMPTS
from orders.ports import Outside
from orders.use_cases import process, receive, resend, send, sweep

ZOE = BASKET["orderId"]


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def row(world: World) -> Order:
    """An order that has just been completed."""
    receive.accept(validation.parse(BASKET), world.outside)
    return process.make_receipt(ZOE, world.outside)


def mail_of(row: Order) -> Delivery:
    assert row.mail
    return row.mail


class TestAsking:
    def test_completion_asks_for_the_mail_in_the_same_write_and_rings(self, world: World, row: Order):
        assert mail_of(row).status is DeliveryStatus.WAITING
        assert row.mail_due_at == NINE + timedelta(minutes=1)
        assert row.revision == 2
        assert world.mail_queue.notified == [ZOE]

    def test_the_mails_of_a_batch_are_asked_for_after_its_last_order_and_together(self, world: World, monkeypatch):
        order_ids, calls = ["basket-1", "basket-2"], list[list[str]]()
        monkeypatch.setattr(world.mail_queue, "notify", lambda order_ids: calls.append(list(order_ids)))
        for order_id in order_ids:
            receive.accept(validation.parse(BASKET | {"orderId": order_id}), world.outside)
        make, request_mails = process.receipt_maker(order_ids, world.outside)
        for order_id in order_ids:
            make(order_id)
        assert calls == []

        request_mails()

        assert calls == [order_ids]

    def test_a_batch_without_addresses_asks_for_nothing(self, world: World, monkeypatch):
        calls = list[list[str]]()
        monkeypatch.setattr(world.mail_queue, "notify", lambda order_ids: calls.append(list(order_ids)))
        receive.accept(validation.parse(ALICE), world.outside)
        make, request_mails = process.receipt_maker(["12345"], world.outside)
        make("12345")

        request_mails()

        assert calls == []

    def test_mails_that_nobody_asked_for_because_the_process_died_are_asked_for_by_the_sweep(self, world: World):
        receive.accept(validation.parse(BASKET), world.outside)
        make, _ = process.receipt_maker([ZOE], world.outside)
        make(ZOE)
        world.clock.advance(minutes=1)

        sweep.requeue_waiting(world.outside)

        assert world.mail_queue.notified == [ZOE]

    def test_an_order_without_an_address_gets_none(self, world: World):
        receive.accept(validation.parse(ALICE), world.outside)

        assert process.make_receipt("12345", world.outside).mail is None
        assert world.mail_queue.notified == []

    def test_where_no_mail_is_sent_the_row_says_so(self, world: World):
        silent = replace(world.outside, mail_queue=None)
        receive.accept(validation.parse(BASKET), silent)
        mail = mail_of(process.make_receipt(ZOE, silent))

        assert (mail.status, mail.reason) == (DeliveryStatus.NOT_SENT, "no sender's address is set")

    def test_a_queue_of_mails_that_is_down_delays_no_order(self, world: World):
        world.mail_queue.down = True
        receive.accept(validation.parse(BASKET), world.outside)

        assert process.make_receipt(ZOE, world.outside).status is Status.COMPLETED

    def test_sweep_rings_for_a_mail_that_waits_and_not_for_its_receipt(self, world: World, row: Order):
        world.mail_queue.notified.clear()
        world.queue.notified.clear()
        world.clock.advance(minutes=1)

        assert sweep.requeue_waiting(world.outside) == 1
        assert (world.mail_queue.notified, world.queue.notified) == ([ZOE], [])

    def test_a_mail_that_was_rung_for_is_not_rung_for_again_at_once(self, world: World, row: Order):
        world.clock.advance(minutes=1)
        sweep.requeue_waiting(world.outside)

        assert sweep.requeue_waiting(world.outside) == 0

    def test_a_claim_lives_longer_than_any_sender(self):
        sender = template.load().functions["SendReceiptFunction"]

        assert timedelta(seconds=smtp.SECONDS_IN_ALL + batch.SPARE_SECONDS) < sender.timeout
        assert sender.timeout + timedelta(minutes=1) < CLAIM_LASTS
        assert sender.timeout < LONGEST_TO_SEND

    def test_a_claim_that_went_stale_is_found_within_minutes(self, world: World, row: Order):
        world.table.replace(row, row.mailed(mail_of(row).claimed("gone", NINE), None, by="mail"))
        for _ in range(5):
            world.clock.advance(minutes=1)
            world.mail_queue.notified.clear()
            sweep.requeue_waiting(world.outside)
            for order_id in world.mail_queue.notified:
                send.send_receipt(order_id, world.outside)

        assert mail_of(world.table.read(ZOE)).status is DeliveryStatus.UNKNOWN


class TestSending:
    def test_the_mail_is_sent_with_the_stored_receipt_and_the_row_says_so(self, world: World, row: Order):
        sent = send.send_receipt(ZOE, world.outside)
        (message,) = world.mailer.sent

        assert message.recipient == "zoe@example.com"
        assert mail_of(sent).status is DeliveryStatus.SENT
        assert mail_of(sent).message_id == "queued as 1"
        assert sent.mail_due_at is None
        assert [entry.what for entry in sent.history][-1] == "mail sent"

    def test_however_often_the_bell_is_heard_it_is_sent_once(self, world: World, row: Order):
        for _ in range(3):
            send.send_receipt(ZOE, world.outside)

        assert len(world.mailer.sent) == 1

    def test_of_two_that_claim_it_at_once_one_sends(self, world: World, row: Order):
        racing = Racing(table=world.table, bucket=world.bucket)
        send.send_receipt(ZOE, racing.outside)

        assert len(racing.mailer.sent) == 1

    def test_a_mail_server_that_is_down_puts_it_off_before_it_is_claimed(self, world: World, row: Order):
        world.mailer.down = True
        waiting = send.send_receipt(ZOE, world.outside)

        assert (mail_of(waiting).status, mail_of(waiting).attempts) == (DeliveryStatus.WAITING, 1)
        assert mail_of(waiting).claim is None
        assert waiting.mail_due_at
        assert waiting.mail_due_at > NINE

    def test_a_mail_server_that_words_each_refusal_otherwise_fills_no_history(self, world: World, row: Order):
        for number in range(60):
            world.mailer.refusal = MailDeferred(f"421 try again, id x{number}")
            waiting = send.send_receipt(ZOE, world.outside)

        assert len(waiting.history) == 3
        assert waiting.history[-1].what == "mail deferred: 421 try again, id x59"

    def test_days_of_outage_are_one_line_of_history(self, world: World, row: Order):
        world.mailer.down = True
        for _ in range(100):
            world.clock.advance(minutes=15)
            waiting = send.send_receipt(ZOE, world.outside)

        assert [entry.what for entry in waiting.history] == ["received", "completed", "mail deferred: mail server down"]

    def test_what_could_not_be_sent_within_three_days_is_given_up(self, world: World, row: Order):
        world.mailer.down = True
        for _ in range(FEWEST_ATTEMPTS):
            send.send_receipt(ZOE, world.outside)
        world.clock.advance(days=3, minutes=1)
        given_up = mail_of(send.send_receipt(ZOE, world.outside))

        assert given_up.status is DeliveryStatus.NOT_SENT
        assert given_up.reason == "not sent within 3 days: mail server down"

    def test_what_somebody_has_to_mend_is_never_given_up(self, world: World, row: Order):
        for _ in range(FEWEST_ATTEMPTS + 1):
            world.mailer.refusal = Misconfigured("550 who are you")
            send.send_receipt(ZOE, world.outside)
        world.clock.advance(days=9)
        world.mailer.refusal = Misconfigured("550 who are you")

        assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.WAITING

    def test_a_mail_for_which_the_mail_service_has_no_room_waits_for_as_long_as_that_takes(
        self, world: World, row: Order
    ):
        """Ten days without room are no failed attempt."""
        for _ in range(10 * 96):
            world.clock.advance(minutes=15)
            world.mailer.refusal = MailThrottled("Daily message quota exceeded")
            waiting = mail_of(send.send_receipt(ZOE, world.outside))
            assert waiting.status is DeliveryStatus.WAITING
        for _ in range(FEWEST_ATTEMPTS):
            world.mailer.refusal = MailDeferred("454")
            assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.WAITING
        send.send_receipt(ZOE, world.outside)

        assert len(world.mailer.sent) == 1
        assert mail_of(world.table.read(ZOE)).status is DeliveryStatus.SENT

    def test_of_all_the_times_without_room_the_history_keeps_the_last(self, world: World, row: Order):
        for _ in range(5):
            world.clock.advance(minutes=15)
            world.mailer.refusal = MailThrottled("Daily message quota exceeded")
            send.send_receipt(ZOE, world.outside)

        waited = [entry for entry in world.table.read(ZOE).history if entry.what.startswith("mail deferred")]
        assert [entry.at for entry in waited] == [world.clock()]

    def test_a_mail_that_is_not_let_in_for_want_of_room_is_not_claimed(self, world: World, row: Order, monkeypatch):
        def full() -> NoReturn:
            raise MailThrottled("the quota is used up")

        monkeypatch.setattr(world.mailer, "connect", full)
        waiting = send.send_receipt(ZOE, world.outside)

        assert (mail_of(waiting).status, mail_of(waiting).attempts) == (DeliveryStatus.WAITING, 0)
        assert mail_of(waiting).reason == "the quota is used up"
        assert waiting.mail_due_at == NINE + timedelta(minutes=1)

    def test_a_clock_that_jumps_gives_nothing_up(self, world: World, row: Order):
        world.mailer.down = True
        world.clock.advance(days=30)

        assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.WAITING

    @pytest.mark.parametrize(
        ("refusal", "status"),
        [
            (MailRefused("550 no such user"), DeliveryStatus.NOT_SENT),
            (MailDeferred("454 too fast"), DeliveryStatus.WAITING),
            (Unavailable("no answer"), DeliveryStatus.UNKNOWN),
        ],
    )
    def test_what_the_mail_service_answers_is_in_the_row(
        self, world: World, row: Order, refusal: Exception, status: DeliveryStatus
    ):
        world.mailer.refusal = refusal
        mail = mail_of(send.send_receipt(ZOE, world.outside))

        assert (mail.status, mail.reason) == (status, str(refusal))

    def test_what_was_certainly_not_taken_is_sent_later_and_the_rest_is_not(self, world: World, row: Order):
        for refusal in (MailDeferred("454"), None):
            world.mailer.refusal = refusal
            send.send_receipt(ZOE, world.outside)
        assert len(world.mailer.sent) == 1

    def test_what_was_put_off_is_claimed_by_nobody(self, world: World, row: Order):
        world.mailer.refusal = MailDeferred("454")

        assert mail_of(send.send_receipt(ZOE, world.outside)).claim is None

    def test_what_became_of_it_is_noted_though_others_write_the_row_meanwhile(self, world: World, row: Order):
        claimed = row.mailed(mail_of(row).claimed("mine", NINE), None, by="mail")
        elsewhere = replace(claimed, revision=claimed.revision + 1)
        world.table.rows[ZOE] = elsewhere
        noted = send.note(
            claimed, Addressee.CUSTOMER, "mine", lambda delivery: delivery.sent("m1", NINE), world.outside
        )

        assert mail_of(noted).status is DeliveryStatus.SENT

    def test_what_may_have_been_sent_is_not_sent_again(self, world: World, row: Order):
        world.mailer.refusal = Unavailable("no answer")
        for _ in range(3):
            send.send_receipt(ZOE, world.outside)
            world.clock.advance(hours=1)

        assert world.mailer.sent == []

    def test_a_claim_whose_sender_is_gone_ends_unknown(self, world: World, row: Order):
        claimed = row.mailed(mail_of(row).claimed("somebody's", NINE), None, by="mail")
        world.table.replace(row, claimed)
        world.clock.advance(seconds=1)
        assert send.send_receipt(ZOE, world.outside) == claimed
        world.clock.advance(seconds=CLAIM_LASTS.total_seconds())

        assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.UNKNOWN
        assert world.mailer.sent == []

    def test_a_template_with_a_fault_waits_to_be_mended(
        self, world: World, row: Order, monkeypatch: pytest.MonkeyPatch, tmp_path
    ):
        (tmp_path / "receipt.txt").write_text("{{ nothing.like.this }}")
        with monkeypatch.context() as patched:
            patched.setenv("ORDERS_MAIL", str(tmp_path))
            mail = mail_of(send.send_receipt(ZOE, world.outside))
        assert (mail.status, "receipt.txt" in str(mail.reason)) == (DeliveryStatus.WAITING, True)

        assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.SENT

    def test_a_receipt_that_is_gone_waits_to_be_put_back(self, world: World, row: Order):
        class Gone(type(world.bucket)):  # type: ignore[misc]
            def fetch(self, receipt):
                raise Misconfigured("put it back")

        mail = mail_of(send.send_receipt(ZOE, replace(world.outside, bucket=Gone())))

        assert (mail.status, mail.reason) == (DeliveryStatus.WAITING, "put it back")


class TestOneMailbox:
    """Whoever can post orders can't flood somebody else's mailbox."""

    ADDRESSES = ("zoe@example.com", "Zoe@Example.com", "zoe+1@example.com")

    @pytest.fixture
    def ids(self, world: World) -> list[str]:
        """Eight orders for one mailbox, all completed, by its several addresses."""
        ids = [f"o{number}" for number in range(8)]
        for number, order_id in enumerate(ids):
            address = self.ADDRESSES[number % len(self.ADDRESSES)]
            receive.accept(validation.parse(BASKET | {"orderId": order_id, "customerEmail": address}), world.outside)
            process.make_receipt(order_id, world.outside)
        return ids

    def send_all(self, world: World, ids: list[str]) -> None:
        for order_id in ids:
            send.send_receipt(order_id, world.outside)

    def test_it_gets_five_mails_within_the_hour_and_the_rows_of_the_others_say_when_they_go(
        self, world: World, ids: list[str]
    ):
        self.send_all(world, ids)
        waiting = [mail_of(world.table.read(order_id)) for order_id in ids[5:]]

        assert len(world.mailer.sent) == 5
        assert {mail.status for mail in waiting} == {DeliveryStatus.WAITING}
        assert {mail.reason for mail in waiting} == {
            "this address got 5 mails within the hour; the next one goes at about 10:01 UTC"
        }

    def test_they_go_once_the_hour_is_over_by_the_sweep(self, world: World, ids: list[str]):
        self.send_all(world, ids)
        for _ in range(63):
            world.clock.advance(minutes=1)
            world.mail_queue.notified.clear()
            sweep.requeue_waiting(world.outside)
            self.send_all(world, world.mail_queue.notified)

        assert len(world.mailer.sent) == 8
        assert {mail_of(world.table.read(order_id)).status for order_id in ids} == {DeliveryStatus.SENT}
        history = [entry.what for entry in world.table.read(ids[-1]).history]
        assert len(history) == 4
        assert history[-1] == "mail sent"

    def test_another_mailbox_waits_for_none_of_it(self, world: World, ids: list[str], row: Order):
        bob = BASKET | {"orderId": "bob", "customerEmail": "bob@example.com"}
        receive.accept(validation.parse(bob), world.outside)
        process.make_receipt("bob", world.outside)
        self.send_all(world, [*ids, "bob"])

        assert [message.order_id for message in world.mailer.sent][-1] == "bob"

    def test_what_operators_ask_for_counts_too(self, world: World, row: Order):
        for _ in range(7):
            send.send_receipt(ZOE, world.outside)
            world.clock.advance(minutes=2)
            if mail_of(world.table.read(ZOE)).status is DeliveryStatus.SENT:
                resend.send_again(ZOE, world.outside, by="olga")

        assert len(world.mailer.sent) == 5
        assert "got 5 mails" in str(mail_of(world.table.read(ZOE)).reason)

    def test_nothing_is_made_and_nobody_is_connected_to_for_a_mail_that_has_to_wait(self, world: World, ids: list[str]):
        self.send_all(world, ids)
        world.mailer.down = world.bucket.down = True
        late = send.send_receipt(ids[-1], world.outside)

        assert "got 5 mails" in str(mail_of(late).reason)

    def test_a_mail_that_was_not_taken_has_its_place_and_is_sent_from_it(self, world: World, ids: list[str]):
        world.mailer.refusal = MailDeferred("454")
        self.send_all(world, ids)
        assert len(world.mailer.sent) == 4
        send.send_receipt(ids[0], world.outside)

        assert len(world.mailer.sent) == 5
        assert [message.order_id for message in world.mailer.sent][-1] == ids[0]

    def test_a_mail_server_that_is_down_takes_no_places(self, world: World, ids: list[str]):
        world.mailer.down = True
        self.send_all(world, ids)

        assert world.table.mailboxes == {}

    def test_of_two_senders_that_see_the_last_place_one_takes_it(self, world: World, ids: list[str]):
        self.send_all(world, ids[:4])

        class Overtaken(MemoryTable):
            def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
                send.send_receipt(ids[5], world.outside)
                return super().count_mail(before, after)

        table = Overtaken(world.table.rows, world.table.mailboxes)
        late = mail_of(send.send_receipt(ids[4], replace(world.outside, table=table)))

        assert len(world.mailer.sent) == 5
        assert (late.status, late.claim) == (DeliveryStatus.WAITING, None)

    def test_a_table_that_does_not_answer_is_an_outage_as_any(self, world: World, row: Order):
        class Down(MemoryTable):
            def count_mail(self, before: Mailbox, after: Mailbox) -> Mailbox:
                raise Unavailable("counts: throttled")

        waiting = mail_of(send.send_receipt(ZOE, replace(world.outside, table=Down(world.table.rows))))

        assert (waiting.status, waiting.reason) == (DeliveryStatus.WAITING, "counts: throttled")
        assert world.mailer.sent == []

    def test_a_flood_is_given_up_after_three_days_as_what_never_gets_through_is(self, world: World, ids: list[str]):
        self.send_all(world, ids[:5])
        for _ in range(FEWEST_ATTEMPTS):
            send.send_receipt(ids[-1], world.outside)
        world.clock.advance(days=3, minutes=1)
        world.table.mailboxes.update(
            {key: replace(box, entries=tuple((name, world.clock()) for name, _ in box.entries))
             for key, box in world.table.mailboxes.items()}
        )  # fmt: skip
        given_up = mail_of(send.send_receipt(ids[-1], world.outside))

        assert given_up.status is DeliveryStatus.NOT_SENT
        assert str(given_up.reason).startswith("not sent within 3 days: this address got 5 mails")


class TestResending:
    def test_an_operator_may_ask_for_another(self, world: World, row: Order):
        send.send_receipt(ZOE, world.outside)
        asked = resend.send_again(ZOE, world.outside, by="olga")
        send.send_receipt(ZOE, world.outside)

        assert mail_of(asked).number == 2
        assert asked.history[-1].by == "olga"
        assert [message.number for message in world.mailer.sent] == [1, 2]

    def test_asking_once_is_one_message_though_the_answer_to_it_is_lost(self, world: World, row: Order):
        send.send_receipt(ZOE, world.outside)

        class AnswersLate(MemoryTable):
            def replace(self, before: Order, after: Order) -> Order:
                """The first answer is lost; the mail is sent before the row is read again."""
                now = super().replace(before, after)
                if after.history[-1].what == "mail requested again":
                    now = send.send_receipt(ZOE, world.outside)
                return now

        resend.send_again(ZOE, replace(world.outside, table=AnswersLate(world.table.rows)), by="olga")

        assert [message.number for message in world.mailer.sent] == [1, 2]

    def test_one_that_is_on_its_way_is_not_asked_for_twice(self, world: World, row: Order):
        with pytest.raises(NotResendable, match="on its way"):
            resend.send_again(ZOE, world.outside, by="olga")

    def test_one_is_asked_for_at_most_once_a_minute(self, world: World, row: Order):
        send.send_receipt(ZOE, world.outside)
        asked = list[int]()
        for second in range(150):
            world.clock.advance(seconds=1)
            send.send_receipt(ZOE, world.outside)
            with contextlib.suppress(NotResendable):
                resend.send_again(ZOE, world.outside, by="olga")
                asked.append(second)

        assert asked == [0, 60, 120]

    def test_a_request_that_an_older_version_noted_counts_too(self, world: World, row: Order):
        send.send_receipt(ZOE, world.outside)
        before = world.table.rows[ZOE]
        requested = HistoryEntry(world.clock(), "mail asked for again", "olga")
        world.table.rows[ZOE] = replace(before, history=(*before.history, requested))

        with pytest.raises(NotResendable, match="less than a minute ago"):
            resend.send_again(ZOE, world.outside, by="olga")

    def test_asking_too_soon_is_refused_with_the_time_to_wait(self, world: World, row: Order):
        world.table.rows[ZOE] = replace(row, mail=None, mail_due_at=None)  # from before there was mail
        resend.send_again(ZOE, world.outside, by="olga")
        send.send_receipt(ZOE, world.outside)
        world.clock.advance(seconds=18, milliseconds=500)
        with pytest.raises(NotResendable, match="Try again in 42 seconds"):
            resend.send_again(ZOE, world.outside, by="maria")
        world.clock.advance(seconds=41.5)
        resend.send_again(ZOE, world.outside, by="maria")

    def test_a_clock_that_was_set_back_keeps_nobody_from_asking(self, world: World, row: Order):
        send.send_receipt(ZOE, world.outside)
        resend.send_again(ZOE, world.outside, by="olga")
        send.send_receipt(ZOE, world.outside)
        world.clock.advance(days=-1)

        assert mail_of(resend.send_again(ZOE, world.outside, by="olga")).number == 3

    def test_there_is_none_without_a_receipt_an_address_or_a_sender(self, world: World, row: Order):
        receive.accept(validation.parse(ALICE), world.outside)
        with pytest.raises(NotResendable, match="RECEIVED"):
            resend.send_again("12345", world.outside, by="olga")
        process.make_receipt("12345", world.outside)
        with pytest.raises(NotResendable, match="address"):
            resend.send_again("12345", world.outside, by="olga")
        with pytest.raises(NotResendable, match="sender"):
            resend.send_again(ZOE, replace(world.outside, mail_queue=None), by="olga")

    def test_an_order_from_before_there_was_mail_can_be_sent_one(self, world: World, row: Order):
        world.table.rows[ZOE] = replace(row, mail=None, mail_due_at=None)

        assert mail_of(resend.send_again(ZOE, world.outside, by="olga")).number == 1

    def test_what_a_late_sender_notes_of_an_earlier_message_is_not_believed_of_the_next(self, world: World, row: Order):
        claimed = row.mailed(mail_of(row).claimed("slow", NINE), None, by="mail")
        lost = claimed.mailed(mail_of(claimed).lost_track_of("gone", NINE), None, by="mail")
        world.table.rows[ZOE] = lost
        asked = resend.send_again(ZOE, world.outside, by="olga")

        assert (
            send.note(asked, Addressee.CUSTOMER, "slow", lambda delivery: delivery.sent("late", NINE), world.outside)
            == asked
        )

    def test_what_a_late_sender_knows_mends_what_nobody_knew(self, world: World, row: Order):
        claimed = row.mailed(mail_of(row).claimed("slow", NINE), None, by="mail")
        lost = claimed.mailed(mail_of(claimed).lost_track_of("gone", NINE), None, by="mail")
        world.table.rows[ZOE] = lost
        noted = send.note(lost, Addressee.CUSTOMER, "slow", lambda delivery: delivery.sent("late", NINE), world.outside)

        assert mail_of(noted).status is DeliveryStatus.SENT


class Racing(World):
    """A world in which somebody else claims each mail in the same instant."""

    @property
    def outside(self) -> Outside:
        first = super().outside
        return replace(first, table=_Overtaken(self.table, first))


class _Overtaken(MemoryTable):
    def __init__(self, table: MemoryTable, other: Outside) -> None:
        super().__init__(table.rows)
        self._other = other

    def replace(self, before: Order, after: Order) -> Order:
        if any(each.status is DeliveryStatus.SENDING for each in (after.mail, after.copy) if each):
            send.send_receipt(before.order_id, self._other)
            send.send_kept(before.order_id, self._other)
        return super().replace(before, after)


class TestOutbox:
    """Where no mail server is set, mails are kept."""

    @pytest.fixture
    def kept(self, world: World, row: Order) -> Order:
        world.mailer.taken_as = DeliveryStatus.OUTBOX
        kept = send.send_receipt(ZOE, world.outside)
        world.mailer.taken_as = DeliveryStatus.SENT
        world.mailer.sent.clear()
        return kept

    def test_what_is_only_kept_is_never_shown_as_sent(self, kept: Order):
        assert (mail_of(kept).status, mail_of(kept).reason) == (DeliveryStatus.OUTBOX, "no mail server is set")
        assert kept.mail_due_at is None
        assert kept.history[-1].what == "mail kept in the outbox, not sent: no mail server is set"

    def test_no_bell_sends_it(self, world: World, kept: Order):
        assert send.send_receipt(ZOE, world.outside) == kept
        assert world.mailer.sent == []

    def test_it_is_sent_once_where_that_is_wanted(self, world: World, kept: Order):
        for _ in range(3):
            row = send.send_kept(ZOE, world.outside)

        assert mail_of(row).status is DeliveryStatus.SENT
        assert mail_of(row).reason is None
        assert len(world.mailer.sent) == 1

    def test_two_senders_at_once_send_it_once(self, world: World, kept: Order):
        racing = Racing(table=world.table, bucket=world.bucket)
        send.send_kept(ZOE, racing.outside)

        assert len(racing.mailer.sent) == 1

    def test_a_mail_server_that_is_down_leaves_it_kept(self, world: World, kept: Order):
        world.mailer.down = True
        with pytest.raises(Unavailable):
            send.send_kept(ZOE, world.outside)

        assert world.table.read(ZOE) == kept

    @pytest.mark.parametrize(
        ("refusal", "status"),
        [
            (MailRefused("550 no such user"), DeliveryStatus.NOT_SENT),
            (MailDeferred("421 later"), DeliveryStatus.WAITING),
            (Unavailable("no answer"), DeliveryStatus.UNKNOWN),
        ],
    )
    def test_what_becomes_of_it_is_noted(self, world: World, kept: Order, refusal: Exception, status: DeliveryStatus):
        world.mailer.refusal = refusal
        row = send.send_kept(ZOE, world.outside)

        assert mail_of(row).status is status
        assert send.send_kept(ZOE, world.outside) == row

    def test_a_mail_that_is_only_kept_takes_no_place_in_a_mailbox(self, world: World, kept: Order):
        assert world.table.mailboxes == {}

    def test_it_waits_where_the_mailbox_has_had_as_many_as_it_gets(
        self, world: World, kept: Order, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setenv("ORDERS_MAILS_PER_HOUR", "1")
        other = BASKET | {"orderId": "other", "customerEmail": kept.posted.customer_email}
        receive.accept(validation.parse(other), world.outside)
        process.make_receipt("other", world.outside)
        send.send_receipt("other", world.outside)
        row = send.send_kept(ZOE, world.outside)

        assert mail_of(row).status is DeliveryStatus.WAITING
        assert "this address got 1 mail within the hour" in str(mail_of(row).reason)
        assert row.mail_due_at is not None
        assert [message.order_id for message in world.mailer.sent] == ["other"]

    def test_a_mail_that_was_asked_for_again_takes_its_place(self, world: World, kept: Order):
        resend.send_again(ZOE, world.outside, by="maria")
        send.send_receipt(ZOE, world.outside)

        assert send.send_kept(ZOE, world.outside).mail == mail_of(world.table.read(ZOE))
        assert [message.number for message in world.mailer.sent] == [2]


class TestHolding:
    """In a copy of a data folder, whose original may send the same mails."""

    def test_a_mail_that_waits_is_held_until_it_is_released(self, world: World, row: Order):
        held = world.table.replace(row, row.mail_held(NINE))
        world.clock.advance(hours=1)
        assert sweep.requeue_waiting(world.outside) == 0
        assert send.send_receipt(ZOE, world.outside) == held
        released = world.table.replace(held, held.mail_released(world.clock(), "maria"))
        world.clock.advance(minutes=1)

        assert sweep.requeue_waiting(world.outside) == 1
        assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.SENT
        assert [(entry.what, entry.by) for entry in released.history[-2:]] == [
            ("mail held: this data folder was copied or restored, and it may have been sent already", "mail"),
            ("held mail released", "maria"),
        ]

    def test_a_mail_that_is_dropped_is_not_sent_and_may_be_asked_for_again(self, world: World, row: Order):
        dropped = row.mail_held(NINE).mail_dropped(NINE, "maria")
        world.table.replace(row, dropped)

        assert (mail_of(dropped).status, dropped.mail_due_at) == (DeliveryStatus.NOT_SENT, None)
        assert mail_of(dropped).reason == "left to the original folder by an operator"
        assert mail_of(resend.send_again(ZOE, world.outside, by="maria")).number == 2

    def test_the_mail_of_an_order_that_the_original_may_complete_too_is_held(self, world: World):
        waiting = receive.accept(validation.parse(BASKET), world.outside).order
        world.table.replace(waiting, waiting.mail_held(NINE))
        completed = process.make_receipt(ZOE, world.outside)

        assert completed.status is Status.COMPLETED
        assert mail_of(completed).status is DeliveryStatus.HELD
        assert world.mail_queue.notified == []

    def test_one_that_is_released_before_its_order_is_completed_is_sent_after_it(self, world: World):
        waiting = receive.accept(validation.parse(BASKET), world.outside).order
        held = world.table.replace(waiting, waiting.mail_held(NINE))
        released = world.table.replace(held, held.mail_released(NINE, "maria"))
        process.make_receipt(ZOE, world.outside)

        assert released.mail is None
        assert mail_of(send.send_receipt(ZOE, world.outside)).status is DeliveryStatus.SENT

    def test_what_was_kept_in_the_outbox_is_kept_there_when_it_is_released(self, world: World, row: Order):
        kept = row.mailed(mail_of(row).kept("file.eml", NINE), "kept", by="mail")
        released = kept.mail_held(NINE).mail_released(NINE, "maria")

        assert mail_of(released).status is DeliveryStatus.OUTBOX
        assert released.mail_due_at is None

    def test_what_is_not_held_is_neither_released_nor_dropped(self, row: Order):
        assert row.mail_released(NINE, "maria") is row
        assert row.mail_dropped(NINE, "maria") is row
