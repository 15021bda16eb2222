"""The real handlers of a stack's functions, on the stand-in: what they call, what they answer and what they log."""

import importlib.util
import json
import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast

from cost.stack import Stack
from cost.stand_in import Noted, StandIn
from orders import edition, outbound
from orders.aws import clients
from orders.order.webhook import Answer
from orders.ports.events import WebRequest

REGION = "eu-west-1"
_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "cost", "AWS_SECRET_ACCESS_KEY": "cost", "AWS_SESSION_TOKEN": "cost"}
_OURS = ("ORDERS_", "AWS_")


class _Context:
    """What handlers read of Lambda's context."""

    aws_request_id = "5f0e7c52-9a41-4f2b-8d3c-1b6a70e4d901"

    def get_remaining_time_in_millis(self) -> int:
        return 50_000


class _Receiver:
    """Takes every webhook."""

    def refuse(self, _url: str) -> None:
        pass

    def post_all(self, requests: Sequence[WebRequest]) -> Sequence[Answer]:
        return [Answer(200) for _ in requests]


@dataclass
class _Lines(logging.Handler):
    """The bytes of the log lines, as Lambda writes them in JSON."""

    written: int = 0

    def __post_init__(self) -> None:
        super().__init__(logging.INFO)

    def emit(self, record: logging.LogRecord) -> None:
        line = {
            "timestamp": "2026-11-26T09:00:00Z", "level": record.levelname, "message": record.getMessage(),
            "logger": record.name, "requestId": _Context.aws_request_id,
        }  # fmt: skip
        self.written += len(json.dumps(line).encode())

    __hash__ = logging.Handler.__hash__


@dataclass(frozen=True)
class Run:
    """One invocation: its answer, what AWS bills for its calls, and the bytes of its own log lines."""

    function: str
    event: Mapping[str, Any]
    answer: Any
    noted: Noted
    logged: int
    records: list[dict[str, Any]] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many records of a queue or a stream came together."""
        return len(self.event.get("Records", [None]))


class Functions:
    """The functions of a stack. All of them share one stand-in, and so its tables and its bucket.

    With an `elsewhere`, they call the AWS that these variables name, and the stand-in sees nothing.
    """

    def __init__(self, stack: Stack, elsewhere: Mapping[str, str] | None = None) -> None:
        self.stack = stack
        self._elsewhere = elsewhere
        self.aws = StandIn(stack.tables())
        self._handlers: dict[str, Any] = {}

    def run(self, function: str, event: Mapping[str, Any]) -> Run:
        """Invoke a function once. An answer of 400 or more, or a record that is handed back, is an error here."""
        handler = self._handlers.get(function) or self._load(function)
        self._handlers[function] = handler
        lines, log = _Lines(), logging.getLogger()
        level = log.level
        log.addHandler(lines)
        log.setLevel(logging.INFO)
        try:
            answer = handler(event, _Context())
        finally:
            log.removeHandler(lines)
            log.setLevel(level)
        _refuse_failure(function, answer)
        return Run(function, event, answer, self.aws.taken(), lines.written, self.aws.taken_records())

    def _load(self, function: str) -> Any:
        module = str(self.stack.functions[function]["Handler"]).removesuffix(".handler")
        with _environment({**self.stack.environment(function), **(self._elsewhere or {})}), self._in_between():
            return _fresh(module).handler

    @contextmanager
    def _in_between(self) -> Iterator[None]:
        """Clients of AWS that are made in the block reach the stand-in, unless AWS is elsewhere."""
        edition.connect.cache_clear()
        edition.connect_events.cache_clear()
        sender, outbound.sender = outbound.sender, _Receiver
        if self._elsewhere is None:
            clients.session.register("before-send", cast("Any", self.aws.before_send), unique_id="stand-in")
        try:
            yield
        finally:
            clients.session.unregister("before-send", unique_id="stand-in")
            outbound.sender = sender
            edition.connect.cache_clear()
            edition.connect_events.cache_clear()


def _refuse_failure(function: str, answer: Any) -> None:
    failed = isinstance(answer, dict) and (answer.get("statusCode", 200) >= 400 or answer.get("batchItemFailures"))
    if failed:
        raise RuntimeError(f"{function} answered {answer}")


def _fresh(module: str) -> Any:
    """A function's module, as a new instance of the function has it."""
    spec = importlib.util.find_spec(module)
    if not spec or not spec.loader:
        raise RuntimeError(f"there is no {module}")
    fresh = importlib.util.module_from_spec(spec)
    sys.modules.setdefault(spec.name, fresh)
    spec.loader.exec_module(fresh)
    return fresh


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Of this project's and AWS's variables, these only."""
    before = dict(os.environ)
    for name in before:
        if name.startswith(_OURS):
            del os.environ[name]
    os.environ.update({**_CREDENTIALS, "AWS_DEFAULT_REGION": REGION, "AWS_REGION": REGION, **values})
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
