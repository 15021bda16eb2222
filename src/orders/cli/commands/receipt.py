"""`orders receipt`: get one, which is what an order's id alone means, too, or see what receipts look like."""

from typing import Any

import typer
from typer.core import TyperGroup

from orders.cli.receipts.download import download
from orders.cli.receipts.preview import preview

_USUAL = "get"


class _ReceiptGroup(TyperGroup):
    """Words of which the usual one may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not {*args[:1]} & {*self.commands, *ctx.help_option_names}:
            args = [_USUAL, *args]
        return super().parse_args(ctx, args)


receipts = typer.Typer(
    cls=_ReceiptGroup,
    short_help="Download a receipt, or preview what receipts look like.",
    subcommand_metavar="ID | COMMAND [ARGS]...",
    context_settings={"help_option_names": ["-h", "--help"]},
)
receipts.command(_USUAL)(download)
receipts.command("preview")(preview)


@receipts.callback()
def receipt() -> None:
    """Download the receipt of an order, or see what receipts look like.

    orders receipt 777 -o receipt.pdf

    orders receipt preview --watch

    An order's id alone means get; write `get` where the id is itself a command.
    """
