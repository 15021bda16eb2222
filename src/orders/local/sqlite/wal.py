"""SQLite's write-ahead log, read as https://www.sqlite.org/fileformat2.html#walformat describes it.

SQLite reads a log up to the first frame that does not fit, and takes that for its end: right for a transaction that was
torn by a loss of power, and a silent loss of all that was committed behind a frame that has decayed.
"""

import struct
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAGIC = 0x377F0682
"""The lowest bit says whether checksums are of big-endian numbers."""
_HEADER_BYTES = 32
_FRAME_HEADER_BYTES = 24
_INDEX_BYTES = 48
"""Of each of the two copies of what the shared memory says of the log."""
_PAGE_BYTES = 4096
"""Of a log whose header can't be read."""

_Checksum = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Frame:
    """`commits` where it ends a transaction; `follows` where its checksum goes on from that of the frame before."""

    commits: bool
    follows: bool
    salts: bytes


def beside(database: Path) -> Path:
    """Where SQLite keeps the log of a database."""
    return database.with_name(f"{database.name}-wal")


def lost_commit(log: Path, seconds: float) -> int | None:
    """The number of the frame, the header being 0, that keeps SQLite from reading what was durably committed behind it.

    A frame that goes on from a commit was begun after that commit was synced, with `synchronous=FULL`. So one torn
    transaction at the end has none. What can't be read in so many seconds, at 40 MB each, is not looked at.

    Raises:
        OSError: the log can't be read.
    """
    with log.open("rb") as file:
        header = file.read(_HEADER_BYTES)
        end = None if _is_whole(header) else 0
        salts = header[16:24]
        before: _Frame | None = None
        deadline = time.monotonic() + seconds
        for number, frame in enumerate(_frames(file, header), 1):
            if before is None and end == 0:
                salts = frame.salts
            ours = frame.follows and frame.salts == salts
            if end is None and not ours:
                end = number
            elif end is not None and ours and before and before.commits and before.salts == salts:
                return end
            if time.monotonic() > deadline:
                break
            before = frame
    return None


def is_there(log: Path) -> bool:
    """Whether there is a log. It may hold no commit: a loss of power can tear the first one after a checkpoint.

    Raises:
        OSError: it can't be read.
    """
    try:
        with log.open("rb") as file:
            return _is_whole(file.read(_HEADER_BYTES))
    except FileNotFoundError:
        return False


def is_cut_short(log: Path) -> bool:
    """Whether commits are missing at the end of the log.

    The shared memory of the processes that used it, a file that survives them, says how many frames were committed; a
    commit is in the log, durably, before it is counted there. Without that file, or after a loss of power, nobody
    can tell. See https://www.sqlite.org/walformat.html#the_wal_index_file_format

    Raises:
        OSError: a file can't be read.
    """
    index = log.with_name(log.name.removesuffix("-wal") + "-shm")
    if not index.exists() or not is_there(log):
        return False
    with index.open("rb") as file:
        first, second = file.read(_INDEX_BYTES), file.read(_INDEX_BYTES)
    with log.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if len(first) < _INDEX_BYTES or first != second or not first[12] or first[32:40] != header[16:24]:
        return False  # of another log, or being written
    committed = int.from_bytes(first[16:20], sys.byteorder)
    frame = _FRAME_HEADER_BYTES + int.from_bytes(header[8:12], "big")
    return log.stat().st_size < _HEADER_BYTES + committed * frame


def _is_whole(header: bytes) -> bool:
    return (
        len(header) == _HEADER_BYTES
        and int.from_bytes(header[:4], "big") & ~1 == _MAGIC
        and _checksum(header[:24], (0, 0), _byte_order(header)) == struct.unpack(">2I", header[24:])
    )


def _byte_order(header: bytes) -> str:
    return "<>"[header[3] & 1]


def _frames(file: BinaryIO, header: bytes) -> Iterator[_Frame]:
    if len(header) < _HEADER_BYTES:
        return
    whole = _is_whole(header)
    order = _byte_order(header) if whole else "<>"[sys.byteorder == "big"]
    size = _FRAME_HEADER_BYTES + (int.from_bytes(header[8:12], "big") if whole else _PAGE_BYTES)
    before: _Checksum = struct.unpack(">2I", header[24:])
    while len(frame := file.read(size)) == size:
        _, pages, salts, *stored = struct.unpack(">2I8s2I", frame[:_FRAME_HEADER_BYTES])
        reckoned = _checksum(frame[_FRAME_HEADER_BYTES:], _checksum(frame[:8], before, order), order)
        before = stored[0], stored[1]
        yield _Frame(pages != 0, reckoned == before, salts)


def _checksum(content: bytes, before: _Checksum, order: str) -> _Checksum:
    first, second = before
    numbers = iter(struct.unpack(f"{order}{len(content) // 4}I", content))
    for even, odd in zip(numbers, numbers, strict=True):
        first = first + even + second & 0xFFFFFFFF
        second = second + odd + first & 0xFFFFFFFF
    return first, second
