"""The function that PRIMED_HANDLER names, called once with PRIMED_EVENT before its snapshot is taken.

So its connections are open by then, which an ordinary start leaves to the first event.
"""

import importlib
import json
import os
import time

from awslambdaric.lambda_context import LambdaContext
from snapshot_restore_py import register_before_snapshot

MINUTE_MS = 60_000

_module, _, _name = os.environ["PRIMED_HANDLER"].rpartition(".")
handler = getattr(importlib.import_module(_module), _name)


def prime() -> None:
    deadline = int(time.time() * 1000) + MINUTE_MS
    handler(json.loads(os.environ["PRIMED_EVENT"]), LambdaContext("prime", None, None, deadline))


register_before_snapshot(prime)
