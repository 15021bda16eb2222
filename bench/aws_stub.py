"""A stub of DynamoDB, SQS and S3 over TLS on loopback: it answers correctly after a fixed delay, and stores nothing.

    python bench/aws_stub.py CERTIFICATE KEY ITEMS TABLE_MS QUEUE_MS BUCKET_MS

ITEMS is a JSON file: for each table, for each order's id, the item that GetItem returns. The first line on stdout is
the port. The stub answers each line on stdin with the counts of `Connections`. After the line `forget`, it no longer
answers on connections that are open then, as if the network had changed. The process ends with its stdin.

Each connection has a thread of its own, so that a delay is as exact as a sleep.
"""

import hashlib
import json
import socket
import ssl
import sys
import threading
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any, Protocol

from wire import Request, Requests, answer

JSON = "application/x-amz-json-1.0"


@dataclass(slots=True)
class Connections:
    """How many are open now, how many were opened since the start, and how many calls came on forgotten ones."""

    open: int = 0
    opened: int = 0
    unanswered: int = 0


@dataclass(frozen=True, slots=True)
class Stub:
    """Delays in seconds."""

    items: Mapping[str, Mapping[str, object]]
    table_delay: float
    queue_delay: float
    bucket_delay: float
    seen: Connections = field(default_factory=Connections)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, request: Request) -> bytes:
        service, _, operation = request.headers.get("x-amz-target", "").partition(".")
        if service == "DynamoDB_20120810":
            return self.table(operation, json.loads(request.body))
        if service == "AmazonSQS":
            return self.queue(json.loads(request.body))
        return self.bucket()

    def table(self, operation: str, call: Mapping[str, Any]) -> bytes:
        time.sleep(self.table_delay)
        if operation != "GetItem":
            return in_json({})
        item = self.items.get(call["TableName"], {}).get(call["Key"]["orderId"]["S"])
        return in_json({"Item": item} if item else {})

    def queue(self, call: Mapping[str, Any]) -> bytes:
        time.sleep(self.queue_delay)
        if "Entries" not in call:
            return in_json(sent(call["MessageBody"]))
        return in_json({"Successful": [{"Id": each["Id"]} | sent(each["MessageBody"]) for each in call["Entries"]]})

    def bucket(self) -> bytes:
        time.sleep(self.bucket_delay)
        headers = {"ETag": '"d41d8cd98f00b204e9800998ecf8427e"', "x-amz-version-id": "v1", "x-amz-request-id": "bench"}
        return answer(HTTPStatus.OK, headers)

    def count(self, opened: int) -> None:
        with self.lock:
            self.seen.open += opened
            self.seen.opened += max(opened, 0)


def sent(body: str) -> dict[str, str]:
    return {"MessageId": "bench", "MD5OfMessageBody": hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()}


def in_json(document: Mapping[str, object]) -> bytes:
    body = json.dumps(document).encode()
    return answer(HTTPStatus.OK, {"Content-Type": JSON, "x-amz-crc32": str(zlib.crc32(body))}, body)


class Answers(Protocol):
    """What a listener needs of a stub."""

    @property
    def seen(self) -> Connections: ...

    def answer(self, request: Request) -> bytes: ...

    def count(self, opened: int) -> None: ...


class Listener:
    """Accepts connections, and knows which of them are forgotten."""

    def __init__(self, stub: Answers, certificate: str, key: str) -> None:
        self._stub = stub
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, key)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._age = 0
        self.port: int = self._socket.getsockname()[1]

    def forget(self) -> None:
        self._age += 1

    def accept(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(connection, self._age), daemon=True).start()

    def _serve(self, plain: socket.socket, age: int) -> None:
        self._stub.count(+1)
        try:
            with self._tls.wrap_socket(plain, server_side=True) as connection:
                self._converse(connection, lambda: age < self._age)
        except OSError:  # the function went away, as it does at the end of each measurement
            pass
        finally:
            self._stub.count(-1)

    def _converse(self, connection: ssl.SSLSocket, forgotten: Callable[[], bool]) -> None:
        requests = Requests(connection.sendall)
        while received := connection.recv(65536):
            for request in requests.fed(received):
                if forgotten():
                    self._stub.seen.unanswered += 1
                else:
                    connection.sendall(self._stub.answer(request))


def main() -> None:
    certificate, key, items, *delays = sys.argv[1:]
    table, queue, bucket = (float(delay) / 1000 for delay in delays)
    stub = Stub(json.loads(Path(items).read_text()), table, queue, bucket)
    listener = Listener(stub, certificate, key)
    threading.Thread(target=listener.accept, daemon=True).start()
    print(listener.port, flush=True)
    for line in sys.stdin:
        if line.strip() == "forget":
            listener.forget()
        print(json.dumps(asdict(stub.seen)), flush=True)


if __name__ == "__main__":
    main()
