"""Which webhook endpoints have something to send now. Finding out writes nothing to the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.order.clock import utc_now
from orders.order.errors import UnknownEndpoint
from orders.order.webhook import PROBE_EVERY, Progress
from orders.ports.events import Feed, Webhooks

_LOOKED_AT = 64
_FAR = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Turns:
    """The endpoints of one data folder. One process delivers to them. Every call may raise `Unavailable`."""

    feed: Feed
    webhooks: Webhooks
    clock: Callable[[], datetime] = utc_now

    @classmethod
    def of(cls, table: SqliteTable) -> Self:
        return cls(SqliteFeed(table), SqliteWebhooks(table))

    def enabled(self) -> Sequence[str]:
        """The ids of the endpoints that get events."""
        return [each.id for each in self.webhooks.endpoints() if each.is_enabled]

    def is_due(self, endpoint_id: str) -> bool:
        """Whether a turn would do something for this endpoint."""
        try:
            progress = self.webhooks.progress(endpoint_id)
        except UnknownEndpoint:
            return False
        now = self.clock()
        if progress.is_leased(now):
            return False
        if self.webhooks.pending(endpoint_id, now, 1) or self._are_freed(progress):
            return True
        if progress.is_open and progress.tried_at and now < progress.tried_at + PROBE_EVERY:
            return False
        return bool(progress.replays) or self.feed.end() != progress.cursor

    def release(self, endpoint_id: str) -> None:
        """Give back the endpoint's lease: whoever had it is gone."""
        try:
            progress = self.webhooks.progress(endpoint_id)
            while progress.lease is not None:
                progress = self.webhooks.advance(progress, progress.released())
        except UnknownEndpoint:
            pass

    def release_all(self) -> None:
        for endpoint in self.webhooks.endpoints():
            self.release(endpoint.id)

    def _are_freed(self, progress: Progress) -> bool:
        """Whether deliveries wait that failed before the endpoint recovered. They are retried at once."""
        recovered_at = progress.recovered_at
        if recovered_at is None or progress.is_open:
            return False
        waiting = self.webhooks.pending(progress.endpoint_id, self.clock() + _FAR, _LOOKED_AT)
        return any(each.tried_at is not None and each.tried_at < recovered_at for each in waiting)
