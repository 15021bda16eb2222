"""Submits one order, or every order of a file, and shows the result."""

import codecs
import os
import stat
import sys
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO

from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from orders.cli import progress, totals_table
from orders.cli.client import DRY_RUN, ORDERS, connect
from orders.cli.exits import ExitCode, Stop
from orders.cli.reply import Reply, understood
from orders.cli.submitting import formats, lines, patience
from orders.cli.submitting.formats import Source
from orders.cli.submitting.lines import Line
from orders.cli.submitting.tally import Tally
from orders.cli.terminal import console, plain, table_of, write_json
from orders.order.posted import MAX_BODY_BYTES

_COLUMNS = (
    TextColumn("{task.fields[sent]:>9,}  orders"),
    BarColumn(),
    TaskProgressColumn(),
    TimeRemainingColumn(),
)


def submit_order(order: bytes, url: str, as_json: bool) -> None:
    """Send one order, and show its id and the link to its receipt.

    Raises:
        Stop: the server did not accept it.
    """
    reply = patience.send(connect(url), order)
    if reply.status != 202:
        raise reply.refusal()
    accepted = reply.document()
    if as_json:
        write_json(accepted)
        return
    console().print("Accepted before." if reply.is_replay else "Accepted.", style="bold green")
    orders = [("order", plain(accepted["orderId"])), ("receipt", plain(accepted["receiptUrl"]))]
    console().print(table_of(orders), soft_wrap=True)


def check_order(order: bytes, url: str, as_json: bool) -> None:
    """Let the server check one order, and show what it comes to. The server stores nothing.

    Raises:
        Stop: the server would not accept it.
    """
    reply = patience.send(connect(url), order, DRY_RUN)
    if reply.status != 200:
        raise _not_checked(reply)
    checked = reply.document()
    if as_json:
        write_json(checked)
        return
    with understood():
        out = console()
        out.print("The order is valid. Nothing was stored.", style="bold green")
        if checked["totals"]:
            out.print()
            totals_table.show(checked["order"], checked["totals"], out)


def submit_file(file_name: str, url: str, as_json: bool, to: str = ORDERS) -> None:
    """Send every line of a file, and show how many were accepted, even if the server stopped answering.

    With `DRY_RUN`, the server checks every line and stores nothing.

    Raises:
        Stop: the server refused some orders, or stopped answering.
    """
    tally = Tally(is_dry_run=to == DRY_RUN)
    client = connect(url, connections=patience.AT_ONCE)
    with opened(file_name) as file:
        orders = _orders(file, Source(file_name))
        lost = _send(patience.send_all(client, orders, to), _size(file), tally)
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


def order_in(file_name: str) -> bytes:
    """The one order that a file has.

    Raises:
        Stop: the file has none, or something else.
    """
    with opened(file_name) as file:
        content = file.read(MAX_BODY_BYTES + len(codecs.BOM_UTF8) + 1).removeprefix(codecs.BOM_UTF8)
    formats.refuse_no_document(Source(file_name), content)
    return content


def _orders(file: BinaryIO, source: Source) -> Iterator[Line]:
    """The lines of a file, if the first one may be an order."""
    for number, line in enumerate(lines.read(file)):
        if number == 0:
            formats.refuse_no_lines(source, line.order)
        yield line


def _send(replies: Generator[tuple[Line, Reply], None, None], size: int | None, tally: Tally) -> Stop | None:
    """Count every answer. Returns the error that ended it early, if there was one."""
    with progress.shown(*_COLUMNS, total=size, sent=0) as update, closing(replies):
        try:
            for line, reply in replies:
                if tally.is_dry_run and reply.status == 202:
                    return _not_checked(reply)
                tally.add(line, reply)
                update(advance=line.size, sent=tally.sent)
        except Stop as stop:
            return stop
    return None


def _not_checked(reply: Reply) -> Stop:
    """Why a dry run failed. A server that does not know dry runs accepts the order."""
    if reply.status != 202:
        return reply.refusal()
    accepted = plain(str(reply.document().get("orderId")))
    return Stop(
        f"The server has an older version, which knows no dry run. It accepted the order as {accepted}.",
        ExitCode.REFUSED,
    )


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
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
