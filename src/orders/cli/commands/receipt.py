"""`orders receipt`: downloads the receipt of an order, or draws receipts of example orders."""

import sys
import time
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from orders.cli.client import Client, connect, path_of_document
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, DocumentId, Url
from orders.cli.terminal import console, plain, write_json
from orders.local.files import write_for_user

_USUAL = "get"
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 2.0
_EXAMPLES = Path("examples/receipts.jsonl")
_FOLDER = Path("preview")


class _ReceiptGroup(TyperGroup):
    """A group of commands in which `get` may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not {*args[:1]} & {*self.commands, *ctx.help_option_names}:
            args = [_USUAL, *args]
        return super().parse_args(ctx, args)


receipts = typer.Typer(
    cls=_ReceiptGroup,
    short_help="Download a receipt, or draw example receipts.",
    subcommand_metavar="ID | COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)


@receipts.callback()
def receipt() -> None:
    """Download the receipt of an order, or draw receipts of example orders.

    orders receipt 777 -o receipt.pdf

    orders receipt preview --watch

    Without a command, get is meant. Write `get` if the order's id is the name of a command.
    """


@receipts.command(_USUAL)
def download(
    order_id: DocumentId,
    output: Annotated[
        str | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The file; - is standard output. Without it, receipt-ID.pdf."
        ),
    ] = None,
    wait: Annotated[float, typer.Option(min=0, metavar="SECONDS", help="How long to wait for the receipt.")] = 10,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Download the receipt of an order, or a document of it."""
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
    path = Path(output or f"{_name(order_id)}.pdf")
    _save(path, pdf)
    if as_json:
        write_json({"orderId": order_id, "file": str(path.absolute()), "size": len(pdf)})
    else:
        console().print(f"{plain(str(path))}  ({len(pdf):,} bytes)", soft_wrap=True)


def _name(order_id: str) -> str:
    """Of the file: `receipt-12345`, or `credit-note-12345-r-1`. No file's name has a slash."""
    kind = "credit-note" if "/refunds/" in order_id else "receipt"
    return f"{kind}-{order_id.replace('/refunds/', '-').replace('/corrections/', '-')}"


def _save(path: Path, pdf: bytes) -> None:
    try:
        write_for_user(path, pdf)
    except OSError as error:
        raise Stop(
            f"{path} can't be written ({error.strerror}). Name another file with -o.", ExitCode.REFUSED
        ) from None


def _link(client: Client, order_id: str, wait: float) -> str:
    """The signed link to the receipt.

    Raises:
        Stop: the receipt is not made in time, or never will be.
    """
    path, deadline, pause = path_of_document("/receipt/{}", order_id), time.monotonic() + wait, _FIRST_PAUSE
    while (reply := client.get(path)).status == 202:
        left = deadline - time.monotonic()
        if left <= 0:
            raise Stop(
                f"The receipt is still being made. Try again later, or see: orders status {order_id}",
                ExitCode.UNAVAILABLE,
            )
        time.sleep(min(pause, left))
        pause = min(2 * pause, _LONGEST_PAUSE)
    return str(reply.document()["signedReceiptUrl"])


@receipts.command("preview")
def preview(
    file: Annotated[Path, typer.Argument(metavar="ORDERS.jsonl", help="Orders as JSON, one per line.")] = _EXAMPLES,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="The folder for the files.")] = _FOLDER,
    watch: Annotated[
        bool, typer.Option("--watch", metavar="", help="Draw again after each change, until Ctrl-C.")
    ] = False,
) -> None:
    """Draw receipts of example orders as PDF and PNG.

    It shows the effect of changes to receipt.typ, shop.toml, languages/ and the logo.

    ORDERS_RECEIPT may name your own shop.toml.
    """
    from orders.cli.receipts import drawing, watching  # takes a moment to import

    if out.exists() and not out.is_dir():
        raise Stop(f"{out} is a file. Name a folder with --out.", ExitCode.USAGE)
    draw = partial(drawing.draw, file, out)
    if watch:
        watching.repeat(draw, partial(watching.state_of_inputs, file))
    else:
        draw()
