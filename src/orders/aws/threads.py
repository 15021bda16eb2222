"""Threads for calls to AWS. What they log belongs to the request for which they work."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Threads(ThreadPoolExecutor):
    """Each call sees the context variables of the caller, such as the id in `orders.correlation`."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **more: P.kwargs) -> Future[R]:
        context = copy_context()
        return super().submit(lambda: context.run(fn, *args, **more))
