"""A TCP connection that is closed so that its last answer arrives, and that closes even if nobody reads the answer."""

import asyncio
from collections.abc import Callable

from orders.local.server.limits import Limits


class PoliteTransport(asyncio.Transport):
    """The transport that it wraps, with a different `close`.

    A socket that is closed with unread bytes in it resets the connection, and the caller may never see the answer that
    it was sent (RFC 9112, section 9.6). And a socket whose answer nobody reads would stay open for ever.
    """

    def __init__(
        self,
        transport: asyncio.Transport,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
        is_being_sent: Callable[[], bool],
    ) -> None:
        super().__init__()
        self._transport = transport
        self._limits = limits
        self._loop = loop
        self._is_being_sent = is_being_sent
        self._ended_at: float | None = None
        self._patience = limits.seconds_to_read
        for same in ("write", "get_extra_info", "pause_reading", "resume_reading", "abort"):
            setattr(self, same, getattr(transport, same))

    def is_closing(self) -> bool:
        return self._ended_at is not None or self._transport.is_closing()

    def close(self) -> None:
        """Close after the caller has read everything, or has had enough time.

        If the caller is still sending, read and drop that for a moment.
        """
        if not self.is_closing() and self._is_being_sent():
            self._patience = self._limits.seconds_to_hang_up
            self._transport.write_eof()
            self._transport.resume_reading()
        else:
            self._transport.close()
        self._ended_at = self._ended_at or self._loop.time()

    def look(self, now: float, longest: float) -> None:
        """Abort if closing takes too long. Call this once a second; `longest` is in seconds."""
        if self._ended_at is None:
            self._ended_at = now
        elif now - self._ended_at > min(self._patience, longest):
            self._transport.abort()
