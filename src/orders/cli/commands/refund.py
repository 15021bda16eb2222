"""`orders refund`: refunds an order or a part of it, which makes a credit note."""

import sys
from typing import Annotated, Any

import typer

from orders.cli import following
from orders.cli.client import Client, connect, path_of
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.reply import understood
from orders.cli.submitting import credited, parts
from orders.cli.terminal import plain


def refund(
    order_id: OrderId,
    lines: Annotated[
        list[str] | None,
        typer.Option(
            "--line",
            metavar="N[:QUANTITY|=AMOUNT]",
            help="A line item: what remains of it, a quantity, or an amount. Repeat it for more.",
        ),
    ] = None,
    charges: Annotated[
        list[str] | None,
        typer.Option(
            "--charge", metavar="N[=AMOUNT]", help="A charge: what remains of it, or an amount. Repeat it for more."
        ),
    ] = None,
    amount: Annotated[
        str | None, typer.Option(help="An amount of the whole order, with tax, instead of lines.", metavar="AMOUNT")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why the money goes back. The credit note prints it.", metavar="TEXT")
    ] = None,
    paid: Annotated[
        list[str] | None,
        typer.Option(
            "--paid",
            metavar="METHOD:AMOUNT",
            help="How the money went back, as in 'card 4242:24.99'. Repeat it for more.",
        ),
    ] = None,
    refunded_at: Annotated[
        str | None,
        typer.Option(
            "--refunded-at", help="When the money went back, such as 2026-11-25T21:14:03+01:00.", metavar="TIME"
        ),
    ] = None,
    refund_id: Annotated[
        str | None, typer.Option("--id", help="The refund's id. Without one, the command makes an id.", metavar="ID")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", metavar="", help="Refund all that remains without asking.")] = False,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """Refund an order or a part of it.

    orders refund 12345 --line 2:1 --charge 1 --reason 'Broken handle'

    orders refund 12345 --amount 10.00 --paid 'card 4242:10.00'

    Without --line, --charge and --amount, all that remains is refunded.

    The customer gets a credit note by e-mail. The command moves no money: your payment provider does.
    """
    posted: dict[str, Any] = {
        "refundId": refund_id or following.new_id(),
        "reason": reason,
        "lines": [*map(credited.line, lines or ()), *map(credited.charge, charges or ())],
        "amount": amount,
        "payments": [parts.paid_back(text) for text in paid or ()],
        "refundedAt": refunded_at,
    }
    if posted["lines"] and amount:
        raise Stop("Refund lines and charges, or an --amount of the whole order, not both.", ExitCode.USAGE)
    client = connect(url)
    if not posted["lines"] and amount is None and not yes:
        _confirm(client, order_id)
    document = {name: value for name, value in posted.items() if value not in (None, [])}
    reply = following.post(following.REFUND, client, order_id, document)
    following.show(following.REFUND, reply, as_json)


def _confirm(client: Client, order_id: str) -> None:
    """Ask before all that remains is refunded.

    Raises:
        Stop: nobody is there to answer, or the answer is no.
    """
    order = client.get(path_of("/operations/orders/{}", order_id)).document()
    with understood():
        remaining, currency = order["remaining"], order["order"].get("currency", "")
        remains = f"{remaining['payable']} {currency}" if remaining else "nothing: it has no prices"
    if not sys.stdin.isatty():
        raise Stop(
            f"What remains of the order is {plain(remains)}. To refund all of it, add --yes; to refund a part, name"
            " --line, --charge or --amount.",
            ExitCode.USAGE,
        )
    if not typer.confirm(f"Refund all that remains of order {plain(order_id)}, {plain(remains)}?", err=True):
        raise Stop("Nothing was refunded.", ExitCode.REFUSED)
