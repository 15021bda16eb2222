"""`python -m orders.receipt SECONDS NICENESS WORK`: the process that `drawing` starts. Rows on stdin, PDFs on stdout.

A receipt that takes more than SECONDS of processor time ends the process; one that needs more than WORK is refused.
"""

import contextlib
import gc
import json
import os
import signal
import sys
from multiprocessing.connection import Connection

from orders.order import record
from orders.order.errors import DrawingAborted, Misconfigured, OrdersError, ReceiptImpossible, Unavailable
from orders.receipt.drawing import Reply
from orders.receipt.renderer import check, render


def main(seconds: float, niceness: int, most_work: float) -> None:
    """Draw until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server: it ends this process when it is done
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.nice(niceness)
    requests, replies = _pipes()
    with contextlib.suppress(OrdersError):
        check()  # loads the fonts, which no single receipt should pay for
    gc.freeze()  # what is loaded by now stays: looking for garbage in it takes a twentieth of the time of a receipt
    with contextlib.suppress(EOFError, BrokenPipeError):
        replies.send_bytes(bytes([Reply.READY]))
        while True:
            request = requests.recv_bytes()
            signal.setitimer(signal.ITIMER_PROF, seconds)
            reply = _reply(request, most_work)
            signal.setitimer(signal.ITIMER_PROF, 0)
            replies.send_bytes(reply)


def _pipes() -> tuple[Connection, Connection]:
    """The pipes for orders in and receipts out. Everything else that is printed goes to stderr."""
    requests, replies = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    os.dup2(2, 1)
    return requests, replies


def _reply(request: bytes, most_work: float) -> bytes:
    try:
        return bytes([Reply.PDF]) + render(record.to_order(json.loads(request)), most_work)
    except DrawingAborted as error:
        return _because(Reply.ABORTED, str(error))
    except ReceiptImpossible as error:
        return _because(Reply.IMPOSSIBLE, str(error))
    except Misconfigured as error:
        return _because(Reply.MISCONFIGURED, str(error))
    except (Unavailable, OSError, MemoryError) as error:
        return _because(Reply.UNAVAILABLE, f"the receipt could not be drawn: {error or type(error).__name__}")
    except Exception as error:  # its words may hold what the customer wrote
        return _because(Reply.BUG, f"drawing the receipt failed with an unexpected {type(error).__name__}")


def _because(kind: Reply, reason: str) -> bytes:
    return bytes([kind]) + reason.encode(errors="replace")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
