"""Reads orders from a file, one per line (https://jsonlines.org)."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import BinaryIO

from orders.order.posted import MAX_BODY_BYTES

_LONGEST = MAX_BODY_BYTES + len("\r\n")


@dataclass(frozen=True, slots=True)
class Line:
    """`order` as the file has it. `size` is in bytes, with all blank lines before it."""

    number: int
    order: bytes
    size: int


def read(file: BinaryIO) -> Iterator[Line]:
    """The lines that are not blank, numbered from 1.

    A line that is longer than any order is cut, but stays too long for the server. So a file without line breaks does
    not fill the memory.
    """
    skipped = 0
    for number in count(1):
        kept = file.readline(_LONGEST + 1)
        size = len(kept) + _skip_the_rest(file, kept)
        if not kept:
            return
        order = kept.removeprefix(codecs.BOM_UTF8) if number == 1 else kept
        if order.strip():
            yield Line(number, order.rstrip(b"\r\n"), skipped + size)
            skipped = 0
        else:
            skipped += size


def _skip_the_rest(file: BinaryIO, chunk: bytes) -> int:
    size = 0
    while chunk and not chunk.endswith(b"\n"):
        chunk = file.readline(_LONGEST)
        size += len(chunk)
    return size
