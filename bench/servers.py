"""Starts the servers that are measured, each in a process of its own, on loopback and with a data folder of its own."""

import http.client
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import processes

BENCH = Path(__file__).parent
FOLDERS = BENCH.parent / "build"
"""Beside the code. The system's temporary folder is often in memory, where a sync costs nothing."""

ORDERS = [sys.executable, "-m", "orders"]
POLL_SECONDS = 0.005
SECONDS_TO_START = 60
SECONDS_TO_STOP = 60

_ADDRESS = re.compile(r"http://127\.0\.0\.1:([0-9]+)")


class ServerFailed(Exception):
    """A server did not start, or did not do its work in time."""


@dataclass(frozen=True, slots=True)
class Server:
    """`started`: the monotonic time just before its process was made."""

    pid: int
    port: int
    folder: Path
    started: float

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def database(self) -> Path:
        return self.folder / "data" / "orders.db"


@contextmanager
def orders_serve(*options: str) -> Iterator[Server]:
    with temporary_folder() as folder, orders_serve_in(folder, *options) as server:
        yield server


@contextmanager
def orders_serve_in(folder: Path, *options: str) -> Iterator[Server]:
    """Serve the folder `data` below this one as it is."""
    with _running([*ORDERS, "serve", "--port", "0", "--data", f"{folder}/data", *options], folder) as server:
        yield server


@contextmanager
def accept_all() -> Iterator[Server]:
    """Answers 202 and keeps nothing."""
    with temporary_folder() as folder, _running(_uvicorn("accept_all:app"), folder) as server:
        yield server


@contextmanager
def commit_each() -> Iterator[Server]:
    """A durable commit for each order."""
    with temporary_folder() as folder, _running(_uvicorn("commit_each:app"), folder) as server:
        yield server


def first_answer(server: Server, path: str) -> float:
    """Seconds from just before the process was made until GET `path` answers 200. Calls every 5 ms."""
    return _until(lambda: _get(server.port, path) == 200, f"{path} was not answered 200") - server.started


def completed(server: Server, order_id: str, seconds: float) -> None:
    """Wait until the order has its receipt, at most this long. Calls every 5 ms."""
    path = f"/receipt/{order_id}"
    _until(lambda: _get(server.port, path) == 200, f"order {order_id} has no receipt after {seconds} s", seconds)


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder below build/, deleted at the end of the block."""
    FOLDERS.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=FOLDERS, ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def _uvicorn(app: str) -> list[str]:
    return [sys.executable, "-m", "uvicorn", app, "--app-dir", str(BENCH), "--port", "0", "--no-access-log"]


@contextmanager
def _running(command: list[str], folder: Path) -> Iterator[Server]:
    log = folder / "server.log"
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "COMMIT_EACH_DATABASE": f"{folder}/each.db"}
    with log.open("wb") as output:
        started = time.monotonic()
        process = subprocess.Popen(command, stdout=output, stderr=output, env=environment, start_new_session=True)
    try:
        yield Server(process.pid, _port(process, log), folder, started)
    finally:
        _stop(process)


def _port(process: subprocess.Popen[bytes], log: Path) -> int:
    """The port in the server's start message."""

    def has_started() -> bool:
        if process.poll() is not None:
            raise ServerFailed(f"the server ended with {process.returncode}:\n{log.read_text()}")
        return _ADDRESS.search(log.read_text()) is not None

    _until(has_started, "the server named no address")
    match = _ADDRESS.search(log.read_text())
    assert match
    return int(match[1])


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop it, and kill it if it is still running after a minute."""
    family = [process.pid, *processes.descendants(process.pid)]
    try:
        process.terminate()
        process.wait(SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        for pid in family:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()


def _until(condition: Callable[[], bool], otherwise: str, seconds: float = SECONDS_TO_START) -> float:
    """Check every 5 ms until it holds, and return the monotonic time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise ServerFailed(otherwise)
        time.sleep(POLL_SECONDS)
    return time.monotonic()


def _get(port: int, path: str) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return None
    finally:
        connection.close()
