"""Logs of the server and of functions, on stderr: lines of text, or lines of JSON for programs."""

import json
import logging
import os
from datetime import UTC, datetime
from enum import StrEnum

TIME = "%Y-%m-%dT%H:%M:%S%z"
"""With date and zone, so that lines of two machines, or of two days, can be compared."""
LINE = "%(asctime)s %(levelname)-7s %(message)s"


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    """One object a line: time, level, logger, message, and exception where there is one."""


def use(form: Format) -> None:
    """Let this process, and the processes that it starts, write their logs in this form."""
    os.environ["ORDERS_LOG_FORMAT"] = form


def chosen() -> Format:
    """Text, unless the setting says JSON."""
    return Format.JSON if os.environ.get("ORDERS_LOG_FORMAT") == Format.JSON else Format.TEXT


def show_logs() -> None:
    """Everything from this system, warnings from others."""
    handler = logging.StreamHandler()
    handler.setFormatter(_JsonLines() if chosen() is Format.JSON else logging.Formatter(LINE, TIME))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("orders").setLevel(logging.INFO)


def json_line(at: float, level: str, logger: str, message: str, **more: object) -> str:
    """A line of the log. `at` is a POSIX time."""
    time = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return json.dumps({"time": time, "level": level, "logger": logger, "message": message} | more)


class _JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        exception = {"exception": self.formatException(record.exc_info)} if record.exc_info else {}
        return json_line(record.created, record.levelname, record.name, record.getMessage(), **exception)
