"""Other people's servers, to which webhooks are sent: they verify, remember what they took, and misbehave.

They compute signatures by themselves, by the Standard Webhooks specification, and complain to the checker of what no
honest sender would send (rule 15).
"""

import base64
import hashlib
import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.simulation.event_checker import Key
from tests.simulation.scheduler import Milliseconds

SECOND: Milliseconds = 1_000
MINUTE: Milliseconds = 60 * SECOND
HOUR: Milliseconds = 60 * MINUTE
PATIENCE: Milliseconds = 15 * SECOND
"""How long the sender waits for an answer."""
A_TURN: Milliseconds = 2 * MINUTE
"""Longer than a worker goes by what an operator has changed meanwhile, and longer than a lease."""
MOST_ATTEMPTS = 10
BEFORE_IT_OPENS = 10
SIDE_BY_SIDE = 64
ENOUGH = BEFORE_IT_OPENS + SIDE_BY_SIDE
"""After so many refusals in a row, an endpoint is tried with one event at a time."""
TEST = "webhook.test"


@dataclass(frozen=True, slots=True)
class Reply:
    """`status` None is no connection. `after` is how long the answer takes, `retry_after` is in seconds."""

    status: int | None
    after: Milliseconds = 50
    retry_after: int | None = None
    is_lost: bool = False
    """The answer never arrives, though the receiver has done what it says."""

    @property
    def is_taken(self) -> bool:
        """By the receiver, whatever the sender learns of it."""
        return self.status is not None and 200 <= self.status < 300


TAKEN = Reply(200)
Behaviour = Callable[[int, Milliseconds], Reply]
"""What a receiver answers to its first, second ... request at this time."""


def well(_number: int, _now: Milliseconds) -> Reply:
    return TAKEN


def dead_until(end: Milliseconds, reply: Reply | None = None) -> Behaviour:
    """Nobody answers, or somebody with an error, and then all is well."""
    return lambda _number, now: TAKEN if now >= end else reply or Reply(None)


def at_first(count: int, reply: Reply) -> Behaviour:
    return lambda number, _now: reply if number <= count else TAKEN


def always(reply: Reply) -> Behaviour:
    return lambda _number, _now: reply


@dataclass
class Receiver:
    """`broken` is told what rule was broken and how; `seen` of each event, and says which move it tells of.

    `takes` are the types of the endpoint's filter; all if there are none.
    """

    url: str
    behaviour: Behaviour
    takes: tuple[str, ...]
    now: Callable[[], Milliseconds]
    seconds: Callable[[], list[float]]
    """The Unix time by the sender's clock; by the one before, too, if it has just jumped."""
    seen: Callable[[Mapping[str, Any]], Key]
    broken: Callable[[int, str, str], None]
    faults: Callable[[], int]
    """How many there were: each may let a worker forget what it has just learnt."""
    endpoint_id: str = ""
    secrets: list[str] = field(default_factory=list)
    """Those that it accepts now."""
    next_secret: str = ""
    """An operator has it, and has not installed it yet."""
    rotated_at: Milliseconds = -HOUR
    """When somebody last began or ended to change its secret."""
    silent_since: Milliseconds | None = None
    """When an operator was told that the endpoint is disabled, or removed; None while it may get events."""
    owed: dict[Key, Milliseconds] = field(default_factory=dict)
    """The moves that it must hear of, and from when on: when they were committed, or when a replay was accepted."""
    wanted: set[str] = field(default_factory=set)
    """The ids of single events that an operator has replayed, whatever the filter says."""
    may_be_disabled: bool = False
    """From when an operator begins to disable the endpoint until it is enabled again."""
    tests: dict[str, Milliseconds] = field(default_factory=dict)
    """The ids of test events, and when an operator was told of each."""
    is_strict: bool = False
    """Its Retry-After counts, as nothing else lets it have an event earlier."""
    is_undisturbed: bool = False
    """Nothing befalls it, so that it must have everything soon."""
    requests: int = 0
    in_flight: int = 0
    refusals: int = 0
    """In a row."""
    tries: Counter[str] = field(default_factory=Counter)
    """The requests with each event id."""
    taken: dict[Key, list[Milliseconds]] = field(default_factory=lambda: defaultdict(list))
    taken_ids: set[str] = field(default_factory=set)
    bodies: dict[str, bytes] = field(default_factory=dict)
    not_before: dict[str, Milliseconds] = field(default_factory=dict)
    """When an event may be sent again, by the receiver's own Retry-After."""

    def receive(self, headers: Mapping[str, str], body: bytes) -> Reply:
        """One request has arrived."""
        self.requests += 1
        if not self._is_signed(headers, body):
            return self._refused(Reply(401))
        event_id = headers["webhook-id"]
        key = self._look_at(event_id, body)
        reply = self.behaviour(self.requests, self.now())
        if reply.is_taken:
            self._take(event_id, key)
            return reply
        return self._refused(reply)

    def was_told(self, event_id: str, reply: Reply) -> None:
        """The sender has this answer."""
        if reply.retry_after:
            self.not_before[event_id] = self.now() + reply.retry_after * SECOND

    def _take(self, event_id: str, key: Key | None) -> None:
        self.refusals = 0
        self.not_before.pop(event_id, None)
        self.taken_ids.add(event_id)
        if key:
            self.taken[key].append(self.now())

    def _refused(self, reply: Reply) -> Reply:
        self.refusals += 1
        return reply

    def _is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        event_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        given = headers.get("webhook-signature", "").split(" ")
        if not any(signature_of(event_id, timestamp, body, secret) in given for secret in self.secrets):
            if self.now() - self.rotated_at > A_TURN:
                self.broken(15, self.url, f"no signature of {event_id} is by a secret of this endpoint")
            return False
        if all(abs(seconds - int(timestamp)) > 60 for seconds in self.seconds()):
            self.broken(15, self.url, f"{event_id} was signed at another time than it was sent")
        return True

    def _look_at(self, event_id: str, body: bytes) -> Key | None:
        """The move that the body tells of; None if it is a test."""
        event = json.loads(body)
        self.tries[event_id] += 1
        if event["id"] != event_id or self.bodies.setdefault(event_id, body) != body:
            self.broken(15, self.url, f"{event_id} has another body than before, or another id")
        if self.silent_since is not None and self.now() - self.silent_since > A_TURN:
            self.broken(15, self.url, f"{event_id} was sent although the endpoint is disabled")
        if self.is_strict and self.now() < self.not_before.get(event_id, 0) and not self.faults():
            self.broken(15, self.url, f"{event_id} was sent again before the time of its Retry-After")
        if self.refusals > ENOUGH * (1 + self.faults()) and self.in_flight > 1:
            self.broken(15, self.url, f"{self.in_flight} at once to an endpoint that took none of {self.refusals}")
        if event["type"] == TEST:
            return None
        if self.takes and event["type"] not in self.takes and event_id not in self.wanted:
            self.broken(15, self.url, f"a {event['type']}, which this endpoint does not want")
        return self.seen(event)

    def is_owed(self, key: Key) -> bool:
        """Whether the receiver still has to hear of this move."""
        times = self.taken.get(key)
        return not times or times[-1] < self.owed[key]

    @property
    def lacks_something(self) -> bool:
        return any(self.is_owed(key) for key in self.owed)

    def owes(self, type_: str) -> bool:
        """Whether the endpoint's filter takes it."""
        return not self.takes or type_ in self.takes


def signature_of(event_id: str, timestamp: str, body: bytes, secret: str) -> str:
    """By the specification: HMAC-SHA256 of `id.timestamp.body` with the bytes of the secret."""
    key = base64.b64decode(secret.partition("whsec_")[2])
    signed = event_id.encode() + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
