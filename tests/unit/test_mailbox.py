"""A mailbox gets so many mails within any hour, and no more."""

from datetime import datetime, timedelta
from random import Random

import pytest
from tests.support.examples import NINE

from orders.order import mailbox
from orders.order.errors import Misconfigured
from orders.order.mailbox import HOUR, Mailbox, key_of


def at(minute: float) -> datetime:
    return NINE + timedelta(minutes=minute)


def of(*minutes: float) -> Mailbox:
    """A mailbox that got a mail in each of these minutes after nine."""
    box = Mailbox("k")
    for number, minute in enumerate(minutes):
        box = box.with_message(f"o{number} 1", at(minute))
    return box


def test_there_is_room_for_as_many_as_were_said():
    assert Mailbox("k").room_at("x 1", at(0), 3) is None
    assert of(0, 1).room_at("x 1", at(1), 3) is None
    assert of(0, 1, 2).room_at("x 1", at(3), 3) == at(61)


def test_an_hour_and_the_time_it_takes_to_send_after_the_first_of_them_there_is_room_again():
    box = of(0, 10, 20)

    assert box.room_at("x 1", at(60.9), 3) == at(61)
    assert box.room_at("x 1", at(61), 3) is None
    assert box.with_message("x 1", at(61)).room_at("y 1", at(62), 3) == at(71)


def test_a_lower_limit_counts_what_was_sent_before_it():
    assert of(0, 10, 20).room_at("x 1", at(21), 1) == at(81)
    assert of(0, 10, 20).room_at("x 1", at(21), 2) == at(71)


def test_a_message_that_has_its_place_may_be_tried_again_and_takes_no_other():
    box = of(0, 1, 2)

    assert box.room_at("o1 1", at(30), 3) is None
    again = box.with_message("o1 1", at(30))
    assert len(again.entries) == 3
    assert again.room_at("x 1", at(62), 3) is None
    assert again.with_message("x 1", at(62)).room_at("y 1", at(62), 3) == at(63)


def test_no_hour_has_more_whenever_they_are_asked_for():
    chance, box, sent, now = Random(1), Mailbox("k"), list[datetime](), 0.0
    for number in range(2_000):
        now += chance.choice([0, 0.01, 1, 7, 30])
        if box.room_at(f"{number} 1", at(now), 5) is None:
            box = box.with_message(f"{number} 1", at(now))
            sent.append(at(now))

    assert all(sixth - first >= HOUR for first, sixth in zip(sent, sent[5:], strict=False))
    assert len(box.entries) <= 5


def test_a_clock_that_was_set_back_by_a_day_keeps_nobody_waiting_for_a_day():
    assert of(1440, 1440, 1440).room_at("x 1", at(0), 3) is None


UNSEEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180b\u180e\u200b\u200d\u200e\u202e\u2060\u2065\u2069\u2800\u3164\ufe00\ufe0f\ufeff"
    "\uffa0\ufff0\U0001d173\U000e0041\U000e0100\U000e0fff"
)


@pytest.mark.parametrize(
    "address",
    [
        "Zoe@Example.com", "zoe+shop@example.com", "ZOE+a+b@EXAMPLE.COM", "zoe+@example.com", "zoe.+x@example.com",
        "z.o.e@example.com", ".zoe@example.com", '"z..oe"@example.com', "z.o.e.+a.b@example.com",
        "zoe%gmail.com@example.com", "zoe%a@example.com", "zoe%a+b@example.com", "zoe+a%b@example.com",
        "example.com!zoe@example.com", "a!b!zoe+c@example.com",
        "\uff3aoe@example.com", "\uff5aoe\uff0ba@example.com", "zoe\uff05a@example.com", "z\uff0eoe@example.com",
        "z\u2024oe@example.com", "\U0001d4cfoe@example.com",
        *(f"z{unseen}oe@example.com" for unseen in UNSEEN),
    ],
    ids=ascii,
)  # fmt: skip
def test_one_mailbox_has_many_addresses(address: str):
    assert key_of(address) == key_of("zoe@example.com")
    assert "zoe" not in key_of(address)


@pytest.mark.parametrize(
    "address",
    [
        "zo@example.com",
        "zoe@example.org",
        "zoe@sub.example.com",
        "zoé@example.com",
        "zoe-a@example.com",
        "zoe@gmail.com",
    ],
)
def test_others_are_other_mailboxes(address: str):
    assert key_of(address) != key_of("zoe@example.com")


@pytest.mark.parametrize("address", ["z.oe@googlemail.com", "zoe+a@GoogleMail.com", "zoe%gmail.com@gmail.com"])
def test_gmail_has_two_domains(address: str):
    assert key_of(address) == key_of("zoe@gmail.com")


def test_it_comes_back_from_text_as_it_was():
    entries = of(0, 1.5, 60).entries

    assert mailbox.from_text(mailbox.to_text(entries)) == entries


@pytest.mark.parametrize(("text", "most"), [("", 5), (" ", 5), ("1", 1), (" 20 ", 20), ("100", 100)])
def test_how_many_an_hour_can_be_set(monkeypatch: pytest.MonkeyPatch, text: str, most: int):
    monkeypatch.setenv("ORDERS_MAILS_PER_HOUR", text)

    assert mailbox.most_an_hour() == most


@pytest.mark.parametrize("text", ["0", "-1", "101", "1000", "5.0", "five", "\u0665", "1e2"])
def test_an_invalid_number_of_mails_is_refused(monkeypatch: pytest.MonkeyPatch, text: str):
    monkeypatch.setenv("ORDERS_MAILS_PER_HOUR", text)

    with pytest.raises(Misconfigured, match="from 1 to 100"):
        mailbox.most_an_hour()
