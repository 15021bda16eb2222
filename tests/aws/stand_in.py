"""An endpoint that answers every call in the same way, or not at all, and looks at what comes."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class StandIn:
    """`status` 0 never answers; `headers` and `content` are those of the last call."""

    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    connections: int = 0
    calls: int = 0
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def standing_in(status: int = 200, **body: Any) -> Iterator[StandIn]:
    it = StandIn(status, body)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            it.connections += 1

        def answer(self) -> None:
            it.calls += 1
            it.headers = dict(self.headers)
            it.content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if not it.status:
                it.released.wait(30)
                self.close_connection = True
                return
            content = b"" if self.command == "PUT" else json.dumps(it.body).encode()
            self.send_response(it.status)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET = do_HEAD = answer  # noqa: N815 - http.server's names

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    it.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield it
    finally:
        it.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
