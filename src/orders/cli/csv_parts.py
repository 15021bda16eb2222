"""Prints a long CSV document of the server, which may come in parts."""

import sys
from collections.abc import Iterator, Mapping

from orders.cli.client import Client

NEXT_CURSOR = "Next-Cursor"


def write_csv(client: Client, path: str, query: Mapping[str, str]) -> None:
    """Write the whole document to standard output while it arrives.

    Raises:
        Stop: the server refused the request.
    """
    for line in lines_of(client, path, query):
        sys.stdout.buffer.write(line.encode())
    sys.stdout.buffer.flush()


def lines_of(client: Client, path: str, query: Mapping[str, str]) -> Iterator[str]:
    """The lines of all parts, one document.

    Raises:
        Stop: the server refused the request.
    """
    cursor: str | None = ""
    while cursor is not None:
        with client.lines(path, {**query, **({"cursor": cursor} if cursor else {})}) as (lines, headers):
            yield from lines
            cursor = headers.get(NEXT_CURSOR)
