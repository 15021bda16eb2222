"""Tells systemd, or another service manager, that the server is ready, alive or stopping.

https://www.freedesktop.org/software/systemd/man/latest/sd_notify.html
"""

import contextlib
import os
import socket
from collections.abc import MutableMapping
from types import FrameType
from typing import Self

import uvicorn

READY, ALIVE, STOPPING = "READY=1", "WATCHDOG=1", "STOPPING=1"


class ServiceManager:
    """The service manager that started this process; nobody listens if there is none."""

    def __init__(self, address: str | None, *, wants_signs_of_life: bool = False) -> None:
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self._wants_signs_of_life = wants_signs_of_life

    @classmethod
    def of_this_process(cls, environment: MutableMapping[str, str] = os.environ) -> Self:
        """The one that the environment names. Processes that this one starts don't get to know it."""
        address, watchdog = environment.pop("NOTIFY_SOCKET", None), environment.pop("WATCHDOG_USEC", None)
        is_for_us = environment.pop("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        return cls(address, wants_signs_of_life=bool(watchdog) and is_for_us)

    def ready(self) -> None:
        self._tell(READY)

    def alive(self) -> None:
        """Call this about once a second, from what must not hang."""
        if self._wants_signs_of_life:
            self._tell(ALIVE)

    def stopping(self) -> None:
        self._tell(STOPPING)

    def tell_when_stopping(self, server: uvicorn.Server) -> None:
        """Tell it as soon as the server is asked to stop, before requests in hand are finished."""
        if self._address is None:
            return
        leave = server.handle_exit

        def leaving(sig: int, frame: FrameType | None) -> None:
            self.stopping()
            leave(sig, frame)

        server.handle_exit = leaving  # type: ignore[method-assign] # uvicorn has no hook for it

    def _tell(self, state: str) -> None:
        """A service manager that does not listen changes nothing."""
        if self._address is None:
            return
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.connect(self._address)
            sender.send(state.encode())
