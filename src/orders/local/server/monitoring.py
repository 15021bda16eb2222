"""Metrics and health of one server, set up together."""

import contextlib
from collections.abc import Callable, Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from orders.local.folder.folder import DataFolder
from orders.local.server.health import Readiness, check_of
from orders.local.server.metrics import Metrics
from orders.local.server.refused_keys import RefusedKeys
from orders.local.server.scrape import Scrape
from orders.local.server.stored_metrics import Stored
from orders.local.stack import Stack


class Monitoring:
    """What the server's routes and workers report to, and what callers learn of it."""

    def __init__(self, stack: Stack, refused_keys: RefusedKeys) -> None:
        self._stack = stack
        self.metrics = Metrics()
        self.readiness = Readiness()
        self.scrape = Scrape(self.metrics.registry, self.readiness.is_ready)
        self.metrics.registry.register(Stored(stack, refused_keys))
        self.metrics.registry.register(_Ready(self.readiness))
        self.observe = self.metrics.observe

    @contextlib.contextmanager
    def watching(self, workers_live: Callable[[], bool]) -> Iterator[None]:
        """The server is ready only within this block."""
        with contextlib.closing(self.readiness), contextlib.closing(self.scrape):
            self.readiness.begin(check_of(self._stack.table, DataFolder(self._stack.data), workers_live))
            yield


class _Ready(Collector):
    def __init__(self, readiness: Readiness) -> None:
        self._readiness = readiness

    def collect(self) -> Iterator[Metric]:
        ready = int(self._readiness.was_ready)
        yield GaugeMetricFamily("orders_ready", "What /health/ready says: 1 or 0.", value=ready)
