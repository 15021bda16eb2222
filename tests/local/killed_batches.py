"""`python -m tests.local.killed_batches FOLDER`: a batch of orders, killed at its first step, its second, and so on.

Every batch runs in a process of its own, forked from this one, which has opened nothing. Prints the number of steps.
"""

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from orders import receipt
from orders.local.server import worker_process
from orders.local.sqlite import register, writer
from orders.order.order import Order

STEPS = [(os, "open"), (os, "fdatasync"), (os, "fsync"), (os, "link"), (os, "mkdir")]
"""Where the files of a batch change. The database's are counted at each statement."""


def main(folder: Path) -> None:
    receipt.draw = drawn
    step = 1
    while ended_by_kill(folder, step):
        step += 1
    print(step - 1)


def drawn(order: Order) -> bytes:
    """What is written matters here, and not how it looks."""
    return f"%PDF- {order.order_id} %%EOF".encode()


def copy_of(folder: Path, name: str) -> Path:
    return Path(shutil.copytree(folder, folder.with_name(name)))


def ended_by_kill(folder: Path, step: int) -> bool:
    child = os.fork()
    if child == 0:
        killed_batch(copy_of(folder, f"killed-{step}"), step)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        return os.WTERMSIG(status) == signal.SIGKILL
    if os.WEXITSTATUS(status):
        raise SystemExit("a batch failed")
    return False


def killed_batch(data: Path, step: int) -> None:
    """Complete the orders of the folder, and die before the step with this number."""
    os.environ["ORDERS_DATA"] = str(data)
    with sqlite3.connect(data / "orders.db") as connection:
        order_ids = [order_id for (order_id,) in connection.execute("SELECT orderId FROM orders")]
    event = {"Records": [{"messageId": order_id, "body": order_id} for order_id in order_ids]}
    worker_process.invoke("ProcessOrderFunction", {"Records": []})  # opens the folder
    steps = Steps(step)
    for module, name in STEPS:
        setattr(module, name, steps.counted(getattr(module, name)))
    writer.Writer._execute = steps.counted(writer.Writer._execute)  # type: ignore[method-assign]
    writer.Writer._taken = steps.counted(writer.Writer._taken)  # type: ignore[method-assign]
    register._write = steps.counted(register._write)
    result, *_ = worker_process.invoke("ProcessOrderFunction", event)
    if result != {"batchItemFailures": []}:
        raise SystemExit(f"handed back: {result}")


class Steps:
    """Counts steps, and kills this process before the last."""

    def __init__(self, last: int) -> None:
        self._left = last

    def counted(self, step: Callable[..., Any]) -> Callable[..., Any]:
        def stepped(*arguments: Any, **named: Any) -> Any:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return step(*arguments, **named)

        return stepped


if __name__ == "__main__":
    main(Path(sys.argv[1]))
