"""What Lambda does around a handler: find it, call it with a context."""

import importlib
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

from orders.local.lambda_.template import FunctionSpec


class Context:
    """The part of Lambda's context object that handlers use."""

    def __init__(self, timeout: timedelta) -> None:
        self._deadline = time.monotonic() + timeout.total_seconds()

    def get_remaining_time_in_millis(self) -> int:
        return int((self._deadline - time.monotonic()) * 1000)


class Function:
    """A function of the template, ready to be called."""

    def __init__(self, spec: FunctionSpec) -> None:
        module, _, name = spec.handler.rpartition(".")
        self._spec = spec
        self._handler: Callable[[Any, Context], Any] = getattr(importlib.import_module(module), name)

    def invoke(self, event: object, context: Context | None = None) -> Any:
        """What the handler returns or raises."""
        return self._handler(event, context or Context(self._spec.timeout))


@cache
def function(spec: FunctionSpec) -> Function:
    """The one instance of a function in this process."""
    return Function(spec)
