"""The outbox: a folder in which each mail is a file, as mail programs open it (`.eml`, RFC 5322)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orders.local.files import write_once
from orders.order.delivery import DeliveryStatus
from orders.order.errors import MailDeferred, Unavailable
from orders.ports import Connection, Message


class Outbox:
    """`orders.ports.Mailer` into a folder, which is made with the first message."""

    taken_as = DeliveryStatus.OUTBOX

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / "unfinished"

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        try:
            self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"outbox: {error.strerror}") from error
        yield self

    def send(self, message: Message) -> str:
        """Put the message there, durably; its file's name. The same message is there once, however often it is put."""
        path = self._folder / file_name(message.order_id, message.number)
        try:
            write_once(path, message.content, self._unfinished)
        except OSError as error:
            outcome = Unavailable if path.exists() else MailDeferred
            raise outcome(f"outbox: {error.strerror}") from error
        return path.name

    def put_away(self, order_id: str, number: int, where: str) -> None:
        """Move the files of the messages about an order up to this one into `sent` or `dropped`.

        An earlier one than that which was sent, or dropped, has been replaced by it.
        """
        folder = self._folder / where
        for each in range(1, number + 1):
            path = self._folder / file_name(order_id, each)
            if path.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
                path.replace(folder / path.name)

    def clear_unfinished(self) -> None:
        """Remove what a process that was killed left half written; only while nobody else writes."""
        for file in self._unfinished.glob("*"):
            file.unlink(missing_ok=True)

    def messages(self) -> list[Path]:
        """The files, the newest last."""
        found = ((path.stat().st_mtime_ns, path) for path in self._folder.glob("*.eml") if path.is_file())
        return [path for _, path in sorted(found)]


def is_about(order_id: str, path: Path) -> bool:
    """Whether the file is of a message about this order."""
    return path.name.startswith(_prefix(order_id))


def file_name(order_id: str, number: int) -> str:
    """Of the message that is this one of those about this order."""
    return f"{_prefix(order_id)}{number}.eml"


def _prefix(order_id: str) -> str:
    """Never shared by two orders, also where file names ignore case."""
    return f"{order_id}-{hashlib.sha256(order_id.encode()).hexdigest()[:8]}-"
