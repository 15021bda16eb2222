"""How much one caller may send, how long it may take, and how many callers there may be at once."""

import contextlib
import resource
from dataclasses import dataclass

MOST_CONNECTIONS = 2_048
"""Even if more files may be open: a connection can hold 64 KB of requests and 64 KB of an unread answer."""
FILES_FOR_OTHERS = 256
"""Files that are not connections: the database, receipts, worker processes, and callers that are being refused."""
_ENOUGH_FILES = MOST_CONNECTIONS + FILES_FOR_OTHERS


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one connection, in bytes and seconds. `connections` is for all together.

    `framing` is for the sizes, extensions and trailers of chunks, without their content.
    `pipelined` requests may wait behind the current one. Their headers, and their bodies, may have `headers` bytes.
    `seconds_in_a_crowd` replaces the longer times while more than half of the connections are in use.
    """

    connections: int = MOST_CONNECTIONS
    url: int = 8 * 1024
    headers: int = 32 * 1024
    header_fields: int = 100
    framing: int = 32 * 1024
    pipelined: int = 16
    seconds_to_first_byte: float = 30
    seconds_for_headers: float = 10
    seconds_for_a_body: float = 10
    seconds_to_read: float = 30
    seconds_in_a_crowd: float = 2
    seconds_to_hang_up: float = 2


def raise_file_limit() -> int:
    """Raise the soft limit of open files as far as it helps; return the number of connections there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH_FILES if hard == resource.RLIM_INFINITY else min(hard, _ENOUGH_FILES)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):  # macOS has a second limit, which can't be read
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    return connections_within(_ENOUGH_FILES if soft == resource.RLIM_INFINITY else soft)


def connections_within(files: int) -> int:
    """How many connections fit if so many files may be open."""
    return min(MOST_CONNECTIONS, files - min(FILES_FOR_OTHERS, files // 2))
