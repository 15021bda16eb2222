"""Calls the HTTP API of a server."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import urllib3

from orders.cli.exits import ExitCode, NoServer, Stop
from orders.cli.reply import Reply
from orders.order.ids import is_row_id

ORDERS = "/orders"
DRY_RUN = "/orders?dryRun=true"
"""Where an order goes: to be accepted, or to be checked only."""
_FILES = "/files/receipts/"
_TIMEOUT = urllib3.Timeout(connect=3, read=30)


class Client:
    """One server. Any number of threads may use it; at most `connections` send at the same time."""

    def __init__(self, url: str, api_key: str | None, login: str | None, connections: int = 1) -> None:
        self.url = url.rstrip("/")
        self.was_answered = False
        self.has_login = login is not None
        self._headers = {"x-api-key": api_key} if api_key else {}
        self._login = {"Authorization": f"Bearer {login}"} if login else {}
        self._pool = urllib3.PoolManager(maxsize=connections, block=True, retries=False, timeout=_TIMEOUT)

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Reply:
        """The answer, if it has a status from 200 to 299.

        Raises:
            Stop: the server refused the request.
            NoServer: no server answered.
        """
        target = f"{self.url}{path}?{urlencode(query or {})}".rstrip("?")
        return _good(self._send("GET", target, self._credentials(path)))

    def get_any(self, path: str) -> Reply:
        """The answer, with any status.

        Raises:
            NoServer: no server answered.
        """
        return self._send("GET", self.url + path, self._credentials(path))

    def post(self, path: str) -> Reply:
        """As `get`."""
        return _good(self._send("POST", self.url + path, self._credentials(path)))

    def send_document(self, path: str, document: bytes, method: str = "POST") -> Reply:
        """The answer to a body of JSON, with any status.

        Raises:
            NoServer: no server answered. The document may have arrived.
        """
        headers = {**self._credentials(path), "Content-Type": "application/json"}
        return self._send(method, self.url + path, headers, document)

    def send(self, path: str, document: Mapping[str, Any], method: str = "POST") -> Reply:
        """As `get`, for a JSON object that is sent."""
        return _good(self.send_document(path, json.dumps(document).encode(), method))

    def delete(self, path: str) -> Reply:
        """As `get`."""
        return _good(self._send("DELETE", self.url + path, self._credentials(path)))

    @contextmanager
    def lines(self, path: str, query: Mapping[str, str]) -> Iterator[tuple[Iterator[str], Mapping[str, str]]]:
        """The lines of a long answer while they arrive, with their ends, and its headers.

        Raises:
            Stop: the server refused the request.
            NoServer: no server answered, or not to the end.
        """
        url = f"{self.url}{path}?{urlencode(query)}".rstrip("?")
        with self._answering(url):
            response = self._pool.request(
                "GET", url, headers=self._credentials(path), redirect=False, preload_content=False
            )
            try:
                if response.status != 200:
                    raise Reply(response.status, response.headers, response.read()).refusal()
                self.was_answered = True
                yield (line.decode() for line in response), response.headers
            finally:
                response.close()

    def send_order(self, order: bytes, idempotency_key: str, to: str = ORDERS) -> Reply:
        """The answer to an order, with any status.

        Raises:
            NoServer: no server answered. The order may have arrived.
        """
        headers = self._headers | {"Content-Type": "application/json", "Idempotency-Key": idempotency_key}
        return self._send("POST", self.url + to, headers, order)

    def download(self, signed_url: str) -> bytes:
        """The file behind a signed link. No key is sent: the link needs none, and may lead to another host.

        A server on one machine serves its files itself. Its public address may not be reachable from here.
        """
        _, ours, file = signed_url.partition(_FILES)
        url = f"{self.url}{ours}{file}" if ours else signed_url
        return _good(self._send("GET", url, {})).body

    def _credentials(self, path: str) -> Mapping[str, str]:
        """The operator's on the operators' routes, and the shop's elsewhere. Neither goes where it is not needed."""
        return self._login if path.startswith("/operations/") else self._headers

    def _send(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Reply:
        with self._answering(url):
            response = self._pool.request(method, url, body=body, headers=headers, redirect=False)
        self.was_answered = True
        return Reply(response.status, response.headers, response.data)

    @contextmanager
    def _answering(self, url: str) -> Iterator[None]:
        try:
            yield
        except urllib3.exceptions.LocationValueError:
            raise Stop(
                f"{url} is not a server's address. Use one like http://127.0.0.1:8000.", ExitCode.USAGE
            ) from None
        except urllib3.exceptions.HTTPError as error:
            base = (
                self.url if url.startswith(self.url) else "{0.scheme}://{0.netloc}".format(urllib3.util.parse_url(url))
            )
            raise NoServer(f"No server answers at {base} ({_why(error)}). {_advice(base)}") from None


def connect(url: str, connections: int = 1) -> Client:
    """A client with the shop's key and the operator's login from the environment, or from files that it names.

    Raises:
        Stop: one of them can't be read, or can't be sent in a header.
    """
    return Client(url, credential("ORDERS_API_KEY"), credential("ORDERS_OPERATOR_TOKEN"), connections)


def credential(variable: str) -> str | None:
    """The value of a variable, or what is in the file that the variable with `_FILE` names.

    Raises:
        Stop: the file can't be read, or the value can't be a key or a secret.
    """
    if value := os.environ.get(variable):
        return _sendable(value, variable)
    if file := os.environ.get(f"{variable}_FILE"):
        return _sendable(_in_file(Path(file), f"{variable}_FILE"), file)
    return None


def _in_file(path: Path, variable: str) -> str:
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a text"
        raise Stop(f"{variable} names {path}, which can't be read: {reason}.", ExitCode.USAGE) from None
    if not text:
        raise Stop(f"{variable} names {path}, which is empty. Write the key into it.", ExitCode.USAGE)
    return text


def _sendable(value: str, source: str) -> str:
    if not (value.isascii() and value.isprintable()):
        raise Stop(f"{source} must be printable ASCII, on one line.", ExitCode.USAGE)
    return value


def path_of(template: str, order_id: str) -> str:
    """`/orders/{}` with the id in it.

    Raises:
        Stop: no order can have this id, as it would change the path (RFC 3986, section 5.2.4).
    """
    if order_id in {"", ".", ".."} or "/" in order_id:
        raise Stop("There is no such order. `orders list` shows all orders.", ExitCode.UNKNOWN_ORDER)
    return template.format(quote(order_id, safe="", errors="replace"))


def path_of_document(template: str, row_id: str) -> str:
    """As `path_of`, also with the id of a document that follows an order, such as `12345/refunds/r-1`.

    Raises:
        Stop: no order and no document can have this id.
    """
    return template.format(row_id) if is_row_id(row_id) else path_of(template, row_id)


def _good(reply: Reply) -> Reply:
    if not 200 <= reply.status < 300:
        raise reply.refusal()
    return reply


def _advice(url: str) -> str:
    """A server on this machine may not run yet. The address of a server elsewhere is more likely wrong."""
    local = urllib3.util.parse_url(url).host in {"127.0.0.1", "localhost", "[::1]"}
    return "`orders serve` starts one." if local else "Check the address in --url or ORDERS_URL."


def _why(error: urllib3.exceptions.HTTPError) -> str:
    cause = error.__cause__ or error.__context__
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    if isinstance(error, urllib3.exceptions.TimeoutError):
        return "no answer in time"
    return "the connection was lost" if isinstance(error, urllib3.exceptions.ProtocolError) else type(error).__name__
