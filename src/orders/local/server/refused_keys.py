"""Counts wrong keys by the address that sent them. After ten in a minute, an address must wait."""

import ipaddress
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from starlette.types import Scope

from orders.local.loopback import is_this_machine
from orders.local.minutely import MINUTE, Minutely

log = logging.getLogger(__name__)

MOST_IN_A_MINUTE = 10
MOST_ADDRESSES = 10_000
"""So many are remembered. Beyond that, those that began first are forgotten."""
_OF_A_NETWORK = 64
"""The first 64 bits of an IPv6 address: a caller can't choose these (RFC 6177), only the rest."""


@dataclass(slots=True)
class _Count:
    since: float
    keys: int = 0


class RefusedKeys:
    """A valid key is accepted from every address: nobody can lock out a shop by sending wrong keys."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: dict[str, _Count] = {}
        self._log = Minutely(log, "Refused keys, by address", clock)
        self.total = 0
        """Since the start, from all addresses."""

    def add(self, address: str) -> int:
        """Count a wrong key. Returns in how many seconds this address may send another one; 0 is now."""
        now = self._clock()
        count = self._counts.get(address)
        if count is None or now - count.since >= MINUTE:
            self._counts.pop(address, None)
            count = self._counts[address] = _Count(now)
            self._forget()
        count.keys += 1
        self.total += 1
        self._log.add(address)
        return int(count.since + MINUTE - now) + 1 if count.keys > MOST_IN_A_MINUTE else 0

    def look(self) -> None:
        """Log what was counted, at most once a minute. Call this about once a second."""
        self._log.look()

    def _forget(self) -> None:
        while len(self._counts) > MOST_ADDRESSES:
            del self._counts[next(iter(self._counts))]


def caller_address(scope: Scope) -> str:
    """The caller's address, or its network for IPv6.

    A caller on this machine that sends X-Forwarded-For is a proxy. The last address in it is the one that the proxy
    itself saw.
    """
    peer = scope["client"][0] if scope["client"] else "-"
    named = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    if named and is_this_machine(peer):
        return _network(named[-1].decode("latin-1").rpartition(",")[2].strip()) or peer
    return _network(peer) or peer


def _network(text: str) -> str:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, _OF_A_NETWORK), strict=False))
