"""`orders retry`: another chance for a failed order."""

from orders.cli.client import connect, path_of
from orders.cli.options import DEFAULT_URL, AsJson, OrderId, Url
from orders.cli.terminal import console, plain, write_json


def retry(order_id: OrderId, url: Url = DEFAULT_URL, as_json: AsJson = False) -> None:
    """Give a failed order another chance."""
    order = connect(url).post(path_of("/operations/orders/{}/retry", order_id)).document()
    if as_json:
        write_json(order)
    else:
        shown = plain(order["orderId"])
        console().print(f"Trying order {shown} again. To see what becomes of it: orders status {shown}", soft_wrap=True)
