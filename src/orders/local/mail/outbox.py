"""The outbox: a folder with one file for each mail, in the format that mail programs open (`.eml`, RFC 5322)."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orders.local.files import UNFINISHED_FOLDER, write_once
from orders.order.delivery import Addressee, DeliveryStatus
from orders.order.errors import MailDeferred, Unavailable
from orders.ports import Connection, Message

_A_COPY = "-copy.eml"


class Outbox:
    """`orders.ports.Mailer` that writes to a folder. The first message creates the folder."""

    taken_as = DeliveryStatus.OUTBOX

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._unfinished = folder / UNFINISHED_FOLDER

    @contextmanager
    def connect(self) -> Iterator[Connection]:
        try:
            self._unfinished.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise Unavailable(f"outbox: {error.strerror}") from error
        yield self

    def send(self, message: Message) -> str:
        """Write the message, durably, and return the name of its file. Sending it again writes no second file."""
        path = self._folder / file_name(message.order_id, message.number, message.to)
        try:
            write_once(path, message.content, self._unfinished)
        except OSError as error:
            outcome = Unavailable if path.exists() else MailDeferred
            raise outcome(f"outbox: {error.strerror}") from error
        return path.name

    def put_away(self, order_id: str, number: int, where: str, to: Addressee = Addressee.CUSTOMER) -> None:
        """Move the messages about an order to this addressee, up to this number, into the folder `sent` or `dropped`.

        Messages with a lower number were replaced by this one.
        """
        folder = self._folder / where
        for each in range(1, number + 1):
            path = self._folder / file_name(order_id, each, to)
            if path.exists():
                folder.mkdir(mode=0o700, exist_ok=True)
                path.replace(folder / path.name)

    def messages(self) -> list[Path]:
        """The files, oldest first."""
        found = ((path.stat().st_mtime_ns, path) for path in self._folder.glob("*.eml") if path.is_file())
        return [path for _, path in sorted(found)]


def is_about(order_id: str, path: Path) -> bool:
    """Whether the file is a message about this order."""
    return path.name.startswith(_prefix(order_id))


def is_to_the_customer(path: Path) -> bool:
    """Whether the file is not a copy for the shop."""
    return not path.name.endswith(_A_COPY)


def file_name(order_id: str, number: int, to: Addressee = Addressee.CUSTOMER) -> str:
    """The name for the file of message number `number` about an order."""
    return f"{_prefix(order_id)}{number}{_A_COPY if to is Addressee.COPY else '.eml'}"


def _prefix(order_id: str) -> str:
    """Different for each row, even on a disk that ignores case in file names. No order's id has a `~`."""
    return f"{order_id.replace('/', '~')}-{hashlib.sha256(order_id.encode()).hexdigest()[:8]}-"
