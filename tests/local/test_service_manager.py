"""What systemd is told, over a real socket: ready once the server answers, alive, stopping before it has stopped."""

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.api import Api
from tests.support.servers import clean_environment, start

from orders.local.server.service_manager import ServiceManager


@pytest.fixture(params=["file", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    """A socket as systemd listens on, and its name for NOTIFY_SOCKET."""
    name = str(tmp_path / "notify") if request.param == "file" else f"@orders-test-{tmp_path.name}-{id(tmp_path)}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name.replace("@", "\0", 1) if request.param == "abstract" else name)
        listener.settimeout(30)
        yield listener, name


def test_a_service_manager_learns_when_the_server_is_ready_alive_and_stopping(
    manager: tuple[socket.socket, str], tmp_path: Path
):
    listener, name = manager
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = start(tmp_path / "data", "--port", str(port), NOTIFY_SOCKET=name, WATCHDOG_USEC="60000000")
    try:
        assert listener.recv(100) == b"READY=1"
        assert Api(f"http://127.0.0.1:{port}").get("/openapi.json").status == 200
        assert listener.recv(100) == b"WATCHDOG=1"
        server.send_signal(signal.SIGTERM)
        while (told := listener.recv(100)) == b"WATCHDOG=1":
            pass
        assert told == b"STOPPING=1"
    finally:
        server.terminate()
        server.communicate(timeout=100)
    assert server.returncode == 0


def test_without_a_watchdog_nobody_gets_signs_of_life(tmp_path: Path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name := str(tmp_path / "notify"))
        listener.setblocking(False)
        manager = ServiceManager.of_this_process({"NOTIFY_SOCKET": name})
        manager.alive()
        for_another = ServiceManager.of_this_process({"NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1"})
        for_another.alive()

        with pytest.raises(BlockingIOError):
            listener.recv(100)


def test_processes_that_the_server_starts_do_not_get_to_know_the_service_manager():
    environment = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "1", "WATCHDOG_PID": "1", "PATH": "/bin"}
    ServiceManager.of_this_process(environment)

    assert environment == {"PATH": "/bin"}


@pytest.mark.parametrize("address", [None, "/nowhere/notify"])
def test_a_service_manager_that_is_not_there_changes_nothing(address: str | None):
    ServiceManager(address, wants_signs_of_life=True).ready()


def test_a_server_that_can_not_start_is_never_ready(tmp_path: Path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(name := str(tmp_path / "notify"))
        listener.setblocking(False)
        done = subprocess.run(
            [sys.executable, "-m", "orders", "serve", "--port", "0", "--data", str(tmp_path / "data")],
            env=clean_environment() | {"NOTIFY_SOCKET": name, "ORDERS_PUBLIC_URL": "nowhere"},
            capture_output=True,
            timeout=30,
        )

        assert done.returncode == 1
        with pytest.raises(BlockingIOError):
            listener.recv(100)
