"""`orders serve`: listens for requests, in a data folder that no other server uses."""

import contextlib
import errno
import gc
import os
import signal
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from orders.api.authority import Authority
from orders.local.folder.folder import DataFolder
from orders.local.loopback import is_this_machine
from orders.local.server import audit, key_files, start_checks
from orders.local.server.application import application
from orders.local.server.http_server import http_server
from orders.local.server.keys import HOLDERS, KeyRing
from orders.local.server.limits import Limits, raise_file_limit
from orders.local.server.refused_keys import RefusedKeys
from orders.local.server.service_manager import ServiceManager
from orders.local.stack import open_for_serving


class CannotServe(Exception):
    """The server can't start. `faults` are one line each; they say why and what to do."""

    def __init__(self, *faults: str) -> None:
        super().__init__(*faults)
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """`port` 0 is any free port. `accept_missing_orders` starts although the table has lost orders.

    Callers need keys if other machines can reach `host`, if `ask_for_keys`, or if a file of keys is named.
    """

    host: str
    port: int
    data: Path
    ask_for_keys: bool = False
    accept_missing_orders: bool = False

    @property
    def asks_for_keys(self) -> bool:
        """If not, only programs on this machine call it, and its webhooks may go to programs on this machine, too."""
        return self.ask_for_keys or not is_this_machine(self.host) or key_files.are_named()


Ready = Callable[[str, Mapping[Authority, str]], None]
"""Called with the server's address and the keys that were made for it. Nothing shows these keys again."""


def serve(settings: Settings, ready: Ready) -> None:
    """Serve until SIGTERM or SIGINT, then finish the requests that are running.

    Raises:
        CannotServe: a setting or the shop's file can't be used, or the address can't be listened on.
        FolderError: the data folder can't be used, or what is in it is damaged or incomplete.
    """
    signal.signal(signal.SIGTERM, _leave)
    signal.signal(signal.SIGINT, _leave)
    os.environ["ORDERS_DATA"] = str(settings.data)
    os.environ["ORDERS_WEBHOOK_LOOPBACK"] = "no" if settings.asks_for_keys else "yes"
    if faults := start_checks.faults():
        raise CannotServe(*faults)
    manager = ServiceManager.of_this_process()
    folder = DataFolder.open(settings.data)
    with (
        folder.lock(),
        contextlib.closing(open_for_serving(folder, settings.accept_missing_orders)) as stack,
        _listen(settings) as listener,
    ):
        host, port = listener.getsockname()[:2]
        address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        audit.keep_in(folder.audit)
        keys = KeyRing(folder.keys, key_files.keys()) if settings.asks_for_keys else None
        made = _first_keys(keys) if keys else {}
        refused_keys = RefusedKeys()

        def begin() -> None:
            ready(address, made)
            manager.ready()
            start_checks.begin(folder)

        def look() -> None:
            refused_keys.look()
            manager.alive()

        app = application(stack, keys, refused_keys, begin)
        _collect_rarely()
        server = http_server(app, Limits(connections=raise_file_limit()), look)
        manager.tell_when_stopping(server)
        try:
            server.run(sockets=[listener])
        finally:
            stack.leave(folder)


def _collect_rarely() -> None:
    """A full collection visits every message in the queues and blocks requests for 40 ms. It frees hardly anything."""
    gc.freeze()
    gc.set_threshold(10_000, 20, 100)


def _leave(_signal: int, _frame: object) -> NoReturn:
    """Before and after uvicorn handles signals. uvicorn lets requests finish and then sends the signal again."""
    raise SystemExit(0)


def _first_keys(keys: KeyRing) -> dict[Authority, str]:
    """Make one key of each kind that has none."""
    there = {key.kind for key in keys.all()}
    return {holder: keys.make(holder, holder.value) for holder in HOLDERS if holder not in there}


def _listen(settings: Settings) -> socket.socket:
    host = "127.0.0.1" if settings.host == "localhost" else settings.host
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, settings.port))
        listener.listen(2048)
    except OSError as error:
        listener.close()
        advice = (
            "Stop the program that uses it, or choose another port: make run PORT=8001, or --port 8001."
            if error.errno in {errno.EADDRINUSE, errno.EACCES}
            else "Name an address of this machine with --host."
        )
        raise CannotServe(
            f"Can't listen on {settings.host}:{settings.port} ({error.strerror or error}). {advice}"
        ) from None
    return listener
