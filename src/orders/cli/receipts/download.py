"""`orders receipt get`: the PDF."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from orders.cli.client import Client, connect, path_of
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.terminal import console, plain, write_json
from orders.local.files import write_for_user

_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0


def download(
    order_id: OrderId,
    output: Annotated[
        str | None,
        typer.Option("--output", "-o", metavar="FILE", help="- is standard output. [default: receipt-ID.pdf]"),
    ] = None,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long it may still be in the making.")] = 10,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Download the receipt of an order."""
    if output == "-" and as_json:
        raise Stop("Standard output takes the receipt or JSON, not both. Name a file with -o.", ExitCode.USAGE)
    if output == "-" and sys.stdout.isatty():
        raise Stop("Standard output is a terminal. Name a file with -o, or pipe the PDF to a program.", ExitCode.USAGE)
    client = connect(url)
    pdf = client.download(_link(client, order_id, wait))
    if output == "-":
        sys.stdout.buffer.write(pdf)
        sys.stdout.buffer.flush()
        return
    path = Path(output or f"receipt-{order_id}.pdf")
    try:
        write_for_user(path, pdf)
    except OSError as error:
        raise Stop(
            f"{path} can't be written ({error.strerror}). Name another file with -o.", ExitCode.REFUSED
        ) from None
    if as_json:
        write_json({"orderId": order_id, "file": str(path.absolute()), "size": len(pdf)})
    else:
        console().print(f"{plain(str(path))}  ({len(pdf):,} bytes)", soft_wrap=True)


def _link(client: Client, order_id: str, wait: float) -> str:
    """The signed link, once there is one.

    Raises:
        Stop: there is none in time, or there will never be one.
    """
    path, deadline, pause = path_of("/receipt/{}", order_id), time.monotonic() + wait, _FIRST_PAUSE
    while (reply := client.get(path)).status == 202:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Stop("The receipt is still being made. Try again later, or see: orders status", ExitCode.UNAVAILABLE)
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return str(reply.document()["signedReceiptUrl"])
