"""Submits one order, or every order of a file, and shows the result."""

import json
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from orders.cli import progress
from orders.cli.client import Client, connect
from orders.cli.exits import ExitCode, Stop
from orders.cli.submitting import lines, patience
from orders.cli.submitting.tally import Tally
from orders.cli.terminal import console, plain, table_of, write_json

_COLUMNS = (
    TextColumn("{task.fields[sent]:>9,}  orders"),
    BarColumn(),
    TaskProgressColumn(),
    TimeRemainingColumn(),
)


def submit_order(order: dict[str, Any], url: str, as_json: bool) -> None:
    """Send one order, and show its id and the link to its receipt.

    Raises:
        Stop: the server did not accept it.
    """
    reply = patience.send(connect(url), json.dumps(order).encode())
    if reply.status != 202:
        raise reply.refusal()
    accepted = reply.document()
    if as_json:
        write_json(accepted)
        return
    console().print("Accepted before." if reply.is_replay else "Accepted.", style="bold green")
    orders = [("order", plain(accepted["orderId"])), ("receipt", plain(accepted["receiptUrl"]))]
    console().print(table_of(orders), soft_wrap=True)


def submit_file(file_name: str, url: str, as_json: bool) -> None:
    """Send every line of a file, and show how many were accepted, even if the server stopped answering.

    Raises:
        Stop: the server refused some orders, or stopped answering.
    """
    tally = Tally()
    client = connect(url, connections=patience.AT_ONCE)
    with _opened(file_name) as file:
        lost = _send(client, file, tally)
    if lost and not tally.last_line:
        raise lost
    if as_json:
        write_json(tally.document())
    else:
        console().print(tally.summary(), soft_wrap=True)
    if lost:
        raise Stop(
            f"{lost} The server answered up to line {tally.last_line}. Submit the file again: an order with an"
            " orderId is accepted only once.",
            lost.code,
        )
    if tally.refused:
        raise Stop("Some orders were refused. Correct these lines, and submit them again.", ExitCode.REFUSED)


def _send(client: Client, file: BinaryIO, tally: Tally) -> Stop | None:
    """Count every answer. Returns the error that ended it early, if there was one."""
    with (
        progress.shown(*_COLUMNS, total=_size(file), sent=0) as update,
        closing(patience.send_all(client, lines.read(file))) as replies,
    ):
        try:
            for line, reply in replies:
                tally.add(line, reply)
                update(advance=line.size, sent=tally.sent)
        except Stop as stop:
            return stop
    return None


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115
    except OSError as error:
        raise Stop(
            f"{name} can't be read ({error.strerror}). Name a file of orders, or - for standard input.", ExitCode.USAGE
        ) from None
    with file:
        yield file


def _size(file: BinaryIO) -> int | None:
    """The size of a file in bytes. A pipe has none."""
    status = os.fstat(file.fileno())
    return status.st_size if stat.S_ISREG(status.st_mode) else None
