"""What the table, the queues and the disk know, read anew for each scrape: it is right after a restart, too."""

import contextlib
import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TypeVar

from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from orders.local.folder.folder import DataFolder
from orders.local.folder.room import rooms
from orders.local.server.refused_keys import RefusedKeys
from orders.local.sqlite.figures import Figures, completion_times, figures
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhook_figures import WebhookFigures, webhook_figures
from orders.local.stack import Stack
from orders.order import counts
from orders.order.clock import utc_now
from orders.order.errors import NewerVersion, Unavailable
from orders.order.order import Status

S = TypeVar("S", bound=str)

SECONDS_TO_COMPLETE = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)
SETTLED = timedelta(minutes=1)
"""A minute's completions are counted when it has been over for so long: the last of them may be written late."""


class Stored(Collector):
    """If the table does not answer, a scrape has the other metrics, and `orders_table_up` is 0."""

    def __init__(self, stack: Stack, refused_keys: RefusedKeys) -> None:
        self._stack = stack
        self._refused_keys = refused_keys
        self._completions = Completions(utc_now())

    def collect(self) -> Iterator[Metric]:
        yield from self._of_the_table()
        yield from of_queues({name: queue.depth() for name, queue in self._stack.queues.items()})
        with contextlib.suppress(OSError):
            yield from of_disks(DataFolder(self._stack.data))
        yield CounterMetricFamily("orders_wrong_keys", "Wrong keys that callers sent.", value=self._refused_keys.total)

    def _of_the_table(self) -> Iterator[Metric]:
        now = utc_now()
        try:
            table = self._stack.table
            found = [*of_orders(figures(table), now), self._completions.read(table, now)]
            with contextlib.suppress(NewerVersion):
                found += of_webhooks(webhook_figures(table), now)
        except Unavailable:
            found = []
        yield GaugeMetricFamily("orders_table_up", "Whether the table answered: 1 or 0.", value=int(bool(found)))
        yield from found


def of_orders(known: Figures, now: datetime) -> Iterator[Metric]:
    waited = (now - known.oldest_waiting).total_seconds() if known.oldest_waiting else 0
    yield CounterMetricFamily("orders_accepted", "Orders that were ever accepted.", value=sum(known.orders.values()))
    yield CounterMetricFamily("orders_completed", "Orders that have a receipt.", value=known.orders[Status.COMPLETED])
    yield _gauges("orders_by_state", "Orders, by the state that they are in now.", "state", known.orders)
    yield _gauges("orders_failed", "Orders that are FAILED now, by the kind of reason.", "reason", known.failed)
    yield _gauges(
        "orders_documents", "Credit notes and corrected receipts, by the state that they are in now.", "state",
        known.documents,
    )  # fmt: skip
    yield _gauges("orders_mails", "E-mails, by the state that they are in now.", "state", known.mails)
    yield GaugeMetricFamily(
        "orders_mails_deferred", "E-mails that could not be sent yet and are tried again.", value=known.deferred_mails
    )
    yield GaugeMetricFamily(
        "orders_oldest_pending_seconds",
        "Since when the oldest RECEIVED order or document waits. 0: none.",
        value=max(0, waited),
    )


def of_webhooks(known: WebhookFigures, now: datetime) -> Iterator[Metric]:
    waited = (now - known.oldest).total_seconds() if known.oldest else 0
    yield CounterMetricFamily("orders_events", "Events that were ever written to the feed.", value=known.events)
    yield _gauges("orders_webhook_endpoints", "Webhook endpoints.", "status", known.endpoints)
    yield GaugeMetricFamily(
        "orders_webhook_circuits_open",
        "Enabled endpoints that failed so often that they get one event at a time.",
        value=known.circuits_open,
    )
    yield GaugeMetricFamily(
        "orders_webhook_pending",
        "Events that wait for enabled endpoints, counted for each, at most.",
        value=known.pending,
    )
    yield GaugeMetricFamily(
        "orders_webhook_oldest_seconds",
        "Since when the first event waits for an enabled endpoint. 0: none.",
        value=max(0, waited),
    )


def of_queues(depths: Mapping[str, int]) -> Iterator[Metric]:
    yield _gauges("orders_queue_messages", "Messages in a queue, those in work too.", "queue", depths)


def of_disks(folder: DataFolder) -> Iterator[Metric]:
    found = list(rooms(folder))
    free, size = {room.name: room.free for room in found}, {room.name: room.size for room in found}
    yield _gauges("orders_disk_free_bytes", "Bytes that are free on the disk of a folder.", "folder", free)
    yield _gauges("orders_disk_size_bytes", "Bytes of the disk that a folder is on.", "folder", size)


class Completions:
    """How long completed orders took, as a histogram that only grows: it reads the counts of each minute once.

    It begins with the minute in which the server started, and is up to two minutes behind.
    """

    def __init__(self, started: datetime) -> None:
        self._next = counts.minute_of(started)
        self._buckets = [0] * (len(SECONDS_TO_COMPLETE) + 1)
        self._seconds = 0.0
        self._lock = threading.Lock()

    def read(self, table: SqliteTable, now: datetime) -> Metric:
        """Add the minutes since the last call.

        Raises:
            Unavailable: the table did not answer.
        """
        with self._lock:
            until = max(self._next, counts.minute_of(now - SETTLED))
            for milliseconds, number in completion_times(table, self._next, until).items():
                self._buckets[bisect_left(SECONDS_TO_COMPLETE, milliseconds / 1000)] += number
                self._seconds += number * milliseconds / 1000
            self._next = until
            return self._family()

    def _family(self) -> Metric:
        bounds = map(floatToGoString, (*SECONDS_TO_COMPLETE, float("inf")))
        buckets = list(zip(bounds, accumulate(self._buckets), strict=True))
        return HistogramMetricFamily(
            "orders_completion_seconds", "From accepting an order to its receipt.", buckets, self._seconds
        )


def _gauges(name: str, says: str, label: str, values: Mapping[S, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for each, value in values.items():
        family.add_metric([each], value)
    return family
