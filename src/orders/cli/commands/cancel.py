"""`orders cancel`: an order that has no receipt yet."""

from orders.cli.client import connect, path_of
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.terminal import console, plain, write_json


def cancel(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Cancel an order that has no receipt yet. Nothing takes it back."""
    order = connect(url).post(path_of("/operations/orders/{}/cancel", order_id)).document()
    if as_json:
        write_json(order)
    else:
        console().print(f"Order {plain(order['orderId'])} is cancelled.", soft_wrap=True)
