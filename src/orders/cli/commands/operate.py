"""`orders retry`, `orders cancel` and `orders resend`: an operator's decisions about one order or document."""

from orders.cli.client import connect, path_of, path_of_document
from orders.cli.options import DEFAULT_URL, AsJson, DocumentId, OrderId, Url
from orders.cli.terminal import console, plain, write_json


def retry(order_id: DocumentId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Try a failed order or document again."""
    path = path_of_document("/operations/orders/{}/retry", order_id)
    _ask(path, order_id, url, as_json, "Trying {0} again. See: orders status {0}")


def cancel(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Cancel an order that has no receipt yet. This can't be undone."""
    path = path_of("/operations/orders/{}/cancel", order_id)
    _ask(path, order_id, url, as_json, "Order {0} is cancelled.")


def resend(order_id: DocumentId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Send the customer the e-mail with a receipt or document again.

    The customer may already have it: look with `orders status` first.
    """
    path = path_of_document("/operations/orders/{}/resend", order_id)
    _ask(path, order_id, url, as_json, "Requested another e-mail about {0}. See: orders status {0}")


def _ask(path: str, order_id: str, url: str, as_json: bool, done: str) -> None:
    """Request the action from the server. `done` has `{0}` for the id of the order or document."""
    shown = connect(url).post(path).document()
    if as_json:
        write_json(shown)
    else:
        _, slash, document = order_id.partition("/")
        console().print(done.format(plain(f"{shown['orderId']}{slash}{document}")), soft_wrap=True)
