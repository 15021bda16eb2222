"""What the template describes, on this machine: table, bucket, queues and mail in one data folder."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from orders import public_url
from orders.clock import utc_now
from orders.errors import Misconfigured, Unavailable
from orders.local import damage, mail_service, template
from orders.local.bucket import FolderBucket
from orders.local.folder import DataFolder, FolderError
from orders.local.outbox import Outbox
from orders.local.queue import Doorbell, MemoryQueue
from orders.local.table import SqliteTable
from orders.local.template import QueueSpec, Template
from orders.ports import Outside


@dataclass(frozen=True, slots=True)
class Stack:
    """The resources; `queues` by their names in the template."""

    data: Path
    template: Template
    table: SqliteTable
    bucket: FolderBucket
    queues: dict[str, MemoryQueue]
    outside: Outside

    def ring(self, bells: Mapping[str, Sequence[str]]) -> None:
        """Send what was rung in another process to the queues here."""
        for name, bodies in bells.items():
            self.queues[name].send(bodies)

    def close(self) -> None:
        for queue in self.queues.values():
            queue.close()
        self.table.close()


@cache
def stack_in(data: Path) -> Stack:
    """The one stack of this process in that folder.

    Raises:
        FolderError: the folder, or the database in it, can't be used.
        Misconfigured: ORDERS_SMTP names no mail server.
    """
    folder = DataFolder.open(data)
    damage.check_there(folder)
    spec = template.load()
    bucket = FolderBucket(folder.objects, folder.link_key())
    table = SqliteTable(folder.database)
    queues = _queues(spec.queues)
    outside = Outside(
        table,
        Doorbell(queues[spec.order_queue]),
        Doorbell(queues[spec.slow_queue]),
        bucket,
        Doorbell(queues[spec.mail_queue]),
        mail_service.chosen(folder),
        spec.link_lifetime,
        utc_now,
    )
    return Stack(data, spec, table, bucket, queues, outside)


def taken_up(folder: DataFolder) -> Stack:
    """What is in the folder, once it is seen to be whole and writable, with what the last process left behind.

    Only for the one that holds the folder's lock.

    Raises:
        FolderError: it is not.
    """
    folder.check()
    damage.check_there(folder)
    damage.check(folder.database)
    try:
        stack = stack_in(folder.path.absolute())
        with contextlib.ExitStack() as undone:
            undone.callback(stack.close)
            stack.bucket.clear_unfinished()
            Outbox(folder.outbox).clear_unfinished()
            stack.table.make_all_due(utc_now())
            mail_service.check()
            public_url.configured()
            undone.pop_all()
    except Misconfigured as error:
        raise FolderError(str(error)) from None
    except (OSError, Unavailable) as error:
        raise FolderError(f"The data folder {folder.path} can't be written to ({error}).") from None
    return stack


def _queues(specs: dict[str, QueueSpec]) -> dict[str, MemoryQueue]:
    """Dead-letter queues first: the others are made with theirs."""
    queues: dict[str, MemoryQueue] = {}
    for spec in sorted(specs.values(), key=lambda spec: spec.dead_letter is not None):
        dead_letter = queues[spec.dead_letter] if spec.dead_letter else None
        queues[spec.name] = MemoryQueue(spec.visibility.total_seconds(), spec.max_receives, dead_letter)
    return queues
