"""The stand-in that `make cost` uses, over TLS on loopback: it stores items and objects, and answers after a delay.

    python bench/billing_stub.py CERTIFICATE KEY TABLE_MS QUEUE_MS BUCKET_MS MAIL_MS

The first line on stdout is the port. The process ends with its stdin.
"""

import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from aws_stub import Connections, Listener
from cost.stack import TEMPLATE, Stack
from cost.stand_in import StandIn
from wire import Request, answer


@dataclass(frozen=True, slots=True)
class Stub:
    """Delays in seconds."""

    aws: StandIn
    delays: Mapping[str, float]
    seen: Connections = field(default_factory=Connections)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> bytes:
        time.sleep(self.delays[service_of(request)])
        with self.lock:
            status, named, body = self.aws.answer(request.method, request.path, request.headers, request.body)
        named.pop("Content-Length", None)
        return answer(HTTPStatus(status), named, body)

    def count(self, opened: int) -> None:
        """The stub of other measurements counts its connections; nobody asks this one."""


def service_of(request: Request) -> str:
    target = request.headers.get("x-amz-target", "")
    if target:
        return "table" if target.startswith("DynamoDB") else "queue"
    return "mail" if request.path.startswith("/v2/email/") else "bucket"


def main() -> None:
    certificate, key, *delays = sys.argv[1:]
    named = dict(zip(("table", "queue", "bucket", "mail"), (float(each) / 1000 for each in delays), strict=True))
    listener = Listener(Stub(StandIn(Stack.read(TEMPLATE).tables()), named), certificate, key)
    threading.Thread(target=listener.accept, daemon=True).start()
    print(listener.port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
