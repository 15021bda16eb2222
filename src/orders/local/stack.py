"""What the template describes, on one machine: table, bucket, queues and mail for one data folder."""

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from orders.local.bucket import FolderBucket
from orders.local.folder import identity, missing
from orders.local.folder.folder import DataFolder, FolderError
from orders.local.lambda_ import template
from orders.local.lambda_.queue import Doorbell, MemoryQueue
from orders.local.lambda_.template import QueueSpec, Template
from orders.local.mail import chosen as mail_service
from orders.local.sqlite import damage, upkeep
from orders.local.sqlite.feed import SqliteFeed
from orders.local.sqlite.table import SqliteTable
from orders.local.sqlite.webhooks import SqliteWebhooks, disable_all
from orders.local.sqlite.whole_check import WholeCheck
from orders.order.clock import utc_now
from orders.order.document import row_of_key
from orders.order.errors import Misconfigured, Unavailable
from orders.ports import Outside
from orders.ports.events import EventPorts, Sender
from orders.shop import public_url, shop

log = logging.getLogger(__name__)


NOT_FROM_A_COPY = "this data folder was moved, copied or restored"
"""Why an endpoint is disabled."""


class NoDoorbell:
    """`orders.ports.events.Doorbell` of one machine."""

    def notify(self, endpoint_ids: Sequence[str], delay: timedelta = timedelta(0)) -> None:
        """Nothing to do."""


@dataclass(frozen=True, slots=True)
class Stack:
    """The resources; `queues` by their names in the template."""

    data: Path
    template: Template
    table: SqliteTable
    bucket: FolderBucket
    queues: dict[str, MemoryQueue]
    outside: Outside
    whole_check: WholeCheck

    def events(self, sender: Sender) -> EventPorts:
        """The event feed and the webhooks, sent by `sender`. Their worker looks for work by itself."""
        return EventPorts(SqliteFeed(self.table), SqliteWebhooks(self.table), sender, NoDoorbell(), self.outside.clock)

    def notify(self, doorbells: Mapping[str, Sequence[str]]) -> None:
        """Send the messages that a worker process brought back to the queues."""
        for name, bodies in doorbells.items():
            self.queues[name].send(bodies)

    def ask_for_lost_receipts(self) -> None:
        """Have lost receipts of the newest orders made again. An older one is made again when somebody opens it."""
        newest = upkeep.newest_receipts(self.table, missing.MOST_AT_START)
        lost = [row_of_key(key) for key, size in newest if self.bucket.misses(key, size)]
        if lost:
            log.warning("%d of the newest %d receipts are lost; they are made again", len(lost), len(newest))
            with contextlib.suppress(Unavailable):
                self.outside.queue.notify(lost)

    def recognise(self, folder: DataFolder, *, gave_up_orders: bool = False) -> None:
        """Hold the mails of a folder that is a copy, or has lost orders, and remember the folder.

        Call this only while holding the folder's lock, before anything is sent.
        """
        memory = upkeep.FolderMemory(self.table)
        unlike = identity.differences(folder, memory)
        if unlike or gave_up_orders:
            upkeep.hold_mails(self.table, utc_now(), are_copied=shop.configured().copy_to is not None)
            self._disable_webhooks()
        if unlike:
            log.warning("this data folder was moved, copied or restored: %s", ", ".join(unlike))
        if gave_up_orders:
            log.warning("started without the missing orders; other orders may have lost their newest changes")
        identity.begin(folder, memory)
        if held := self.held_mails():
            log.warning(
                "%d %s held, because %s may have been sent already. To send: orders outbox release --data %s."
                " Not to send: orders outbox drop --data %s",
                held, *(("mail is", "it") if held == 1 else ("mails are", "they")), folder.path, folder.path,
            )  # fmt: skip

    def _disable_webhooks(self) -> None:
        """The original of a copy sends its events itself."""
        if disabled := disable_all(SqliteWebhooks(self.table), NOT_FROM_A_COPY):
            log.warning(
                "%d webhook %s disabled: this data folder was moved, copied or restored, and the original may still"
                " send the events. If the original no longer runs, enable each one: orders webhooks enable ID",
                disabled, "endpoint is" if disabled == 1 else "endpoints are",
            )  # fmt: skip

    def leave(self, folder: DataFolder) -> None:
        """Record an orderly stop. A database from an earlier backup is then older than the folder."""
        with contextlib.suppress(OSError, Unavailable):
            identity.begin(folder, upkeep.FolderMemory(self.table))

    def held_mails(self) -> int:
        """How many mails are held until an operator decides, because the folder is a copy."""
        return len(upkeep.held(self.table))

    def close(self) -> None:
        self.whole_check.stop()
        for queue in self.queues.values():
            queue.close()
        self.table.close()


@cache
def stack_in(data: Path) -> Stack:
    """The one stack of this process for this folder.

    Raises:
        FolderError: the folder, or the database in it, can't be used.
        Misconfigured: ORDERS_SMTP is not the URL of a mail server.
    """
    folder = DataFolder.open(data)
    missing.check_there(folder)
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
    return Stack(data, spec, table, bucket, queues, outside, WholeCheck(table))


def open_for_serving(folder: DataFolder, accept_missing_orders: bool = False) -> Stack:
    """Check the folder, take over what the last process left, and open its stack.

    A large database is checked to its end while it is served.

    Call this only while holding the folder's lock.

    Raises:
        FolderError: the folder is damaged or can't be written to, or orders are missing and the operator did not
            accept that.
    """
    folder.check()
    try:
        gave_up = accept_missing_orders and missing.accept(folder)
        missing.check_there(folder)
        is_checked = damage.check(folder.database)
        missing.check(folder)
        stack = stack_in(folder.path.absolute())
        with contextlib.ExitStack() as undone:
            undone.callback(stack.close)
            stack.recognise(folder, gave_up_orders=gave_up)
            stack.table.make_all_due(utc_now())
            stack.ask_for_lost_receipts()
            mail_service.check()
            public_url.configured()
            if not is_checked:
                stack.whole_check.start()
            undone.pop_all()
    except Misconfigured as error:
        raise FolderError(str(error)) from None
    except (OSError, Unavailable) as error:
        raise FolderError(f"The data folder {folder.path} can't be written to ({error}).") from None
    return stack


@contextlib.contextmanager
def borrowed(folder: DataFolder) -> Iterator[Stack]:
    """The stack of a folder, for a command. A server may be running.

    Without a server, the folder is first checked as a server would check it.

    Raises:
        FolderError: the folder can't be used, or orders are missing.
    """
    with folder.locked_if_free() as alone:
        if alone:
            missing.check_there(folder)
            missing.check(folder)
        stack = stack_in(folder.path.absolute())
        if alone:
            stack.recognise(folder)
    with contextlib.closing(stack):
        yield stack


def _queues(specs: dict[str, QueueSpec]) -> dict[str, MemoryQueue]:
    """Dead-letter queues come first: the other queues refer to them."""
    queues: dict[str, MemoryQueue] = {}
    for spec in sorted(specs.values(), key=lambda spec: spec.dead_letter is not None):
        dead_letter = queues[spec.dead_letter] if spec.dead_letter else None
        queues[spec.name] = MemoryQueue(spec.visibility.total_seconds(), spec.max_receives, dead_letter)
    return queues
