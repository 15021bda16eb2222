"""`orders list`: shows the newest orders."""

from typing import Annotated, Any

import typer

from orders.cli.client import Client, connect
from orders.cli.exits import ExitCode, Stop
from orders.cli.options import DEFAULT_URL, AsJson, Url
from orders.cli.order_table import show
from orders.cli.reply import understood
from orders.cli.terminal import complain, console, write_json

_LONGEST_PAGE = 100


def list_orders(
    status: Annotated[
        str | None,
        typer.Option(metavar="STATUS", help="Only orders in this state: RECEIVED, COMPLETED, FAILED or CANCELLED."),
    ] = None,
    find: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="An order id, an order number, an e-mail address, or the start of a name."),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="How many orders.")] = 20,
    url: Url = DEFAULT_URL,
    as_json: AsJson = False,
) -> None:
    """List orders, the newest first."""
    wanted = {"status": _wanted(status), "q": find}
    query = {name: value for name, value in wanted.items() if value is not None}
    with understood():
        orders, unreadable = _newest(connect(url), query, limit)
    if as_json:
        write_json({"orders": orders, "unreadable": unreadable})
    elif orders:
        with understood():
            show(orders, console())
    elif not unreadable:
        console().print(_none(status, find), soft_wrap=True)
    if unreadable:
        complain(_not_shown(unreadable))


def _none(status: str | None, find: str | None) -> str:
    if find is not None:
        return "No order found. --find takes a whole id, order number or e-mail address, or the start of a name."
    return f"No order is {status.upper()}." if status else "No orders."


def _not_shown(unreadable: list[str]) -> str:
    return (
        f"the server can't read {', '.join(unreadable)}. A newer version of the server wrote them, or they are"
        " damaged: see the server's log."
    )


def _newest(client: Client, query: dict[str, str], limit: int) -> tuple[list[dict[str, Any]], list[str]]:
    """The newest orders, and the ids of orders among them that the server can't read."""
    orders: list[dict[str, Any]] = []
    unreadable: list[str] = []
    cursor = None
    while len(orders) < limit:
        page_size = {"limit": str(min(limit - len(orders), _LONGEST_PAGE))}
        page = client.get("/operations/orders", query | page_size | ({"cursor": cursor} if cursor else {})).document()
        orders += page["orders"]
        unreadable += page.get("unreadable", [])
        cursor = page["cursor"]
        if not cursor:
            break
    return orders, unreadable


def _wanted(status: str | None) -> str | None:
    if status is None:
        return None
    from orders.order.order import Status  # takes a moment to import

    if status.upper() not in Status.__members__:
        raise Stop(f"--status must be one of {', '.join(Status)}.", ExitCode.USAGE)
    return status.upper()
