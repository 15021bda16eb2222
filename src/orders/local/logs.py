"""Logs of the server and of functions, on stderr: lines of text, or lines of JSON for programs."""

import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType

from orders import correlation

log = logging.getLogger(__name__)

TIME = "%Y-%m-%dT%H:%M:%S%z"
"""With date and zone, so that lines of two machines, or of two days, can be compared."""
LINE = "%(asctime)s %(levelname)-7s %(message)s"


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    """One object a line: time, level, logger, message, and an exception and the request's id where there is one."""


def use(form: Format) -> None:
    """Let this process, and the processes that it starts, write their logs in this form."""
    os.environ["ORDERS_LOG_FORMAT"] = form


def chosen() -> Format:
    """Text, unless the setting says JSON."""
    return Format.JSON if os.environ.get("ORDERS_LOG_FORMAT") == Format.JSON else Format.TEXT


def show_logs() -> None:
    """Everything from this system, warnings from others. As JSON, also what Python would write as text."""
    handler = logging.StreamHandler()
    if chosen() is Format.JSON:
        logging.captureWarnings(True)
        sys.excepthook = _log_uncaught
        threading.excepthook = _log_uncaught_in_thread
    handler.setFormatter(_JsonLines() if chosen() is Format.JSON else logging.Formatter(LINE, TIME))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("orders").setLevel(logging.INFO)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.error("unexpected error", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(uncaught: threading.ExceptHookArgs) -> None:
    if uncaught.exc_value and not isinstance(uncaught.exc_value, SystemExit):
        _log_uncaught(uncaught.exc_type, uncaught.exc_value, uncaught.exc_traceback)


def json_line(at: float, level: str, logger: str, message: str, **more: object) -> str:
    """A line of the log. `at` is a POSIX time."""
    time = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": time, "level": level, "logger": logger, "message": message} | more)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        more = {"exception": self.formatException(record.exc_info)} if record.exc_info else {}
        if request_id := getattr(record, correlation.FIELD, None):
            more[correlation.FIELD] = request_id
        return json_line(record.created, record.levelname, record.name, record.getMessage(), **more)
