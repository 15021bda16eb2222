"""`orders retry`, `orders cancel` and `orders resend`: an operator's decisions about one order."""

from orders.cli.client import connect, path_of
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.terminal import console, plain, write_json


def retry(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Try to make the receipt of a failed order again."""
    _ask("retry", order_id, url, as_json, "Trying order {0} again. See: orders status {0}")


def cancel(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Cancel an order that has no receipt yet. This can't be undone."""
    _ask("cancel", order_id, url, as_json, "Order {0} is cancelled.")


def resend(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Send the customer the e-mail with the receipt again.

    The customer may already have it: look with `orders status` first.
    """
    _ask("resend", order_id, url, as_json, "Requested another e-mail about order {0}. See: orders status {0}")


def _ask(action: str, order_id: str, url: str, as_json: bool, done: str) -> None:
    """Request the action from the server. `done` has `{0}` for the order's id."""
    order = connect(url).post(path_of(f"/operations/orders/{{}}/{action}", order_id)).document()
    if as_json:
        write_json(order)
    else:
        console().print(done.format(plain(order["orderId"])), soft_wrap=True)
