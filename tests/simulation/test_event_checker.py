"""The checker and the receivers notice when a rule about events is broken, each of them."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from tests.simulation.event_checker import EventChecker
from tests.simulation.postings import Poison, posting
from tests.simulation.receivers import A_TURN, Receiver, Reply, always, well
from tests.support.examples import NINE

from orders.order import validation
from orders.order.order import Order, Status

ALICE = posting("12345")
SECRET = f"whsec_{base64.b64encode(b'a secret of twenty-four bytes').decode()}"
Event = dict[str, Any]


@dataclass
class Scene:
    rows: dict[str, Order] = field(default_factory=dict)
    broken: list[int] = field(default_factory=list)
    now: int = 0

    def __post_init__(self) -> None:
        self.checker = EventChecker(self.rows, self.note, lambda: self.now, lambda: [NINE + timedelta(seconds=1)])

    def note(self, rule: int, _about: str, _what: str) -> None:
        self.broken.append(rule)

    def put(self, row: Order) -> Order:
        before, self.rows[row.order_id] = self.rows.get(row.order_id), row
        self.checker.row_written(before, row)
        return row

    def receive(self) -> Order:
        return self.put(Order.received(validation.parse(json.loads(ALICE.body)), "token", NINE, "https://shop/"))

    def receiver(self, *types: str) -> Receiver:
        return Receiver(
            "https://shop.example/hook", well, types, lambda: self.now, lambda: [NINE.timestamp()],
            self.checker.seen, self.note, lambda: 0, "we_1", [SECRET],
        )  # fmt: skip


@pytest.fixture
def scene() -> Scene:
    return Scene()


def event(number: int = 1, type_: str = "order.received", **data: Any) -> Event:
    said = {"orderId": "12345", "status": "RECEIVED", "revision": 1} | data
    return {"id": f"evt_{number:015}_abcdef01", "type": type_, "timestamp": "2026-11-23T09:00:00.000Z", "data": said}


def request(body: Mapping[str, Any], secret: str = SECRET, at: int = 0, id_: str | None = None) -> tuple[Event, bytes]:
    """Signed as the specification says."""
    text, event_id, timestamp = json.dumps(body).encode(), id_ or body["id"], f"{int(NINE.timestamp()) + at}"
    key = base64.b64decode(secret.removeprefix("whsec_"))
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + text, hashlib.sha256).digest()
    signed = {"webhook-id": event_id, "webhook-timestamp": timestamp}
    return signed | {"webhook-signature": f"v1,{base64.b64encode(digest).decode()}"}, text


def test_an_order_whose_event_is_read_and_taken_breaks_nothing(scene: Scene):
    scene.receive()
    receiver = scene.receiver("order.received")
    scene.checker.seen(event())
    receiver.receive(*request(event()))
    receiver.receive(*request(event(), at=30))
    scene.checker.ended(without_fault=True)

    assert scene.broken == []
    assert receiver.taken_ids == {event()["id"]}


def a_move_without_an_event(scene: Scene) -> None:
    scene.receive()
    scene.checker.ended(without_fault=False)


def an_event_of_what_was_not_committed(scene: Scene) -> None:
    scene.checker.seen(event())


def two_events_of_one_move(scene: Scene) -> None:
    scene.receive()
    scene.checker.seen(event(1))
    scene.checker.seen(event(2))


def another_revision(scene: Scene) -> None:
    scene.receive()
    scene.checker.seen(event(revision=2))


def another_type(scene: Scene) -> None:
    row = scene.receive()
    scene.put(replace(row, status=Status.CANCELLED, revision=2))
    scene.checker.seen(event(type_="order.failed", status="CANCELLED", revision=2))


def a_name_in_an_event(scene: Scene) -> None:
    scene.receive()
    scene.checker.seen(event(metadata={"customer": "Alice"}))


def an_event_that_changes(scene: Scene) -> None:
    scene.receive()
    scene.checker.seen(event())
    scene.checker.seen(event() | {"timestamp": "2026-11-23T09:00:00.001Z"})


def an_event_of_another_hour(scene: Scene) -> None:
    scene.receive()
    scene.checker.seen(event() | {"timestamp": "2026-11-23T10:00:00.000Z"})


def an_event_that_comes_late(scene: Scene) -> None:
    scene.receive()
    scene.now = 61_000
    scene.checker.seen(event() | {"timestamp": "2026-11-23T08:59:00.000Z"})
    scene.checker.ended(without_fault=True)


@pytest.mark.parametrize(
    "breaks",
    [
        a_move_without_an_event, an_event_of_what_was_not_committed, two_events_of_one_move, another_revision,
        another_type, a_name_in_an_event, an_event_that_changes, an_event_of_another_hour, an_event_that_comes_late,
    ],
)  # fmt: skip
def test_a_feed_that_is_wrong_is_noticed(scene: Scene, breaks: Callable[[Scene], None]):
    breaks(scene)

    assert 14 in scene.broken


def another_secret(receiver: Receiver) -> None:
    receiver.receive(*request(event(), f"whsec_{base64.b64encode(b'another secret of 24 bytes').decode()}"))


def another_body(receiver: Receiver) -> None:
    headers, _ = request(event())
    receiver.receive(headers, json.dumps(event(revision=9)).encode())


def an_old_signature(receiver: Receiver) -> None:
    receiver.receive(*request(event(), at=-3_600))


def another_id_in_the_header(receiver: Receiver) -> None:
    receiver.receive(*request(event(), id_="evt_000000000000007_abcdef01"))


def other_bytes_at_a_retry(receiver: Receiver) -> None:
    receiver.receive(*request(event()))
    receiver.receive(*request(event() | {"more": 1}))


def a_type_that_is_not_wanted(receiver: Receiver) -> None:
    receiver.takes = ("order.completed",)
    receiver.receive(*request(event()))


def although_it_is_disabled(receiver: Receiver) -> None:
    receiver.silent_since = -A_TURN - 1
    receiver.receive(*request(event()))


def before_its_retry_after(receiver: Receiver) -> None:
    receiver.is_strict = True
    receiver.was_told(event()["id"], Reply(429, retry_after=60))
    receiver.receive(*request(event()))


def many_at_once_though_it_is_dead(receiver: Receiver) -> None:
    receiver.behaviour, receiver.in_flight = always(Reply(500)), 2
    for number in range(76):
        receiver.receive(*request(event(1), at=number % 9))


@pytest.mark.parametrize(
    "breaks",
    [
        another_secret, another_body, an_old_signature, another_id_in_the_header, other_bytes_at_a_retry,
        a_type_that_is_not_wanted, although_it_is_disabled, before_its_retry_after, many_at_once_though_it_is_dead,
    ],
)  # fmt: skip
def test_a_request_that_no_honest_sender_sends_is_noticed(scene: Scene, breaks: Callable[[Receiver], None]):
    scene.receive()
    breaks(scene.receiver())

    assert 15 in scene.broken


def test_what_was_taken_before_a_replay_is_owed_again(scene: Scene):
    scene.receive()
    receiver = scene.receiver()
    (key,) = scene.checker.moves
    receiver.owed[key] = 0
    assert receiver.is_owed(key)
    receiver.receive(*request(event()))
    assert not receiver.is_owed(key)

    receiver.owed[key] = 1
    assert receiver.is_owed(key)


def test_a_poison_order_is_told_to_have_failed(scene: Scene):
    row = scene.put(
        Order.received(validation.parse(json.loads(posting("9", 0, Poison.BUG).body)), "t", NINE, "https://shop/")
    )
    scene.put(row.failed("a bug", NINE, "orders"))

    assert [key.type for key in scene.checker.moves] == ["order.received", "order.failed"]
