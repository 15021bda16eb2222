"""The audit log of one machine: `audit.log` in the data folder, which only its owner can read.

    2026-11-23T09:05:00+0000 operator="maria" action=export order=- status=200
    2026-11-23T09:07:12+0000 user="root" action=make-key key=d4fb98bf kind=operator name="maria"

It is not a part of the server's log: `orders keys` writes to it, too, and it must be kept when a terminal closes.
Nothing removes old lines. The file may be renamed at any time, as logrotate does.
"""

import getpass
import json
import logging
import logging.handlers
import os
from io import TextIOWrapper
from pathlib import Path

from orders.api.authority import Authority
from orders.api.http.audit import LOGGER
from orders.local.folder.folder import FolderError
from orders.local.logs import TIME

log = logging.getLogger(LOGGER)

SECONDS_OF_POLLING = 600
MOST_REMEMBERED = 1_000
"""Views. Beyond that, a repeated view is written again."""


class _Private(logging.handlers.WatchedFileHandler):
    """Appends to a file that only its owner can read. A line that can't be written goes to the server's log."""

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW
        return open(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        try:
            super().emit(record)
        except OSError:  # the file was renamed, and a new one can't be created
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        logging.getLogger(__name__).error("%s can't be written to; lost: %s", self.baseFilename, record.getMessage())


class _Polling(logging.Filter):
    """Drops a view that repeats one of the last ten minutes: the operators' page refreshes every few seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if " action=view" not in message:
            return True
        if record.created - self._seen.get(message, 0) < SECONDS_OF_POLLING:
            return False
        self._seen.pop(message, None)
        self._seen[message] = record.created
        if len(self._seen) > MOST_REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True


def keep_in(path: Path) -> None:
    """Write this process's audit lines to this file, and nowhere else.

    Raises:
        FolderError: it can't be opened.
    """
    try:
        handler = _Private(path)
    except OSError as error:
        raise FolderError(f"The audit log {path} can't be written to ({error.strerror or error}).") from None
    handler.addFilter(_Polling())
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", TIME))
    log.handlers = [handler]
    log.propagate = False
    log.setLevel(logging.INFO)


def key_changed(action: str, key_id: str, kind: Authority, name: str) -> None:
    """Record that this system user made or removed a key."""
    user = json.dumps(_user())
    log.info("user=%s action=%s key=%s kind=%s name=%s", user, action, key_id, kind, json.dumps(name))


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return str(os.getuid())
