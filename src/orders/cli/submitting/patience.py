"""Sends orders until they are answered. It is safe to send an order again."""

import threading
import uuid
from collections import deque
from collections.abc import Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor

from orders.cli.client import ORDERS, Client
from orders.cli.exits import NotNow
from orders.cli.reply import TRY_AGAIN, Reply
from orders.cli.submitting.lines import Line

AT_ONCE = 8
_IN_HAND = 64
_PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds between one attempt and the next."""


def send(client: Client, order: bytes, to: str = ORDERS, stop: threading.Event | None = None) -> Reply:
    """The answer to an order, accepted or refused. If the server can't answer, the order is sent a few more times.

    An order without an id is also accepted only once: each attempt has the same idempotency key.

    Raises:
        NotNow: the server does not answer, or `stop` was set.
        Stop: the server requires a key.
    """
    stop, key = stop or threading.Event(), str(uuid.uuid4())
    for pause in _PAUSES:
        try:
            return _attempt(client, order, key, to)
        except NotNow as trouble:
            if not client.was_answered or stop.wait(trouble.retry_after or pause):
                raise
    return _attempt(client, order, key, to)


def send_all(client: Client, lines: Iterable[Line], to: str = ORDERS) -> Generator[tuple[Line, Reply], None, None]:
    """Each line and its answer, in the order of the lines. Several are sent at once, and few are in memory.

    Raises:
        Stop: as `send`, at the first line without an answer. Some lines after it may have been sent.
    """
    stop = threading.Event()
    threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="send")
    in_hand: deque[tuple[Line, Future[Reply]]] = deque()
    try:
        for line in lines:
            in_hand.append((line, threads.submit(send, client, line.order, to, stop)))
            if len(in_hand) == _IN_HAND:
                yield _first(in_hand)
        while in_hand:
            yield _first(in_hand)
    finally:
        stop.set()
        threads.shutdown(cancel_futures=True)


def _first(in_hand: deque[tuple[Line, Future[Reply]]]) -> tuple[Line, Reply]:
    line, reply = in_hand.popleft()
    return line, reply.result()


def _attempt(client: Client, order: bytes, key: str, to: str) -> Reply:
    reply = client.send_order(order, key, to)
    if reply.status == 403 or reply.status in TRY_AGAIN:
        raise reply.refusal()
    return reply
