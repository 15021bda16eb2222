"""Webhook endpoints in the data folder of a server that runs, managed as its own operators do, but without its API."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from orders.local.folder.folder import DataFolder
from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks
from orders.local.stack import NoDoorbell
from orders.order.clock import utc_now
from orders.order.event import Event
from orders.order.webhook import Answer, EndpointStatus, Progress
from orders.ports.events import EventPorts, WebRequest
from orders.use_cases.webhooks import manage


class _AnyAddress:
    """Refuses no address, and sends nothing: the server's worker does."""

    def refuse(self, url: str) -> None:
        pass

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        raise NotImplementedError


@dataclass(frozen=True)
class Endpoints:
    ports: EventPorts

    def add(self, url: str) -> manage.WithSecret:
        return manage.add(url, (), "", self.ports, by="test")

    def enable(self, endpoint_id: str) -> None:
        """What waits for it is tried at once, also while its circuit is open."""
        manage.change(endpoint_id, self.ports, status=EndpointStatus.ENABLED)

    def disable(self, endpoint_id: str) -> None:
        manage.change(endpoint_id, self.ports, status=EndpointStatus.DISABLED)

    def replay_all(self, endpoint_id: str) -> None:
        now = utc_now()
        manage.replay(endpoint_id, now - timedelta(days=1), now + timedelta(days=1), self.ports)

    def progress(self, endpoint_id: str) -> Progress:
        return self.ports.webhooks.progress(endpoint_id)

    def events(self) -> list[Event]:
        """The whole feed."""
        found: list[Event] = []
        while part := self.ports.feed.read(found[-1].id if found else None, 500):
            found += part
        return found


@contextmanager
def endpoints_in(data: Path) -> Iterator[Endpoints]:
    with closing(SqliteTable(DataFolder(data).database)) as table:
        yield Endpoints(EventPorts(SqliteFeed(table), SqliteWebhooks(table), _AnyAddress(), NoDoorbell()))
