"""`orders verify`: checks whether a file is the receipt, or another document, that was issued."""

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from orders.cli.client import connect, path_of_document
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.reply import understood
from orders.cli.terminal import console, local_time, plain, write_json

_ID = re.compile(
    rb"<pdf:Keywords>([A-Za-z0-9._-]{1,64}(?:/(?:refunds|corrections)/[A-Za-z0-9._-]{1,64})?)</pdf:Keywords>"
)
"""The id of the order, or of the document, in a PDF's metadata (XMP, ISO 16684-1).

It comes after all texts that customers wrote.
"""


def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The receipt as PDF.", show_default=False)],
    order_id: Annotated[
        str | None,
        typer.Option("--order", metavar="ID", help="The id of the order or document. Without it, the one in the file."),
    ] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Check whether a PDF is exactly as it was issued."""
    pdf = _read(file)
    order_id = order_id or _order_of(pdf, file)
    sha256 = hashlib.sha256(pdf).hexdigest()
    found = connect(url).get(path_of_document("/receipt/{}/verification", order_id), {"sha256": sha256}).document()
    with understood():
        issued, by = bool(found["issued"]), found.get("replacedBy")
        if as_json:
            write_json({"file": str(file), "orderId": order_id, "sha256": sha256, "issued": issued, "replacedBy": by})
        else:
            console().print(_verdict(plain(str(file)), plain(order_id), issued, by), soft_wrap=True)
    if not issued:
        raise typer.Exit(ExitCode.REFUSED)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Stop(f"{file} can't be read ({error.strerror}).", ExitCode.USAGE) from None


def _order_of(pdf: bytes, file: Path) -> str:
    """The id of the order, or of the document, in a file.

    Raises:
        Stop: the file has none.
    """
    found: list[bytes] = _ID.findall(pdf)
    if not found:
        raise Stop(f"{file} has no order id. Name the order with --order.", ExitCode.USAGE)
    return found[-1].decode()


def _verdict(file: str, order_id: str, issued: bool, by: Mapping[str, Any] | None) -> Text:
    paper, of = _named(order_id)
    if not issued:
        return Text.assemble(
            ("No. ", "bold red"), f"{file} is not the {paper} that was issued for {of}, or it was altered."
        )
    genuine = Text.assemble(("Yes. ", "bold green"), f"{file} is the {paper} that was issued for {of}.")
    return Text.assemble(genuine, "\n", (_replaced(by), "yellow")) if by else genuine


def _named(order_id: str) -> tuple[str, str]:
    """The kind of the document, and the refund or correction it was issued for."""
    order, _, following = order_id.partition("/")
    if not following:
        return "receipt", f"order {order}"
    folder, _, document = following.partition("/")
    return "credit note" if folder == "refunds" else "corrected receipt", f"order {order} ({document})"


def _replaced(by: Mapping[str, Any]) -> str:
    name = f" {by['number']}" if by["number"] else ""
    return f"It was replaced by the corrected receipt{plain(name)} of {local_time(by['date']):%Y-%m-%d}."
