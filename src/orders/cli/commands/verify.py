"""`orders verify`: checks whether a file is the receipt that was issued."""

import hashlib
import re
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from orders.cli.client import connect, path_of
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.terminal import console, plain, write_json

_ORDER_ID = re.compile(rb"<pdf:Keywords>([A-Za-z0-9._-]{1,64})</pdf:Keywords>")
"""The order's id in a receipt's metadata (XMP, ISO 16684-1). It comes after all texts that customers wrote."""


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt as PDF.", show_default=False)],
    order_id: Annotated[
        str | None, typer.Option("--order", metavar="ID", help="The order's id. Without it, the id in the receipt.")
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Check whether a PDF is exactly the receipt that was issued."""
    pdf = _read(file)
    order_id = order_id or _order_of(pdf, file)
    sha256 = hashlib.sha256(pdf).hexdigest()
    issued = connect(url).get(path_of("/receipt/{}/verification", order_id), {"sha256": sha256}).document()["issued"]
    if as_json:
        write_json({"file": str(file), "orderId": order_id, "sha256": sha256, "issued": issued})
    else:
        console().print(_verdict(plain(str(file)), plain(order_id), issued), soft_wrap=True)
    if not issued:
        raise typer.Exit(ExitCode.REFUSED)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Stop(f"{file} can't be read ({error.strerror}).", ExitCode.USAGE) from None


def _order_of(pdf: bytes, file: Path) -> str:
    """The id of the order in a receipt.

    Raises:
        Stop: the file has none.
    """
    found: list[bytes] = _ORDER_ID.findall(pdf)
    if not found:
        raise Stop(f"{file} has no order id. Name the order with --order.", ExitCode.USAGE)
    return found[-1].decode()


def _verdict(file: str, order_id: str, issued: bool) -> Text:
    if issued:
        return Text.assemble(("Yes. ", "bold green"), f"{file} is the receipt that was issued for order {order_id}.")
    return Text.assemble(
        ("No. ", "bold red"), f"{file} is not the receipt that was issued for order {order_id}, or it was altered."
    )
