"""`orders receipt preview`: what receipts look like, while one works on the page, its words or the shop's logo."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from orders.cli.exits import ExitCode, Stop

_EXAMPLES = Path("examples/receipts.jsonl")
_FOLDER = Path("preview")


def preview(
    file: Annotated[Path, typer.Argument(metavar="ORDERS.jsonl", help="Orders as JSON, one a line.")] = _EXAMPLES,
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Where the pictures go.")] = _FOLDER,
    watch: Annotated[
        bool, typer.Option("--watch", metavar="", help="Draw them again at every change, until Ctrl-C.")
    ] = False,
) -> None:
    """Draw receipts of example orders as PDF and PNG.

    It shows what an edit of receipt.typ, shop.toml, languages/ or the logo does.

    ORDERS_RECEIPT may name another file than shop.toml.
    """
    from orders.cli.receipts import drawing, watching  # takes a moment to import

    if out.exists() and not out.is_dir():
        raise Stop(f"{out} is a file. Name a folder for the pictures with --out.", ExitCode.USAGE)
    draw = partial(drawing.draw, file, out)
    if watch:
        watching.repeat(draw, partial(watching.state_of_inputs, file))
    else:
        draw()
