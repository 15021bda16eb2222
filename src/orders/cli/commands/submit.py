"""`orders submit`: submits one order from options, or all orders of a file."""

from typing import Annotated, Any

import typer

from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.submitting import item


def submit(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Orders as JSON, one per line. - is standard input.", show_default=False),
    ] = None,
    name: Annotated[str | None, typer.Option(help="The customer's name.", metavar="TEXT")] = None,
    order_id: Annotated[
        str | None, typer.Option("--id", help="The order's id. Without one, the server makes an id.", metavar="ID")
    ] = None,
    email: Annotated[str | None, typer.Option(help="The customer's e-mail address.", metavar="ADDRESS")] = None,
    items: Annotated[
        list[str] | None,
        typer.Option("--item", metavar="ITEM", help="'NAME x QUANTITY @ PRICE [+ TAX%]'. Repeat it for more items."),
    ] = None,
    currency: Annotated[
        str | None, typer.Option(help="The currency of the prices, such as EUR.", metavar="CODE")
    ] = None,
    locale: Annotated[
        str | None, typer.Option(help="The receipt's language and formats, such as en-GB.", metavar="TAG")
    ] = None,
    note: Annotated[str | None, typer.Option(help="A text to print on the receipt.", metavar="TEXT")] = None,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Submit one order, or a file of orders.

    orders submit --name Alice --item 'Mug x 2 @ 12.50 + 20%' --currency EUR

    orders submit orders.jsonl

    After an interruption, submit the file again: an order with an orderId is accepted only once.
    """
    order: dict[str, Any] = {
        "orderId": order_id,
        "customerName": name,
        "customerEmail": email,
        "items": [item.parse(text) for text in items or ()] or None,
        "currency": currency,
        "locale": locale,
        "note": note,
    }
    options = {field: value for field, value in order.items() if value is not None}
    if bool(file) == bool(options):
        raise Stop("Pass either one order with --name, or a FILE of orders. See orders submit --help.", ExitCode.USAGE)
    from orders.cli.submitting import submission  # takes a moment to import

    if file:
        submission.submit_file(file, url, as_json)
    else:
        submission.submit_order(options, url, as_json)
