"""What the server measures itself: requests, durations and wrong keys. They begin at zero with each start.

No label holds anything that a caller can choose: of a URL only its route in the template counts.
"""

from importlib.metadata import version
from platform import python_version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, disable_created_metrics

from orders.measured import RENDER, Measured

TAKES_ORDERS = "POST", "/orders"
ACCEPTED = 202
"""A dry run, which stores nothing, has 200."""
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
"""Any other is counted as `other`: a caller can invent more."""
SECONDS_TO_ACCEPT = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5)
SECONDS_TO_RENDER = (0.001, 0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.125, 0.25, 0.5, 1, 2, 5)


class Metrics:
    """The measures of one server, in a registry of their own."""

    def __init__(self) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = CollectorRegistry(auto_describe=False)
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "orders_requests",
            "HTTP requests that were answered, by route and status. Without an answer: 0.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._of_a_kind: dict[tuple[str, str, int], Counter] = {}
        self._accepting = Histogram(
            "orders_accept_seconds",
            "From the headers of an accepted order to the end of the answer, which is sent when the order is durable.",
            buckets=SECONDS_TO_ACCEPT,
            registry=self.registry,
        )
        self._rendering = Histogram(
            "orders_render_seconds",
            "Drawing one receipt.",
            buckets=SECONDS_TO_RENDER,
            registry=self.registry,
        )
        build = Gauge("orders_build_info", "Always 1.", ("version", "python"), registry=self.registry)
        build.labels(version("orders"), python_version()).set(1)

    def observe_request(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Count a request that is over. `route` is as in the template; `status` is `None` without an answer."""
        kind = method if method in METHODS else "other", route, status or 0
        counter = self._of_a_kind.get(kind)
        if counter is None:
            counter = self._of_a_kind[kind] = self._requests.labels(*kind)
        counter.inc()
        if status == ACCEPTED and kind[:2] == TAKES_ORDERS:
            self._accepting.observe(seconds)

    def observe(self, measured: Measured) -> None:
        """Add what a worker measured."""
        for seconds in measured.get(RENDER, ()):
            self.observe_render(seconds)

    def observe_render(self, seconds: float) -> None:
        self._rendering.observe(seconds)
