"""Render in a process of its own, where a crash harms nobody."""

import json
import os
import subprocess
import sys

from orders import record
from orders.errors import Misconfigured, ReceiptImpossible
from orders.row import Row

SECONDS = 20.0
COMMAND = [sys.executable, "-m", "orders.receipt"]


def try_apart(row: Row) -> None:
    """See whether the receipt can be made at all.

    Raises:
        ReceiptImpossible: it can't; rendering it refuses, crashes, or takes more than 20 seconds.
        Misconfigured: no receipt can be made at present.
    """
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    request = json.dumps(record.from_row(row)).encode()
    try:
        done = subprocess.run(  # noqa: S603 - our own interpreter and module, no shell
            COMMAND, input=request, env=environment, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise ReceiptImpossible(f"rendering the receipt took more than {SECONDS:g} seconds") from None
    if done.returncode < 0:
        raise ReceiptImpossible(f"rendering the receipt took its worker down (signal {-done.returncode})")
    if done.returncode > 0:
        complaint = done.stderr.decode(errors="replace").strip() or "rendering the receipt failed"
        error = Misconfigured if done.returncode == os.EX_CONFIG else ReceiptImpossible
        raise error(complaint.splitlines()[-1])
