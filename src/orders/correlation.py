"""The id of the API request that is being answered: a field of every line that is logged meanwhile."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

FIELD = "apiRequestId"
"""Its name in lines of JSON. Lambda writes a record's attributes as fields, and `requestId` is its invocation's."""
_current: ContextVar[str | None] = ContextVar(FIELD, default=None)


@contextmanager
def answering(request_id: str | None) -> Iterator[None]:
    """Mark the lines that this thread, or this greenlet, logs until the block ends."""
    before = _current.set(request_id)
    try:
        yield
    finally:
        _current.reset(before)


def _marked(make: Callable[..., logging.LogRecord]) -> Callable[..., logging.LogRecord]:
    def made(*args: object, **more: object) -> logging.LogRecord:
        record = make(*args, **more)
        setattr(record, FIELD, _current.get())
        return record

    return made


logging.setLogRecordFactory(_marked(logging.getLogRecordFactory()))
