"""A file of orders, submitted."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import BinaryIO

from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn

from orders.cli.client import Client, connect
from orders.cli.exits import ExitCode, Stop
from orders.cli.submitting import lines
from orders.cli.submitting.patience import AT_ONCE, send_all
from orders.cli.submitting.tally import Tally
from orders.cli.terminal import console, write_json


def submit(file_name: str, url: str, as_json: bool) -> None:
    """Send every line and show what became of them, also where the server was lost on the way.

    Raises:
        Stop: some were refused, or the server was lost.
    """
    tally = Tally()
    client = connect(url, connections=AT_ONCE)
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
            f"{lost} Line {tally.last_line} is the last that was answered: send the file again, in which orders that"
            " have an orderId are accepted once.",
            lost.code,
        )
    if tally.refused:
        raise Stop("Some orders were refused: mend those lines and send them again.", ExitCode.REFUSED)


def _send(client: Client, file: BinaryIO, tally: Tally) -> Stop | None:
    """Count every answer; what stopped it before the end, if anything did."""
    with _progress(file) as (progress, task), closing(send_all(client, lines.read(file))) as replies:
        try:
            for line, reply in replies:
                tally.add(line, reply)
                progress.update(task, advance=line.size, sent=tally.sent)
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
        raise Stop(f"{name} can't be read ({error.strerror}). Name a file of orders, or -.", ExitCode.USAGE) from None
    with file:
        yield file


@contextmanager
def _progress(file: BinaryIO) -> Iterator[tuple[Progress, TaskID]]:
    """A bar on stderr for a person who watches; it measures bytes, where the file has an end."""
    watched = console(stderr=True)
    status = os.fstat(file.fileno())
    size = status.st_size if stat.S_ISREG(status.st_mode) else None
    columns = (
        TextColumn("{task.fields[sent]:>9,}  orders"),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=watched, disable=not watched.is_terminal, transient=True) as progress:
        yield progress, progress.add_task("", total=size, sent=0)
