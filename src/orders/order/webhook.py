"""A webhook endpoint, its progress in the feed, and the deliveries to it.

Every change returns a new object. The times follow the Standard Webhooks specification 1.0
(https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Self

from orders.order.event import Event, EventType

SECONDS_TO_ANSWER = 15
"""The time for one attempt, from connecting to the answer. A 2xx within it means that the event was accepted."""
RETRIES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""The pause after each failed attempt: ten attempts in all. If the last one fails, so has the delivery."""
JITTER = 0.1
"""A pause is longer by a random part of it, at most this one, so that retries are spread."""
LONGEST_RETRY_AFTER = timedelta(hours=24)
"""A longer `Retry-After` of an answer counts as this."""
OPENS_AFTER = 10
"""The circuit opens after this many failed attempts in a row: one attempt at a time, until one succeeds."""
PROBE_EVERY = timedelta(minutes=5)
"""While the circuit is open and no retry is due, the next event is tried this often."""
DISABLED_AFTER = timedelta(days=5)
"""An endpoint whose attempts have all failed for this long is disabled."""
SECRETS_OVERLAP = timedelta(hours=24)
"""For this long after a rotation, each request is also signed with the secret before."""
LONGEST_URL = 2_048
LONGEST_DESCRIPTION = 200
LONGEST_ANSWER = 1000
"""Bytes of an answer that are kept."""
LATE = timedelta(hours=1)
"""An event is in the feed at most this long after its timestamp, as far as replays are concerned."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""No event is older. Earlier times would leave the range of `datetime` when a margin is subtracted."""
LEASE = timedelta(seconds=60)
"""How long a lease lasts, unless its worker renews it."""

BUS = "bus"
"""In place of an endpoint's id: the event bus, which has a progress as an endpoint has."""


class EndpointStatus(StrEnum):
    ENABLED = "ENABLED"
    DISABLED = "DISABLED"


class WebhookDeliveryStatus(StrEnum):
    PENDING = "PENDING"
    """It will be sent, or sent again."""
    DELIVERED = "DELIVERED"
    """The endpoint accepted it."""
    FAILED = "FAILED"
    """The last attempt failed. It can be replayed."""


@dataclass(frozen=True, slots=True)
class Secret:
    """`text` begins with `whsec_`. It signs until `expires_at`, or for as long as the endpoint has it."""

    text: str = field(repr=False)
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as operators set it. `types` is empty if it gets every type. The first secret is the current one."""

    id: str
    url: str
    secrets: tuple[Secret, ...]
    created_at: datetime
    created_by: str
    types: tuple[EventType, ...] = ()
    description: str = ""
    status: EndpointStatus = EndpointStatus.ENABLED
    disabled_because: str | None = None
    revision: int = 1

    @property
    def is_enabled(self) -> bool:
        return self.status is EndpointStatus.ENABLED

    def takes(self, type_: str) -> bool:
        return not self.types or type_ in self.types

    def signs_with(self, now: datetime) -> tuple[str, ...]:
        """The secrets that sign now, the current one first."""
        return tuple(each.text for each in self.secrets if each.expires_at is None or each.expires_at > now)

    def changed(
        self, *, url: str | None = None, types: tuple[EventType, ...] | None = None, description: str | None = None
    ) -> Self:
        return replace(
            self,
            url=self.url if url is None else url,
            types=self.types if types is None else types,
            description=self.description if description is None else description,
            revision=self.revision + 1,
        )

    def enabled(self) -> Self:
        return replace(self, status=EndpointStatus.ENABLED, disabled_because=None, revision=self.revision + 1)

    def disabled(self, reason: str) -> Self:
        return replace(self, status=EndpointStatus.DISABLED, disabled_because=reason, revision=self.revision + 1)

    def rotated(self, secret: str, now: datetime) -> Self:
        """With a new secret. The one before it still signs for a while; those before that do not."""
        before = Secret(self.secrets[0].text, now + SECRETS_OVERLAP)
        return replace(self, secrets=(Secret(secret), before), revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class Replay:
    """Events to deliver again: those from `since` to before `before`, after `cursor` and up to `until` in the feed.

    `cursor` is the id of an event, and moves forward; None is the start of the feed. `until` is the id of the event
    that was the newest when the replay was added.
    """

    cursor: str | None
    until: str
    since: datetime
    before: datetime

    def reaches(self, event: Event) -> bool:
        """Whether this event, or one after it, may be wanted: the feed is only nearly in the order of time."""
        return event.id <= self.until and event.happening.at - LATE < self.before

    def has(self, at: datetime) -> bool:
        return self.since <= at < self.before


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the deliveries to an endpoint got. The worker with the lease changes it, and operators do: see `manage`.

    `cursor` is the id of the last event that was sent or skipped; None is the start of the feed. `read_until` is the
    time of that event. `failures` counts the failed attempts since the endpoint last accepted an event, and
    `failing_since` is the time of the first of them. `recovered_at` is when the circuit last closed: deliveries that
    were last tried before are retried at once. `again` are the ids of single events that an operator replayed, until a
    worker has seen them: the outcome of an attempt that was under way does not replace them. Each stored change
    increases `revision`.
    """

    endpoint_id: str
    cursor: str | None
    read_until: datetime
    revision: int = 1
    lease: str | None = None
    leased_until: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    tried_at: datetime | None = None
    delivered_at: datetime | None = None
    recovered_at: datetime | None = None
    replays: tuple[Replay, ...] = ()
    again: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether the circuit is open: the endpoint is tried with one event at a time."""
        return self.failures >= OPENS_AFTER

    def is_leased(self, now: datetime) -> bool:
        """Whether a worker has the lease. One that would last longer than any is of a clock that was put back."""
        return self.lease is not None and self.leased_until is not None and now < self.leased_until <= now + 2 * LEASE

    def claimed(self, lease: str, now: datetime) -> Self:
        return replace(self, lease=lease, leased_until=now + LEASE, revision=self.revision + 1)

    def released(self) -> Self:
        return replace(self, lease=None, leased_until=None, revision=self.revision + 1)

    def read(self, cursor: str | None, read_until: datetime) -> Self:
        return replace(self, cursor=cursor, read_until=max(self.read_until, read_until))

    def tried(self, at: datetime, *, was_taken: bool) -> Self:
        """The progress after one attempt. An accepted event closes the circuit."""
        if was_taken:
            recovered_at = at if self.is_open else self.recovered_at
            return replace(
                self, failures=0, failing_since=None, tried_at=at, delivered_at=at, recovered_at=recovered_at
            )
        return replace(self, failures=self.failures + 1, failing_since=self.failing_since or at, tried_at=at)

    def failed_too_long(self, now: datetime) -> bool:
        return self.failing_since is not None and now - self.failing_since >= DISABLED_AFTER

    def reset(self, now: datetime) -> Self:
        """When an operator enables the endpoint: the circuit is closed, and what waits is tried at once."""
        return replace(self, failures=0, failing_since=None, recovered_at=now, revision=self.revision + 1)


@dataclass(frozen=True, slots=True)
class Answer:
    """The result of one attempt: the status and the first `LONGEST_ANSWER` bytes of an answer, or why there was none.

    `body` is text; bytes that are not UTF-8 are replaced. `seconds` is how long the attempt took.
    """

    status: int | None
    body: str = ""
    error: str | None = None
    seconds: float = 0.0
    retry_after: timedelta | None = None

    @property
    def was_taken(self) -> bool:
        return self.status is not None and 200 <= self.status < 300 and self.error is None

    @property
    def is_gone(self) -> bool:
        return self.status == 410


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """One event for one endpoint. `due_at` is the time of the next attempt; None unless the status is `PENDING`.

    `tried_at` and `answer` are those of the last attempt. `created_at` is when it was first sent, or replayed. `test`
    is the body of a test event, which is not in the feed; None for all others.
    """

    endpoint_id: str
    event_id: str
    type: str
    created_at: datetime
    status: WebhookDeliveryStatus = WebhookDeliveryStatus.PENDING
    attempts: int = 0
    due_at: datetime | None = None
    tried_at: datetime | None = None
    answer: Answer | None = None
    test: str | None = None

    def tried(self, answer: Answer, at: datetime, chance: float) -> Self:
        """The delivery after one attempt. `chance`, from 0 to 1, sets the jitter of the next pause."""
        after = replace(self, attempts=self.attempts + 1, tried_at=at, answer=answer, due_at=None)
        if answer.was_taken:
            return replace(after, status=WebhookDeliveryStatus.DELIVERED)
        if after.attempts > len(RETRIES) or self.test is not None:
            return replace(after, status=WebhookDeliveryStatus.FAILED)
        pause = RETRIES[after.attempts - 1] * (1 + JITTER * chance)
        asked = min(answer.retry_after or timedelta(0), LONGEST_RETRY_AFTER)
        return replace(after, status=WebhookDeliveryStatus.PENDING, due_at=at + max(pause, asked))
