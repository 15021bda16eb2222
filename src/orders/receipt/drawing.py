"""Draw receipts in processes of their own: neither a crash nor an endless computation there harms any other order.

Each process draws one receipt at a time, and the kernel ends it when a receipt has used up its processor time. It
starts when it is first needed and is used again. It is connected by pipes, as Lambda has no shared memory for Python's
own process pools.
"""

import atexit
import json
import math
import os
import queue
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import IntEnum
from multiprocessing.connection import Connection

from orders.order import record
from orders.order.errors import DrawingAborted, Misconfigured, OrdersError, ReceiptImpossible, Unavailable
from orders.order.order import Order
from orders.receipt.renderer import COMPILERS
from orders.receipt.writing import LONG_WORK

COMMAND = [sys.executable, "-m", "orders.receipt"]
SECONDS_FOR_THE_FIRST_TRY = 0.5
"""Of processor time. A receipt with 200 items takes 0.1 s."""
SECONDS_ALONE = 5.0
NICENESS_ALONE = 10
SECONDS_TO_ANSWER = 20.0
"""Of the clock: a process that has not answered by then hangs, or the machine is overloaded."""


class Reply(IntEnum):
    """The first byte of what a drawing process answers; the rest is the PDF, or a reason in UTF-8."""

    READY = 0
    PDF = 1
    IMPOSSIBLE = 2
    MISCONFIGURED = 3
    UNAVAILABLE = 4
    BUG = 5
    ABORTED = 6


_ERRORS: dict[Reply, type[DrawingAborted | Misconfigured | ReceiptImpossible | Unavailable]] = {
    Reply.IMPOSSIBLE: ReceiptImpossible,
    Reply.MISCONFIGURED: Misconfigured,
    Reply.UNAVAILABLE: Unavailable,
    Reply.BUG: DrawingAborted,
    Reply.ABORTED: DrawingAborted,
}


def draw(order: Order) -> bytes:
    """The receipt of an order, as PDF; see `renderer.render`.

    Raises:
        ReceiptImpossible: this order can't be printed, however often one tries.
        DrawingAborted: the process crashed, used up its processor time, or foresaw that. The order is drawn alone then.
        Misconfigured: no order can be printed at present.
        Unavailable: the process was killed, or did not answer in time.
    """
    return _first_try.draw(order)


def draw_alone(order: Order) -> bytes:
    """As `draw`, with more time and one receipt after another, so that others are not kept waiting.

    Raises:
        ReceiptImpossible: also where the process crashed, or used up its processor time.
        Misconfigured, Unavailable: as `draw`.
    """
    try:
        return _alone.draw(order)
    except DrawingAborted as error:
        raise ReceiptImpossible(str(error)) from None


class _DrawingProcess:
    def __init__(self, seconds: float, niceness: int, most_work: float) -> None:
        """Start it.

        Raises:
            Misconfigured: it can't draw anything.
            Unavailable: the machine has no room for another process.
        """
        self._seconds = seconds
        their_requests, our_requests = os.pipe()
        our_replies, their_replies = os.pipe()
        self._requests = Connection(our_requests, readable=False)
        self._replies = Connection(our_replies, writable=False)
        self._reply_there = select.poll()  # `Connection.poll` makes a new one for each reply
        self._reply_there.register(our_replies, select.POLLIN)
        try:
            self._popen = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no shell
                [*COMMAND, str(seconds), str(niceness), str(most_work)],
                stdin=their_requests,
                stdout=their_replies,
                env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "RAYON_NUM_THREADS": "1"},
            )
        except OSError as error:
            raise Unavailable(f"the program that draws receipts did not start: {error.strerror}") from error
        finally:
            os.close(their_requests)
            os.close(their_replies)
        self._wait_until_ready()

    def draw(self, order: Order) -> bytes:
        try:
            self._requests.send_bytes(json.dumps(record.from_order(order)).encode())
        except OSError:
            raise self._epitaph() from None
        return self._reply()

    def is_alive(self) -> bool:
        return self._popen.poll() is None

    def end(self) -> None:
        """Whatever it does. Ending it twice is fine."""
        self._popen.kill()
        self._popen.wait()
        self._requests.close()
        self._replies.close()

    def _wait_until_ready(self) -> None:
        try:
            self._reply()
        except DrawingAborted as error:
            raise Misconfigured(f"the program that draws receipts did not start: {error}") from None

    def _reply(self) -> bytes:
        if not self._reply_there.poll(SECONDS_TO_ANSWER * 1000):
            self.end()
            raise Unavailable(f"the program that draws receipts did not answer within {SECONDS_TO_ANSWER:g} seconds")
        try:
            reply = self._replies.recv_bytes()
        except (EOFError, OSError):
            raise self._epitaph() from None
        kind = Reply(reply[0])
        if kind in _ERRORS:
            raise _ERRORS[kind](reply[1:].decode(errors="replace"))
        return reply[1:]

    def _epitaph(self) -> DrawingAborted | Unavailable:
        """Why it ended. One that was killed may have been in the way of others: that tells nothing of the order."""
        with suppress(subprocess.TimeoutExpired):  # it has closed its pipe, and yet does not end
            self._popen.wait(SECONDS_TO_ANSWER)
        self.end()
        code = self._popen.returncode
        if code == -signal.SIGPROF:
            return DrawingAborted(f"the receipt takes too long to draw: over {self._seconds:g} s of processor time")
        if code == -signal.SIGKILL:
            return Unavailable("the program that draws receipts was killed")
        if code < 0:
            return DrawingAborted(f"the program that draws receipts crashed (signal {-code})")
        return Misconfigured(f"the program that draws receipts ended with code {code}: its last words are in the log")


class _Lane:
    """So many processes, for so many receipts at a time; others wait until one is free."""

    def __init__(self, processes: int, seconds: float, niceness: int, most_work: float = math.inf) -> None:
        self._given = seconds, niceness, most_work
        self._free: queue.LifoQueue[_DrawingProcess | None] = queue.LifoQueue()
        for _ in range(processes):
            self._free.put(None)

    def draw(self, order: Order) -> bytes:
        with self._process() as process:
            return process.draw(order)

    def end(self) -> None:
        """End the processes that are idle."""
        idle = []
        with suppress(queue.Empty):
            while True:
                idle.append(self._free.get_nowait())
        for process in idle:
            if process:
                process.end()
            self._free.put(None)

    @contextmanager
    def _process(self) -> Iterator[_DrawingProcess]:
        """One that is used by nobody else meanwhile."""
        process = self._free.get()
        try:
            if process is None or not process.is_alive():
                process = _DrawingProcess(*self._given)
            yield process
        except OrdersError:
            raise  # it has answered, or has ended
        except BaseException:
            if process:
                process.end()  # its answer must not be taken for that of the next order
            raise
        finally:
            self._free.put(process)


_first_try = _Lane(COMPILERS, SECONDS_FOR_THE_FIRST_TRY, niceness=0, most_work=LONG_WORK)
_alone = _Lane(1, SECONDS_ALONE, NICENESS_ALONE)


@atexit.register
def end_idle() -> None:
    """End the processes that draw nothing at present; the next receipt starts one, which reads `shop.toml` again."""
    _first_try.end()
    _alone.end()
