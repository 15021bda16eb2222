"""The doorbell of the webhooks on SQS: a message carries nothing but the endpoint's id."""

from collections.abc import Sequence
from datetime import timedelta

from orders.aws.queue import SqsQueue


class SqsDoorbell:
    """`orders.ports.events.Doorbell` on the queue with this URL."""

    def __init__(self, url: str) -> None:
        self._queue = SqsQueue(url)

    def notify(self, endpoint_ids: Sequence[str], delay: timedelta = timedelta(0)) -> None:
        self._queue.notify(endpoint_ids, round(delay.total_seconds()))
